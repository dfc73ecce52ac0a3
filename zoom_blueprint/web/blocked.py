"""Time that a host keeps free of bookings: the list, the form, and the button that gives it back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from flask import request
from werkzeug.wrappers import Response as AnyResponse

from zoom_blueprint.errors import BadInput, NotFound
from zoom_blueprint.languages import said, said_count
from zoom_blueprint.scheduling.zones import zone
from zoom_blueprint.services import agendas, blocks, times
from zoom_blueprint.services.lines import printable
from zoom_blueprint.state import State
from zoom_blueprint.values import BlockedTime, Host
from zoom_blueprint.web import forms, places, reading, replies, typed_times
from zoom_blueprint.web.signed_in import for_host, for_writing_host, see_other, tell


@dataclass(frozen=True)
class Block:
    """Blocked time as its host reads it."""

    id: str
    title: str
    when: str


@for_host
def blocked_times(state: State, host: Host) -> AnyResponse:
    """Show what is blocked from now on."""
    return _page(state, host, {})


def _again(state: State, host: Host, *, errors: Mapping[str, str], status: int) -> AnyResponse:
    """Show the page with what was typed."""
    return _page(state, host, request.form, errors=errors, status=status)


@for_writing_host(_again)
def block(state: State, host: Host) -> AnyResponse:
    """Block some time; bookings that are there stay."""
    start, end = _typed(request.form, host.time_zone)
    made = blocks.add(state, host.id, start, end, printable(request.form.get("title", "")))
    inside = [one for one in agendas.upcoming(state, host.id) if one.start < made.end and made.start < one.end]
    stay = said_count(
        "{n} booking is in this time, and stays until you move or cancel it.",
        "{n} bookings are in this time, and stay until you move or cancel them.",
        len(inside),
    )
    tell(host, said("Nobody can book you then: {when}", when=_when(host, made)), stay if inside else None)
    back = places.of(request.args)  # it says something only where the calendar asked
    return see_other(f"{state.links.base}/{back.query or 'host/blocked-times'}")


@for_host
def unblock(state: State, host: Host, block_id: str) -> AnyResponse:
    """Give blocked time back; whoever presses twice reads that it is gone."""
    try:
        blocks.remove(state, host.id, block_id)
    except NotFound:
        gone = said("There is no such blocked time. Perhaps you have removed it already.")
        return _page(state, host, {}, errors={"": gone}, status=404)
    tell(host, said("This time can be booked again."))
    return see_other(f"{state.links.base}/host/blocked-times")


def _typed(fields: Mapping[str, str], time_zone: str) -> tuple[datetime, datetime]:
    """Return the instants of a form: whole days where it names no times of day, and one day where it names no last.

    Raises:
        BadInput: naming every bad field.
    """
    errors: dict[str, str] = {}
    first, last = (typed_times.day_of(fields, name, errors) for name in ("first_day", "last_day"))
    begin, finish = (typed_times.clock_of(fields, name, errors) for name in ("first_time", "last_time"))
    if first is None and "first_day" not in errors:
        errors["first_day"] = said("Choose a day.")
    if first is None or errors:
        raise BadInput(errors)
    last = last or first
    if last < first:
        raise BadInput({"last_day": said("This is before the first day.")})
    start = _edge(first, begin, time_zone, "first_time")
    end = _edge(last if finish is not None else last + timedelta(days=1), finish, time_zone, "last_time")
    if end <= start:
        raise BadInput({"last_time": said("This is not after the beginning.")})
    if end <= datetime.now(UTC):
        raise BadInput({"first_day": said("This is over already.")})
    return start, end


def _edge(day: date, clock: time | None, time_zone: str, field: str) -> datetime:
    if clock is None:  # where the clocks jump at midnight, the day begins when they have
        return datetime.combine(day, time(), zone(time_zone)).astimezone(UTC)
    return typed_times.there(day, clock, time_zone, field)


def _page(
    state: State,
    host: Host,
    fields: Mapping[str, str],
    *,
    errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> AnyResponse:
    found = blocks.all_of(state, host.id, since=datetime.now(UTC))
    return replies.page(
        "blocked_times.html",
        status,
        host=host,
        blocked=[Block(one.id, one.title, _when(host, one)) for one in found],
        fields=fields,
        errors=errors or {},
        today=datetime.now(zone(host.time_zone)).date().isoformat(),
        back=places.of(request.args).arguments,
        form=forms.ActionForm(),
    )


def _when(host: Host, one: BlockedTime) -> str:
    place, locale = host.time_zone, reading.of_host(host).locale
    start, end = (instant.astimezone(zone(place)) for instant in (one.start, one.end))
    first, last = times.day(start, place, locale), times.day(end - timedelta(seconds=1), place, locale)
    if start.time() == end.time() == time():
        return first if first == last else f"{first} – {last}"
    if first == last:
        return f"{first}, {times.clock(start, place, locale)} – {times.clock(end, place, locale)}"
    return f"{times.moment(start, place, locale)} – {times.moment(end, place, locale)}"

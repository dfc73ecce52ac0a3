"""Hours on the host's own pages: the list, and the form of a week and the dates that differ, with its preview."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby

from babel.dates import get_day_names
from flask import request
from werkzeug.wrappers import Response as AnyResponse

from zoom_blueprint.errors import BadInput, NotFound
from zoom_blueprint.languages import said
from zoom_blueprint.scheduling.rules import Hours, Schedule
from zoom_blueprint.scheduling.zones import zone
from zoom_blueprint.services import connections, event_types, previews, times, timetables
from zoom_blueprint.services import schedules as kept_schedules
from zoom_blueprint.services.schedules import Kept
from zoom_blueprint.state import State
from zoom_blueprint.values import EventType, Host
from zoom_blueprint.web import forms, free_times, hour_rows, paged, reading, replies, zone_names
from zoom_blueprint.web.signed_in import for_host, for_writing_host, see_other, tell, warn

_MONDAY = datetime(2001, 1, 1, tzinfo=UTC)  # a day on which clocks show what minutes count


@dataclass(frozen=True)
class Listed:
    """Hours as the list shows them; ``week`` pairs days with their hours, None for closed."""

    kept: Kept
    week: list[tuple[str, str | None]]
    dates: int


@dataclass(frozen=True)
class Row:
    """One day of the form: its name, what it is called in a sentence, and its spans as typed."""

    name: str
    words: str
    spans: hour_rows.Spans
    day: str = ""


@for_host
def schedules(state: State, host: Host) -> AnyResponse:
    """Show the host's hours."""
    today = datetime.now(zone(host.time_zone)).date()
    page = paged.asked(kept_schedules.kept(state, host.id))
    listed = [
        Listed(one, _week(host, one.schedule), sum(day >= today for day in one.schedule.overrides))
        for one in page.items
    ]
    return replies.page("schedules.html", host=host, listed=listed, page=page, names=", ".join)


@for_host
def write_schedule(state: State, host: Host) -> AnyResponse:
    """Show the form for new hours, with what is usual in it."""
    return _form(state, host, None, {})


@for_host
def schedule(state: State, host: Host, schedule_id: str) -> AnyResponse:
    """Show hours to change."""
    return _form(state, host, schedule_id, {})


def _again(
    state: State, host: Host, schedule_id: str | None = None, *, errors: Mapping[str, str], status: int
) -> AnyResponse:
    """Show the form with what was typed."""
    return _form(state, host, schedule_id, request.form, errors=errors, status=status)


@for_writing_host(_again)
def add_schedule(state: State, host: Host) -> AnyResponse:
    """Keep new hours, or go on with the form as the pressed button says."""
    return _sent(state, host, None)


@for_writing_host(_again)
def change_schedule(state: State, host: Host, schedule_id: str) -> AnyResponse:
    """Keep what was changed, or go on with the form as the pressed button says."""
    return _sent(state, host, schedule_id)


@for_host
def remove_schedule(state: State, host: Host, schedule_id: str) -> AnyResponse:
    """Remove hours that no event type uses."""
    kept = _find(kept_schedules.kept(state, host.id), schedule_id)
    try:
        kept_schedules.remove(state, host.id, kept.name)
    except BadInput as error:
        warn(host, error)
        return see_other(f"{state.links.base}/schedules/{schedule_id}")
    tell(host, said("“{title}” is removed.", title=kept.name))
    return see_other(f"{state.links.base}/schedules")


def _sent(state: State, host: Host, schedule_id: str | None) -> AnyResponse:
    fields, deed = request.form, request.form.get("do", "")
    moved = hour_rows.done(fields, deed)
    if moved is not None:
        return _form(state, host, schedule_id, moved[0], go_on=moved[1])
    if deed == "preview":
        return _form(state, host, schedule_id, fields, is_preview=True)
    name, typed, errors = hour_rows.read(fields)
    if errors:
        raise BadInput(errors)
    if schedule_id is None:
        kept_schedules.add(state, host.id, typed, name)
    else:
        kept_schedules.edit(state, host.id, schedule_id, typed, name)
    tell(host, said("Your hours are saved."))
    return see_other(f"{state.links.base}/schedules{f'/{schedule_id}' if schedule_id else ''}")


def _form(
    state: State,
    host: Host,
    schedule_id: str | None,
    fields: Mapping[str, str],
    *,
    errors: Mapping[str, str] | None = None,
    is_preview: bool = False,
    go_on: str | None = None,
    status: int = 200,
) -> AnyResponse:
    """Return the form with these fields, or with those of what is stored where none were sent."""
    now = datetime.now(UTC)
    every = kept_schedules.kept(state, host.id)
    kept = _find(every, schedule_id) if schedule_id else None
    if not fields:
        fields = hour_rows.spread(kept.schedule if kept else Schedule(host.time_zone), kept.name if kept else "")
    _, typed, wrong = hour_rows.read(fields)
    events = event_types.by_id(state, host.id)
    used = list(kept.used_by if kept else ())
    shown = next((one for one in (fields.get("shown", ""), *used, *events) if one in events), "")
    preview = None
    if not wrong:
        event = events.get(shown, EventType(slug="", title=""))
        theirs = connections.all_of(state, host.id)
        has_google = connections.has_google(state, host.id)
        calendars = timetables.look_up(state, host.id)
        bookable = previews.bookable(host, event, typed, theirs, shown, has_google=has_google, calendars=calendars)
        preview = free_times.preview(state, bookable, now=now)
    today = now.astimezone(zone(host.time_zone)).date().isoformat()
    dates = [
        Row(f"date-{place}", day or str(place + 1), spans, day)
        for place, (day, spans) in enumerate(hour_rows.dates(fields))
    ]
    names = get_day_names("wide", "stand-alone", reading.of_host(host).locale)
    return replies.page(
        "schedule.html",
        status,
        host=host,
        schedule_id=schedule_id,
        kept=kept,
        fields=fields,
        errors={**(errors or {}), **(wrong if is_preview else {})},
        is_refused=status != 200,
        wrong=wrong,
        week=[
            Row(day, names[place], spans)
            for place, (day, spans) in enumerate(zip(hour_rows.WEEK, hour_rows.weekly(fields), strict=True))
        ],
        dates=[one for one in dates if not one.day or one.day >= today],
        past_dates=[one for one in dates if one.day and one.day < today],
        go_on=go_on,
        zones=zone_names.offered(fields.get("time_zone") or host.time_zone),
        events=events,
        shown=shown,
        preview=preview,
        form=forms.ActionForm(),
    )


def _find(every: list[Kept], schedule_id: str) -> Kept:
    found = next((one for one in every if one.id == schedule_id), None)
    if found is None:
        raise NotFound(said("There are no such hours. Perhaps they were removed."))
    return found


def _week(host: Host, schedule: Schedule) -> list[tuple[str, str | None]]:
    """Return a week in a few lines: days in a row with the same hours are one."""
    locale = reading.of_host(host).locale
    names = get_day_names("abbreviated", "stand-alone", locale)
    lines: list[tuple[str, str | None]] = []
    for hours, group in groupby(range(7), key=lambda day: schedule.weekly[day]):
        days = list(group)
        words = names[days[0]] if len(days) == 1 else f"{names[days[0]]} – {names[days[-1]]}"
        lines.append((words, _hours(hours, locale) or None))
    return lines


def _hours(hours: Hours, locale: str) -> str:
    def clock(minutes: int) -> str:
        return times.clock(_MONDAY + timedelta(minutes=minutes), "UTC", locale)

    return ", ".join(f"{clock(span.start)} – {clock(span.end)}" for span in hours)

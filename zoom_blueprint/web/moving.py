"""A booking that its host moves, to an offered time or to any other that is free."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime

from flask import request
from werkzeug.wrappers import Response as AnyResponse

from zoom_blueprint import values
from zoom_blueprint.errors import BadInput, BookingEnded
from zoom_blueprint.languages import said
from zoom_blueprint.services import agendas, availability, by_hosts, doubts, reasons
from zoom_blueprint.state import State
from zoom_blueprint.values import BookingStatus, Host
from zoom_blueprint.web import agenda, choosing, forms, limits, replies, typed_times, ways_back
from zoom_blueprint.web.contract import zulu
from zoom_blueprint.web.signed_in import for_host, for_writing_host, see_other, tell, told_by_mail, warn


@for_host
def choose_time(state: State, host: Host, booking_id: str) -> AnyResponse:
    """Show the times to which a booking can be moved."""
    return _choose(state, host, agendas.of_host(state, host.id, booking_id), {})


def _again(state: State, host: Host, booking_id: str, *, errors: Mapping[str, str], status: int) -> AnyResponse:
    """Show the times with the one that was sent among the fields for any time."""
    booking = agendas.of_host(state, host.id, booking_id)
    fields: Mapping[str, str] = request.form
    with suppress(BadInput):
        fields = typed_times.spread(typed_times.chosen(fields, host.time_zone), host.time_zone)
    return _choose(state, host, booking, fields, errors=errors, status=status)


@for_writing_host(_again)
def move(state: State, host: Host, booking_id: str) -> AnyResponse:
    """Move a booking; a time that visitors are not offered is asked about once more."""
    booking = agendas.of_host(state, host.id, booking_id)
    fields = request.form
    start = typed_times.chosen(fields, host.time_zone)
    try:
        if fields.get("anyway") != zulu(start):
            bookable, now = doubts.bookable_of(state, booking.id), datetime.now(UTC)
            doubt = doubts.about(state, bookable, start, now=now, moving=booking.id)
            if doubt is not None and booking.start != start:
                return _choose(state, host, booking, typed_times.spread(start, host.time_zone), doubt=(doubt, start))
        with limits.retelling(state, (booking.email, *booking.guests)):
            moved = by_hosts.move(state, booking.id, start)
    except BadInput as error:
        raise BadInput({"": next(iter(error.errors.values()))}) from None
    except BookingEnded as error:
        warn(host, error)
    else:
        when = agenda.entry(host, moved).when
        what = said("The booking with {name} is moved to {when}.", name=booking.name, when=when)
        tell(host, what, reasons.moved(moved), told_by_mail(state, booking.name))
    return see_other(ways_back.to_booking(state, booking.id, has_moved=True))


def _choose(
    state: State,
    host: Host,
    booking: values.Booking,
    fields: Mapping[str, str],
    *,
    errors: Mapping[str, str] | None = None,
    doubt: tuple[str, datetime] | None = None,
    status: int = 200,
) -> AnyResponse:
    now = datetime.now(UTC)
    offered = {}
    is_open = booking.status is not BookingStatus.CANCELLED and booking.start > now
    if is_open:
        days = choosing.asked_days(host.time_zone)
        bookable = doubts.bookable_of(state, booking.id)
        offered = choosing.choices(availability.offer(state, bookable, days, now=now, moving=booking.id), days)
    return replies.page(
        "move.html",
        status,
        host=host,
        entry=agenda.entry(host, booking),
        is_open=is_open,
        fields=fields,
        errors=errors or {},
        doubt=doubt[0] if doubt else None,
        anyway=zulu(doubt[1]) if doubt else None,
        has_mail=state.has_mail,
        back=ways_back.of_booking(booking.id),
        way_back=ways_back.untouched(state, booking.id),
        form=forms.ActionForm(),
        **offered,
    )

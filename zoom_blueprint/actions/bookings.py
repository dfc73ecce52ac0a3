"""The booking flow for programs: find a slot, book it, move it, cancel it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final
from uuid import uuid4

from zoom_blueprint.actions import problems
from zoom_blueprint.actions.calls import Call
from zoom_blueprint.actions.codes import ActionFailed, Code, Problem
from zoom_blueprint.actions.inputs import CancelBooking, CreateBooking, ListSlots, RescheduleBooking
from zoom_blueprint.actions.outputs import SlotsOut
from zoom_blueprint.errors import BadInput, NotFound, NotOpen
from zoom_blueprint.services import (
    agendas,
    availability,
    bookables,
    bookings,
    event_types,
    first_tries,
    hosts,
    limits,
    mailboxes,
    particulars,
)
from zoom_blueprint.services.availability import Range
from zoom_blueprint.services.bookables import Bookable
from zoom_blueprint.services.bookings import Request
from zoom_blueprint.services.limits import Tally
from zoom_blueprint.services.lines import one_line, some_lines
from zoom_blueprint.services.told import BookingOut
from zoom_blueprint.values import EndedReason, Host, Question

_FIELDS: Final = {"from": "first_day", "to": "last_day", "tz": "time_zone"}
"""What visitors call the fields of days, and what programs do."""


def list_slots(call: Call, given: ListSlots) -> SlotsOut:
    """List the offered starts of one of the host's event types."""
    bookable = _bookable(call, hosts.get(call.state, call.host_id), given.event)
    days = _days(given, bookable.schedule.time_zone)
    offer = availability.offer(call.state, bookable, days, now=datetime.now(UTC))
    return SlotsOut(
        event=given.event,
        duration_minutes=bookable.event.duration_minutes,
        time_zone=days.time_zone,
        slots=[datetime.fromtimestamp(start, UTC) for start in offer.starts or ()],
    )


def create_booking(call: Call, given: CreateBooking) -> BookingOut:
    """Book an offered slot for somebody, who is told by mail; waits some seconds for the join link."""
    particulars.ensure_instant(given.start)
    host = hosts.get(call.state, call.host_id)
    bookable = _bookable(call, host, given.event)
    email = given.email.strip()
    request = Request(
        host_slug=host.slug or "",
        event_slug=given.event,
        start=given.start,
        name=one_line(given.name),
        email=email,
        time_zone=given.time_zone or host.time_zone,
        locale=given.locale or host.locale,
        key=f"action {call.key or uuid4().hex}",
        token=call.state.links.slot_token(bookable.event_type_id, datetime.now(UTC)),
        answers=_answers(given.answers, bookable.event.questions),
        guests=tuple(guest for guest in dict.fromkeys(map(str.lower, given.guests)) if guest != email.lower()),
    )
    particulars.ensure_sound(request, bookable.event.questions)
    told = mailboxes.invited(call.state, call.host_id, (email, *request.guests))
    tally = Tally(told, {}, _refuse, also={})
    booking = bookings.confirm(call.state, request, bookable=bookable, tally=tally)
    return BookingOut.of(first_tries.with_link(call.state, booking), call.state.links)


def reschedule_booking(call: Call, given: RescheduleBooking) -> BookingOut:
    """Move a booking to another offered slot; its Zoom meeting, mails and calendars follow."""
    state = call.state
    particulars.ensure_instant(given.start)
    booking = agendas.of_host(state, call.host_id, given.booking_id)
    told = mailboxes.retold(state, (booking.email, *booking.guests))
    _refuse(limits.wait(state, told))
    bookable = bookings.bookable_again(state, given.booking_id)
    token = state.links.slot_token(bookable.event_type_id, datetime.now(UTC))
    moved = bookings.reschedule(state, given.booking_id, given.start, token)
    if moved.sequence != booking.sequence:
        limits.count(state, told)
    return BookingOut.of(moved, state.links)


def cancel_booking(call: Call, given: CancelBooking) -> BookingOut:
    """Cancel a booking in the host's name; its Zoom meeting is deleted, and everybody is told."""
    agendas.of_host(call.state, call.host_id, given.booking_id)
    words = some_lines(given.words) or None
    return BookingOut.of(
        bookings.cancel(call.state, given.booking_id, by=EndedReason.HOST, words=words), call.state.links
    )


def _bookable(call: Call, host: Host, slug: str) -> Bookable:
    """Return what can be booked by this name.

    Raises:
        ActionFailed: the host has nothing by this name; those that there are are told.
        NotOpen: it cannot be booked at the moment.
    """
    try:
        return bookables.look_up(call.state, host.slug or "", slug)
    except NotOpen:
        raise
    except NotFound:
        known = ", ".join(one.slug for one in event_types.all_of(call.state, host.id) if one.active)
        problem = Problem(
            code=Code.NOT_FOUND,
            message=f"The host has no event type {slug!r}.",
            remedy=f"Choose one of: {known}." if known else "Ask the host to make one.",
        )
        raise ActionFailed(problem) from None


def _days(given: ListSlots, usual_zone: str) -> Range:
    try:
        return Range(given.first_day, given.last_day, given.time_zone or usual_zone)
    except BadInput as error:
        raise BadInput({_FIELDS[name]: text for name, text in error.errors.items()}) from None


def _answers(given: Mapping[str, str], questions: Sequence[Question]) -> dict[str, str]:
    """Return the answers as forms would send them.

    Raises:
        BadInput: to some there is no question.
    """
    known = {question.name for question in questions}
    unknown = [name for name in given if name not in known]
    if unknown:
        asked = ", ".join(known) or "none"
        raise BadInput({"answers": f"There is no question {unknown[0]!r}. The event type's questions are: {asked}."})
    return {name: some_lines(answer) for name, answer in given.items()}


def _refuse(seconds: int) -> None:
    if seconds:
        told = "One of these people was written to too often, or the host was booked too often."
        raise ActionFailed(problems.too_many(told, seconds))

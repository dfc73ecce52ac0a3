"""The booking flow for programs: find a slot, book it, move it, cancel it."""

from datetime import UTC, datetime
from uuid import uuid4

from zoom_blueprint.actions.calls import Call
from zoom_blueprint.actions.inputs import CancelBooking, CreateBooking, ListSlots, RescheduleBooking
from zoom_blueprint.actions.outputs import SlotsOut
from zoom_blueprint.services import agendas, availability, bookables, bookings, first_tries, hosts, particulars
from zoom_blueprint.services.availability import Range
from zoom_blueprint.services.bookings import Request
from zoom_blueprint.services.told import BookingOut
from zoom_blueprint.values import EndedReason


def list_slots(call: Call, given: ListSlots) -> SlotsOut:
    """List the offered starts of one of the host's event types."""
    host = hosts.get(call.state, call.host_id)
    bookable = bookables.look_up(call.state, host.slug or "", given.event)
    days = Range(given.first_day, given.last_day, given.time_zone or bookable.schedule.time_zone)
    offer = availability.offer(call.state, bookable, days, now=datetime.now(UTC))
    return SlotsOut(
        event=given.event,
        duration_minutes=bookable.event.duration_minutes,
        time_zone=days.time_zone,
        slots=[datetime.fromtimestamp(start, UTC) for start in offer.starts or ()],
    )


def create_booking(call: Call, given: CreateBooking) -> BookingOut:
    """Book an offered slot for somebody, who is told by mail; waits some seconds for the join link."""
    host = hosts.get(call.state, call.host_id)
    bookable = bookables.look_up(call.state, host.slug or "", given.event)
    request = Request(
        host_slug=host.slug or "",
        event_slug=given.event,
        start=given.start,
        name=given.name,
        email=given.email,
        time_zone=given.time_zone or host.time_zone,
        locale=given.locale or host.locale,
        key=f"action {call.key or uuid4().hex}",
        token=call.state.links.slot_token(bookable.event_type_id, datetime.now(UTC)),
        answers=given.answers,
        guests=given.guests,
    )
    particulars.ensure_sound(request, bookable.event.questions)
    booking = bookings.confirm(call.state, request, bookable=bookable)
    return BookingOut.of(first_tries.with_link(call.state, booking), call.state.links)


def reschedule_booking(call: Call, given: RescheduleBooking) -> BookingOut:
    """Move a booking to another offered slot; its Zoom meeting, mails and calendars follow."""
    state = call.state
    agendas.of_host(state, call.host_id, given.booking_id)
    bookable = bookings.bookable_again(state, given.booking_id)
    token = state.links.slot_token(bookable.event_type_id, datetime.now(UTC))
    return BookingOut.of(bookings.reschedule(state, given.booking_id, given.start, token), state.links)


def cancel_booking(call: Call, given: CancelBooking) -> BookingOut:
    """Cancel a booking in the host's name; its Zoom meeting is deleted, and everybody is told."""
    agendas.of_host(call.state, call.host_id, given.booking_id)
    words = given.words or None
    return BookingOut.of(
        bookings.cancel(call.state, given.booking_id, by=EndedReason.HOST, words=words), call.state.links
    )

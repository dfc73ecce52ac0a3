"""The page of a booking, where its invitee moves or cancels it; it works without JavaScript."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from flask import Response, request
from werkzeug.datastructures import MultiDict

from zoom_blueprint import values
from zoom_blueprint.errors import (
    BadInput,
    BadLink,
    BookingEnded,
    ExpiredLink,
    NotFound,
    SlotTaken,
    ZoomBlueprintError,
)
from zoom_blueprint.services import agendas, availability, bookings, event_words, reasons, sites, times, ways_in
from zoom_blueprint.services.calendar_links import calendar_links
from zoom_blueprint.state import State, current_state
from zoom_blueprint.values import BookingStatus, EndedReason, MeetingStatus
from zoom_blueprint.web import bodies, choosing, forms, kinds, reading, replies
from zoom_blueprint.web.limits import ensure_not_too_many, telling
from zoom_blueprint.web.signed_in import see_other
from zoom_blueprint.web.visitor import held, stale_times, told


def manage(token: str) -> Response:
    """Show a booking to its invitee, and other times if they want to move it."""
    state = current_state()
    return _page(state, held(state, token))


def reschedule(token: str) -> Response:
    """Move a booking; a list of times that is too old is renewed, if the chosen one is still in it."""
    state = current_state()
    ensure_not_too_many(state)
    sent = bodies.fields()
    booking = held(state, token)
    try:
        fields = forms.checked(forms.MoveForm(sent))
        start = forms.instant(fields["start"])
        with telling(state, told(booking)):
            try:
                bookings.reschedule(state, booking.id, start, fields["token"])
            except ExpiredLink:
                bookings.reschedule(state, booking.id, start, _new_token(state, booking))
    except (BadInput, SlotTaken, BookingEnded) as error:
        return _page(state, agendas.get(state, booking.id), problem=error)
    except BadLink as error:
        return _page(state, agendas.get(state, booking.id), problem=stale_times(error))
    return _back(state, booking, sent, moved="1")


def cancel(token: str) -> Response:
    """Cancel a booking."""
    state = current_state()
    ensure_not_too_many(state)
    sent = bodies.fields()
    booking = held(state, token)
    try:
        fields = forms.checked(forms.CancelForm(sent))
        bookings.cancel(state, booking.id, by=EndedReason.INVITEE, words=fields["reason"] or None)
    except (BadInput, BookingEnded) as error:
        return _page(state, agendas.get(state, booking.id), problem=error)
    return _back(state, booking, sent)


def _new_token(state: State, booking: values.Booking) -> str:
    return state.links.slot_token(bookings.bookable_again(state, booking.id).event_type_id, datetime.now(UTC))


def _back(state: State, booking: values.Booking, sent: MultiDict[str, str], **flags: str) -> Response:
    """Return to the booking, in the language in which its form was read."""
    query = urlencode(flags | {name: sent[name] for name in ("lang",) if sent.get(name)})
    return see_other(state.links.manage_url(booking.id) + (f"?{query}" if query else ""))


def _page(state: State, booking: values.Booking, *, problem: ZoomBlueprintError | None = None) -> Response:
    spoken = reading.of_visitor(booking.locale)
    is_open = booking.status != BookingStatus.CANCELLED and booking.end > datetime.now(UTC)
    context: dict[str, Any] = {}
    if is_open and (request.args.get("move") or isinstance(problem, SlotTaken | ExpiredLink)):
        try:
            bookable = bookings.bookable_again(state, booking.id)
            days = choosing.asked_days(choosing.asked_zone(booking.time_zone))
            offer = availability.offer(state, bookable, days, now=datetime.now(UTC), moving=booking.id)
            context = choosing.choices(offer, days)
        except (NotFound, BookingEnded) as error:
            problem = problem or error
    held_until = booking.hold_until if booking.status == BookingStatus.PENDING else None
    calendars = calendar_links(booking, state.links.manage_url(booking.id))
    return replies.framed_by(
        sites.of_host(state, booking.host.id),  # where the booking page is framed, this one follows it
        "manage.html",
        200 if problem is None else kinds.kind_of(problem)[0],
        booking=booking,
        when=times.spell(booking.start, booking.end, booking.time_zone, spoken.locale),
        held_until=held_until and times.moment_with_zone(held_until, booking.time_zone, spoken.locale),
        reason=reasons.for_invitee(booking, has_mail=state.has_mail),
        is_open=is_open,
        is_new=bool(request.args.get("new")),
        is_moved=bool(request.args.get("moved")),
        has_mail=state.has_mail,
        join=ways_in.join(booking),
        ready=ways_in.ready(booking),
        is_invited=event_words.is_invited(booking),
        is_coming=booking.meeting_status is MeetingStatus.COMING,
        ics_url=state.links.invite_url(booking.id),
        web_calendars={"Google": calendars.google, "Outlook": calendars.outlook},
        book_url=state.links.book_url(booking.host.slug or "", booking.event.slug),
        kept=[("lang", reading.tag(spoken))] if request.values.get("lang") else [],
        problem=replies.in_words(problem, spoken) if problem else None,
        **context,
    )

"""The visitor API: bookings, and what their holders may do with them; ``offered`` has the times."""

from datetime import UTC, datetime, timedelta

from flask import Response
from werkzeug.datastructures import MultiDict

from zoom_blueprint import values
from zoom_blueprint.errors import BadLink, CodeNeeded, ExpiredLink, SlotTaken
from zoom_blueprint.languages import said
from zoom_blueprint.scheduling.instants import utc_strings
from zoom_blueprint.scheduling.zones import zone
from zoom_blueprint.services import agendas, availability, bookables, bookings, first_tries, invitations
from zoom_blueprint.services.availability import Offer, Range
from zoom_blueprint.services.bookables import Bookable
from zoom_blueprint.state import State, current_state
from zoom_blueprint.values import EndedReason
from zoom_blueprint.web import bodies, contexts, forms, guards, reading, replies
from zoom_blueprint.web.asking import code_field
from zoom_blueprint.web.asking_sites import ensure_may_book
from zoom_blueprint.web.contract import EventPage, booking_out, event_parts, zulu
from zoom_blueprint.web.limits import ensure_not_too_many, posting, tally, telling

_CREATED = 201
_NEAREST_DAYS = 14
_MOST_KEPT = 500
_instead: dict[tuple[str, Range, str | None], tuple[str, list[str]]] = {}


def event_page(host: str, event: str) -> Response:
    """Answer with who and what can be booked."""
    bookable = bookables.look_up(current_state(), host, event)
    return replies.json_reply(EventPage(**event_parts(bookable)))  # type: ignore[arg-type]  # two members of two types


def book(host: str, event: str) -> Response:
    """Make a booking and wait a moment for its Zoom link."""
    state = current_state()
    with posting(state) as post:
        bookable = bookables.look_up(state, host, event)
        fields = bodies.fields()
        ensure_may_book(state, bookable, fields.get("page_url", ""))
        asked = read_booking(bookable, fields)
        try:
            guards.admit(state, bookable, fields, asked)
            booking = bookings.confirm(state, asked, bookable=bookable, tally=tally(state, bookable, asked, post))
        except (BadLink, SlotTaken) as error:
            return _offer_instead(state, bookable, error, asked.start, asked.time_zone)
        except CodeNeeded as error:
            return replies.for_error(error, fields=[code_field(reading.of_visitor())])
    booking = first_tries.with_link(state, booking)
    return replies.json_reply(booking_out(state, booking), _CREATED)


def show(token: str) -> Response:
    """Answer with a booking as it is now."""
    state = current_state()
    return replies.json_reply(booking_out(state, held(state, token)))


def reschedule(token: str) -> Response:
    """Move a booking to another offered start."""
    state = current_state()
    ensure_not_too_many(state)
    sent = bodies.fields()
    booking = held(state, token)
    fields = forms.checked(forms.MoveForm(sent))
    start = forms.instant(fields["start"])
    try:
        with telling(state, told(booking)):
            moved = bookings.reschedule(state, booking.id, start, fields["token"])
    except (BadLink, SlotTaken) as error:
        bookable = bookings.bookable_again(state, booking.id)
        return _offer_instead(state, bookable, error, start, booking.time_zone, moving=booking.id)
    return replies.json_reply(booking_out(state, moved))


def cancel(token: str) -> Response:
    """Cancel a booking."""
    state = current_state()
    ensure_not_too_many(state)
    sent = bodies.fields()
    booking = held(state, token)
    fields = forms.checked(forms.CancelForm(sent))
    cancelled = bookings.cancel(state, booking.id, by=EndedReason.INVITEE, words=fields["reason"] or None)
    return replies.json_reply(booking_out(state, cancelled))


def invite(token: str) -> Response:
    """Answer with the booking as an iCalendar file."""
    state = current_state()
    booking = held(state, token)
    content = invitations.calendar_file(booking, datetime.now(UTC))
    response = Response(content, mimetype="text/calendar")
    response.headers["Content-Disposition"] = 'attachment; filename="invite.ics"'
    response.headers["Cache-Control"] = "no-store"
    return response


def read_booking(bookable: Bookable, fields: MultiDict[str, str], *, token: str | None = None) -> bookings.Request:
    """Return a visitor's well-formed request, with another ``token`` than the one that was sent if one is given.

    Raises:
        BadInput: naming every bad field.
    """
    answers, errors = forms.answers_of(fields, bookable.event.questions)
    found = forms.checked(forms.BookingForm(fields), errors)
    return bookings.Request(
        host_slug=bookable.host.slug or "",
        event_slug=bookable.event.slug,
        start=forms.instant(found["start"]),
        name=found["name"],
        email=found["email"],
        time_zone=found["tz"],
        key=found["key"],
        token=token or found["token"],
        locale=found["lang"] or reading.tag(reading.of_visitor()),
        answers=answers,
        context=contexts.context_of(fields),
        guests=tuple(guest for guest in forms.guests_of(found["guests"]) if guest != found["email"].lower()),
    )


def held(state: State, token: str) -> values.Booking:
    """Return the booking whose link somebody holds; from here on answers are in its language.

    Raises:
        BadLink: it is no link of ours.
        NotFound: there is no such booking, or its people are forgotten.
    """
    booking = agendas.get(state, state.links.read_manage_token(token))
    reading.remember(booking.locale)
    return booking


def told(booking: values.Booking) -> tuple[str, ...]:
    """Return the mail addresses of those who are told of changes to a booking, besides its host."""
    return booking.email, *booking.guests


def stale_times(error: BadLink) -> ExpiredLink:
    """Return what to say about a slot token that does not count: whatever is wrong with it, times are chosen anew."""
    if isinstance(error, ExpiredLink):
        return error
    return ExpiredLink(said("This list of times is not valid here. Choose your time again."))


def nearest(state: State, bookable: Bookable, start: datetime, time_zone: str) -> tuple[Offer, Range]:
    """Return what is offered on the days from the wished one, which lies no earlier than today."""
    now = datetime.now(UTC)
    days = _days_from(start, time_zone, now)
    return availability.offer(state, bookable, days, now=now), days


def _days_from(start: datetime, time_zone: str, now: datetime) -> Range:
    first = max(start, now).astimezone(zone(time_zone)).date()
    return Range(first, first + timedelta(days=_NEAREST_DAYS), time_zone)


def _offer_instead(
    state: State,
    bookable: Bookable,
    error: BadLink | SlotTaken,
    start: datetime,
    time_zone: str,
    *,
    moving: str | None = None,
) -> Response:
    """Say what is wrong with the chosen time, with fresh times and token to go on from."""
    if moving is None:  # what was looked up is older than what is wrong
        bookable = bookables.look_up(state, bookable.host.slug or "", bookable.event.slug)
    slots, token = _times_instead(state, bookable, start, time_zone, moving)
    if isinstance(error, SlotTaken):
        return replies.for_error(error, slots=slots, token=token)
    stale = stale_times(error)
    return replies.for_error(stale, slots=slots, token=token, errors={"token": str(stale)})


def _times_instead(
    state: State, bookable: Bookable, start: datetime, time_zone: str, moving: str | None
) -> tuple[list[str], str]:
    """Return the nearest offered times, and their token.

    Of many who wanted the same time all but one are told of the same others, so the last such answer is kept.
    """
    now = datetime.now(UTC)
    days = _days_from(start, time_zone, now)
    key = (bookable.event_type_id, days, moving)
    etag, slots = _instead.get(key, ("", []))
    if zulu(start) in slots:  # another process' change may be a moment ahead of the revision that we know
        etag = ""
    offer = availability.offer(state, bookable, days, now=now, moving=moving, known=etag)
    if offer.starts is not None:
        slots = utc_strings(offer.starts)
        if len(_instead) >= _MOST_KEPT:
            _instead.clear()
        _instead[key] = offer.etag, slots
    return slots, offer.token

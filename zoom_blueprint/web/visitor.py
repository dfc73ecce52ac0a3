"""The visitor API: offered times, bookings, and what their holders may do with them."""

from datetime import UTC, date, datetime, timedelta

import msgspec
from flask import Response, request
from werkzeug.datastructures import MultiDict

from zoom_blueprint import values
from zoom_blueprint.errors import BadInput, BadLink, ExpiredLink, SlotTaken
from zoom_blueprint.languages import Language, said
from zoom_blueprint.scheduling.instants import utc_strings
from zoom_blueprint.scheduling.zones import zone
from zoom_blueprint.services import agendas, availability, bookables, bookings, invitations
from zoom_blueprint.services.availability import Offer, Range
from zoom_blueprint.services.bookables import Bookable
from zoom_blueprint.state import State, current_state
from zoom_blueprint.values import EndedReason
from zoom_blueprint.web import bodies, forms, guards, reading, replies
from zoom_blueprint.web.contract import EventPage, booking_out, event_parts, zulu
from zoom_blueprint.web.limits import ensure_not_too_many, posting, tally, telling
from zoom_blueprint.web.strings import words

_CREATED = 201
_NEAREST_DAYS = 14
_MOST_ENCODED = 500
_encoded: dict[tuple[str, int, str, bool], dict[str, msgspec.Raw]] = {}
_instead: dict[tuple[str, Range, str | None], tuple[str, list[str]]] = {}


def event_page(host: str, event: str) -> Response:
    """Answer with who and what can be booked."""
    bookable = bookables.look_up(current_state(), host, event)
    return replies.json_reply(EventPage(**event_parts(bookable)))  # type: ignore[arg-type]  # two members of two types


def slots(host: str, event: str) -> Response:
    """Answer with the offered starts of some days."""
    state = current_state()
    return _slots(state, bookables.look_up(state, host, event), None)


def slots_again(token: str) -> Response:
    """Answer with the starts to which a booking can move; its own time counts as free."""
    state = current_state()
    booking = held(state, token)
    return _slots(state, bookings.bookable_again(state, booking.id), booking.id)


def book(host: str, event: str) -> Response:
    """Make a booking and wait a moment for its Zoom link."""
    state = current_state()
    with posting(state) as post:
        bookable = bookables.look_up(state, host, event)
        fields = bodies.fields()
        asked = read_booking(bookable, fields)
        try:
            guards.admit(state, bookable, fields, asked)
            booking = bookings.confirm(state, asked, bookable=bookable, tally=tally(state, bookable, asked, post))
        except (BadLink, SlotTaken) as error:
            return _offer_instead(state, bookable, error, asked.start, asked.time_zone)
    booking = agendas.with_link(state, booking)
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
        context=forms.context_of(fields),
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


def asked_days(default_zone: str) -> Range:
    """Return the days named by ``from``, ``to`` and ``tz`` of the query.

    Raises:
        BadInput: naming every bad one.
    """
    errors: dict[str, str] = {}
    found: dict[str, date] = {}
    for name in ("from", "to"):
        try:
            found[name] = date.fromisoformat(request.args.get(name, ""))
        except ValueError:
            errors[name] = said("Give a day as YYYY-MM-DD.")
    time_zone = request.args.get("tz") or default_zone
    try:
        zone(time_zone)
    except ValueError as error:
        errors["tz"] = str(error)
    if errors:
        raise BadInput(errors)
    return Range(found["from"], found["to"], time_zone)


def _slots(state: State, bookable: Bookable, moving: str | None) -> Response:
    days = asked_days(bookable.schedule.time_zone)
    language = reading.of_visitor()
    known, _, spoken = request.headers.get("If-None-Match", "").strip().removeprefix("W/").strip('"').partition("-")
    known = known if spoken == language.code else ""
    offer = availability.offer(state, bookable, days, now=datetime.now(UTC), moving=moving, known=known)
    if offer.starts is None or offer.etag == known:
        response = Response(status=304)
    else:
        response = replies.json_reply(
            {
                **_lasting(bookable, language, has_mail=state.has_mail),
                "slots": utc_strings(offer.starts),
                "time_zone": days.time_zone,
                "token": offer.token,
                "proof_of_work": state.config.proof_of_work,
            }
        )
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Vary"] = "Accept-Language"
    response.headers["ETag"] = f'"{offer.etag}-{language.code}"'
    return response


def _lasting(bookable: Bookable, language: Language, *, has_mail: bool) -> dict[str, msgspec.Raw]:
    """Return the members of a ``SlotsPage`` that stay the same until the host changes something, encoded once."""
    key = (bookable.event_type_id, bookable.revision, language.locale, has_mail)
    found = _encoded.get(key)
    if found is None:
        parts = {**event_parts(bookable), "strings": words(language, bookable, has_mail=has_mail)}
        found = {name: msgspec.Raw(replies.json(part)) for name, part in parts.items()}
        if len(_encoded) >= _MOST_ENCODED:
            _encoded.clear()
        _encoded[key] = found
    return found


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
        if len(_instead) >= _MOST_ENCODED:
            _instead.clear()
        _instead[key] = offer.etag, slots
    return slots, offer.token

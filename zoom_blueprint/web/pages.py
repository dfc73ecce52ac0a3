"""The hosted booking and manage pages; they work without JavaScript."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from flask import Blueprint, Response, request
from werkzeug.datastructures import MultiDict

from zoom_blueprint import values
from zoom_blueprint.errors import (
    BadInput,
    BadLink,
    BookingEnded,
    BookingRefused,
    ExpiredLink,
    KeyReused,
    NotFound,
    SlotTaken,
    ZoomBlueprintError,
)
from zoom_blueprint.scheduling.zones import zone
from zoom_blueprint.services import agendas, availability, bookables, bookings, reasons, times
from zoom_blueprint.services.availability import Offer, Range
from zoom_blueprint.services.bookables import Bookable
from zoom_blueprint.state import State, current_state
from zoom_blueprint.values import EndedReason, MeetingStatus
from zoom_blueprint.web import bodies, forms, kinds, reading, replies
from zoom_blueprint.web.contract import zulu
from zoom_blueprint.web.limits import ensure_not_too_many, telling
from zoom_blueprint.web.signed_in import see_other
from zoom_blueprint.web.visitor import nearest, read_booking, stale_times, told

_DAYS = 14
_NEAREST = 8
_LONGEST_REFERRER = 500
_FURTHEST = timedelta(days=3660)


@dataclass(frozen=True)
class Choice:
    """One offered start, as an instant to send and as a time to read."""

    value: str
    label: str


@dataclass(frozen=True)
class Day:
    """A day with its offered starts."""

    label: str
    choices: list[Choice]


def add_routes(public: Blueprint) -> None:
    """Add the hosted pages."""
    public.add_url_rule("/book/<host>/<event>", view_func=book)
    public.add_url_rule("/book/<host>/<event>", view_func=confirm, methods=["POST"])
    public.add_url_rule("/bookings/<token>", view_func=manage)
    public.add_url_rule("/bookings/<token>/reschedule", view_func=reschedule, methods=["POST"])
    public.add_url_rule("/bookings/<token>/cancel", view_func=cancel, methods=["POST"])


def book(host: str, event: str) -> Response:
    """Show the offered times, or the form for a chosen one."""
    state = current_state()
    bookable = bookables.look_up(state, host, event)
    start = request.args.get("start", "")
    if start:
        fields = MultiDict({"start": start, "tz": _zone(bookable)})
        return _form(state, bookable, fields, {})
    return _times(state, bookable)


def confirm(host: str, event: str) -> Response:
    """Make a booking and go to its page; whatever is wrong is said beside what was typed."""
    state = current_state()
    ensure_not_too_many(state)
    bookable = bookables.look_up(state, host, event)
    fields = bodies.fields()
    try:
        asked = read_booking(bookable, fields)
    except BadInput as error:
        return _form(state, bookable, fields, error.errors, status=422)
    try:
        with telling(state, (asked.email, *asked.guests)):
            booking = bookings.confirm(state, asked)
    except SlotTaken as error:
        return _form(state, bookable, fields, {"": str(error)}, status=409, instead=_near(state, bookable, asked))
    except BadLink as error:
        return _times(state, bookable, problem=str(stale_times(error)), status=422)
    except (BookingRefused, KeyReused) as error:
        return _form(state, bookable, fields, {"": str(error)}, status=kinds.kind_of(error)[0])
    agendas.with_link(state, booking)
    return see_other(f"{state.links.manage_url(booking.id)}?new=1")


def manage(token: str) -> Response:
    """Show a booking to its invitee, and other times if they want to move it."""
    state = current_state()
    return _manage(state, agendas.get(state, state.links.read_manage_token(token)))


def reschedule(token: str) -> Response:
    """Move a booking."""
    state = current_state()
    ensure_not_too_many(state)
    booking_id = state.links.read_manage_token(token)
    try:
        fields = forms.checked(forms.MoveForm(bodies.fields()))
        with telling(state, told(state, booking_id)):
            bookings.reschedule(state, booking_id, forms.instant(fields["start"]), fields["token"])
    except (BadInput, SlotTaken, BookingEnded) as error:
        return _manage(state, agendas.get(state, booking_id), problem=error)
    except BadLink as error:
        return _manage(state, agendas.get(state, booking_id), problem=stale_times(error))
    return see_other(f"{state.links.manage_url(booking_id)}?moved=1")


def cancel(token: str) -> Response:
    """Cancel a booking."""
    state = current_state()
    ensure_not_too_many(state)
    booking_id = state.links.read_manage_token(token)
    try:
        fields = forms.checked(forms.CancelForm(bodies.fields()))
        bookings.cancel(state, booking_id, by=EndedReason.INVITEE, words=fields["reason"] or None)
    except (BadInput, BookingEnded) as error:
        return _manage(state, agendas.get(state, booking_id), problem=error)
    return see_other(state.links.manage_url(booking_id))


def _times(state: State, bookable: Bookable, *, problem: str | None = None, status: int = 200) -> Response:
    days = _range(_zone(bookable))
    offer = availability.offer(state, bookable, days, now=datetime.now(UTC))
    return replies.page(
        "book_times.html",
        status,
        bookable=bookable,
        page_url=state.links.book_url(bookable.host.slug or "", bookable.event.slug),
        problem=problem,
        carried=_carried(),
        **_choosing(offer, days),
    )


def _form(
    state: State,
    bookable: Bookable,
    fields: MultiDict[str, str],
    errors: dict[str, str],
    *,
    status: int = 200,
    instead: Sequence[Choice] = (),
) -> Response:
    """Show the form with what was typed; with times to choose from ``instead`` of one that is taken."""
    try:
        start = forms.instant(fields.get("start"))
    except ValueError:
        return _times(state, bookable, problem="Choose one of the offered times.", status=422)
    time_zone = fields.get("tz", "")
    end = start + timedelta(minutes=bookable.event.duration_minutes)
    return replies.page(
        "book_form.html",
        status,
        bookable=bookable,
        page_url=state.links.book_url(bookable.host.slug or "", bookable.event.slug),
        fields=fields,
        # New for each form, never the one that was sent: who has a booking's key is given its links, and a form
        # comes back to whoever another site made send it, with that site's key in it.
        key=secrets.token_urlsafe(16),
        errors=errors,
        has_mail=state.has_mail,
        instead=instead,
        carried=_carried(),
        token=fields.get("token") or state.links.slot_token(bookable.event_type_id, datetime.now(UTC)),
        when=times.spell(start, end, _known(time_zone) or bookable.schedule.time_zone, _locale()),
    )


def _manage(state: State, booking: values.Booking, *, problem: ZoomBlueprintError | None = None) -> Response:
    is_open = booking.status != values.BookingStatus.CANCELLED and booking.end > datetime.now(UTC)
    context: dict[str, Any] = {}
    if is_open and (request.args.get("move") or isinstance(problem, SlotTaken | ExpiredLink)):
        try:
            bookable = bookings.bookable_again(state, booking.id)
            days = _range(_known(request.args.get("tz")) or booking.time_zone)
            offer = availability.offer(state, bookable, days, now=datetime.now(UTC), moving=booking.id)
            context = _choosing(offer, days)
        except (NotFound, BookingEnded) as error:
            problem = problem or error
    return replies.page(
        "manage.html",
        200 if problem is None else kinds.kind_of(problem)[0],
        booking=booking,
        when=times.spell(booking.start, booking.end, booking.time_zone, booking.locale),
        reason=reasons.for_invitee(booking),
        is_open=is_open,
        is_new=bool(request.args.get("new")),
        is_moved=bool(request.args.get("moved")),
        has_mail=state.has_mail,
        is_coming=booking.meeting_status is MeetingStatus.COMING,
        manage_url=state.links.manage_url(booking.id),
        ics_url=state.links.invite_url(booking.id),
        book_url=state.links.book_url(booking.host.slug or "", booking.event.slug),
        problem=str(problem) if problem else None,
        **context,
    )


def _choosing(offer: Offer, days: Range) -> dict[str, Any]:
    """Return what a page needs to let somebody choose a time."""
    starts = [datetime.fromtimestamp(second, UTC) for second in offer.starts or []]
    place = zone(days.time_zone)
    grouped = groupby(starts, key=lambda start: start.astimezone(place).date())
    today = datetime.now(place).date()
    earlier = max(days.first - timedelta(days=_DAYS), today)
    return {
        "days": [_day(list(group), days.time_zone) for _, group in grouped],
        "token": offer.token,
        "time_zone": days.time_zone,
        "zones": sorted(available_timezones()),
        "earlier": earlier.isoformat() if days.first > today else None,
        "later": (days.last + timedelta(days=1)).isoformat() if days.last - today < _FURTHEST else None,
        "first": days.first.isoformat(),
    }


def _near(state: State, bookable: Bookable, asked: bookings.Request) -> list[Choice]:
    """Return the offered times closest to one that is taken, in their order."""
    offer, days = nearest(state, bookable, asked.start, asked.time_zone)
    starts = [datetime.fromtimestamp(second, UTC) for second in offer.starts or []]
    closest = sorted(sorted(starts, key=lambda start: abs(start - asked.start))[:_NEAREST])
    return [Choice(zulu(start), times.moment(start, days.time_zone, _locale())) for start in closest]


def _day(starts: list[datetime], time_zone: str) -> Day:
    label = times.day(starts[0], time_zone, _locale())
    return Day(label, [Choice(zulu(start), times.clock(start, time_zone, _locale())) for start in starts])


def _locale() -> str:
    """Return what dates and numbers follow: they are in one language with the page."""
    return reading.of_visitor().locale


def _carried() -> list[tuple[str, str]]:
    """Return what travels from the first page to the booking: where the visitor came from, and a wished language."""
    found = forms.context_of(request.values)
    came_from = request.referrer or ""
    if came_from and urlsplit(came_from).netloc != request.host:
        found.setdefault("referrer", came_from[:_LONGEST_REFERRER])
    wished = {"lang": reading.tag(reading.of_visitor())} if request.args.get("lang") else {}
    return [*found.items(), *wished.items()]


def _zone(bookable: Bookable) -> str:
    return _known(request.values.get("tz")) or bookable.schedule.time_zone


def _known(time_zone: str | None) -> str | None:
    try:
        return zone(time_zone).key if time_zone else None
    except ValueError:
        return None


def _range(time_zone: str) -> Range:
    today = datetime.now(zone(time_zone)).date()
    try:
        first = max(datetime.fromisoformat(request.args.get("from", "")).date(), today)
    except ValueError:
        first = today
    first = min(first, today + _FURTHEST)
    return Range(first, first + timedelta(days=_DAYS - 1), time_zone)

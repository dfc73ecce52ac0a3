"""The hosted booking pages; they work without JavaScript."""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import Final
from urllib.parse import quote

from flask import Response, request
from werkzeug.datastructures import MultiDict

from zoom_blueprint.errors import BadInput, BadLink, BookingRefused, ExpiredLink, KeyReused, NotFound, SlotTaken
from zoom_blueprint.languages import said
from zoom_blueprint.services import availability, bookables, bookings, first_tries, times
from zoom_blueprint.services.bookables import Bookable
from zoom_blueprint.state import State, current_state
from zoom_blueprint.web import bodies, choosing, contexts, forms, guards, kinds, looks, prefills, reading, replies
from zoom_blueprint.web.asking_sites import ensure_may_book
from zoom_blueprint.web.choosing import Day
from zoom_blueprint.web.guards import TooEarly
from zoom_blueprint.web.kinds import TooMany
from zoom_blueprint.web.limits import Post, posting, tally
from zoom_blueprint.web.signed_in import see_other
from zoom_blueprint.web.visitor import nearest, read_booking

_MOST_CARRIED: Final = 3000  # characters of an address: they stand in the link of each offered time


def book(host: str, event: str) -> Response:
    """Show the offered times, or the form for a chosen one."""
    state = current_state()
    bookable = bookables.look_up(state, host, event)
    start = request.args.get("start", "")
    if start:
        chosen = {"start": start, "tz": choosing.asked_zone(bookable.schedule.time_zone)}
        return _form(state, bookable, MultiDict(prefills.of_query(bookable.event.questions) | chosen), {})
    looks.count_page(state, bookable)
    return _times(state, bookable)


def confirm(host: str, event: str) -> Response:
    """Make a booking and go to its page; whatever is wrong is said beside what was typed."""
    state = current_state()
    try:
        with posting(state) as post:
            return _confirm(state, bookables.look_up(state, host, event), bodies.fields(), post)
    except TooMany as error:
        return _too_many(state, host, event, error)


def _confirm(state: State, bookable: Bookable, fields: MultiDict[str, str], post: Post) -> Response:
    ensure_may_book(state, bookable, fields.get("page_url", ""))
    try:
        asked = read_booking(bookable, fields, token=_good_token(state, bookable, fields))
        guards.ensure_not_early(state, fields)
        guards.admit(state, bookable, fields, asked)
    except BadInput as error:
        return _form(state, bookable, fields, error.errors, status=422, is_early=isinstance(error, TooEarly))
    except BadLink:
        return _once_more(state, bookable, fields)
    except TooMany as error:
        return _wait(state, bookable, fields, error)
    try:
        booking = bookings.confirm(state, asked, bookable=bookable, tally=tally(state, bookable, asked, post))
    except SlotTaken as error:
        offer, days = nearest(state, bookable, asked.start, asked.time_zone)
        instead = choosing.nearest(offer, days, asked.start)
        return _form(state, bookable, fields, {"": str(error)}, status=409, instead=instead)
    except BadLink:
        return _once_more(state, bookable, fields)
    except (BookingRefused, KeyReused) as error:
        return _form(state, bookable, fields, {"": str(error)}, status=kinds.kind_of(error)[0])
    except TooMany as error:
        return _wait(state, bookable, fields, error)
    first_tries.with_link(state, booking)
    return see_other(f"{state.links.manage_url(booking.id)}?new=1")


def _too_many(state: State, host: str, event: str, error: TooMany) -> Response:
    """Show the form again with what was typed; where there is nothing to book, only say that it was too much."""
    try:
        bookable = bookables.look_up(state, host, event)
    except NotFound:
        raise error from None
    return _wait(state, bookable, bodies.fields(), error)


def _good_token(state: State, bookable: Bookable, fields: MultiDict[str, str]) -> str:
    """Return the token that was sent, or a new one in the place of one that is too old.

    Who filled in the form for an hour books the time if it is still offered now. A proof of work is bound to its token
    though, so there the form comes again with another.

    Raises:
        BadLink: the token is forged, or too old and cannot be replaced.
    """
    token, now = fields.get("token", ""), datetime.now(UTC)
    try:
        if token:
            state.links.read_slot_token(token, bookable.event_type_id, now)
    except ExpiredLink:
        if state.config.proof_of_work:
            raise
        return state.links.slot_token(bookable.event_type_id, now)
    return token


def _once_more(state: State, bookable: Bookable, fields: MultiDict[str, str]) -> Response:
    fields.pop("token", None)
    words = said("This page was open for a long time. Nothing is lost: please confirm once more.")
    return _form(state, bookable, fields, {"": words}, status=422)


def _wait(state: State, bookable: Bookable, fields: MultiDict[str, str], error: TooMany) -> Response:
    response = _form(state, bookable, fields, {"": str(error)}, status=kinds.kind_of(error)[0])
    response.headers["Retry-After"] = str(error.seconds)
    return response


def _times(state: State, bookable: Bookable, *, problem: str | None = None, status: int = 200) -> Response:
    days = choosing.asked_days(choosing.asked_zone(bookable.schedule.time_zone))
    offer = availability.offer(state, bookable, days, now=datetime.now(UTC))
    return replies.framed_by(
        bookable.allowed_sites,
        "book_times.html",
        status,
        bookable=bookable,
        page_url=state.links.book_url(bookable.host.slug or "", bookable.event.slug),
        problem=problem,
        carried=[*_carried(), *prefills.of_query(bookable.event.questions).items()],
        **choosing.choices(offer, days),
    )


def _form(
    state: State,
    bookable: Bookable,
    fields: MultiDict[str, str],
    errors: dict[str, str],
    *,
    status: int = 200,
    instead: Sequence[Day] = (),
    is_early: bool = False,
) -> Response:
    """Show the form with what was typed; with times to choose from ``instead`` of one that is taken.

    One that ``is_early`` was sent before its script ran, which then sends it again by itself, with a proof of work.
    """
    try:
        start = forms.instant(fields.get("start"))
    except ValueError:
        return _times(state, bookable, problem=said("Choose one of the offered times."), status=422)
    time_zone = choosing.known_zone(fields.get("tz", "")) or bookable.schedule.time_zone
    end = start + timedelta(minutes=bookable.event.duration_minutes)
    return replies.framed_by(
        bookable.allowed_sites,
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
        is_early=is_early,
        carried=_carried(),
        prefill=list(prefills.of_query(bookable.event.questions).items()),
        proof_of_work=state.config.proof_of_work,
        token=fields.get("token") or state.links.slot_token(bookable.event_type_id, datetime.now(UTC)),
        when=times.spell(start, end, time_zone, reading.of_visitor().locale),
    )


def _carried() -> list[tuple[str, str]]:
    """Return what travels from the first page to the booking: where the visitor came from, and a wished language."""
    found = contexts.context_of(request.values)
    if came_from := contexts.referrer():
        found.setdefault("referrer", came_from)
    lengths = accumulate(len(quote(value)) for value in found.values())
    found = dict(pair for pair, length in zip(found.items(), lengths, strict=True) if length <= _MOST_CARRIED)
    wished = {"lang": reading.tag(reading.of_visitor())} if request.args.get("lang") else {}
    return [*found.items(), *wished.items()]

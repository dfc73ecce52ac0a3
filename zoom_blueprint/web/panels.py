"""What a panel shows of one booking: everything its host may know of it, and the ways to change it."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from babel import Locale
from flask import Response, request

from zoom_blueprint import values
from zoom_blueprint.languages import language
from zoom_blueprint.services import attendances, clients, connections, event_words, previews, times
from zoom_blueprint.state import State
from zoom_blueprint.values import BookingStatus, Conference, Host
from zoom_blueprint.web import agenda, history, parked_work, reading, recent, replies, sources

_MOST_OF_CLIENT = 20


def panel(
    state: State, host: Host, booking: values.Booking, *, errors: Mapping[str, str] | None = None
) -> dict[str, object]:
    """Return what ``_panel.html`` needs as ``panel``, with what is wrong with a sent form if something is.

    A page that includes it hands ``has_mail`` and an ``ActionForm`` as ``form`` over too, has the styles of
    ``pages-desk.css``, and lets ``lead_to_zoom`` have its answer. ``panel_level`` is the level
    of its heading, 1 unless the page says otherwise; ``panel_back`` is what an address says to lead back to the page
    when another booking of the same person was cancelled there.
    """
    now = datetime.now(UTC)
    theirs, has_more = clients.bookings(state, host.id, booking.email, limit=_MOST_OF_CLIENT)
    locale = reading.of_host(host).locale
    is_cancelled = booking.status is BookingStatus.CANCELLED
    is_over = booking.end <= now
    return {
        "entry": agenda.entry(host, booking),
        "is_over": is_over,
        # Other times are looked for around the one it has.
        "from_day": (booking.start - timedelta(days=2)).date().isoformat(),
        "can_be_moved": not is_cancelled and booking.start > now,
        "event_state": event_words.state_of(booking),
        "answer": _answer(booking),
        "can_be_moved_to_zoom": not is_cancelled and _can_be_moved_to_zoom(state, booking, now),
        "ended": history.ended(booking),
        "theirs": None
        if booking.time_zone == host.time_zone
        else times.spell(booking.start, booking.end, booking.time_zone, locale),
        "their_language": Locale.parse(language(booking.locale).code).get_display_name(locale),
        "steps": history.steps(state, host, booking),
        "parked": parked_work.entries(state, host, booking),
        "became": recent.became(host, booking, attendances.of_booking(state, booking.id, now=now))
        if is_over and not is_cancelled
        else None,
        "schedule": agenda.schedule(host, [one for one in theirs if one.id != booking.id]),
        "has_more": has_more,
        "sources": sources.of_booking(booking),
        "errors": errors or {},
        "fields": request.form,
    }


def _answer(booking: values.Booking) -> str | None:
    """Return what the invitee has answered to Google's invitation."""
    event = booking.calendar
    return event_words.ANSWERS[event.response] if event and event.response and event.is_there else None


def _can_be_moved_to_zoom(state: State, booking: values.Booking, now: datetime) -> bool:
    """Return whether people meet in Google Meet, and could in Zoom."""
    if booking.conference is not Conference.MEET or booking.end <= now:
        return False
    return previews.works(booking.event, connections.all_of(state, booking.host.id))


def lead_to_zoom(page: Response) -> Response:
    """Let a page's "Start as host" end at a link of Zoom's, whatever the subdomain of the host's account."""
    page.headers["Content-Security-Policy"] = replies.content_security_policy("https://*.zoom.us")
    return page

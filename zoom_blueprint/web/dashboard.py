"""The host's dashboard: connection, upcoming bookings with their links, snippets."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, flash
from werkzeug.wrappers import Response as AnyResponse

from zoom_blueprint import values
from zoom_blueprint.errors import BadInput, BookingEnded, NotConnected, ZoomError
from zoom_blueprint.services import (
    agendas,
    bookings,
    connections,
    event_types,
    farewells,
    meetings,
    reasons,
    schedules,
    settlements,
    times,
)
from zoom_blueprint.state import State
from zoom_blueprint.values import ConnectionStatus, EndedReason, EventType, Host
from zoom_blueprint.web import forms, health, recent, replies
from zoom_blueprint.web.signed_in import for_host, see_other

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Entry:
    """One upcoming booking as the dashboard shows it."""

    booking: values.Booking
    day: str
    start: str
    end: str
    reason: str | None
    beside: list[str]
    cancelling: str
    cancelled: str | None


@dataclass(frozen=True)
class Snippet:
    """What a site owner pastes for one event type."""

    event: EventType
    url: str
    html: str
    without: str | None


def add_routes(zoom: Blueprint) -> None:
    """Add the dashboard's routes."""
    zoom.add_url_rule("/", view_func=dashboard)
    zoom.add_url_rule("/host/bookings/<booking_id>/cancel", view_func=ask_cancel)
    zoom.add_url_rule("/host/bookings/<booking_id>/cancel", view_func=cancel, methods=["POST"])
    zoom.add_url_rule("/host/bookings/<booking_id>/start", view_func=start, methods=["POST"])


@for_host
def dashboard(state: State, host: Host) -> AnyResponse:
    """Show the host how everything stands."""
    connection = connections.current(state, host.id)
    theirs = connections.all_of(state, host.id)
    page = replies.page(
        "dashboard.html",
        host=host,
        connection=connection,
        connections=theirs,
        healths=health.sections(state, host),
        may_add=connections.may_add(state, host.id),
        untold=farewells.untold(state, host.id),
        questions=settlements.questions(state, host.id),
        why_not=reasons.of_connection,
        zone=schedules.first_zone(state, host.id),
        may_not_connect=connections.may_connect(state, host),
        entries=[_entry(host, booking) for booking in agendas.upcoming(state, host.id)],
        snippets=[_snippet(state, host, event, theirs) for event in event_types.all_of(state, host.id) if event.active],
        recent=recent.entries(state, host),
        has_mail=state.has_mail,
        form=forms.ActionForm(),
    )
    # "Start as host" ends at a link of Zoom's, whatever the subdomain of the host's account.
    page.headers["Content-Security-Policy"] = replies.content_security_policy("https://*.zoom.us")
    return page


@for_host
def ask_cancel(state: State, host: Host, booking_id: str) -> AnyResponse:
    """Say what cancelling will do, and ask."""
    entry = _entry(host, agendas.of_host(state, host.id, booking_id))
    return replies.page("cancel.html", host=host, entry=entry, has_mail=state.has_mail, form=forms.ActionForm())


@for_host
def cancel(state: State, host: Host, booking_id: str) -> AnyResponse:
    """Cancel a booking; its meeting in Zoom is deleted if there is one that we still follow."""
    booking = agendas.of_host(state, host.id, booking_id)
    try:
        fields = forms.checked(forms.CancelForm())
        cancelled = bookings.cancel(state, booking.id, by=EndedReason.HOST, words=fields["reason"] or None)
    except (BadInput, BookingEnded) as error:
        flash(str(error), "zoom-problem")
    else:
        said = (f"The booking with {booking.name} is cancelled.", reasons.cancelled(cancelled))
        flash(" ".join(one for one in said if one), "zoom-success")
    return see_other(f"{state.links.base}/")


@for_host
def start(state: State, host: Host, booking_id: str) -> AnyResponse:
    """Lead the host to the link that starts the meeting, fetched now; it is in nothing but this answer."""
    try:
        forms.checked(forms.ActionForm())
        address = meetings.start_url(state, host.id, booking_id)
    except (BadInput, NotConnected, ZoomError) as error:
        _log.warning("The meeting of booking %s was not started: %s", booking_id, error)
        why = (
            "Zoom is not touched from here"
            if isinstance(error, NotConnected)
            else "Zoom did not give its link just now"
        )
        flash(f"{why}: start the meeting in Zoom itself.", "zoom-problem")
        return see_other(f"{state.links.base}/")
    response = see_other(address)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _entry(host: Host, booking: values.Booking) -> Entry:
    zone, locale = host.time_zone, host.locale
    return Entry(
        booking=booking,
        day=times.day(booking.start, zone, locale),
        start=times.clock(booking.start, zone, locale),
        end=times.clock(booking.end, zone, locale),
        reason=reasons.for_host(booking),
        beside=reasons.for_host_beside(booking),
        cancelling=reasons.cancelling(booking),
        cancelled=reasons.cancelled(booking) if booking.is_detached else None,
    )


def _snippet(state: State, host: Host, event: EventType, theirs: Sequence[values.Connection]) -> Snippet:
    working = [one.id for one in theirs if one.status is ConnectionStatus.ACTIVE]
    in_order = event.connection_id in working if event.connection_id else bool(working)
    url = state.links.book_url(host.slug or "", event.slug)
    script = f"{state.links.base}/widget/v1/book-now.js"
    html = (
        f'<script async src="{script}"></script>\n'
        f'<book-now event="{host.slug}/{event.slug}"><a class="book-now" href="{url}">Book Now</a></book-now>'
    )
    return Snippet(event, url, html, None if in_order else reasons.without_zoom(event))

"""The host's dashboard: connection, upcoming bookings with their links, snippets."""

from dataclasses import dataclass

from flask import Blueprint, flash
from werkzeug.wrappers import Response as AnyResponse

from zoom_blueprint import values
from zoom_blueprint.errors import BadInput, BookingEnded
from zoom_blueprint.services import agendas, bookings, connections, hosts, reasons, settlements, times
from zoom_blueprint.state import State
from zoom_blueprint.values import EndedReason, EventType, Host
from zoom_blueprint.web import forms, health, recent, replies
from zoom_blueprint.web.signed_in import for_host, see_other


@dataclass(frozen=True)
class Entry:
    """One upcoming booking as the dashboard shows it."""

    booking: values.Booking
    day: str
    start: str
    end: str
    reason: str | None


@dataclass(frozen=True)
class Snippet:
    """What a site owner pastes for one event type."""

    event: EventType
    url: str
    html: str


def add_routes(zoom: Blueprint) -> None:
    """Add the dashboard's routes."""
    zoom.add_url_rule("/", view_func=dashboard)
    zoom.add_url_rule("/host/bookings/<booking_id>/cancel", view_func=ask_cancel)
    zoom.add_url_rule("/host/bookings/<booking_id>/cancel", view_func=cancel, methods=["POST"])


@for_host
def dashboard(state: State, host: Host) -> AnyResponse:
    """Show the host how everything stands."""
    connection = connections.current(state, host.id)
    return replies.page(
        "dashboard.html",
        host=host,
        connection=connection,
        connections=connections.all_of(state, host.id),
        healths=health.sections(state, host),
        may_add=connections.may_add(state, host.id),
        questions=settlements.questions(state, host.id),
        why_not=reasons.of_connection,
        zone=hosts.schedule_zone(state, host.id),
        may_not_connect=connections.may_connect(state, host),
        entries=[_entry(host, booking) for booking in agendas.upcoming(state, host.id)],
        snippets=[_snippet(state, host, event) for event in hosts.event_types(state, host.id) if event.active],
        recent=recent.entries(state, host),
        has_mail=state.has_mail,
        form=forms.ActionForm(),
    )


@for_host
def ask_cancel(state: State, host: Host, booking_id: str) -> AnyResponse:
    """Say what cancelling will do, and ask."""
    entry = _entry(host, agendas.of_host(state, host.id, booking_id))
    return replies.page("cancel.html", host=host, entry=entry, has_mail=state.has_mail, form=forms.ActionForm())


@for_host
def cancel(state: State, host: Host, booking_id: str) -> AnyResponse:
    """Cancel a booking here and delete its meeting in Zoom."""
    booking = agendas.of_host(state, host.id, booking_id)
    try:
        fields = forms.checked(forms.CancelForm())
        bookings.cancel(state, booking.id, by=EndedReason.HOST, words=fields["reason"] or None)
    except (BadInput, BookingEnded) as error:
        flash(str(error), "zoom-problem")
    else:
        flash(f"The booking with {booking.name} is cancelled. Its Zoom meeting is deleted.", "zoom-success")
    return see_other(f"{state.links.base}/")


def _entry(host: Host, booking: values.Booking) -> Entry:
    zone, locale = host.time_zone, host.locale
    return Entry(
        booking=booking,
        day=times.day(booking.start, zone, locale),
        start=times.clock(booking.start, zone, locale),
        end=times.clock(booking.end, zone, locale),
        reason=reasons.for_host(booking),
    )


def _snippet(state: State, host: Host, event: EventType) -> Snippet:
    url = state.links.book_url(host.slug or "", event.slug)
    script = f"{state.links.base}/widget/v1/book-now.js"
    html = (
        f'<script async src="{script}"></script>\n'
        f'<book-now event="{host.slug}/{event.slug}"><a class="book-now" href="{url}">Book Now</a></book-now>'
    )
    return Snippet(event, url, html)

"""One booking on the host's own pages: everything about it, its start in Zoom, and its end."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from babel import Locale
from flask import request
from werkzeug.wrappers import Response as AnyResponse

from zoom_blueprint import logs, values
from zoom_blueprint.errors import BadInput, BookingEnded, NotConnected, ZoomError
from zoom_blueprint.languages import language, said
from zoom_blueprint.services import agendas, attendances, bookings, meetings, reasons, times
from zoom_blueprint.state import State
from zoom_blueprint.values import BookingStatus, EndedReason, Host
from zoom_blueprint.web import agenda, forms, history, parked_work, reading, recent, replies
from zoom_blueprint.web.signed_in import for_host, see_other, tell, warn

_log = logs.logger(__name__)


@for_host
def booking_of_host(state: State, host: Host, booking_id: str) -> AnyResponse:
    """Show a booking to its host."""
    return show(state, host, agendas.of_host(state, host.id, booking_id))


def show(state: State, host: Host, booking: values.Booking, *, errors: Mapping[str, str] | None = None) -> AnyResponse:
    """Return the page of a booking, with what is wrong with a sent form if something is."""
    now = datetime.now(UTC)
    locale = reading.of_host(host).locale
    is_cancelled = booking.status is BookingStatus.CANCELLED
    is_over = booking.end <= now
    page = replies.page(
        "booking_of_host.html",
        422 if errors else 200,
        host=host,
        entry=agenda.entry(host, booking),
        is_over=is_over,
        # Other times are looked for around the one it has.
        from_day=(booking.start - timedelta(days=2)).date().isoformat(),
        can_be_moved=not is_cancelled and booking.start > now,
        ended=history.ended(booking),
        theirs=None
        if booking.time_zone == host.time_zone
        else times.spell(booking.start, booking.end, booking.time_zone, locale),
        their_language=Locale.parse(language(booking.locale).code).get_display_name(locale),
        steps=history.steps(state, host, booking),
        parked=parked_work.entries(state, host, booking),
        became=recent.became(host, booking, attendances.of_booking(state, booking.id, now=now))
        if is_over and not is_cancelled
        else None,
        has_mail=state.has_mail,
        errors=errors or {},
        fields=request.form,
        form=forms.ActionForm(),
    )
    # "Start as host" ends at a link of Zoom's, whatever the subdomain of the host's account.
    page.headers["Content-Security-Policy"] = replies.content_security_policy("https://*.zoom.us")
    return page


@for_host
def ask_cancel(state: State, host: Host, booking_id: str) -> AnyResponse:
    """Say what cancelling will do, and ask."""
    return _ask_cancel(state, host, agendas.of_host(state, host.id, booking_id))


@for_host
def cancel(state: State, host: Host, booking_id: str) -> AnyResponse:
    """Cancel a booking; its meeting in Zoom is deleted if there is one that we still follow."""
    booking = agendas.of_host(state, host.id, booking_id)
    try:
        fields = forms.checked(forms.CancelForm())
        cancelled = bookings.cancel(state, booking.id, by=EndedReason.HOST, words=fields["reason"] or None)
    except BadInput as error:
        return _ask_cancel(state, host, booking, error.errors)
    except BookingEnded as error:
        warn(host, error)
    else:
        tell(host, said("The booking with {name} is cancelled.", name=booking.name), reasons.cancelled(cancelled))
    return see_other(f"{state.links.base}/")


@for_host
def start(state: State, host: Host, booking_id: str) -> AnyResponse:
    """Lead the host to the link that starts the meeting, fetched now; it is in nothing but this answer."""
    try:
        forms.checked(forms.ActionForm())
        address = meetings.start_url(state, host.id, booking_id)
    except (BadInput, NotConnected, ZoomError) as error:
        _log.warning("The meeting of booking %s was not started: %s", booking_id, error)
        warn(
            host,
            said("Zoom is not touched from here: start the meeting in Zoom itself.")
            if isinstance(error, NotConnected)
            else said("Zoom did not give its link just now: start the meeting in Zoom itself."),
        )
        return see_other(f"{state.links.base}/")
    response = see_other(address)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _ask_cancel(
    state: State, host: Host, booking: values.Booking, errors: Mapping[str, str] | None = None
) -> AnyResponse:
    return replies.page(
        "cancel.html",
        422 if errors else 200,
        host=host,
        entry=agenda.entry(host, booking),
        has_mail=state.has_mail,
        errors=errors or {},
        fields=request.form,
        form=forms.ActionForm(),
    )

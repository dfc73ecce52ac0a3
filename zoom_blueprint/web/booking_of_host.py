"""One booking on the host's own pages: everything about it, its start in Zoom, and its end."""

import re
from collections.abc import Mapping

from flask import request
from werkzeug.wrappers import Response as AnyResponse

from zoom_blueprint import logs, values
from zoom_blueprint.errors import BadInput, BookingEnded, NotConnected, ZoomError
from zoom_blueprint.languages import said
from zoom_blueprint.services import agendas, bookings, meetings, reasons
from zoom_blueprint.state import State
from zoom_blueprint.values import EndedReason, Host
from zoom_blueprint.web import agenda, forms, panels, places, replies
from zoom_blueprint.web.signed_in import for_host, see_other, tell, warn

# A person's page, or another booking of the same person.
_WAYS_BACK = {"client": "clients", "of": "host/bookings"}
_ID = re.compile(r"[0-9a-f]{32}")
_log = logs.logger(__name__)


@for_host
def booking_of_host(state: State, host: Host, booking_id: str) -> AnyResponse:
    """Show a booking to its host."""
    return show(state, host, agendas.of_host(state, host.id, booking_id))


def show(state: State, host: Host, booking: values.Booking, *, errors: Mapping[str, str] | None = None) -> AnyResponse:
    """Return the page of a booking, with what is wrong with a sent form if something is."""
    page = replies.page(
        "booking_of_host.html",
        422 if errors else 200,
        host=host,
        panel=panels.panel(state, host, booking, errors=errors),
        has_mail=state.has_mail,
        form=forms.ActionForm(),
    )
    return panels.lead_to_zoom(page)


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
    return see_other(_way_back(state, booking.id))


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
        back=_back(),
        way_back=_way_back(state),
        form=forms.ActionForm(),
    )


def _back() -> dict[str, str]:
    """Return what an address says of the page from which the host came: one about a person, else the calendar."""
    about = {name: found for name in _WAYS_BACK if _ID.fullmatch(found := request.args.get(name, ""))}
    return about or places.of(request.args).arguments


def _way_back(state: State, cancelled: str | None = None) -> str:
    for name, booking_id in _back().items():
        if name in _WAYS_BACK:
            return f"{state.links.base}/{_WAYS_BACK[name]}/{booking_id}"
    place = places.of(request.args)
    return f"{state.links.base}/{(place.without(cancelled) if cancelled else place).query}"

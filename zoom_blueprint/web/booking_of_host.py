"""One booking on the host's own pages: everything about it, and its end."""

from collections.abc import Mapping

from flask import request
from werkzeug.wrappers import Response as AnyResponse

from zoom_blueprint import values
from zoom_blueprint.errors import BadInput, BookingEnded
from zoom_blueprint.languages import said
from zoom_blueprint.services import agendas, bookings, reasons
from zoom_blueprint.state import State
from zoom_blueprint.values import EndedReason, Host
from zoom_blueprint.web import agenda, forms, panels, replies, ways_back
from zoom_blueprint.web.signed_in import for_host, see_other, tell, warn


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
    return see_other(ways_back.address(state, without=booking.id))


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
        back=ways_back.asked(),
        way_back=ways_back.address(state),
        form=forms.ActionForm(),
    )

"""The host's answer to a booking that awaits it."""

from flask import request
from werkzeug.wrappers import Response as AnyResponse

from zoom_blueprint import values
from zoom_blueprint.errors import BadInput, BookingEnded, SlotTaken
from zoom_blueprint.languages import said
from zoom_blueprint.services import agendas, approvals
from zoom_blueprint.state import State
from zoom_blueprint.values import EndedReason, Host
from zoom_blueprint.web import forms, history, ways_back
from zoom_blueprint.web.booking_of_host import show
from zoom_blueprint.web.signed_in import for_host, see_other, tell, told_by_mail, warn


@for_host
def approve(state: State, host: Host, booking_id: str) -> AnyResponse:
    """Confirm a booking, as it was when the host looked at it."""
    booking = agendas.of_host(state, host.id, booking_id)
    try:
        approvals.approve(state, booking.id, sequence=_sequence())
    except (BookingEnded, SlotTaken) as error:
        warn(host, error)
    else:
        tell(host, said("You approved the booking with {name}.", name=booking.name), told_by_mail(state, booking.name))
    return _back(state, booking)


@for_host
def decline(state: State, host: Host, booking_id: str) -> AnyResponse:
    """Turn a booking down."""
    booking = agendas.of_host(state, host.id, booking_id)
    try:
        words = forms.checked(forms.CancelForm())["reason"] or None
        declined = approvals.decline(state, booking.id, words=words)
    except BadInput as error:
        return show(state, host, booking, errors=error.errors)
    except BookingEnded as error:
        warn(host, error)
    else:
        if declined.ended_reason is EndedReason.DECLINED:
            tell(
                host, said("You declined the request of {name}.", name=booking.name), told_by_mail(state, booking.name)
            )
        else:
            warn(host, said("{what}.", what=history.ended(declined)))
    return _back(state, booking)


def _back(state: State, booking: values.Booking) -> AnyResponse:
    is_alone = request.form.get("back") == "booking"
    return see_other(ways_back.to_booking(state, booking.id) if is_alone else f"{state.links.base}/")


def _sequence() -> int | None:
    """Return the sequence that the host saw, an impossible one where it is no number; None where none was sent."""
    given = request.form.get("sequence")
    return None if given is None else request.form.get("sequence", -1, type=int)

"""A booking that is met in Google Meet, moved to Zoom by its host."""

from werkzeug.wrappers import Response as AnyResponse

from zoom_blueprint.errors import BadInput, BookingEnded, NotConnected
from zoom_blueprint.languages import said
from zoom_blueprint.services import agendas, moves
from zoom_blueprint.state import State
from zoom_blueprint.values import Host
from zoom_blueprint.web import limits, ways_back
from zoom_blueprint.web.signed_in import for_host, see_other, tell, warn


@for_host
def move_to_zoom(state: State, host: Host, booking_id: str) -> AnyResponse:
    """Have a Zoom meeting made in the place of the Google Meet link; people are told when Zoom has given its own."""
    booking = agendas.of_host(state, host.id, booking_id)
    try:
        with limits.retelling(state, (booking.email, *booking.guests)):
            moves.to_zoom(state, booking.id)
    except (BookingEnded, NotConnected) as error:
        warn(host, error)
    except BadInput as error:
        warn(host, *error.errors.values())
    else:
        tell(host, said("The Zoom meeting is being made. The Google Meet link holds until then."))
    return see_other(ways_back.to_booking(state, booking.id))

"""The way of a host into a meeting of theirs, by the link that Zoom gives for it."""

from werkzeug.wrappers import Response as AnyResponse

from zoom_blueprint import logs, values
from zoom_blueprint.errors import (
    NotConnected,
    ZoomBlueprintError,
    ZoomError,
    ZoomMeetingNotFound,
    ZoomRateLimited,
    ZoomScopeMissing,
)
from zoom_blueprint.languages import said
from zoom_blueprint.services import agendas, meetings
from zoom_blueprint.state import State
from zoom_blueprint.values import Host
from zoom_blueprint.web import ways_back
from zoom_blueprint.web.signed_in import for_host, see_other, warn

_log = logs.logger(__name__)


@for_host
def start(state: State, host: Host, booking_id: str) -> AnyResponse:
    """Lead the host to the link that starts the meeting, fetched now; it is in nothing but this answer.

    Where Zoom gives none, the booking is opened beside the calendar, with what is to be done.
    """
    booking = agendas.of_host(state, host.id, booking_id)
    try:
        address = meetings.start_url(state, host.id, booking_id)
    except (NotConnected, ZoomError) as error:
        _log.warning("The meeting of booking %s was not started: %s", booking_id, error)
        warn(host, said("The meeting with {name} was not started.", name=booking.name), *_advice(booking, error))
        return see_other(ways_back.to_panel(state, booking_id))
    response = see_other(address)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _advice(booking: values.Booking, error: ZoomBlueprintError) -> tuple[str, ...]:
    in_zoom = said("Until then start the meeting in Zoom itself.")
    if booking.is_detached:
        return (said("Zoom is not touched from here: start the meeting in Zoom itself."),)
    if isinstance(error, NotConnected):
        return (str(error), in_zoom) if booking.join_url and not booking.is_own_link else (str(error),)
    if isinstance(error, ZoomMeetingNotFound):
        return (said("Zoom has no such meeting any more. Move or cancel the booking, or give it a link of its own."),)
    if isinstance(error, ZoomScopeMissing):
        return said(
            "The connection to Zoom lacks a permission for this. Reconnect Zoom, and allow all it asks for."
        ), in_zoom
    if isinstance(error, ZoomRateLimited):
        return said("Zoom asks for a pause. Press “Start as host” again in a minute."), in_zoom
    return (
        said("Zoom did not give its link just now. Press “Start as host” again, or start the meeting in Zoom itself."),
    )

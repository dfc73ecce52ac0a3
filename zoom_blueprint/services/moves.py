"""Moves to Zoom: a booking that is met in Google Meet gets a meeting in Zoom after all, because its host says so."""

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from zoom_blueprint import logs, values
from zoom_blueprint.errors import BadInput, NotConnected
from zoom_blueprint.languages import said
from zoom_blueprint.services import agendas, calendar_facts, changes, claims, connections, edits, hosts
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.values import BookingStatus, ConnectionStatus

_log = logs.logger(__name__)


def to_zoom(state: State, booking_id: str) -> values.Booking:
    """Have a meeting made in Zoom for a booking that is met in Google Meet; asking for it twice changes nothing more.

    The Meet link holds until Zoom has given its own: then the event is changed, and everybody is told.

    Raises:
        NotFound: there is no such booking.
        BadInput: it is not met in Google Meet, or awaits approval.
        BookingEnded: it is cancelled or over.
        NotConnected: no connection to Zoom works.
    """
    booking = agendas.get(state, booking_id)

    def work(session: Session) -> values.Booking:
        now = datetime.now(UTC)
        hosts.lock(session, booking.host.id)
        row, _, event, meeting, calendar = changes.load(session, booking_id)
        edits.ensure_open(row, now)
        if row.status == BookingStatus.PENDING:
            raise BadInput({"booking": said("Answer the request first: a link is for a booking that stands.")})
        if meeting is None or not calendar_facts.is_met_in(calendar):
            raise BadInput({"booking": said("This booking is not met in Google Meet.")})
        connection = connections.chosen(session, row.host_id, event.connection_id)
        if connection is None or connection.status != ConnectionStatus.ACTIVE:
            raise NotConnected(said("Zoom is not connected. Press Connect Zoom on the dashboard."))
        meeting.wanted = True
        session.flush()
        claims.wish(session, models.Meeting, models.Meeting.id == meeting.id, now)
        return changes.snapshot(state, session, booking_id)

    with logs.about(booking=booking_id, host=booking.host.id):
        moved = state.database.write(work)
        _log.info("the host moved the meeting to Zoom")
    state.work.wake()
    return moved

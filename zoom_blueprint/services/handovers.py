"""Handovers: a meeting that Zoom cannot make is met in Google Meet, for good, where its event type says so."""

from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from zoom_blueprint import logs
from zoom_blueprint.services import calendar_rows, claims, closings, hosts, remarks
from zoom_blueprint.services.claims import Claimed
from zoom_blueprint.services.wishes import Wish
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.values import Conference, ConnectionStatus, WithoutZoom

_log = logs.logger(__name__)


def to_calendar(state: State, claimed: Claimed, wish: Wish) -> bool:
    """Hand a meeting over whose host's Zoom does not work, and close its claim; False when it is to wait for Zoom.

    That is so without a host's calendar that works, or after people were told of a link of Zoom's. It stays in Google
    Meet when Zoom is connected again, until the host moves it.
    """
    booking = wish.booking
    may = booking.event.without_zoom is WithoutZoom.CALENDAR and wish.wanted and wish.zoom_meeting_id is None
    if not may or booking.calendar is None or booking.conference is not Conference.ZOOM:
        return False

    def work(session: Session) -> bool:
        hosts.lock(session, booking.host.id)
        meeting = closings.held(session, models.Meeting, claimed)
        calendar = _working(session, booking.id)
        if meeting is None or meeting.wanted_version != claimed.version or calendar is None:
            return False
        now = datetime.now(UTC)
        meeting.wanted = False
        remarks.clear_reason(meeting)
        calendar.conference = Conference.MEET
        session.flush()
        claims.finish(session, models.Meeting, claimed, now, again_at=meeting.unsure_until)
        calendar_rows.wish(session.connection(), booking.id, now)
        return True

    is_handed_over = state.database.write(work)
    if is_handed_over:
        _log.info("Zoom does not work, so this booking is met in Google Meet")
        state.work.wake()
    return is_handed_over


def _working(session: Session, booking_id: str) -> models.CalendarEvent | None:
    calendar, connection = models.CalendarEvent, models.Connection
    return session.scalars(
        select(calendar)
        .join(connection, connection.id == calendar.connection_id)
        .where(
            calendar.booking_id == booking_id,
            calendar.detached.is_(False),
            connection.status == ConnectionStatus.ACTIVE,
        )
        .execution_options(populate_existing=True)
    ).one_or_none()

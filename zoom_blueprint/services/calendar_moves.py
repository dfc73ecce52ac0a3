"""Calendar moves: where an event is by now that its host has put into another of their calendars.

Google keeps its id, and shows it as cancelled where it was
(https://developers.google.com/workspace/calendar/api/v3/reference/events/move).
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from zoom_blueprint import logs
from zoom_blueprint.errors import GoogleNotFound, GoogleRejected
from zoom_blueprint.google_api.client import GoogleClient
from zoom_blueprint.google_api.events import Event
from zoom_blueprint.services import closings
from zoom_blueprint.services.calendar_wishes import EventWish
from zoom_blueprint.services.claims import Claimed, ClaimLost
from zoom_blueprint.services.records import CALL_NEEDS
from zoom_blueprint.state import State
from zoom_blueprint.store import models

_log = logs.logger(__name__)


def follow(
    state: State, claimed: Claimed, wish: EventWish, ask: Callable[[Callable[[GoogleClient], Event]], Event]
) -> bool:
    """Note the calendar in which an event stands that is gone from its own; False when it is in none that we know.

    Calendars that the host may only read hold copies of what they were invited to, if anything. Noting it closes the
    claim, and the event is looked at there.

    Raises:
        ClaimLost: there is no time left to ask for it in all of them.
        GoogleError: one of them gave no clear answer, so nobody can say that it was deleted.
    """
    for calendar_id in state.database.read(lambda session: _others(session, wish)):
        if claimed.until - datetime.now(UTC) < CALL_NEEDS:
            raise ClaimLost
        try:
            found = ask(lambda google, place=calendar_id: google.get(place, wish.event_id))  # type: ignore[misc]
        except (GoogleNotFound, GoogleRejected):
            continue
        if not found.is_gone:
            _note(state, claimed, calendar_id)
            return True
    return False


def _others(session: Session, wish: EventWish) -> Sequence[str]:
    calendar = models.Calendar
    mine = (calendar.connection_id == wish.connection_id, calendar.is_writable)
    return session.scalars(
        select(calendar.calendar_id).where(*mine, calendar.calendar_id != wish.calendar_id).order_by(calendar.id)
    ).all()


def _note(state: State, claimed: Claimed, calendar_id: str) -> None:
    def work(session: Session, row: models.CalendarEvent, now: datetime) -> None:
        del session, now
        row.calendar_id, row.look_again = calendar_id, True

    _log.info("the host has moved the event to another calendar")
    closings.close(state, models.CalendarEvent, claimed, work, again_at=datetime.now(UTC))

"""Calendar signs: whether it is known how busy the hosts are whose calendars at Google count."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from zoom_blueprint.services.findings import Finding, Name, bad, counted, ok, warn
from zoom_blueprint.state import State
from zoom_blueprint.store import models

_NEW = timedelta(minutes=5)


def of_calendars(state: State) -> Iterator[Finding]:
    """Yield what is found out about calendars, where the site has a client of Google's."""
    if not state.config.has_google:
        return
    now = datetime.now(UTC)
    oldest = now - timedelta(seconds=state.config.busy_max_age)
    known, old, unreadable = state.database.read(lambda session: _counts(session, now, oldest))
    if old:
        yield bad(
            Name.CALENDARS,
            f"nobody has known for more than {state.config.busy_max_age} seconds how busy {counted(old, 'host')} are",
            "They can be booked only if they chose so. Look at 'due duties' and at their connections to Google; the "
            "log says what Google answers.",
        )
    elif unreadable:
        yield warn(
            Name.CALENDARS,
            f"Google does not show {counted(unreadable, 'calendar')} any more",
            "What was known of them still counts. Their hosts choose others, or have them shared again.",
        )
    else:
        yield ok(Name.CALENDARS, f"{counted(known, 'host')} with busy times from Google")


def _counts(session: Session, now: datetime, oldest: datetime) -> tuple[int, int, int]:
    """Return how many hosts have calendars that count, of how many nobody knows how busy, and what cannot be read."""
    table, calendar, connection = models.Timetable, models.Calendar, models.Connection
    known = select(func.count()).select_from(table).join(connection, connection.id == table.connection_id)
    is_old = or_(table.asked_at < oldest, table.asked_at.is_(None) & (connection.connected_at < now - _NEW))
    unreadable = select(func.count()).where(calendar.trouble.is_not(None), calendar.blocks | calendar.is_target)
    numbers = [session.scalar(query) or 0 for query in (known, known.where(is_old), unreadable)]
    return numbers[0], numbers[1], numbers[2]

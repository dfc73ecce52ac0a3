"""Syncs: what a host's calendars at Google say is read there, outside any transaction, and written down in one."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from zoom_blueprint import logs
from zoom_blueprint.errors import GoogleNotFound, GoogleRejected, GoogleScopeMissing, NotConnected, ProviderError
from zoom_blueprint.services import busy_times, channels, connections, duties, google_calendars, hosts, readings, tokens
from zoom_blueprint.services.duties import DutyName
from zoom_blueprint.services.readings import Asked, Found
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.values import ConnectionStatus, Provider

if TYPE_CHECKING:  # a site without Google does not load it
    from zoom_blueprint.google_api.client import GoogleClient
    from zoom_blueprint.google_api.payloads import CalendarEntry

_EVERY = timedelta(minutes=4, seconds=30)
_SOON = timedelta(seconds=1)
_DAY = timedelta(days=1)
_log = logs.logger(__name__)


@dataclass(frozen=True)
class _Account:
    connection_id: str
    host_id: str
    listed_at: datetime | None


def keep(state: State, connection_id: str) -> datetime | None:
    """Read what has changed in a connection's calendars, and return when to look again; None when it is cut.

    Once a day their list and all that is in them is read anew: Google does not tell of each instance that a series
    gains as time goes by, nor for sure of those that it has lost.

    Raises:
        ProviderError: Google gave no answer for one of them at least; come back later.
    """
    now = datetime.now(UTC)
    account = state.database.read(lambda session: _account(session, connection_id))
    if account is None:
        return None
    try:
        if account.listed_at is None or account.listed_at <= now - _DAY:
            _list(state, account, now)
        is_done = _read_all(state, account, now)
        is_done = not channels.renew(state, connection_id, now) and is_done
    except NotConnected:  # lost or cut while we were at it; connecting again begins anew
        return None
    connections.note_answer(state, connection_id)
    return now + (_EVERY if is_done else _SOON)


def refresh(state: State, connection_id: str, *, budget: timedelta) -> None:
    """Read what has changed in those calendars of a connection that count as busy; each call takes ``budget`` at most.

    Of a connection that is new their list is read first.

    Raises:
        NotConnected, ProviderError: nothing more is known than before.
    """
    now = datetime.now(UTC)
    account = state.database.read(lambda session: _account(session, connection_id))
    if account is not None and account.listed_at is None:
        _list(state, account, now, budget)
    asked = state.database.read(lambda session: _asked(session, connection_id, now))
    results = [_read(state, one, now, budget) for one in asked if one.blocks]
    if not all(results):
        state.database.write(lambda session: duties.want(session, DutyName.CALENDAR, connection_id, now))
        state.work.wake()


def _account(session: Session, connection_id: str) -> _Account | None:
    row = session.get(models.Connection, connection_id)
    if row is None or row.provider != Provider.GOOGLE or row.status == ConnectionStatus.INACTIVE:
        return None
    calendar = models.Calendar
    query = select(calendar.listed_at).where(calendar.connection_id == connection_id).order_by(calendar.listed_at)
    return _Account(connection_id, row.host_id, session.scalars(query.limit(1)).first())


def _list(state: State, account: _Account, now: datetime, budget: timedelta | None = None) -> None:
    def ask(client: "GoogleClient") -> list["CalendarEntry"]:
        return list(client.calendars())

    listed = tokens.with_google(state, account.connection_id, ask, budget=budget)

    def work(session: Session) -> None:
        hosts.lock(session, account.host_id)
        row = session.get(models.Connection, account.connection_id)
        if row is not None and row.status != ConnectionStatus.INACTIVE:
            google_calendars.keep_list(session, row, listed, now)

    state.database.write(work)


def _read_all(state: State, account: _Account, now: datetime) -> bool:
    """Read each calendar; False when one is to be read anew as a whole, or is not in the list any more."""
    is_done, first_error = True, None
    for one in state.database.read(lambda session: _asked(session, account.connection_id, now)):
        try:
            is_done = _read(state, one, now) and is_done
        except (GoogleNotFound, GoogleRejected, GoogleScopeMissing) as error:
            _log.warning("a calendar cannot be read: %s", error)
            is_new = state.database.write(partial(_note_trouble, one.row_id, error.reason or "notFound"))
            if is_new:  # it may be gone
                _list(state, account, now)
        except ProviderError as error:
            first_error = first_error or error
    if first_error is not None:
        raise first_error
    return is_done


def _asked(session: Session, connection_id: str, now: datetime) -> list[Asked]:
    """Return what to ask about the calendars that count, that bookings are put into, or that have some of them."""
    calendar, event, booking = models.Calendar, models.CalendarEvent, models.Booking
    to_come = (
        select(event.calendar_id)
        .join(booking, booking.id == event.booking_id)
        .where(event.connection_id == connection_id, booking.ends_at > now)
    )
    rows = session.scalars(
        select(calendar).where(
            calendar.connection_id == connection_id,
            or_(calendar.blocks, calendar.is_target, calendar.calendar_id.in_(to_come)),
        )
    )
    return [Asked.of(row, is_whole=row.read_at is None or row.read_at <= now - _DAY) for row in rows]


def _read(state: State, asked: Asked, now: datetime, budget: timedelta | None = None) -> bool:
    """Read one calendar; False when only a whole reading could tell all that has changed."""
    found = readings.ask(state, asked, now, budget)
    changed = state.database.read(lambda session: readings.compare(session, asked, found, now))
    state.database.write(partial(_write, asked, found, changed, now))
    if changed.events:
        state.work.wake()
    return not found.is_in_doubt


def _write(asked: Asked, found: Found, changed: readings.Changed, now: datetime, session: Session) -> None:
    """Write down what was found, unless somebody else has read the calendar since we asked."""
    if changed.busy:
        hosts.lock(session, asked.host_id)
    row = session.get(models.Calendar, asked.row_id, with_for_update=True)
    if row is None or (row.asked_at, row.sync_token, row.blocks) != (asked.asked_at, asked.sync_token, asked.blocks):
        return
    row.asked_at, row.sync_token, row.trouble = now, found.sync_token, None
    if found.is_whole:
        row.read_at = now
    elif found.is_in_doubt:
        row.read_at = None
    if changed.busy:
        busy_times.write(session, row.id, changed.busy)
        busy_times.sum_up(session, asked.connection_id, asked.host_id)
    else:
        session.flush()
        busy_times.date(session, asked.connection_id, session.get(models.Timetable, asked.host_id))
    readings.have_looked_at(session, changed.events, now)


def _note_trouble(row_id: str, reason: str, session: Session) -> bool:
    """Note why a calendar cannot be read; False when that was known."""
    row = session.get(models.Calendar, row_id)
    if row is None or row.trouble == reason:
        return False
    row.trouble = reason[:64]
    return True

"""Calendars of hosts at Google: which there are, which of them bookings are put into, and which count as busy."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from zoom_blueprint.errors import BadInput, NotFound
from zoom_blueprint.languages import said
from zoom_blueprint.services import busy_times, duties, hosts
from zoom_blueprint.services.duties import DutyName
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.values import CalendarPreferences, ConnectionStatus, GoogleCalendar, Provider, WhenStale

if TYPE_CHECKING:  # a site without Google does not load it
    from zoom_blueprint.google_api.payloads import CalendarEntry

_COLOURS = ("", *map(str, range(1, 12)))
_MOST_CALENDARS = 250
_MOST_REMINDERS, _LONGEST_REMINDER = 5, 40_320


def of_host(state: State, host_id: str) -> list[GoogleCalendar]:
    """Return the calendars of a host's account, the primary one first, then by name; none while it is not connected."""
    return state.database.read(lambda session: [_value(row) for row in _rows(session, host_id)])


def choose(
    state: State, host_id: str, *, target: str, blocking: Collection[str], wanted: CalendarPreferences | None = None
) -> None:
    """Put bookings into one calendar from now on, as ``wanted``, and let some count as busy: all of it or nothing.

    Events that are there stay where and as they are. Until those that count are read, nobody knows how busy the host
    is.

    Raises:
        NotFound: there is no such calendar.
        BadInput: nothing can be put into the target, or a field of what is wanted is malformed.
    """
    now = datetime.now(UTC)
    if wanted is not None:
        _check(wanted)

    def work(session: Session) -> None:
        hosts.lock(session, host_id)
        rows, connection = _rows(session, host_id), _connection(session, host_id)
        if connection is None or not {target, *blocking} <= {row.id for row in rows}:
            raise NotFound(said("There is no such calendar."))
        for row in rows:
            row.is_target = row.id == target
            if row.is_target and not row.is_writable:
                raise BadInput({"target": said("You may not put events into this calendar. Choose another one.")})
            if row.blocks != (row.id in blocking):
                row.blocks = not row.blocks
                _read_anew(session, row)
        if wanted is not None:
            reminders = None if wanted.reminders is None else list(wanted.reminders)
            connection.preferences = {**(connection.preferences or {}), **asdict(wanted), "reminders": reminders}
        busy_times.sum_up(session, connection.id, host_id)
        duties.want(session, DutyName.CALENDAR, connection.id, now)

    state.database.write(work)
    state.work.wake()


def preferences(state: State, host_id: str) -> CalendarPreferences:
    """Return what a host wants of bookings' events, the usual where they have chosen nothing."""
    row = state.database.read(lambda session: _connection(session, host_id))
    chosen = (row.preferences if row is not None else None) or {}
    reminders = chosen.get("reminders")
    return CalendarPreferences(
        colour=str(chosen.get("colour") or ""),
        reminders=None if reminders is None else tuple(reminders),
        when_stale=WhenStale(chosen.get("when_stale") or WhenStale.CLOSE),
    )


def keep_list(
    session: Session, connection: models.Connection, listed: Sequence["CalendarEntry"], now: datetime
) -> None:
    """Bring a connection's calendars in line with Google's list, inside a transaction that holds the host's lock.

    At first the primary one gets the bookings and counts. What the host has chosen stays, unless that calendar is gone.
    """
    known = {row.calendar_id: row for row in _rows(session, connection.host_id)}
    found = _kept({entry.id: entry for entry in listed}.values(), known)
    is_first = known.keys().isdisjoint(entry.id for entry in found)
    for entry in found:
        row = known.pop(entry.id, None)
        if row is None:
            row = models.Calendar(connection_id=connection.id, host_id=connection.host_id, calendar_id=entry.id)
            row.blocks = row.is_target = is_first and entry.is_primary
            session.add(row)
        elif (row.time_zone, row.has_events) != (entry.time_zone, entry.has_events):
            row.read_at = None  # its whole days lie otherwise now
        row.name, row.time_zone, row.listed_at = entry.name, entry.time_zone, now
        row.is_primary, row.is_writable, row.has_events = entry.is_primary, entry.is_writable, entry.has_events
        row.has_meet = "hangoutsMeet" in entry.conferences
    for row in known.values():
        busy_times.forget(session, row.id)
        session.delete(row)
    session.flush()
    rows = _rows(session, connection.host_id)
    if not any(row.is_target and row.is_writable for row in rows):
        for row in rows:
            row.is_target = row.is_primary
    busy_times.sum_up(session, connection.id, connection.host_id)


def expect(session: Session, connection: models.Connection) -> None:
    """Let nobody take a host for free who has just connected, inside a transaction that holds the host's lock.

    Until the calendars are read that count, it is not known how busy the host is. Where Google may not list them, none
    will count.
    """
    from zoom_blueprint.google_api.scopes import Purpose, missing

    to_list = {one.scope for one in missing(()) if one.purpose is Purpose.CALENDARS}
    is_known = session.get(models.Timetable, connection.host_id) or _rows(session, connection.host_id)
    if not is_known and to_list.isdisjoint(connection.missing_scopes):
        session.add(models.Timetable(host_id=connection.host_id, connection_id=connection.id))


def forget(session: Session, connection_id: str) -> None:
    """Forget all that is known of a connection's calendars, inside a transaction that holds the host's lock."""
    calendar = models.Calendar
    ids = select(calendar.id).where(calendar.connection_id == connection_id)
    session.execute(delete(models.BusyTime).where(models.BusyTime.calendar_id.in_(ids)))
    session.execute(delete(calendar).where(calendar.connection_id == connection_id))
    session.execute(delete(models.Timetable).where(models.Timetable.connection_id == connection_id))


def _check(wanted: CalendarPreferences) -> None:
    errors: dict[str, str] = {}
    if wanted.colour not in _COLOURS:
        errors["colour"] = said("Choose one of Google’s colours.")
    given = wanted.reminders or ()
    if len(given) > _MOST_REMINDERS or not all(0 <= one <= _LONGEST_REMINDER for one in given):
        errors["reminders"] = said(
            "Give at most {most} reminders, each 0 to {longest} minutes before.",
            most=_MOST_REMINDERS,
            longest=_LONGEST_REMINDER,
        )
    if errors:
        raise BadInput(errors)


def _kept(listed: Collection["CalendarEntry"], known: Mapping[str, models.Calendar]) -> list["CalendarEntry"]:
    """Return the calendars that there is room for: the primary one, what the host has chosen, those known, others."""

    def order(entry: "CalendarEntry") -> tuple[bool, bool, bool]:
        row = known.get(entry.id)
        is_chosen = row is not None and (row.blocks or row.is_target)
        return not entry.is_primary, not is_chosen, row is None

    return sorted(listed, key=order)[:_MOST_CALENDARS]


def _read_anew(session: Session, row: models.Calendar) -> None:
    busy_times.forget(session, row.id)
    row.sync_token = row.asked_at = row.read_at = row.trouble = None


def _rows(session: Session, host_id: str) -> Sequence[models.Calendar]:
    calendar = models.Calendar
    query = select(calendar).where(calendar.host_id == host_id)
    return session.scalars(query.order_by(calendar.is_primary.desc(), calendar.name, calendar.id)).all()


def _connection(session: Session, host_id: str) -> models.Connection | None:
    connection = models.Connection
    return session.scalars(
        select(connection).where(
            connection.host_id == host_id,
            connection.provider == Provider.GOOGLE,
            connection.status != ConnectionStatus.INACTIVE,
        )
    ).first()


def _value(row: models.Calendar) -> GoogleCalendar:
    return GoogleCalendar(
        id=row.id,
        name=row.name,
        time_zone=row.time_zone,
        is_primary=row.is_primary,
        is_writable=row.is_writable,
        is_target=row.is_target,
        blocks=row.blocks,
        asked_at=row.asked_at,
        trouble=row.trouble,
    )

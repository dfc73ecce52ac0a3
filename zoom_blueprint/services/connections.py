"""Connections: the lasting links between a host and their accounts at Zoom and Google."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy import ColumnElement, and_, bindparam, case, or_, select, update
from sqlalchemy.orm import Session

from zoom_blueprint import values
from zoom_blueprint.errors import NotFound
from zoom_blueprint.events import ConnectionPayload
from zoom_blueprint.languages import said
from zoom_blueprint.services import (
    ailments,
    calendar_cuts,
    claims,
    duties,
    google_calendars,
    grants,
    journal,
    providers,
    snapshots,
)
from zoom_blueprint.services.duties import DutyName
from zoom_blueprint.services.providers import Granted, Person
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.values import BookingStatus, ConnectionStatus, Host, Provider

REFRESH_BEFORE = timedelta(minutes=5)
"""How long before its end a token in use is replaced, so that nobody has to wait for it."""
IDLE_AFTER = timedelta(hours=24)
"""A connection without a call for so long, and without bookings to come, is kept alive only."""
_NOTED_EVERY = timedelta(minutes=1)
_NOTED = select(models.Connection.last_call_at).where(models.Connection.id == bindparam("connection"))
_RANK = case({ConnectionStatus.ACTIVE: 0, ConnectionStatus.UNHEALTHY: 1}, value=models.Connection.status, else_=2)


def may_connect(state: State, host: Host, provider: Provider = Provider.ZOOM) -> str | None:
    """Return why this host may not connect an account, or None when they may."""
    if state.hooks.may_connect is None:
        return None
    answer = state.hooks.may_connect(host)
    if answer is True:
        return None
    return answer if isinstance(answer, str) else providers.side(provider).sentences.not_allowed


def of_host(session: Session, host_id: str, provider: Provider = Provider.ZOOM) -> Sequence[models.Connection]:
    """Return the rows of a host's connections to one provider, whatever their status, oldest first."""
    return session.scalars(
        select(models.Connection)
        .where(*_theirs(host_id, provider))
        .order_by(models.Connection.connected_at, models.Connection.id)
    ).all()


def google_of(session: Session, host_id: str) -> models.Connection | None:
    """Return the row of a host's connection to Google, working or not; None when there is none that was not cut."""
    used = models.Connection.status != ConnectionStatus.INACTIVE
    return session.scalars(select(models.Connection).where(*_theirs(host_id, Provider.GOOGLE), used)).first()


def all_of(state: State, host_id: str, provider: Provider = Provider.ZOOM) -> list[values.Connection]:
    """Return a host's connections to one provider, whatever their status: working ones first, those cut last."""

    def work(session: Session) -> list[values.Connection]:
        rows = session.scalars(
            select(models.Connection)
            .where(*_theirs(host_id, provider))
            .order_by(_RANK, models.Connection.connected_at, models.Connection.id)
        )
        return [snapshots.connection(row) for row in rows]

    return state.database.read(work)


def current(state: State, host_id: str, provider: Provider = Provider.ZOOM) -> values.Connection | None:
    """Return the host's first working connection, else the newest of any status; None when there never was one."""
    every = all_of(state, host_id, provider)
    if every and every[0].status is not ConnectionStatus.ACTIVE:
        return max(every, key=lambda one: one.connected_at)
    return every[0] if every else None


def has_google(state: State, host_id: str) -> bool:
    """Return whether a host's connection to Google works."""
    if not state.config.has_google:
        return False
    found = current(state, host_id, Provider.GOOGLE)
    return found is not None and found.status is ConnectionStatus.ACTIVE


def get(state: State, host_id: str, connection_id: str) -> values.Connection:
    """Return one connection of a host.

    Raises:
        NotFound: there is none of that id, or it is another host's.
    """
    found = state.database.read(partial(_own, host_id, connection_id))
    if found is None:
        raise NotFound(said("There is no such connection."))
    return snapshots.connection(found)


def chosen(session: Session, host_id: str, wanted_id: str | None) -> models.Connection | None:
    """Return the Zoom account for an event type's meetings: its choice, else the first that works, else the first.

    A choice stands, even when that connection does not work: nobody meets in another account than they chose.
    """
    wanted = _own(host_id, wanted_id, session) if wanted_id else None
    if wanted is not None and wanted.provider == Provider.ZOOM:
        return wanted
    return session.scalars(
        select(models.Connection)
        .where(*_theirs(host_id, Provider.ZOOM))
        .order_by(_RANK, models.Connection.connected_at, models.Connection.id)
        .limit(1)
    ).first()


def may_add(state: State, host_id: str) -> bool:
    """Return whether one more Zoom account can be connected beside those that are."""
    return has_room(state, state.database.read(lambda session: of_host(session, host_id)))


def has_room(state: State, rows: Sequence[models.Connection], provider: Provider = Provider.ZOOM) -> bool:
    """Return whether fewer of a host's connections are in use than can be.

    That is ``ZOOM_CONNECTIONS_PER_HOST`` for Zoom, and one for Google.
    """
    most = providers.side(provider).most(state)
    return sum(row.status != ConnectionStatus.INACTIVE for row in rows) < most


def note_answer(state: State, connection_id: str) -> None:
    """Remember that the provider has answered, as ``note_call`` does; what is new enough costs one look."""
    database, now = state.database, datetime.now(UTC)
    noted = [at for (at,) in database.look(_NOTED, {"connection": connection_id})]
    if any(at is None or database.instant(at) < now - _NOTED_EVERY for at in noted):
        database.write(lambda session: note_call(session, connection_id, now))


def note_call(session: Session, connection_id: str, now: datetime) -> None:
    """Remember that the provider has answered a call for somebody; at most one write a minute.

    The first call after idle days has the connection tended before its token ends.
    """
    connection, grant = models.Connection, models.Grant
    before = session.scalar(select(connection.last_call_at).where(connection.id == connection_id))
    if before is not None and now - before < _NOTED_EVERY:
        return
    noted = session.execute(
        update(connection)
        .where(connection.id == connection_id, connection.status != ConnectionStatus.INACTIVE)
        .values(last_call_at=now)
        .returning(connection.id)
        .execution_options(synchronize_session=False)
    )
    was_idle = before is None or now - before > IDLE_AFTER
    if noted.one_or_none() is not None and was_idle:
        expires_at = session.scalar(select(grant.expires_at).where(grant.connection_id == connection_id))
        if expires_at is not None:
            duties.want(session, DutyName.TEND, connection_id, max(now, expires_at - REFRESH_BEFORE))


def store_grant(state: State, session: Session, row: models.Connection, granted: Granted, user: Person) -> None:
    """Make a connection active with a fresh grant; what waits for it becomes due.

    After a cut only confirmed bookings get their meetings: what was cancelled meanwhile is left as it is in Zoom.
    """
    now, side = datetime.now(UTC), providers.of(row)
    was_cut = row.status == ConnectionStatus.INACTIVE
    row.status, row.reason, row.ended_at = ConnectionStatus.ACTIVE, None, None
    row.zoom_user_id, row.zoom_account_id = user.id, user.account_id
    row.name, row.email, row.time_zone = user.display_name, user.email, user.time_zone
    # An answer without scopes tells nothing; what is really missing shows at the first call.
    row.missing_scopes = side.missing(granted.scopes) if granted.scopes else []
    row.client_id, row.oauth_url = side.app(state)
    row.api_url = side.api_url(state, granted)
    row.connected_at = now
    row.checked_at, row.health = None, None  # what was found out belongs to the grant before
    row.compared_at = row.compared_at or now  # a new connection has nothing to compare yet
    session.flush()
    sealed = grants.seal(state, row.id, granted, now)
    grant = session.get(models.Grant, row.id, with_for_update=True)
    if grant is None:
        session.add(models.Grant(connection_id=row.id, **sealed))
    else:
        for name, value in sealed.items():
            setattr(grant, name, value)
    if side.provider is Provider.ZOOM:
        claims.wish(session, models.Meeting, _to_restore(row, now) if was_cut else ailments.waiting_for(row, now), now)
    else:
        calendar_cuts.restore(session, row, now)
        google_calendars.expect(session, row)
        duties.want(session, DutyName.CALENDAR, row.id, now)
    duties.want(session, DutyName.TEND, row.id, now)
    payload = ConnectionPayload(connection=snapshots.connection(row))
    journal.record(state, session, side.connected, payload, now=now)


def _to_restore(row: models.Connection, now: datetime) -> ColumnElement[bool]:
    """Choose the meetings of confirmed bookings still to come: those that were cut off, and those still to be made."""
    meeting = models.Meeting
    to_come = select(models.Booking.id).where(
        models.Booking.host_id == row.host_id,
        models.Booking.status == BookingStatus.CONFIRMED,
        models.Booking.ends_at > now,
    )
    is_here = or_(meeting.zoom_meeting_id.is_(None), meeting.connection_id == row.id)
    return and_(meeting.booking_id.in_(to_come), meeting.wanted, is_here)


def _theirs(host_id: str, provider: Provider) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return models.Connection.host_id == host_id, models.Connection.provider == provider


def _own(host_id: str, connection_id: str, session: Session) -> models.Connection | None:
    found = session.get(models.Connection, connection_id)
    return found if found is not None and found.host_id == host_id else None

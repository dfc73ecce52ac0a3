"""Closings: how one try to bring a meeting or an event in line ends, in one transaction with what follows from it.

Each function closes the claim; a claim that was lost meanwhile records nothing, for somebody else is at work.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from zoom_blueprint.services import claims, hosts, parked, remarks
from zoom_blueprint.services.claims import Claimed
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.values import ConnectionStatus, LinkReason

T = TypeVar("T", models.Meeting, models.CalendarEvent)


def held(session: Session, model: type[T], claimed: Claimed) -> T | None:
    """Return the row as it is now, if the claim still holds."""
    if not claims.holds(session, model, claimed):
        return None
    return session.get_one(model, claimed.row_id, populate_existing=True)


def leave(state: State, model: type[T], claimed: Claimed) -> None:
    """Leave the row as it is until it is wished for again."""
    state.database.write(lambda session: claims.finish(session, model, claimed, datetime.now(UTC)))


def waiting(state: State, model: type[T], claimed: Claimed, reason: LinkReason, words: str) -> None:
    """Leave the row until the host does something; connecting makes it due again."""

    def work(session: Session) -> None:
        now = datetime.now(UTC)
        row = held(session, model, claimed)
        if row is None:
            return
        if row.detached:  # meanwhile, and no more to be called for
            claims.finish(session, model, claimed, now)
            return
        remarks.give_reason(row, reason, now)
        session.flush()
        claims.set_aside(session, model, claimed, now, words)

    state.database.write(work)


def later(state: State, model: type[T], claimed: Claimed, reason: LinkReason | None, at: datetime, words: str) -> None:
    """Try again at ``at``, unless that was the last try; to be kept waiting by limits is no failure."""
    is_limit = reason is LinkReason.QUOTA

    def work(session: Session) -> None:
        row = held(session, model, claimed)
        if row is None:
            return
        if reason is not None:
            is_over = claimed.is_last_try and not is_limit
            remarks.give_reason(row, reason, datetime.now(UTC), None if is_over else at)
            session.flush()
        give_back = claims.defer if is_limit else claims.postpone
        now = datetime.now(UTC)
        give_back(session, model, claimed, now, at, words)
        parked.tell_host(state, session, model, claimed.row_id, now)

    state.database.write(work)


def close(
    state: State,
    model: type[T],
    claimed: Claimed,
    record: Callable[[Session, T, datetime], None],
    *,
    judges: bool = False,
    again_at: datetime | None = None,
) -> None:
    """Record and finish; what ``judges`` changes the booking: it takes the host's lock and yields to a newer wish.

    The row is looked at again at ``again_at``, else when what an unanswered create may have left can have surfaced.
    """

    def work(session: Session) -> None:
        if judges:
            hosts.lock(session, session.get_one(model, claimed.row_id).host_id)
        row = held(session, model, claimed)
        if row is None:
            return
        now = datetime.now(UTC)
        is_newest = row.wanted_version == claimed.version
        if is_newest:  # else something was heard since we looked
            row.look_again = False
        if is_newest or not judges:
            record(session, row, now)
        if _is_there(row) and _is_cut(session, row.connection_id):
            row.detached = True  # the host disconnected meanwhile
        session.flush()
        claims.finish(session, model, claimed, now, again_at=again_at or row.unsure_until)

    state.database.write(work)
    state.work.wake()  # for the mails that were released or written


def _is_there(row: models.Meeting | models.CalendarEvent) -> bool:
    return (row.zoom_meeting_id if isinstance(row, models.Meeting) else row.event_id) is not None


def _is_cut(session: Session, connection_id: str | None) -> bool:
    status = session.scalar(select(models.Connection.status).where(models.Connection.id == connection_id))
    return status == ConnectionStatus.INACTIVE

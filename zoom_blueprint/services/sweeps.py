"""The sweep: who finds what is due, one at a time over all processes, for workers that are told of each row."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain, zip_longest

from sqlalchemy import Update, case, func, select, update
from sqlalchemy.orm import Session

from zoom_blueprint.services import drain, duties, queues
from zoom_blueprint.services.duties import DutyName
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.store.base import new_id

_IS_SWEEP = (models.Duty.name == DutyName.SWEEP, models.Duty.subject == "")


@dataclass(frozen=True)
class Sweep:
    """A sweep that is ours for ``ZOOM_CLAIM_SECONDS``; ``version`` counts what was wished for until our last look."""

    nonce: str
    version: int


def begin(state: State) -> Sweep | None:
    """Claim the sweep; None when somebody else has it, who looks once more before the end."""
    now = datetime.now(UTC)
    nonce = new_id()

    def work(session: Session) -> Sweep | None:
        duties.want(session, DutyName.SWEEP, "", now)
        return _claimed(session, nonce, _update(state, now, nonce).where(models.Duty.due_at <= now))

    return state.database.write(work)


def keep(state: State, nonce: str) -> Sweep | None:
    """Claim the sweep for longer, before another look at what is due; None when it is no longer ours."""
    statement = _update(state, datetime.now(UTC), nonce).where(models.Duty.claim == nonce)
    return state.database.write(lambda session: _claimed(session, nonce, statement))


def end(state: State, sweep: Sweep) -> bool:
    """Give the sweep back; True when somebody has wished for another look meanwhile."""
    duty = models.Duty
    statement = (
        update(duty)
        .where(*_IS_SWEEP, duty.claim == sweep.nonce)
        .values(claim=None, due_at=case((duty.wanted_version != sweep.version, datetime.now(UTC)), else_=None))
        .returning(duty.due_at)
        .execution_options(synchronize_session=False)
    )
    return state.database.write(lambda session: session.scalars(statement).one_or_none()) is not None


def due(state: State, limit: int) -> list[tuple[str, str]]:
    """Return kind and id of what is due, the kinds in turn; reads only."""
    found = [[(kind, row_id) for row_id in drain.due(state, kind)] for kind in drain.KINDS]
    in_turn = chain.from_iterable(zip_longest(*found))
    return [one for one in in_turn if one is not None][:limit]


def next_at(state: State) -> datetime | None:
    """Return when the next row becomes due, or a claim runs out, that is neither now; reads only."""
    now = datetime.now(UTC)
    firsts = [select(func.min(model.due_at)).where(model.due_at > now).scalar_subquery() for model in queues.MODELS]
    found = state.database.read(lambda session: session.execute(select(*firsts)).one())
    return min((at for at in found if at is not None), default=None)


def _update(state: State, now: datetime, nonce: str) -> Update:
    until = now + timedelta(seconds=state.config.claim_seconds)
    return update(models.Duty).where(*_IS_SWEEP).values(due_at=until, claim=nonce)


def _claimed(session: Session, nonce: str, statement: Update) -> Sweep | None:
    version = session.scalars(
        statement.returning(models.Duty.wanted_version).execution_options(synchronize_session=False)
    ).one_or_none()
    return None if version is None else Sweep(nonce, version)

"""Action calls: what is asked for with an idempotency key is done once, by whichever process comes first."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from zoom_blueprint.errors import KeyReused, StoreUnavailable, Unknown, ZoomBlueprintError
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.store.base import new_id

LONGEST_KEY = 255
_LEASE = timedelta(seconds=60)
_PATIENCE_SECONDS = 20.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.02, 0.25
_call = models.ActionCall


class StillRunning(ZoomBlueprintError):
    """Another request with the same key is at it, and takes longer than anybody should wait."""


@dataclass(frozen=True)
class Turn:
    """The right to do a call now: ``mark`` is the same at each try; ``is_again``: one that was cut off may be done."""

    mark: str
    claim: str
    is_again: bool


def once(state: State, host_id: str, key: str, action: str, body: str, work: Callable[[Turn], str]) -> str:
    """Return what ``work`` returns, of which only the first call with this key is done; its answer is kept for a day.

    What was clearly refused does not use up the key; after an error that leaves it open whether it was done, the next
    call with the key goes on, and is told so.

    Raises:
        KeyReused: the key came with another action or body before.
        StillRunning: somebody else is at it.
    """
    deadline = time.monotonic() + _PATIENCE_SECONDS
    pause = _FIRST_PAUSE
    while True:
        found = _take(state, host_id, key, action, body)
        if isinstance(found, str):
            return found
        if found is not None:
            return _do(state, found, work)
        if time.monotonic() > deadline:
            raise StillRunning("Another request with this key has not ended yet.")
        time.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE)


def _take(state: State, host_id: str, key: str, action: str, body: str) -> str | Turn | None:
    """Return the answer that there is, else the right to do it; None while somebody else has it."""
    secret, content = f"action {key}", f"{action} {body}"

    def work(session: Session) -> str | Turn | None:
        now = datetime.now(UTC)
        keys = state.links.fingerprints(secret)
        row = session.scalars(
            select(_call).where(_call.host_id == host_id, _call.key.in_(keys)).with_for_update()
        ).one_or_none()
        if row is None:
            turn = Turn(mark=new_id(), claim=new_id(), is_again=False)
            session.add(
                models.ActionCall(
                    id=turn.mark,
                    host_id=host_id,
                    key=keys[0],
                    body=state.links.fingerprint(content),
                    action=action,
                    begun_at=now,
                    until=now + _LEASE,
                    claim=turn.claim,
                )
            )
            return turn
        if not state.links.is_fingerprint(row.body, content):
            raise KeyReused("This idempotency key came with another action or input before.")
        if row.answer_sealed is not None:
            return state.cipher.open(_call.__tablename__, row.id, "answer", row.answer_sealed)
        if row.until > now:
            return None
        row.claim, row.until = new_id(), now + _LEASE
        return Turn(mark=row.id, claim=row.claim, is_again=True)

    try:
        return state.database.write(work)
    except IntegrityError:  # another process had the same first thought: its row is there now
        return None


def _do(state: State, turn: Turn, work: Callable[[Turn], str]) -> str:
    try:
        answer = work(turn)
    except Exception as error:
        may_be_done = turn.is_again or not isinstance(error, ZoomBlueprintError)
        _give_back(state, turn, is_open=may_be_done or isinstance(error, Unknown | StoreUnavailable))
        raise
    sealed = state.cipher.seal(_call.__tablename__, turn.mark, "answer", answer)
    _change(state, turn, answer_sealed=sealed)
    return answer


def _give_back(state: State, turn: Turn, *, is_open: bool) -> None:
    """Let the next call with the key go on: where a try ``is_open``, knowing that; else as if nobody had called."""
    if is_open:
        _change(state, turn, until=datetime.now(UTC))
        return
    mine = delete(_call).where(_call.id == turn.mark, _call.claim == turn.claim)
    state.database.write(lambda session: session.execute(mine))


def _change(state: State, turn: Turn, **values: object) -> None:
    mine = update(_call).where(_call.id == turn.mark, _call.claim == turn.claim).values(**values)
    state.database.write(lambda session: session.execute(mine))

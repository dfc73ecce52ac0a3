"""Heartbeats: when each process that works off what is due last gave a sign of life."""

import os
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from zoom_blueprint.state import State
from zoom_blueprint.store import models, upserts
from zoom_blueprint.store.base import new_id

EVERY = timedelta(seconds=30)  # often enough for a monitor, and a write that nobody notices


class _Process:
    """What this process is called; anew after a fork, so that parent and child are two."""

    def __init__(self) -> None:
        self.begin_anew()

    def begin_anew(self) -> None:
        self.id = new_id()


_process = _Process()


def beat(state: State, kind: str) -> None:
    """Note that this process is at work; ``kind`` is ``thread``, ``worker`` or ``celery``. To be called ``EVERY`` 30 s.

    Raises:
        StoreUnavailable: as every write may.
    """
    life = {"kind": kind, "beat_at": datetime.now(UTC)}

    def work(session: Session) -> None:
        row = upserts.insert(session, models.WorkerHeartbeat).values(id=_process.id, **life)
        session.execute(row.on_conflict_do_update(index_elements=["id"], set_=life))

    state.database.write(work)


def newest(state: State, session: Session) -> datetime | None:
    """Return when any process last gave a sign of life, or None when none did within a day or so.

    Where Celery does the work, the threads of a web process do not count: they end when ``init_celery`` is called.
    """
    query = select(func.max(models.WorkerHeartbeat.beat_at))
    if state.work.name == "celery":
        query = query.where(models.WorkerHeartbeat.kind != "thread")
    return session.scalar(query)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_process.begin_anew)

"""Work off what is due: meetings to reconcile, deliveries to send, inbound events to apply, duties to do."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from zoom_blueprint import logs
from zoom_blueprint.errors import ZoomError, ZoomRateLimited
from zoom_blueprint.services import approvals, claims, deliveries, inbox, meetings, settlements, tending, upkeep
from zoom_blueprint.services.claims import Claimed, DueModel
from zoom_blueprint.services.duties import DutyName
from zoom_blueprint.state import State
from zoom_blueprint.store import models

_BATCH = 20
_log = logs.logger(__name__)

_DAY = timedelta(days=1)


def _purge(state: State, subject: str) -> datetime:
    del subject
    upkeep.purge(state)
    return datetime.now(UTC) + _DAY


_DUTIES: dict[DutyName, Callable[[State, str], datetime | None]] = {
    DutyName.PURGE: _purge,
    DutyName.CONSENT: settlements.pursue,
    DutyName.TEND: tending.tend,
    DutyName.LAPSE: approvals.lapse,
}


def _do_duty(state: State, claimed: Claimed) -> None:
    """Do one duty, which says when it is due again."""
    duty = state.database.read(lambda session: session.get_one(models.Duty, claimed.row_id))
    try:
        again_at = _DUTIES[DutyName(duty.name)](state, duty.subject)
    except ZoomError as error:
        _log.warning("The duty %s will be tried again: %s", duty.name, error)
        now = datetime.now(UTC)
        retry_at = error.retry_at if isinstance(error, ZoomRateLimited) else None
        at = max(now + claims.pause(claimed.attempts), retry_at or now)
        words = str(error)
        state.database.write(lambda session: claims.postpone(session, models.Duty, claimed, now, at, words))
        return
    state.database.write(
        lambda session: claims.finish(session, models.Duty, claimed, datetime.now(UTC), again_at=again_at)
    )


_KINDS: dict[str, tuple[DueModel, Callable[[State, Claimed], None]]] = {
    "inbox": (models.WebhookEvent, inbox.apply),
    "meeting": (models.Meeting, meetings.reconcile),
    "delivery": (models.Delivery, deliveries.deliver),
    "duty": (models.Duty, _do_duty),
}
KINDS = tuple(_KINDS)


def drain(state: State, kind: str) -> int:
    """Work off a batch of what is due, and return how many rows were worked on; looking when idle only reads."""
    model, _ = _KINDS[kind]
    now = datetime.now(UTC)
    due = state.database.read(lambda session: claims.due_ids(session, model, now, _BATCH))
    return sum(drain_one(state, kind, row_id) for row_id in due)


def drain_one(state: State, kind: str, row_id: str, *, patience: timedelta = claims.WORKER_PATIENCE) -> bool:
    """Claim one row and work on it; False when it is not due, or in somebody else's hands.

    ``patience`` is how long whoever waits for it lets it wait for Zoom's limits.
    """
    model, work = _KINDS[kind]
    seconds = state.config.claim_seconds
    claimed = state.database.write(lambda session: claims.claim(session, model, row_id, datetime.now(UTC), seconds))
    if claimed is None:
        return False
    try:
        with state.app.app_context():
            work(state, replace(claimed, patience=patience))
    except Exception as error:  # noqa: BLE001  # one row must not stop the others
        _log.exception("%s %s failed", kind, row_id)
        at = datetime.now(UTC) + claims.pause(claimed.attempts)
        words = f"{type(error).__name__}: see the log"
        held = claimed
        state.database.write(lambda session: claims.postpone(session, model, held, datetime.now(UTC), at, words))
    return True

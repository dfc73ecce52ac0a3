"""Rests: an endpoint that keeps us waiting is left alone for a while, for others are to be told in time, too."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from zoom_blueprint.services import failures, readers
from zoom_blueprint.state import State
from zoom_blueprint.store import models

_QUICK = timedelta(seconds=1)
_SHARE = 3
_LONGEST = timedelta(minutes=5)
_FOR_A_TRY = timedelta(seconds=30)
_endpoint, _delivery = models.Endpoint, models.Delivery


def until(state: State, endpoint: models.Endpoint) -> datetime | None:
    """Return until when an endpoint is to be left alone; None when it may be posted to now.

    After a rest one may try, and the others rest on until they hear of it.
    """
    now = datetime.now(UTC)
    if endpoint.rests_until is None:
        return None
    if endpoint.rests_until > now:
        return endpoint.rests_until
    tried_until = now + _FOR_A_TRY
    mine = (
        update(_endpoint)
        .where(_endpoint.id == endpoint.id, _endpoint.rests_until == endpoint.rests_until)
        .values(rests_until=tried_until)
        .returning(_endpoint.id)
        .execution_options(synchronize_session=False)
    )
    if state.database.write(lambda session: session.scalar(mine)) is None:
        return tried_until
    endpoint.rests_until = tried_until
    return None


def note(
    session: Session, endpoint: models.Endpoint, now: datetime, *, waited: timedelta, failing_since: datetime | None
) -> None:
    """Record how it went: who kept us waiting rests for three times as long, or as long as it fails, at most 5 min."""
    failing_for = timedelta() if failing_since is None else now - failing_since
    pause = min(max(_SHARE * waited, failing_for), _LONGEST)
    rests_until = None if waited < _QUICK else now + pause
    if (endpoint.failing_since, endpoint.rests_until) == (failing_since, rests_until):
        return
    values = {"failing_since": failing_since, "rests_until": rests_until}
    changed = update(_endpoint).where(_endpoint.id == endpoint.id).values(values)
    session.execute(changed.execution_options(synchronize_session=False))
    if rests_until is None and endpoint.rests_until is not None:
        end(session, endpoint.id, now)


def end(session: Session, endpoint_id: str, now: datetime) -> None:
    """Have what waits for the end of a rest sent now."""
    waits = (_delivery.subscriber == f"{readers.ENDPOINT}{endpoint_id}", _delivery.last_error == failures.RESTS)
    soon = _delivery.due_at.between(now, now + _LONGEST)
    due = update(_delivery).where(soon, _delivery.claim.is_(None), *waits).values(due_at=now)
    session.execute(due.execution_options(synchronize_session=False))

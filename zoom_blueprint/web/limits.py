"""How often one address may post: fixed windows, counted in the database, so that all processes share them."""

from datetime import UTC, datetime, timedelta

from flask import request
from limits import RateLimitItem, parse_many
from sqlalchemy import case, delete
from sqlalchemy.orm import Session

from zoom_blueprint.config import NO_LIMITS
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.store.upserts import insert
from zoom_blueprint.web.replies import TooMany


def ensure_not_too_many(state: State) -> None:
    """Count one post of this client; the address is what the host app's ``ProxyFix`` vouches for.

    Raises:
        TooMany: a limit of ``ZOOM_LIMITS`` is reached.
    """
    if state.config.limits == NO_LIMITS:
        return
    address = request.remote_addr or "unknown"
    now = datetime.now(UTC)

    def work(session: Session) -> int:
        waits = [_hit(session, item, address, now) for item in parse_many(state.config.limits)]
        return max(waits)

    seconds = state.database.write(work)
    if seconds:
        raise TooMany(seconds)


def _hit(session: Session, item: RateLimitItem, address: str, now: datetime) -> int:
    """Count in one window; return for how many seconds the client has to wait, 0 when it may pass."""
    counter = models.RateCounter
    key = f"{address}:{item.amount}/{item.get_expiry()}"
    is_over = counter.expires_at <= now
    expires_at = now + timedelta(seconds=item.get_expiry())
    statement = insert(session, counter).values(key=key, hits=1, expires_at=expires_at)
    hits, until = session.execute(
        statement.on_conflict_do_update(
            index_elements=["key"],
            set_={
                "hits": case((is_over, 1), else_=counter.hits + 1),
                "expires_at": case((is_over, expires_at), else_=counter.expires_at),
            },
        ).returning(counter.hits, counter.expires_at)
    ).one()
    if hits == 1:
        session.execute(delete(counter).where(counter.expires_at < now - timedelta(days=1)))
    return max(1, round((until - now).total_seconds())) if hits > item.amount else 0

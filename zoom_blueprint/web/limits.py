"""How often one address may post, and be written to: fixed windows in the database, shared by all processes."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import IPv6Address, ip_address

from flask import request
from limits import RateLimitItem, parse_many
from sqlalchemy import case, delete, select
from sqlalchemy.orm import Session

from zoom_blueprint.config import NO_LIMITS
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.store.upserts import insert
from zoom_blueprint.web.replies import TooMany

_PER_MAIL = "10 per hour; 20 per day"
_IPV6_SITE = 64
_LONGEST_ADDRESS = 100


def ensure_not_too_many(state: State) -> None:
    """Count one post of this client; the address is what the host app's ``ProxyFix`` vouches for.

    Raises:
        TooMany: a limit of ``ZOOM_LIMITS`` is reached.
    """
    seconds = _count(state, [_client(request.remote_addr or "unknown")], state.config.limits)
    if seconds:
        raise TooMany(seconds)


@contextmanager
def telling(state: State, mails: Iterable[str]) -> Iterator[None]:
    """Run what these people are told of by mail, whoever asked for it and from wherever: the form takes any address.

    Counted when it was done; else anybody could use up somebody else's tries by asking for what is refused.

    Raises:
        TooMany: one of them was written to too often; nothing is run.
    """
    # Digests, because nothing else tells a reader of the database who was invited; in one order, against deadlocks.
    keys = sorted({f"mail:{state.links.fingerprint(_mailbox(mail))}" for mail in mails})
    seconds = _wait(state, keys, _PER_MAIL)
    if seconds:
        raise TooMany(seconds)
    yield
    _count(state, keys, _PER_MAIL)


def _wait(state: State, keys: Iterable[str], limits: str) -> int:
    """Return for how many seconds these have used up their tries."""
    if state.config.limits == NO_LIMITS:
        return 0
    counter, now = models.RateCounter, datetime.now(UTC)
    most = {_window(key, item): item.amount for key in keys for item in parse_many(limits)}
    running = select(counter).where(counter.key.in_(most), counter.expires_at > now)
    counters = state.database.read(lambda session: session.scalars(running).all())
    return max((_seconds(now, one.expires_at) for one in counters if one.hits >= most[one.key]), default=0)


def _count(state: State, keys: Iterable[str], limits: str) -> int:
    """Count once for each key; return for how many seconds they have used up their tries."""
    if state.config.limits == NO_LIMITS:
        return 0
    now = datetime.now(UTC)

    def work(session: Session) -> int:
        return max(_hit(session, item, key, now) for key in keys for item in parse_many(limits))

    return state.database.write(work)


def _window(who: str, item: RateLimitItem) -> str:
    return f"{who}:{item.amount}/{item.get_expiry()}"


def _seconds(now: datetime, until: datetime) -> int:
    return max(1, round((until - now).total_seconds()))


def _client(address: str) -> str:
    """Return by what one client is known: whoever has one IPv6 address has 2⁶⁴ of them."""
    try:
        found = ip_address(address)
    except ValueError:
        return address[:_LONGEST_ADDRESS]
    if not isinstance(found, IPv6Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return f"{IPv6Address(int(found) >> _IPV6_SITE << _IPV6_SITE)}/{_IPV6_SITE}"


def _mailbox(mail: str) -> str:
    """Return a mail address without its tag: what goes to ``bob+zoom@`` arrives at ``bob@``."""
    local, _, domain = mail.lower().partition("@")
    return f"{local.partition('+')[0]}@{domain}"


def _hit(session: Session, item: RateLimitItem, who: str, now: datetime) -> int:
    """Count in one window; return for how many seconds the client has to wait, 0 when it may pass."""
    counter = models.RateCounter
    key = _window(who, item)
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
    return _seconds(now, until) if hits > item.amount else 0

"""Access tokens: one refresh at a time over all processes, by a lease on the grant's row.

HTTP happens outside any transaction. The new pair is committed at once; whoever lost the lease waits and uses it.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy.orm import Session

from zoom_blueprint import logs, metrics
from zoom_blueprint.errors import (
    GrantLost,
    NotConnected,
    ProviderError,
    RateLimited,
    StoreUnavailable,
    Unauthorized,
    Unknown,
)
from zoom_blueprint.services import grants
from zoom_blueprint.services.flights import Flights
from zoom_blueprint.services.grants import Held, Lease
from zoom_blueprint.services.providers import Granted
from zoom_blueprint.state import State
from zoom_blueprint.values import ConnectionReason
from zoom_blueprint.zoom_api.client import ZoomClient

if TYPE_CHECKING:  # a site without Google does not load it
    from zoom_blueprint.google_api.client import GoogleClient

T = TypeVar("T")
MARGIN = timedelta(seconds=60)
_PATIENCE_SECONDS = 25.0
# While others renew: short at first, for it takes some tenths of a second, and rarer the longer it takes.
_SHORTEST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.01, 0.25
_PAUSE_SHARE = 0.05
_KEEP_SECONDS = 30.0
_KEEP_PAUSE_SECONDS = 0.5
_reading: Flights[Held] = Flights()
_trying: Flights[None] = Flights()
_waiting: Flights[Held] = Flights()
_log = logs.logger(__name__)


def with_zoom(
    state: State, connection_id: str, call: Callable[[ZoomClient], T], *, budget: timedelta | None = None
) -> T:
    """Return ``call(client)``; when Zoom rejects the access token, refresh once and repeat once.

    Raises:
        NotConnected: the connection is inactive or its grant is lost.
        ZoomError: what the call raised.
    """
    return _with_token(
        state, connection_id, lambda held: call(state.zoom(held.api_url, held.tokens.access_token, budget=budget))
    )


def with_google(
    state: State, connection_id: str, call: "Callable[[GoogleClient], T]", *, budget: timedelta | None = None
) -> T:
    """Return ``call(client)`` of a connection to Google, as ``with_zoom`` does of one to Zoom.

    Raises:
        NotConnected: the connection is inactive or its grant is lost.
        GoogleError: what the call raised.
    """
    return _with_token(
        state, connection_id, lambda held: call(state.google(held.api_url, held.tokens.access_token, budget=budget))
    )


def _with_token(state: State, connection_id: str, call: Callable[[Held], T]) -> T:
    held = fresh(state, connection_id)
    try:
        return call(held)
    except Unauthorized:
        return call(fresh(state, connection_id, rejected=held.tokens.access_token))


def fresh(state: State, connection_id: str, *, rejected: str | None = None, margin: timedelta = MARGIN) -> Held:
    """Return tokens that are good for at least ``margin``, and not the access token that was ``rejected``.

    Raises:
        NotConnected: the connection is inactive or its grant is lost.
        ProviderError: there was no new pair; the old one is kept for a later try.
    """
    deadline = time.monotonic() + _PATIENCE_SECONDS
    about = (state.database, connection_id)
    while True:
        # Of a process' threads that come at once one reads, one tries for the lease, and one asks how others get on.
        held = _reading.join(about, partial(grants.read, state, connection_id), deadline - time.monotonic())
        held = held or grants.read(state, connection_id)
        now = datetime.now(UTC)
        if held.is_fresh(now, rejected, margin):
            return held
        if held.wait_until is not None and held.wait_until > now:
            raise held.side.rate_limited(held.side.sentences.no_renewal_yet, held.wait_until)
        mine: list[Lease] = []
        if held.leased_until is None or held.leased_until < now:
            attempt = partial(_try_for_lease, state, connection_id, held, mine)
            _trying.join((*about, held.version), attempt, deadline - time.monotonic())
        if mine:
            return _refresh(state, connection_id, held, mine[0])
        found = _waiting.join(
            (*about, held.version),
            partial(_when_renewed, state, connection_id, held.version, deadline),
            deadline - time.monotonic(),
        )
        if found is not None and found.is_fresh(datetime.now(UTC), rejected, margin):
            return found
        if time.monotonic() > deadline:
            raise held.side.unknown(held.side.sentences.renewal_is_slow)


def renew(state: State, connection_id: str) -> Held:
    """Return new tokens, however good the old ones are, so that an idle refresh token does not age out.

    Raises:
        NotConnected, ProviderError: as with ``fresh``.
    """
    held = grants.read(state, connection_id)
    return fresh(state, connection_id, rejected=held.tokens.access_token)


def keep(state: State, work: Callable[[Session], T]) -> T:
    """Commit what is given only once; a database that is away for a moment must not lose it.

    Raises:
        StoreUnavailable: it was away for more than half a minute.
    """
    deadline = time.monotonic() + _KEEP_SECONDS
    while True:
        try:
            return state.database.write(work)
        except StoreUnavailable as error:
            if time.monotonic() > deadline:
                _log.error("New tokens could not be stored and are lost: %s", error)
                raise
            _log.warning("The database is away, and new tokens wait for it: %s", error)
            time.sleep(_KEEP_PAUSE_SECONDS)


def _try_for_lease(state: State, connection_id: str, held: Held, mine: list[Lease]) -> None:
    """Take the right to refresh, if nobody has it; a look tells those who are too late so without a lock."""
    if not grants.is_being_renewed(state, connection_id, held.version):
        take = partial(grants.take_lease, connection_id, held, datetime.now(UTC))
        lease = state.database.write(take)
        if lease is not None:
            mine.append(lease)


def _when_renewed(state: State, connection_id: str, version: str, deadline: float) -> Held:
    """Return what is held when nobody is renewing this grant any more, or the deadline is over."""
    begin = time.monotonic()
    while time.monotonic() < deadline and grants.is_being_renewed(state, connection_id, version):
        waited = time.monotonic() - begin
        time.sleep(min(max(waited * _PAUSE_SHARE, _SHORTEST_PAUSE_SECONDS), _LONGEST_PAUSE_SECONDS))
    return grants.read(state, connection_id)


def _refresh(state: State, connection_id: str, held: Held, lease: Lease) -> Held:
    is_unsure, oauth = lease.is_inherited, held.side.oauth(state)
    try:
        try:
            tokens = oauth.refresh(held.tokens.refresh_token)
        except Unknown:
            # The answer was lost. If Zoom did not rotate, the old token still works; if it did, this says so clearly.
            is_unsure = True
            tokens = oauth.refresh(held.tokens.refresh_token)
    except GrantLost as error:
        metrics.refreshed(metrics.outcome_of(error))
        # A token of Google's is not used up by a renewal whose answer was lost.
        has_broken = is_unsure and not held.side.is_shared
        reason = ConnectionReason.INTERRUPTED if has_broken else ConnectionReason.LOST
        # Another holder may be at it, or done, after our lease ran out: only the row tells whether the grant is lost.
        if state.database.write(partial(grants.lose, state, connection_id, held.version, lease, reason)):
            state.work.wake()
        return fresh(state, connection_id, rejected=held.tokens.access_token)
    except BaseException as error:
        metrics.refreshed(metrics.outcome_of(error))
        is_clear = isinstance(error, ProviderError) and not isinstance(error, Unknown) and not is_unsure
        wait_until = error.retry_at if isinstance(error, RateLimited) else None
        state.database.write(partial(grants.release, connection_id, lease, is_clear, wait_until))
        raise
    metrics.refreshed("renewed")
    now = datetime.now(UTC)
    values = grants.seal(state, connection_id, tokens, now)
    stored = keep(state, partial(grants.store, connection_id, held.version, values))
    if stored is None and keep(state, partial(grants.restore, state, connection_id, held.version, values)):
        state.work.wake()
        stored = connection_id
    if stored is None:
        return _superseded(state, connection_id, held, tokens)
    version = str(values["refresh_token_sealed"])
    return Held(held.side, tokens, held.api_url, version, now + timedelta(seconds=tokens.expires_in), held.zoom_user_id)


def _superseded(state: State, connection_id: str, held: Held, tokens: Granted) -> Held:
    """Use the pair that replaced ours; ours goes back, unless the newer consent of its user has ended it."""
    try:
        newer = grants.read(state, connection_id)
    except NotConnected:
        _give_back(state, held, tokens)
        raise
    if newer.zoom_user_id != held.zoom_user_id:
        _give_back(state, held, tokens)
    return newer


def _give_back(state: State, held: Held, tokens: Granted) -> None:
    if held.side.is_shared:
        return  # whoever cut the connection has ended all tokens, ours too
    oauth = held.side.oauth(state)
    try:
        oauth.revoke(tokens.access_token)
    except ProviderError as error:
        _log.warning("the revocation of a grant that came too late is not confirmed: %s", error)

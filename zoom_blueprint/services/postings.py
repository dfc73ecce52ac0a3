"""Postings: a message posted to a host's endpoint, signed, again and again until it arrives or three days are over."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from sqlalchemy import update
from sqlalchemy.orm import Session

from zoom_blueprint import logs, metrics
from zoom_blueprint.events import EndpointPayload, EventName, LifecycleEvent
from zoom_blueprint.exchanges.transport import user_agent
from zoom_blueprint.exchanges.waits import retry_after
from zoom_blueprint.services import claims, endpoints, failures, hosts, journal, readers, rests, told
from zoom_blueprint.services.claims import Claimed
from zoom_blueprint.services.outcomes import Outcome
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.store.base import new_id
from zoom_blueprint.values import DisabledReason

TEST = "endpoint.tested"
"""What a message is called that the host asked for, to see whether it arrives."""
PAUSES = tuple(timedelta(seconds=each) for each in (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400))
TRIES = len(PAUSES) + 1
FAILING_FOR = timedelta(days=3)
_SECONDS = 10.0
_OK = range(200, 300)
_WAITS = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
_log = logs.logger(__name__)


@dataclass(frozen=True)
class Posted:
    """What came of one try: the status of the answer, or why there is none; ``retry_at`` is what the answer asks for.

    ``error`` is None when it arrived, else in words for whoever runs the site; ``waited`` is how long it took.
    """

    status: int | None
    error: str | None
    retry_at: datetime | None = None
    waited: timedelta = field(default=timedelta(), compare=False)


def deliver(state: State, claimed: Claimed) -> None:
    """Post one delivery and record what came of it; it is due again later if it did not arrive."""

    def read(session: Session) -> tuple[models.Delivery, LifecycleEvent, models.Endpoint | None]:
        delivery = session.get_one(models.Delivery, claimed.row_id)
        endpoint = session.get(models.Endpoint, delivery.subscriber.removeprefix(readers.ENDPOINT))
        return delivery, journal.read(state, session, delivery.event_id), endpoint

    delivery, event, endpoint = state.database.read(read)
    with logs.about(booking=delivery.booking_id, host=delivery.host_id, event=event.name):
        if endpoint is None or endpoint.disabled_at is not None:
            _end(state, claimed, Outcome.NO_ENDPOINT if endpoint is None else Outcome.ENDPOINT_OFF)
        elif claimed.attempts > TRIES:  # whoever had it in hand did not come back, or came to no end
            _end(state, claimed, Outcome.UNDELIVERED)
        elif (rests_until := rests.until(state, endpoint)) is not None:
            _defer(state, claimed, rests_until)
        else:
            _deliver(state, claimed, endpoint, event)


def _deliver(state: State, claimed: Claimed, endpoint: models.Endpoint, event: LifecycleEvent) -> None:
    posted = _post(state, endpoint, event.id, told.of_event(event, state.links))
    metrics.delivered(readers.kind_of(readers.ENDPOINT), "failed" if posted.error else "arrived")
    if posted.error is None:
        _arrived(state, claimed, endpoint, posted)
    else:
        _log.warning("%s did not arrive at endpoint %s: %s", event.name, endpoint.id, posted.error)
        _failed(state, claimed, endpoint, posted)


def test(state: State, host_id: str, endpoint_id: str) -> Posted:
    """Post a message that tells of nothing, now and once, and return what came of it.

    Raises:
        NotFound: the host has no such endpoint.
    """
    endpoint = state.database.read(lambda session: endpoints.find(session, host_id, endpoint_id))
    data = {"host_id": host_id, "endpoint": {"id": endpoint.id, "name": endpoint.name}}
    return _post(state, endpoint, new_id(), told.body(TEST, datetime.now(UTC), data))


def _post(state: State, endpoint: models.Endpoint, message_id: str, body: str) -> Posted:
    """Post a message; ``message_id`` is the same at each try, and the time that is signed is that of the try."""
    from zoom_blueprint.exchanges import pinned  # slow to import, and few need it

    now, began = datetime.now(UTC), time.monotonic()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": user_agent(),
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": _signed(endpoints.secrets_of(state, endpoint, now), message_id, now, body),
    }
    try:
        reply = pinned.post(
            endpoints.url_of(state, endpoint),
            body.encode(),
            headers,
            seconds=_SECONDS,
            on_loopback=state.sends_to_loopback,
        )
    except pinned.Unanswered as nothing:
        return Posted(None, str(nothing.fault), waited=_since(began))
    if reply.status in _OK:
        return Posted(reply.status, None, waited=_since(began))
    retry_at = retry_after(reply.headers, now) if reply.status in _WAITS else None
    return Posted(reply.status, f"it answered {reply.status}", retry_at, _since(began))


def _since(began: float) -> timedelta:
    return timedelta(seconds=time.monotonic() - began)


def _signed(secrets: Sequence[str], message_id: str, now: datetime, body: str) -> str:
    from standardwebhooks import Webhook

    return " ".join(Webhook(secret).sign(message_id, now, body) for secret in secrets)


def _defer(state: State, claimed: Claimed, at: datetime) -> None:
    def work(session: Session) -> None:
        claims.defer(session, models.Delivery, claimed, datetime.now(UTC), at, failures.RESTS)

    state.database.write(work)


def _arrived(state: State, claimed: Claimed, endpoint: models.Endpoint, posted: Posted) -> None:
    now = datetime.now(UTC)

    def work(session: Session) -> None:
        _record(session, claimed, Outcome.ARRIVED)
        rests.note(session, endpoint, now, waited=posted.waited, failing_since=None)

    state.database.write(work)


def _failed(state: State, claimed: Claimed, endpoint: models.Endpoint, posted: Posted) -> None:
    now = datetime.now(UTC)
    failing_since = endpoint.failing_since or now
    reason = _reason(posted, now - failing_since)

    def work(session: Session) -> None:
        if reason is not None:
            _disable(state, session, endpoint, reason, failing_since, now)
        else:
            rests.note(session, endpoint, now, waited=posted.waited, failing_since=failing_since)
        if reason is not None or claimed.attempts >= TRIES:
            _record(session, claimed, Outcome.UNDELIVERED, posted.error)
            return
        at = max(now + PAUSES[claimed.attempts - 1], posted.retry_at or now)
        claims.postpone(session, models.Delivery, claimed, now, at, posted.error or "")

    state.database.write(work)


def _reason(posted: Posted, failing_for: timedelta) -> DisabledReason | None:
    if posted.status == HTTPStatus.GONE:
        return DisabledReason.GONE
    return DisabledReason.FAILING if failing_for >= FAILING_FOR else None


def _disable(
    state: State,
    session: Session,
    endpoint: models.Endpoint,
    reason: DisabledReason,
    failing_since: datetime,
    now: datetime,
) -> None:
    """Stop to send to an endpoint, once, and tell its host."""
    hosts.lock(session, endpoint.host_id)
    row = session.get(models.Endpoint, endpoint.id, populate_existing=True)
    if row is None or row.disabled_at is not None:
        return
    row.failing_since, row.disabled_at, row.disabled_reason = failing_since, now, reason
    payload = EndpointPayload(endpoint=endpoints.without_address(state, row))
    journal.record(state, session, EventName.ENDPOINT_DISABLED, payload, now=now, mails={readers.HOST: now})


def _end(state: State, claimed: Claimed, outcome: Outcome) -> None:
    state.database.write(lambda session: _record(session, claimed, outcome))


def _record(session: Session, claimed: Claimed, outcome: Outcome, error: str | None = None) -> None:
    now = datetime.now(UTC)
    if claims.finish_all(session, models.Delivery, [claimed], now, {"outcome": outcome, "done_at": now}) and error:
        delivery = models.Delivery
        changed = update(delivery).where(delivery.id == claimed.row_id).values(last_error=error)
        session.execute(changed.execution_options(synchronize_session=False))

"""Vital signs: whether what is owed is worked off, as the tables show it."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from zoom_blueprint.services import failures, heartbeats, journal, parked, queues, readiness
from zoom_blueprint.services.findings import Finding, Name, bad, ok, warn, written
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.values import ConnectionStatus, Provider

_LATE = timedelta(minutes=10)
_MONTH = timedelta(days=30)
_QUIET = timedelta(days=2)
"""How long a connection may stand before we wonder that no webhook ever came."""
_TRIES = 3
_MOST_NAMED = 5
_DUE = {
    "inbox": Name.DUE_WEBHOOKS,
    "meeting": Name.DUE_MEETINGS,
    "calendar": Name.DUE_EVENTS,
    "delivery": Name.DUE_DELIVERIES,
    "posting": Name.DUE_MESSAGES,
    "duty": Name.DUE_DUTIES,
}
_PARKED = {
    "meeting": Name.PARKED_MEETINGS,
    "calendar": Name.PARKED_EVENTS,
    "delivery": Name.PARKED_DELIVERIES,
    "inbox": Name.PARKED_WEBHOOKS,
}
_OF_GOOGLE = "calendar"
_ADDRESS = re.compile(r"[^\s<>]+@[^\s<>]+")
_LONGEST_ERROR = 300


def of_work(state: State) -> Iterator[Finding]:
    """Yield whether somebody works, and whether the work is done in time."""
    yield _sign_of_life(state)
    now = datetime.now(UTC)
    for queue in queues.measure(state):
        if queue.kind == _OF_GOOGLE and not state.config.has_google:
            continue
        name = _DUE[queue.kind]
        if queue.since is None:
            yield ok(name, "nothing")
            continue
        words = f"since {written(queue.since)}, {queue.due} in all"
        if queue.since < now - _LATE:
            yield bad(name, words, "Nobody works it off, or too few do. See what is said of the sign of life.")
        else:
            yield ok(name, words)


def of_trouble(state: State) -> Iterator[Finding]:
    """Yield what failed: parked, tried again and again, or refused; what people are called does not stand in it."""
    heaps = {heap.kind: heap for heap in state.database.read(lambda session: list(parked.heaps(session)))}
    for kind, name in _PARKED.items():
        if kind == _OF_GOOGLE and not state.config.has_google:
            continue
        if kind not in heaps:
            yield ok(name, "none")
            continue
        error = _ADDRESS.sub("…", heaps[kind].error)[:_LONGEST_ERROR]
        yield bad(
            name,
            f"{heaps[kind].number} since {written(heaps[kind].since)}, last error: {error or 'none'}",
            f"Nobody tries them any more. Find the cause in the log and mend it, then run: "
            f"flask zoom retry --kind {kind}",
        )
    yield _failing(state)
    number = state.database.read(lambda session: failures.refused(session, datetime.now(UTC) - _MONTH))
    words = f"{number} in the last {_MONTH.days} days"
    to_do = "Mail servers refused these recipients for good; the log names the deliveries."
    yield warn(Name.REFUSED, words, to_do) if number else ok(Name.REFUSED, "none")


def last_webhook(state: State) -> Finding:
    """Tell when Zoom last told us anything."""
    last, since = state.database.read(_heard)
    if last is not None:
        return ok(Name.LAST_WEBHOOK, written(last))
    if since is None or since > datetime.now(UTC) - _QUIET:
        return ok(Name.LAST_WEBHOOK, "none yet, which is normal until something happens in Zoom")
    return warn(
        Name.LAST_WEBHOOK,
        f"none yet, and Zoom is connected since {written(since)}",
        "Check the event subscription of your Zoom app: `flask zoom manifest` prints its address and events.",
    )


def _sign_of_life(state: State) -> Finding:
    beat_at = state.database.read(lambda session: heartbeats.newest(state, session))
    if beat_at is None:
        return warn(Name.SIGN_OF_LIFE, "none yet", f"No worker has reached this database. {_worker(state)}")
    if beat_at >= datetime.now(UTC) - readiness.SILENT:
        return ok(Name.SIGN_OF_LIFE, written(beat_at))
    # Threads rest with their server, which may be about to start; a worker of its own was meant to go on.
    is_meant_to_go_on = state.config.worker != "thread" or state.work.name == "celery"
    judge = bad if is_meant_to_go_on else warn
    return judge(Name.SIGN_OF_LIFE, f"the last at {written(beat_at)}", _worker(state))


def _worker(state: State) -> str:
    if state.work.name == "celery":
        return "Keep a Celery worker and `celery beat` running."
    if state.config.worker == "thread":
        return "The threads of each server process do the work: start the server."
    return "Keep `flask zoom worker` running."


def _failing(state: State) -> Finding:
    found = state.database.read(failures.failing)
    if not found:
        return ok(Name.FAILING, "none")
    worst = sorted(found, key=lambda one: -one.tries)[:_MOST_NAMED]
    words = "; ".join(
        f"{one.event_name} to {one.subscriber}: {one.number} fail ({one.error}), tries so far: {one.tries}, "
        f"again at {written(one.next_at)}"
        for one in worst
    )
    is_hook = worst[0].subscriber.startswith(journal.HOOK)
    mend = "Mend the hook" if is_hook else "Check the mail server"
    judge = bad if worst[0].tries >= _TRIES else warn
    return judge(Name.FAILING, words, f"The log says why. {mend}; what waits is kept and tried again.")


def _heard(session: Session) -> tuple[datetime | None, datetime | None]:
    """Return when the last webhook came, and since when Zoom is connected."""
    connection = models.Connection
    received = session.scalar(select(func.max(models.WebhookEvent.received_at)))
    about, since = session.execute(
        select(func.max(connection.last_webhook_at), func.min(connection.connected_at)).where(
            connection.provider == Provider.ZOOM, connection.status != ConnectionStatus.INACTIVE
        )
    ).one()
    return max((at for at in (received, about) if at is not None), default=None), since

"""Findings: what the doctor looked at, among it the deliveries that fail, what is parked, and what keeps abuse away."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from zoom_blueprint.config import FIRST
from zoom_blueprint.services import failures, journal, limits, parked
from zoom_blueprint.state import State

_MONTH = timedelta(days=30)
_TRIES = 3
_PARKED = {"meeting": "meetings", "delivery": "deliveries", "inbox": "webhooks"}
_ADDRESS = re.compile(r"[^\s<>]+@[^\s<>]+")
_LONGEST_ERROR = 300


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that was looked at; ``advice`` says what to do, and ``is_problem`` whether it must be done."""

    name: str
    found: str
    advice: str | None = None
    is_problem: bool = False


def of_deliveries(state: State) -> Iterator[Finding]:
    """Yield what fails and is tried again, by event and subscriber, and how many mails were refused for good."""
    for one in state.database.read(failures.failing):
        is_hook = one.subscriber.startswith(journal.HOOK)
        is_stuck = one.tries >= _TRIES
        yield Finding(
            name=f"{one.event_name} to {one.subscriber}",
            found=f"{one.number} fail ({one.error}), tries so far: {one.tries}, again at {written(one.next_at)}",
            advice=f"The log says why. {'Mend the hook' if is_hook else 'Check the mail server'}; what waits is kept."
            if is_stuck
            else None,
            is_problem=is_stuck,
        )
    number = state.database.read(lambda session: failures.refused(session, datetime.now(UTC) - _MONTH))
    if number:
        yield Finding(
            name="refused mails",
            found=f"{number} in the last {_MONTH.days} days",
            advice="Mail servers refused these recipients for good; the log names the deliveries.",
        )


def of_parked(state: State) -> Iterator[Finding]:
    """Yield what nobody tries any more, by kind; what people are called and write does not stand in it."""
    for heap in state.database.read(lambda session: list(parked.heaps(session))):
        error = _ADDRESS.sub("…", heap.error)[:_LONGEST_ERROR]
        yield Finding(
            name=f"parked {_PARKED[heap.kind]}",
            found=f"{heap.number} since {written(heap.since)}, last error: {error or 'none'}",
            advice=f"Nobody tries them any more. Find the cause in the log and mend it, then run: "
            f"flask zoom retry --kind {heap.kind}",
            is_problem=True,
        )


def of_abuse(state: State) -> Iterator[Finding]:
    """Yield what was asked for against abuse and cannot be had."""
    if state.config.mail_codes == FIRST and not state.has_mail:
        yield Finding(
            name="mail codes",
            found="asked for by ZOOM_MAIL_CODES, and no mail can leave",
            advice="Nobody is asked for a code until mail is set up.",
            is_problem=True,
        )
    if state.config.ratelimit_url is not None and not limits.is_redis_there(state):
        yield Finding(
            name="limits",
            found="the Redis of ZOOM_RATELIMIT_URL does not answer",
            advice="The database counts in its place. Check the address and the server.",
            is_problem=True,
        )


def written(instant: datetime) -> str:
    """Return an instant as operators read it."""
    return f"{instant.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"

"""Numbers for operators: counted here, and nothing without the extra ``metrics``.

Labels are words from short lists, never ids, mails or secrets. The package behind the extra is loaded by the first
count that somebody may read: with ``ZOOM_METRICS_TOKEN`` or ``PROMETHEUS_MULTIPROC_DIR``, or in a site that loads it
itself. Each further one costs a few microseconds.
"""

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

from zoom_blueprint import errors

if TYPE_CHECKING:
    from zoom_blueprint.metrics.instruments import Instruments

PACKAGE = "prometheus_client"
_MANY_PROCESSES = "PROMETHEUS_MULTIPROC_DIR"
_WORDS: tuple[tuple[type[Exception], str], ...] = (
    (errors.SlotTaken, "taken"),
    (errors.BookingRefused, "refused"),
    (errors.SiteRefused, "refused"),
    (errors.KeyReused, "key_reused"),
    (errors.BadLink, "stale"),
    (errors.BadInput, "bad_input"),
    (errors.NotOpen, "not_open"),
    (errors.NotFound, "not_found"),
    (errors.StoreUnavailable, "unavailable"),
    (errors.GrantLost, "lost"),
    (errors.ClientRefused, "client_refused"),
    (errors.RateLimited, "rate_limited"),
    (errors.Unknown, "unknown"),
    (errors.ProviderError, "refused"),
)


@dataclass(frozen=True, kw_only=True)
class Queue:
    """How much one kind of work is owed: rows due now, rows given up, and since when the oldest due one is."""

    kind: str
    due: int
    parked: int
    since: datetime | None


ReadQueues = Callable[[], Sequence[Queue]]


def confirmed(outcome: str) -> None:
    """Count a booking that was asked for: ``confirmed``, ``requested``, ``repeated``, or how it was refused."""
    if (instruments := _instruments()) is not None:
        instruments.confirmations.labels(outcome).inc()


def asked(status: str, *, is_new: bool) -> str:
    """Return the word by which a booking is counted that stands."""
    return ("confirmed" if status == "confirmed" else "requested") if is_new else "repeated"


def called(route: str, outcome: str, seconds: float) -> None:
    """Count a call to Zoom; ``outcome`` is ``ok``, ``rate_limited``, ``refused``, ``failed`` or ``lost``."""
    if (instruments := _instruments()) is not None:
        instruments.zoom_calls.labels(route, outcome).observe(seconds)


def called_google(route: str, outcome: str, seconds: float) -> None:
    """Count a call to Google, as ``called`` does one to Zoom."""
    if (instruments := _instruments()) is not None:
        instruments.google_calls.labels(route, outcome).observe(seconds)


def refreshed(outcome: str) -> None:
    """Count an attempt to renew a host's access: ``renewed``, or why not."""
    if (instruments := _instruments()) is not None:
        instruments.refreshes.labels(outcome).inc()


def applied(happened_at: datetime | None, received_at: datetime) -> None:
    """Note how long after it happened, and after it came, a webhook event was applied just now."""
    if (instruments := _instruments()) is not None:
        now = datetime.now(UTC)
        for since, at in (("happened", happened_at), ("received", received_at)):
            if at is not None:
                instruments.webhook_lag.labels(since).observe(max(0.0, (now - at).total_seconds()))


@contextmanager
def draining(kind: str) -> Iterator[None]:
    """Count a row that is worked on in the block, as ``done`` unless ``ended`` says otherwise; blocks may be nested."""
    if _ended.get() is not None:  # the block around this one counts it
        yield
        return
    before, began = _ended.set("done"), time.perf_counter()
    try:
        yield
    finally:
        if (instruments := _instruments()) is not None:
            instruments.drained.labels(kind, _ended.get()).observe(time.perf_counter() - began)
        _ended.reset(before)


def drained(kind: str, rows: int, seconds: float) -> None:
    """Count rows that were worked on together, for so long."""
    if (instruments := _instruments()) is not None:
        for _ in range(rows):
            instruments.drained.labels(kind, "done").observe(seconds / rows)


def ended(outcome: str) -> None:
    """Say how the work on a row ends: ``postponed``, ``waiting`` for something to change, ``parked`` or ``failed``."""
    if _ended.get() is not None:
        _ended.set(outcome)


def delivered(reader: str, outcome: str) -> None:
    """Count a delivery to a kind of subscriber: ``invitee``, ``host``, ``guest``, ``hook`` and the like."""
    if (instruments := _instruments()) is not None:
        instruments.deliveries.labels(reader, outcome).inc()


def outcome_of(error: BaseException) -> str:
    """Return the word by which an error is counted."""
    return next((word for kind, word in _WORDS if isinstance(error, kind)), "error")


def watch(read: ReadQueues, *, is_shown: bool) -> None:
    """Let a site's own ``/metrics`` show the queues of this app, the last one if a process has several.

    ``is_shown`` tells that our own address shows the numbers.
    """
    _watched[:] = [read]
    if is_shown:
        _is_shown.set()
    if PACKAGE in sys.modules:  # the site loads it anyway, so ours are there from the start
        _instruments()


def watched() -> Sequence[Queue]:
    """Return the queues of the app that is watched."""
    return [queue for read in _watched for queue in read()]


def exposition(read: ReadQueues, accept: str) -> tuple[bytes, str]:
    """Return our numbers, and the queues as they are now, in the format that ``accept`` asks for, and its name.

    With ``PROMETHEUS_MULTIPROC_DIR`` they are the sums over all processes.
    """
    instruments = _loaded()
    if instruments is None:
        raise errors.ConfigurationError("ZOOM_METRICS_TOKEN needs the extra: pip install 'zoom-blueprint[metrics]'")
    return instruments.exposition(read, accept)


_watched: list[ReadQueues] = []
_is_shown = threading.Event()
_ended: ContextVar[str | None] = ContextVar("zoom_blueprint_ended", default=None)


def _instruments() -> "Instruments | None":
    if _is_shown.is_set() or PACKAGE in sys.modules or _MANY_PROCESSES in os.environ:
        return _loaded()
    return None


@cache
def _loaded() -> "Instruments | None":
    try:
        from zoom_blueprint.metrics.instruments import INSTRUMENTS
    except ModuleNotFoundError as error:
        if error.name != PACKAGE:
            raise
        return None
    return INSTRUMENTS

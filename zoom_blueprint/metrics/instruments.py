"""The counters and histograms themselves, made with ``prometheus_client``: only ``metrics`` imports this."""

import os
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import TypeVar

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from zoom_blueprint.metrics import ReadQueues, watched

_PREFIX = "zoom_blueprint_"
_PROVIDER = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_WORK = (0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_LAG = (0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200)
_M = TypeVar("_M", Counter, Histogram)


class Instruments:
    """All counters and histograms, once for each process, in a registry of ours and in the default one."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.confirmations = self._kept(
            Counter(f"{_PREFIX}confirmations", "Bookings that were asked for.", ["outcome"], registry=None)
        )
        self.zoom_calls = self._kept(
            Histogram(
                f"{_PREFIX}zoom_call_duration_seconds",
                "Calls to Zoom.",
                ["route", "outcome"],
                registry=None,
                buckets=_PROVIDER,
            )
        )
        self.google_calls = self._kept(
            Histogram(
                f"{_PREFIX}google_call_duration_seconds",
                "Calls to Google.",
                ["route", "outcome"],
                registry=None,
                buckets=_PROVIDER,
            )
        )
        self.refreshes = self._kept(
            Counter(f"{_PREFIX}refreshes", "Attempts to renew a host's access.", ["outcome"], registry=None)
        )
        self.webhook_lag = self._kept(
            Histogram(
                f"{_PREFIX}webhook_lag_seconds",
                "Time until a webhook event was applied, since it happened and since it was received.",
                ["since"],
                registry=None,
                buckets=_LAG,
            )
        )
        self.drained = self._kept(
            Histogram(
                f"{_PREFIX}drained_row_duration_seconds",
                "Work on a due row.",
                ["kind", "outcome"],
                registry=None,
                buckets=_WORK,
            )
        )
        self.deliveries = self._kept(
            Counter(f"{_PREFIX}deliveries", "Deliveries of lifecycle events.", ["subscriber", "outcome"], registry=None)
        )
        for outcome in ("confirmed", "requested", "taken", "error"):  # a rate needs a zero to begin with
            self.confirmations.labels(outcome)
        for outcome in ("renewed", "lost", "unknown"):
            self.refreshes.labels(outcome)

    def exposition(self, read: ReadQueues, accept: str) -> tuple[bytes, str]:
        """Return our numbers as text, and its content type."""
        shown = CollectorRegistry()
        shown.register(_Several(self._sums, _queues(read)))
        encode, content_type = choose_encoder(accept)
        return encode(shown), content_type

    def _sums(self) -> Iterable[Metric]:
        folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
        if not folder:
            return self._registry.collect()
        found = MultiProcessCollector(None, folder).collect()  # type: ignore[no-untyped-call]  # of all, the site's too
        return (metric for metric in found if metric.name.startswith(_PREFIX))

    def _kept(self, metric: _M) -> _M:
        self._registry.register(metric)
        REGISTRY.register(metric)
        return metric


class _Several(Collector):
    """Several sources of numbers, one after the other, which are asked when somebody looks and not before."""

    def __init__(self, *sources: Callable[[], Iterable[Metric]]) -> None:
        self._sources = sources

    def describe(self) -> Iterable[Metric]:
        """Name nothing, so that nothing is asked for by being registered."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Yield all numbers as they are now."""
        for source in self._sources:
            yield from source()


def _queues(read: ReadQueues) -> Callable[[], Iterable[Metric]]:
    def collect() -> Iterable[Metric]:
        due = GaugeMetricFamily(f"{_PREFIX}due_rows", "Rows whose work is due.", labels=["kind"])
        parked = GaugeMetricFamily(f"{_PREFIX}parked_rows", "Rows given up until somebody looks.", labels=["kind"])
        oldest = GaugeMetricFamily(f"{_PREFIX}oldest_due_seconds", "How late the oldest due row is.", labels=["kind"])
        now = datetime.now(UTC)
        for queue in read():
            due.add_metric([queue.kind], queue.due)
            parked.add_metric([queue.kind], queue.parked)
            oldest.add_metric([queue.kind], (now - (queue.since or now)).total_seconds())
        return (due, parked, oldest)

    return collect


INSTRUMENTS = Instruments()
REGISTRY.register(_Several(_queues(watched)))

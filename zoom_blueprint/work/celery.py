"""Celery: the tasks and times by which the workers of a site on many machines do what is due.

Nothing here but messages: what is to be done, and when, stands in the rows. A lost message costs time and no work, one
that comes twice changes nothing, and no message is ever given a time of its own: brokers repeat such.
"""

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary

from celery import Celery

from zoom_blueprint import logs
from zoom_blueprint.errors import ConfigurationError, StoreUnavailable
from zoom_blueprint.services import drain, duties, heartbeats, sweeps, tending
from zoom_blueprint.services.duties import DutyName
from zoom_blueprint.state import State
from zoom_blueprint.work.celery_engine import CeleryEngine

DRAIN = "zoom_blueprint.drain"
SWEEP = "zoom_blueprint.sweep"
TEND = "zoom_blueprint.tend"
PURGE = "zoom_blueprint.purge"

_ROWS = 200  # of one look: what stands in the broker at most, however much is due
_EXPIRES = 60  # seconds after which a message is old: a sweep has found the row again
_MINUTE = timedelta(minutes=1)
_SOONEST = 0.5
_SECONDS = 2.0  # for each answer of the broker
_IMPATIENT = {
    "max_retries": 1,
    "interval_start": 0,
    "socket_timeout": _SECONDS,  # Redis
    "socket_connect_timeout": _SECONDS,
    "read_timeout": _SECONDS,  # AMQP
    "write_timeout": _SECONDS,
}
_NEVER_BEATEN = float("-inf")
_log = logs.logger(__name__)
_served: "WeakKeyDictionary[Celery, str]" = WeakKeyDictionary()


def init(celery_app: Celery, state: State) -> None:
    """Register the tasks and their times on a Celery app, and leave the state's work to its workers.

    Raises:
        ConfigurationError: the Celery app works for a Flask app already, or the Flask app has one.
    """
    if isinstance(state.work, CeleryEngine):
        raise ConfigurationError("This Flask app leaves its work to a Celery app already. Call init_celery once.")
    if celery_app in _served:
        raise ConfigurationError(
            f"This Celery app works for the Flask app {_served[celery_app]!r} already. Make one Celery app for each "
            "Flask app: where an app factory makes the one, it makes the other too."
        )
    _served[celery_app] = state.app.name
    threads = state.work
    state.work = _Tasks(celery_app, state).engine
    threads.stop(0)  # a server's process has started them when the blueprint was registered


class _Tasks:
    """The four tasks of one Celery app."""

    def __init__(self, celery_app: Celery, state: State) -> None:
        self._celery, self._state = celery_app, state
        self.engine = CeleryEngine(self._publish_sweep, state.work)
        self._beaten_at = _NEVER_BEATEN
        self._drain = self._task(DRAIN, self.drain)
        self._sweep = self._task(SWEEP, self.sweep)
        self._task(TEND, self.tend)
        self._task(PURGE, self.purge)
        # Again with each loading of the configuration, and when all is loaded: a site may set a schedule of its own.
        celery_app.on_after_configure.connect(self._schedule, weak=False)
        celery_app.on_after_finalize.connect(self._schedule, weak=False)
        if celery_app.configured:
            self._schedule()

    def drain(self, kind: str, row_id: str) -> None:
        """Work on one row, if it is still due."""
        if kind not in drain.KINDS:
            _log.warning("A message of another release names a kind of work that is not known here: %r", kind)
            return
        if drain.drain_one(self._state, kind, row_id) and kind in ("delivery", "posting"):
            self.engine.wake()  # for the next that the same reader is owed, whose turn has come now

    def sweep(self, nonce: str | None = None, seen: str = "") -> None:
        """Send a message for each of the next rows that are due, and one to look again, which comes up behind them.

        ``nonce`` is that of a sweep that goes on, and ``seen`` what it has sent; without, a new one is begun, unless
        somebody has one.
        """
        self._beat()
        if nonce is not None:
            ours = sweeps.keep(self._state, nonce)
        else:
            ours = sweeps.begin(self._state) if sweeps.due(self._state, 1) else None
        if ours is None:
            self._wake_for_next()
            return
        rows = sweeps.due(self._state, _ROWS)
        sending = _digest(rows)
        # What has been sent and is due all the same waits in some worker's hands, and would be sent for ever.
        if not rows or sending == seen:
            if sweeps.end(self._state, ours):
                self._publish_sweep()
            self._wake_for_next()
            return
        try:
            with self._producer() as producer:
                for row in rows:
                    self._drain.apply_async(row, producer=producer, retry=False, expires=_EXPIRES)
                self._sweep.apply_async((ours.nonce, sending), producer=producer, retry=False)
        except BaseException:
            sweeps.end(self._state, ours)
            raise

    def tend(self) -> None:
        """See that every connection is kept alive and healthy."""
        tending.see_to_all(self._state)

    def purge(self) -> None:
        """Have forgotten what must not be kept any longer."""
        self._state.database.write(lambda session: duties.want(session, DutyName.PURGE, "", datetime.now(UTC)))

    def _publish_sweep(self) -> None:
        """Have some worker look for what is due; raises whatever the broker's library does."""
        with self._producer() as producer:
            self._sweep.apply_async(producer=producer, retry=False, expires=_EXPIRES)

    def _task(self, name: str, function: Any) -> Any:
        # Without ``typing`` Celery does not look for a method's ``self`` among the arguments of a message.
        options = {"ignore_result": True, "shared": False, "throws": (StoreUnavailable,), "typing": False}
        return self._celery.task(function, name=name, **options)

    @contextmanager
    def _producer(self) -> Iterator[Any]:
        """Connect for a moment, impatiently: a connection that is kept goes stale, and is shared after a fork."""
        usual = self._celery.connection_for_write()
        options = {**(usual.transport_options or {}), **_IMPATIENT}
        with usual.clone(connect_timeout=_SECONDS, transport_options=options) as connection:
            yield self._celery.amqp.Producer(connection, auto_declare=False)

    def _wake_for_next(self) -> None:
        """Sweep once the next row is due, where that is before beat's next sweep: retries are a matter of seconds."""
        at = sweeps.next_at(self._state)
        pause = _MINUTE if at is None else at - datetime.now(UTC)
        if pause < _MINUTE:
            self.engine.wake_in(max(_SOONEST, pause.total_seconds()))

    def _beat(self) -> None:
        if time.monotonic() - self._beaten_at >= heartbeats.EVERY.total_seconds():
            heartbeats.beat(self._state, "celery")
            self._beaten_at = time.monotonic()

    def _schedule(self, **_: Any) -> None:
        every = {"sweep": _MINUTE, "tend": timedelta(hours=1), "purge": timedelta(days=1)}
        ours = {
            f"zoom-{name}": {"task": f"zoom_blueprint.{name}", "schedule": pause, "options": {"expires": _EXPIRES}}
            for name, pause in every.items()
        }
        conf = self._celery.conf
        conf.beat_schedule = {**ours, **conf.beat_schedule}


def _digest(rows: list[tuple[str, str]]) -> str:
    return hashlib.sha256(repr(sorted(rows)).encode()).hexdigest()[:16]

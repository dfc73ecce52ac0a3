"""Time that passes because a test says so: for a site of this process by its rows, for Zoom by its own clock."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from tests.fixtures.site import Site
from tests.fixtures.waiting import wait_until
from tests.services.looking import rows
from zoom_blueprint.services import drain
from zoom_blueprint.store import models
from zoom_blueprint.store.base import Base

_DAY = timedelta(days=1)
_HANDS: dict[type[Base], tuple[str, ...]] = {
    models.Meeting: ("due_at", "unsure_until", "retry_at"),
    models.Delivery: ("due_at",),
    models.WebhookEvent: ("due_at",),
    models.Duty: ("due_at",),
    models.Grant: ("expires_at", "refreshed_at", "wait_until", "lease_until"),
    models.Connection: ("last_call_at", "checked_at", "compared_at"),
}
_Queue = type[models.Meeting] | type[models.Delivery] | type[models.WebhookEvent]
_QUEUES: tuple[_Queue, ...] = (models.Meeting, models.Delivery, models.WebhookEvent)
_SHORTEST_HOP = timedelta(minutes=2)
_HOPS = 60


class Clock:
    """The time of one site and its Zoom, and the work that is done as it passes."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.passed = timedelta()

    def work(self) -> None:
        """Work off what is due, with several hands, until nobody has anything in hand."""
        with ThreadPoolExecutor(3) as pool:
            list(pool.map(lambda _: self._drain(), range(3)))
        wait_until(self._is_idle, 30, why="all claims are given back")

    def turn(self, span: timedelta) -> None:
        """Let so much time pass here, though not what lies beyond midnight.

        Days begin for us when they really do, and for Zoom too, whose clock goes on in whole days only.
        """
        self._turn(span, datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + _DAY)

    def _turn(self, span: timedelta, until: datetime) -> None:
        self.passed += span

        def work(session: Session) -> None:
            for model, names in _HANDS.items():
                hands: list[InstrumentedAttribute[datetime | None]] = [getattr(model, name) for name in names]
                for row in session.scalars(select(model).where(or_(*[hand.is_not(None) for hand in hands]))):
                    for hand in hands:
                        shown = getattr(row, hand.key)
                        if shown is not None and shown < until:
                            setattr(row, hand.key, shown - span)

        self.site.state.database.write(work)

    def turn_a_day(self) -> None:
        """Let a day pass here and there: what Zoom counts by day begins anew."""
        self._turn(_DAY, datetime.max.replace(tzinfo=UTC))

        def work(session: Session) -> None:
            quota = models.ZoomQuota
            for day in session.scalars(select(quota.day).distinct().order_by(quota.day)).all():
                session.execute(update(quota).where(quota.day == day).values(day=day - _DAY))

        self.site.state.database.write(work)
        self.site.simulator.advance(_DAY.total_seconds())

    def run_out(self) -> None:
        """Let time pass until nothing is owed: to the next due instant, by a day if that is after midnight."""
        for _ in range(_HOPS):
            self.work()
            due = self._next()
            if due is None:
                return
            now = datetime.now(UTC)
            if due.date() > now.date():
                self.turn_a_day()
            else:
                self.turn(max(due - now, _SHORTEST_HOP))
        errors = [row.last_error for model in _QUEUES for row in self._owed(model)]
        raise AssertionError(f"Never quiet: {errors}")

    def _drain(self) -> None:
        while sum(drain.drain(self.site.state, kind) for kind in drain.KINDS):
            self.site.simulator.settle()

    def _owed(self, model: _Queue) -> Sequence[models.Meeting | models.Delivery | models.WebhookEvent]:
        return rows(self.site.state, model, model.due_at.is_not(None))

    def _next(self) -> datetime | None:
        return min((row.due_at for model in _QUEUES for row in self._owed(model) if row.due_at), default=None)

    def _is_idle(self) -> bool:
        return not any(rows(self.site.state, model, model.claim.is_not(None)) for model in (*_QUEUES, models.Duty))

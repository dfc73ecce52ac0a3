"""The slow, obvious way to find slots: walk minute by minute and look at the clock on the wall."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from zoom_blueprint.scheduling.rules import Range, Rolling, Rules, Schedule, Span
from zoom_blueprint.scheduling.slots import Busy, Reason

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def minutes(first: datetime, last: datetime) -> list[datetime]:
    return [first + each * MINUTE for each in range((last - first) // MINUTE)]


@dataclass
class Reference:
    schedule: Schedule
    rules: Rules
    busy: Sequence[Busy]
    now: datetime
    _working: dict[datetime, bool] = field(default_factory=dict)

    def offered(self, first: datetime, last: datetime) -> list[datetime]:
        return [each for each in minutes(first, last) if self.reason(each) is None]

    def reason(self, start: datetime) -> Reason | None:  # noqa: PLR0911 one question after the other
        if start < self.now:
            return Reason.PAST
        if start < self.now + self.rules.notice * MINUTE:
            return Reason.NOTICE
        if not self.within_horizon(self.local(start).date()):
            return Reason.HORIZON
        if not all(self.working(start + each * MINUTE) for each in range(self.rules.duration)):
            return Reason.OUTSIDE_HOURS
        if not any((since - span.start) % self.rules.step == 0 for since, span in self.spans_at(start)):
            return Reason.OFF_GRID
        if any(self.collides(start, each) for each in self.busy):
            return Reason.BUSY
        days = [self.local(moment(each.start)).date() for each in self.busy if each.counts]
        today = self.local(start).date()
        if self.rules.per_day is not None and days.count(today) >= self.rules.per_day:
            return Reason.LIMIT_DAY
        weeks = [day.isocalendar()[:2] for day in days]
        if self.rules.per_week is not None and weeks.count(today.isocalendar()[:2]) >= self.rules.per_week:
            return Reason.LIMIT_WEEK
        return None

    def local(self, instant: datetime) -> datetime:
        return instant.astimezone(ZoneInfo(self.schedule.time_zone)).replace(tzinfo=None)

    def working(self, instant: datetime) -> bool:
        if instant not in self._working:
            self._working[instant] = bool(self.spans_at(instant))
        return self._working[instant]

    def spans_at(self, instant: datetime) -> list[tuple[int, Span]]:
        """Return each span that holds the instant, with the wall-clock minutes since midnight of the day it began."""
        local = self.local(instant)
        return [
            (since, span)
            for begun in (local.date(), local.date() - DAY)
            for since in [(local - datetime(begun.year, begun.month, begun.day)) // MINUTE]  # noqa: DTZ001
            for span in self.schedule.overrides.get(begun, self.schedule.weekly[begun.weekday()])
            if span.start <= since < span.end
        ]

    def collides(self, start: datetime, busy: Busy) -> bool:
        end = start + self.rules.duration * MINUTE
        starts_late = start >= moment(busy.end) + max(self.rules.buffer_before, busy.after) * MINUTE
        ends_early = end + max(self.rules.buffer_after, busy.before) * MINUTE <= moment(busy.start)
        return busy.start < busy.end and not (starts_late or ends_early)

    def within_horizon(self, day: date) -> bool:
        match self.rules.horizon:
            case Rolling(days):
                return day <= self.local(self.now).date() + days * DAY
            case Range(first, last):
                return first <= day <= last
            case None:
                return True


def moment(seconds: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)

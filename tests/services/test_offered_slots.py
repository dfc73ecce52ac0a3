"""What is offered from the database is what a slow walk along the minutes finds, in every place."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tests.fixtures.site import MakeSite, Site
from tests.scheduling.cases import PLACES, horizons, hours
from tests.scheduling.reference import DAY, MINUTE, Reference, minutes, utc
from zoom_blueprint.errors import SlotTaken
from zoom_blueprint.scheduling.rules import Range, Rolling, Rules, Schedule
from zoom_blueprint.scheduling.slots import Busy
from zoom_blueprint.services import availability, bookables, event_types, schedules
from zoom_blueprint.store import models
from zoom_blueprint.store.base import new_id
from zoom_blueprint.values import EventType

#: Places in years for which times are offered at all, and places far from them on the globe.
NEAR = tuple((place, change) for place, change in PLACES if change >= "2000")
READERS = ("UTC", "Pacific/Kiritimati", "Pacific/Niue", "Asia/Kathmandu", "Australia/Lord_Howe", "America/New_York")
#: Where midnight came twice, until 2011, a day was no stretch of time; no range of days ahead meets that any more.
NO_READER = "America/St_Johns"


class Source(StrEnum):
    """Where something stands that may be in the way."""

    BOOKED = "booked"
    OTHER_EVENT = "other event"
    AWAITS_APPROVAL = "awaits approval"
    LAPSED = "lapsed"
    CANCELLED = "cancelled"
    OTHER_HOST = "other host"
    MOVED = "moved"
    BLOCKED = "blocked"
    ELSEWHERE = "elsewhere"


FREE = {Source.LAPSED, Source.CANCELLED, Source.OTHER_HOST, Source.MOVED}
COUNTED = {Source.BOOKED, Source.AWAITS_APPROVAL}
IN_THE_TABLE = set(Source) - {Source.BLOCKED, Source.ELSEWHERE}


@dataclass(frozen=True)
class Entry:
    source: Source
    start: datetime
    end: datetime
    before: int
    after: int


@dataclass(frozen=True)
class Scene:
    schedule: Schedule
    rules: Rules
    entries: tuple[Entry, ...]
    reader: str
    first: date
    last: date
    now: datetime


def entries(middle: datetime) -> st.SearchStrategy[Entry]:
    gaps = st.sampled_from([0, 0, 5, 30])

    def entry(source: Source, start: int, length: int, before: int, after: int) -> Entry:
        buffers = (before, after) if source in IN_THE_TABLE else (0, 0)
        begin = middle + start * MINUTE
        return Entry(source, begin, begin + length * MINUTE, *buffers)

    starts = st.integers(-120, 120).map(lambda tens: tens * 15)
    return st.builds(entry, st.sampled_from(Source), starts, st.sampled_from([15, 30, 200]), gaps, gaps)


def one_moved(found: list[Entry]) -> tuple[Entry, ...]:
    """Leave one of those that are moved, for only one can be at a time."""
    moved = [one for one in found if one.source is Source.MOVED]
    return tuple(one for one in found if one not in moved[1:])


@st.composite
def scenes(draw: st.DrawFn) -> Scene:
    place, change = draw(st.sampled_from(NEAR))
    middle = utc(change)
    dates = st.integers(-2, 2).map(lambda days: (middle + days * DAY).date())
    reader = draw(st.sampled_from((*READERS, place) if place != NO_READER else READERS))
    first = middle.astimezone(ZoneInfo(reader)).date() + draw(st.sampled_from([-1, 0])) * DAY
    limits = st.sampled_from([None, None, 1, 2])
    gaps = st.sampled_from([0, 0, 10, 30])
    # On a full ten minutes, so that the buckets which keep answers cacheable take nothing away.
    now = middle.replace(minute=middle.minute // 10 * 10) - draw(st.sampled_from([4, 4, 1, 0])) * DAY
    return Scene(
        Schedule(place, tuple(draw(hours()) for _ in range(7)), draw(st.dictionaries(dates, hours(), max_size=2))),
        Rules(
            duration=draw(st.sampled_from([30, 15, 60, 240])),
            step=draw(st.sampled_from([15, 30, 45, 60])),
            buffer_before=draw(gaps),
            buffer_after=draw(gaps),
            notice=draw(st.sampled_from([0, 0, 30, 1440])),
            horizon=draw(horizons(middle)),
            per_day=draw(limits),
            per_week=draw(limits),
        ),
        one_moved(draw(st.lists(entries(middle), max_size=5, unique=True))),
        reader,
        first,
        first + draw(st.sampled_from([0, 1])) * DAY,
        now,
    )


def walked(scene: Scene) -> tuple[list[datetime], Reference]:
    """Return what the walk finds on the days that the reader asks for, as the reader's clock has them."""
    busy = [
        Busy.between(one.start, one.end, counts=one.source in COUNTED)._replace(before=one.before, after=one.after)
        for one in scene.entries
        if one.source not in FREE
    ]
    reference = Reference(scene.schedule, scene.rules, busy, scene.now)
    noon = datetime(scene.first.year, scene.first.month, scene.first.day, 12, tzinfo=UTC)
    reader = ZoneInfo(scene.reader)
    asked = [
        each
        for each in minutes(noon - 2 * DAY, noon + 4 * DAY)
        if scene.first <= each.astimezone(reader).date() <= scene.last
    ]
    return [each for each in asked if reference.reason(each) is None], reference


def stored(site: Site, scene: Scene) -> str | None:
    """Write a scene into the database; return the booking that is being moved, if there is one."""
    rules = scene.rules
    event = EventType(
        slug="scene",
        title="Scene",
        duration_minutes=rules.duration,
        step_minutes=rules.step,
        buffer_before=rules.buffer_before,
        buffer_after=rules.buffer_after,
        notice_minutes=rules.notice,
        horizon_days=rules.horizon.days if isinstance(rules.horizon, Rolling) else None,
        per_day=rules.per_day,
        per_week=rules.per_week,
    )
    if isinstance(rules.horizon, Range):
        event = replace(event, first_day=rules.horizon.first, last_day=rules.horizon.last)
    schedules.put(site.state, "1", scene.schedule)
    event_types.put(site.state, "1", event)
    elsewhere = [(one.start, one.end) for one in scene.entries if one.source is Source.ELSEWHERE]
    site.state.hooks.busy_times = lambda host, start, end: elsewhere if host.id == "1" else []
    ids = {one: new_id() for one in scene.entries}

    def work(session: Session) -> None:
        session.execute(delete(models.Booking))
        session.execute(delete(models.BlockedTime))
        event = models.EventType
        rows = session.execute(select(event.slug, event.id).where(event.host_id == "1"))
        events = {slug: row_id for slug, row_id in rows}  # noqa: C416  # rows are no pairs to a type checker
        for one, row_id in ids.items():
            if one.source is Source.BLOCKED:
                session.add(models.BlockedTime(host_id="1", starts_at=one.start, ends_at=one.end))
            elif one.source in IN_THE_TABLE:
                session.add(booking(one, row_id, events, scene.now))

    site.state.database.write(work)
    return next((row_id for one, row_id in ids.items() if one.source is Source.MOVED), None)


def booking(one: Entry, row_id: str, events: dict[str, str], now: datetime) -> models.Booking:
    pending = {Source.AWAITS_APPROVAL: now + MINUTE, Source.LAPSED: now}
    status = "cancelled" if one.source is Source.CANCELLED else "pending" if one.source in pending else "confirmed"
    return models.Booking(
        id=row_id,
        host_id="2" if one.source is Source.OTHER_HOST else "1",
        event_type_id=events["intro-call" if one.source is Source.OTHER_EVENT else "scene"],
        status=status,
        hold_until=pending.get(one.source),
        starts_at=one.start,
        ends_at=one.end,
        busy_start=one.start - one.before * MINUTE,
        busy_end=one.end + one.after * MINUTE,
        key=row_id,
        body_hmac="",
        name="B",
        email="b@example.com",
        time_zone="UTC",
        locale="en",
        details_sealed="",
        created_at=now,
        changed_at=now,
    )


@pytest.fixture
def offering(make_site: MakeSite) -> Site:
    """A site whose host can be booked."""
    site = make_site()
    site.connect()
    return site


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(scene=scenes())
def test_what_is_offered_is_what_a_walk_along_the_minutes_finds(offering: Site, scene: Scene) -> None:
    moving = stored(offering, scene)
    expected, reference = walked(scene)
    bookable = bookables.look_up(offering.state, "ada", "scene")
    days = availability.Range(scene.first, scene.last, scene.reader)
    offer = availability.offer(offering.state, bookable, days, now=scene.now, moving=moving)
    assert [datetime.fromtimestamp(start, UTC) for start in offer.starts or []] == expected
    for start in minutes(days.begin, days.end)[:: 4 * 15 + 1] + expected[:: max(1, len(expected) // 4)]:
        assert is_free(offering, bookable, start, scene.now, moving) == (reference.reason(start) is None)


def is_free(site: Site, bookable: bookables.Bookable, start: datetime, now: datetime, moving: str | None) -> bool:
    """Return whether the check inside a confirmation lets a start through."""
    elsewhere = availability.busy_elsewhere(site.state, bookable, start, start + timedelta(seconds=1))

    def check(session: Session) -> bool:
        try:
            availability.ensure_free(session, bookable, start, elsewhere, now=now, offered_at=now, moving=moving)
        except SlotTaken:
            return False
        return True

    return site.state.database.read(check)

"""What hypothesis draws about hours and rules, near changes of the clock."""

from dataclasses import dataclass
from datetime import datetime

from hypothesis import strategies as st

from tests.scheduling.reference import DAY, MINUTE, utc
from zoom_blueprint.scheduling.rules import Horizon, Hours, Range, Rolling, Rules, Schedule, Span
from zoom_blueprint.scheduling.slots import Busy

#: A place and an instant near which its clock does something.
PLACES = (
    ("UTC", "2030-01-15T12:00"),
    ("America/New_York", "2030-03-10T07:00"),  # gap
    ("America/New_York", "2030-11-03T06:00"),  # fold
    ("Europe/Berlin", "2030-03-31T01:00"),
    ("Europe/Berlin", "2030-10-27T01:00"),
    ("Australia/Lord_Howe", "2030-04-06T15:00"),  # fold of half an hour
    ("Australia/Lord_Howe", "2030-10-05T15:30"),  # gap of half an hour
    ("Asia/Kolkata", "2030-01-15T12:00"),
    ("Asia/Kathmandu", "2030-01-15T12:00"),
    ("Pacific/Chatham", "2030-04-06T14:00"),  # 45 minutes, with a fold
    ("Pacific/Apia", "2011-12-30T10:00"),  # 30 December did not exist
    ("Pacific/Kwajalein", "1993-08-21T12:00"),  # nor did 21 August
    ("Pacific/Kwajalein", "1969-09-30T13:00"),  # a fold of 23 hours
    ("America/Santiago", "2030-04-07T03:00"),  # fold back over midnight
    ("America/Santiago", "2030-09-08T04:00"),  # no midnight
    ("Africa/Cairo", "2030-04-25T22:00"),  # no midnight
    ("Africa/Cairo", "2030-10-31T21:00"),  # fold back over midnight
    ("Asia/Beirut", "2030-03-30T22:00"),
    ("Asia/Beirut", "2030-10-26T21:00"),
    ("America/St_Johns", "2009-11-01T02:31"),  # at 00:01 back to 23:01 of the day before
    ("Antarctica/Troll", "2030-03-31T01:00"),  # gap of two hours
)


@dataclass(frozen=True)
class Case:
    schedule: Schedule
    rules: Rules
    busy: tuple[Busy, ...]
    first: datetime
    last: datetime
    now: datetime


# Everything is drawn so that most examples offer something near the change: a window that is closed shows nothing.
ALL_DAY = (Span(0, 1440),)
NIGHT = (Span(22 * 60, 26 * 60), Span(4 * 60, 21 * 60))
SMALL = (Span(0, 45), Span(45, 130), Span(100, 23 * 60), Span(23 * 60 + 20, 24 * 60 + 40))


def spans() -> st.SearchStrategy[Span]:
    start = st.integers(0, 1439) | st.sampled_from([0, 60, 90, 120, 1380])
    length = st.integers(1, 1440) | st.sampled_from([60, 480, 1440])
    return st.tuples(start, length).map(lambda each: Span(each[0], min(each[0] + each[1], 2880)))


def hours() -> st.SearchStrategy[Hours]:
    return st.sampled_from([ALL_DAY, ALL_DAY, NIGHT, SMALL, ()]) | st.lists(spans(), min_size=1, max_size=3).map(tuple)


def horizons(middle: datetime) -> st.SearchStrategy[Horizon]:
    ends = st.lists(st.integers(-1, 1).map(lambda days: (middle + days * DAY).date()), min_size=2, max_size=2)
    ranges = ends.map(lambda days: Range(min(days), max(days)))
    return st.sampled_from([None, None, None, Rolling(0), Rolling(1), Rolling(2)]) | ranges


def bookings(middle: datetime) -> st.SearchStrategy[Busy]:
    gaps = st.sampled_from([0, 0, 5, 10, 30])
    return st.builds(
        lambda start, length, before, after, counts: Busy.between(
            middle + start * MINUTE, middle + (start + length) * MINUTE, counts=counts
        )._replace(before=before, after=after),
        st.integers(-90, 90).map(lambda tens: tens * 10),
        st.sampled_from([15, 30, 60, 200, 0, -30]),
        gaps,
        gaps,
        st.booleans(),
    )


@st.composite
def cases(draw: st.DrawFn) -> Case:
    place, change = draw(st.sampled_from(PLACES))
    middle = utc(change)
    first = middle - draw(st.sampled_from([13 * 60, 26 * 60, 61, 0])) * MINUTE
    gaps = st.sampled_from([0, 0, 5, 10, 30])
    dates = st.integers(-2, 2).map(lambda days: (middle + days * DAY).date())
    now = first - draw(st.sampled_from([3000, 3000, 1000, 0, -200])) * MINUTE
    limits = st.sampled_from([None, None, 1, 2])
    return Case(
        Schedule(
            place,
            tuple(draw(hours()) for _ in range(7)),
            draw(st.dictionaries(dates, hours(), max_size=2)),
        ),
        Rules(
            duration=draw(st.sampled_from([30, 15, 45, 60, 90, 240, 1, 1440])),
            step=draw(st.sampled_from([15, 5, 7, 30, 45, 60, 90, 1440])),
            buffer_before=draw(gaps),
            buffer_after=draw(gaps),
            notice=draw(st.sampled_from([0, 0, 30, 1440])),
            horizon=draw(horizons(middle)),
            per_day=draw(limits),
            per_week=draw(limits),
        ),
        tuple(draw(st.lists(bookings(middle), max_size=4))),
        first,
        first + draw(st.sampled_from([26 * 60, 13 * 60, 121])) * MINUTE,
        now,
    )

"""Twenty visitors ask for different times of a day, or a week, that takes one booking more."""

from collections import Counter
from datetime import timedelta

from tests.races.diary import Diary, by_phone
from zoom_blueprint.errors import SlotTaken

TIMES = [f"{hour:02}:{minute:02}" for hour in range(8, 18) for minute in (0, 30)]
ONE_OF_TWENTY = {None: 1, SlotTaken: 19}


def test_a_day_that_takes_one_booking_takes_one_of_twenty(diary: Diary) -> None:
    diary.offer(by_phone("rare", 30, per_day=1), by_phone("other", 10))
    for day in range(6):
        acts = [diary.asking("rare", diary.at(day, clock), f"v{place}") for place, clock in enumerate(TIMES)]
        # Another event type has no such limit, whoever books it meanwhile.
        others = [diary.asking("other", diary.at(day, clock), "o") for clock in ("19:00", "20:00")]
        outcomes = diary.together([*others, *acts])
        assert [outcome.error for outcome in outcomes[:2]] == [None, None]
        assert Counter(outcome.error for outcome in outcomes[2:]) == ONE_OF_TWENTY


def test_a_day_that_takes_three_bookings_takes_three_of_twenty(diary: Diary) -> None:
    diary.offer(by_phone("rare", 20, per_day=3))
    for day in range(4):
        acts = [diary.asking("rare", diary.at(day, clock), f"v{place}") for place, clock in enumerate(TIMES)]
        assert Counter(outcome.error for outcome in diary.together(acts)) == {None: 3, SlotTaken: 17}


def test_a_week_that_takes_one_booking_takes_one_of_twenty(diary: Diary) -> None:
    diary.offer(by_phone("rare", 30, per_week=1))
    days_to_monday = -diary.at(0).weekday() % 7
    for week in range(4):
        monday = diary.at(days_to_monday + 7 * week, "08:00")
        starts = [monday + timedelta(days=place % 7, hours=place // 7) for place in range(20)]
        acts = [diary.asking("rare", start, f"v{place}") for place, start in enumerate(starts)]
        assert Counter(outcome.error for outcome in diary.together(acts)) == ONE_OF_TWENTY


def test_two_bookings_moved_to_a_day_that_takes_one_more_do_not_both_go_there(diary: Diary) -> None:
    diary.offer(by_phone("rare", 30, per_day=2))
    for day in range(0, 16, 2):
        diary.booked("rare", diary.at(day, "09:00"))
        there = [diary.booked("rare", diary.at(day + 1, clock), clock) for clock in ("09:00", "10:00")]
        acts = [diary.moving(booking, diary.at(day, f"1{place}:00")) for place, booking in enumerate(there)]
        assert Counter(outcome.error for outcome in diary.together(acts)) == {None: 1, SlotTaken: 1}

"""Many visitors at many processes: bookings keep clear of each other, and nobody is refused for nothing."""

import random
from collections import Counter

from tests.races.diary import Diary, by_phone
from zoom_blueprint.errors import SlotTaken

SHORT = by_phone("short", 15)
CALL = by_phone("call", 30, buffer_before=10, buffer_after=5)
TALK = by_phone("talk", 60, buffer_after=20)


def test_bookings_of_all_event_types_of_a_host_keep_clear_of_each_other(diary: Diary) -> None:
    diary.offer(SHORT, CALL, TALK)
    dice = random.Random(4)  # which times are asked for
    for day in range(8):
        asked = [
            (dice.choice(list(diary.events)), diary.at(day, f"1{dice.randrange(4)}:{dice.randrange(0, 60, 5):02}"))
            for _ in range(16)
        ]
        outcomes = diary.together(
            [diary.asking(event, start, f"v{place}") for place, (event, start) in enumerate(asked)]
        )
        made = diary.entries()
        assert {outcome.error for outcome in outcomes} == {None, SlotTaken}
        for (event, start), outcome in zip(asked, outcomes, strict=True):
            is_free = not any(diary.entry(event, start).clashes(entry) for entry in made)
            assert outcome.error is None or not is_free, f"{event} at {start} was refused, and nothing is in its way"


def test_bookings_whose_buffers_touch_are_both_made_and_closer_ones_are_not(diary: Diary) -> None:
    diary.offer(SHORT, CALL, TALK)
    pairs = {  # the larger of the two buffers between two bookings counts
        "after": [("talk", "10:00"), ("call", "11:20")],
        "before": [("short", "13:00"), ("call", "13:25")],
        "none": [("short", "15:00"), ("short", "15:15")],
    }
    too_close = {
        "after": [("talk", "10:00"), ("call", "11:15")],
        "before": [("short", "13:00"), ("call", "13:20")],
        "none": [("short", "15:00"), ("short", "15:10")],
    }
    for day in range(0, 16, 2):
        acts = [
            diary.asking(event, diary.at(day + offset, clock), f"v{place}")
            for offset, kinds in enumerate((pairs, too_close))
            for pair in kinds.values()
            for place, (event, clock) in enumerate(pair if day % 4 else reversed(pair))
        ]
        errors = [outcome.error for outcome in diary.together(acts)]
        assert errors[:6] == [None] * 6
        closer = [Counter(errors[place : place + 2]) for place in (6, 8, 10)]
        assert closer == [Counter({None: 1, SlotTaken: 1})] * 3


def test_two_tabs_that_book_the_same_time_are_one_booking(diary: Diary) -> None:
    diary.offer(CALL)
    for day in range(10):
        acts = [diary.asking("call", diary.at(day), key=f"{day}-tab-{tab}") for tab in range(2)]
        outcomes = diary.together(acts)
        assert Counter(outcome.error for outcome in outcomes) == {None: 1, SlotTaken: 1}
        assert len(diary.entries()) == day + 1

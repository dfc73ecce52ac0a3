"""The same attempt reaches ten processes at once: a double click, a network that sends again, a back button."""

from collections import Counter
from dataclasses import replace

from tests.races.diary import Diary, by_phone
from tests.services.looking import rows
from zoom_blueprint.errors import KeyReused, SlotTaken
from zoom_blueprint.store import models

CALL = by_phone("call", 30)


def test_one_attempt_at_ten_processes_is_one_booking_with_ten_equal_answers(diary: Diary) -> None:
    diary.offer(CALL)
    for day in range(10):
        outcomes = diary.together([diary.asking("call", diary.at(day))] * 10)
        assert [outcome.error for outcome in outcomes] == [None] * 10
        assert all(outcome.value == outcomes[0].value for outcome in outcomes)
        assert len(diary.entries()) == day + 1
        assert diary.told(outcomes[0].value.id) == {"booking.confirmed": 1}
    assert len(rows(diary.state, models.Delivery)) == 2 * 10  # the mails to host and invitee of each


def test_one_key_with_two_bodies_is_one_booking_and_the_other_body_is_refused(diary: Diary) -> None:
    diary.offer(CALL)
    for day in range(10):
        here, there = diary.at(day), diary.at(day, "15:00")
        acts = [diary.asking("call", (here, there)[place % 2], key=f"attempt-{day}") for place in range(10)]
        outcomes = diary.together(acts)
        assert Counter(outcome.error for outcome in outcomes) == {None: 5, KeyReused: 5}
        assert len({outcome.value.id for outcome in outcomes if outcome.value}) == 1
        assert len(diary.entries()) == day + 1


def test_an_attempt_whose_time_is_cancelled_meanwhile_is_still_the_same_booking(diary: Diary) -> None:
    diary.offer(CALL)
    for day in range(6):
        booking = diary.booked("call", diary.at(day))
        outcomes = diary.together([diary.cancelling(booking), *[diary.asking("call", diary.at(day))] * 9])
        assert [outcome.error for outcome in outcomes] == [None] * 10
        assert {outcome.value.id for outcome in outcomes} == {booking.id}
        assert diary.entries() == []


def test_keys_that_were_refused_are_not_used_up(diary: Diary) -> None:
    diary.offer(CALL)
    for day in range(5):
        asked = [diary.request("call", diary.at(day), f"v{place}") for place in range(10)]
        outcomes = diary.together([diary.sending(one) for one in asked])
        assert Counter(outcome.error for outcome in outcomes) == {None: 1, SlotTaken: 9}
        losers = [one for one, outcome in zip(asked, outcomes, strict=True) if outcome.error]
        again = [replace(one, start=diary.at(day, f"{12 + place}:00")) for place, one in enumerate(losers)]
        assert [outcome.error for outcome in diary.together([diary.sending(one) for one in again])] == [None] * 9

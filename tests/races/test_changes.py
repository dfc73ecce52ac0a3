"""Bookings that are moved and cancelled at the same moment: never an overlap, never a lost cancel."""

from collections import Counter

from tests.races.crowd import act
from tests.races.diary import Diary, by_phone
from zoom_blueprint.errors import BookingEnded, SlotTaken
from zoom_blueprint.services import by_hosts
from zoom_blueprint.values import EndedReason

CALL = by_phone("call", 30, buffer_after=10)


def test_of_bookings_moved_to_the_same_time_one_gets_there_and_the_others_stay(diary: Diary) -> None:
    diary.offer(CALL)
    for day in range(6):
        there = [diary.booked("call", diary.at(day, f"1{place}:00"), f"v{place}") for place in range(5)]
        outcomes = diary.together([diary.moving(booking, diary.at(day, "18:00")) for booking in there])
        assert Counter(outcome.error for outcome in outcomes) == {None: 1, SlotTaken: 4}
        for booking, outcome in zip(there, outcomes, strict=True):
            row = diary.row(booking.id)
            if outcome.error:
                assert (row.starts_at, row.sequence) == (booking.start, 0)
                assert diary.told(booking.id) == {"booking.confirmed": 1}
            else:
                assert (row.starts_at, row.sequence) == (diary.at(day, "18:00"), 1)
                assert diary.told(booking.id) == {"booking.confirmed": 1, "booking.rescheduled": 1}


def test_a_time_that_is_left_and_wanted_at_once_goes_to_one(diary: Diary) -> None:
    diary.offer(CALL)
    for day in range(8):
        leaving = diary.booked("call", diary.at(day), "leaver")
        stranger = [diary.asking("call", diary.at(day), f"v{place}") for place in range(4)]
        away = diary.moving(leaving, diary.at(day, "15:00"))
        outcomes = diary.together([*stranger, away] if day % 2 else [away, *stranger])
        taken = [entry for entry in diary.entries() if entry.start == diary.at(day)]
        assert len(taken) == sum(outcome.error is None for outcome in outcomes) - 1 <= 1


def test_a_cancel_is_never_lost_to_a_move(diary: Diary) -> None:
    diary.offer(CALL)
    for day in range(15):
        booking = diary.booked("call", diary.at(day))
        moves = [diary.moving(booking, diary.at(day, f"1{4 + place}:00")) for place in range(day % 3 + 1)]
        cancel = diary.cancelling(booking, (EndedReason.INVITEE, EndedReason.HOST)[day % 2])
        acts = [*moves, cancel] if day % 4 < 2 else [cancel, *moves]
        answers = [outcome.error for outcome in diary.together(acts)]
        assert answers.count(None) + answers.count(BookingEnded) == len(acts)
        told = diary.told(booking.id)
        row = diary.row(booking.id)
        assert row.status == "cancelled"
        assert told["booking.cancelled"] == 1
        assert row.sequence == told["booking.rescheduled"] + 1
        assert told["booking.rescheduled"] == answers.count(None) - 1
        assert diary.entries() == []  # whatever time it had is free again
    assert diary.booked("call", diary.at(0), "carol").status == "confirmed"


def test_a_booking_cancelled_by_both_sides_is_cancelled_once(diary: Diary) -> None:
    diary.offer(CALL)
    for day in range(8):
        booking = diary.booked("call", diary.at(day))
        reasons = [EndedReason.INVITEE, EndedReason.HOST] * 5
        outcomes = diary.together([diary.cancelling(booking, by) for by in reasons])
        assert [outcome.error for outcome in outcomes] == [None] * 10
        assert len({outcome.value.ended_reason for outcome in outcomes}) == 1
        assert diary.told(booking.id) == {"booking.confirmed": 1, "booking.cancelled": 1}
        assert diary.row(booking.id).sequence == 1


def test_a_second_click_on_a_move_moves_nothing(diary: Diary) -> None:
    diary.offer(CALL)
    for day in range(8):
        booking = diary.booked("call", diary.at(day))
        to = diary.at(day, "15:00")
        move = diary.moving(booking, to) if day % 2 else act(by_hosts.move, booking.id, to)
        outcomes = diary.together([move] * 6)
        assert [outcome.error for outcome in outcomes] == [None] * 6
        assert diary.told(booking.id) == {"booking.confirmed": 1, "booking.rescheduled": 1}
        assert diary.row(booking.id).sequence == 1

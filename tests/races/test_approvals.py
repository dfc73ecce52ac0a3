"""The host's answer races with other answers, with the invitee, and with the end of the time that is held."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from tests.races.crowd import Outcome, act
from tests.races.diary import Diary, by_phone
from tests.services.looking import rows, turn
from zoom_blueprint import EventType, values
from zoom_blueprint.errors import BookingEnded, SlotTaken
from zoom_blueprint.services import approvals
from zoom_blueprint.store import models
from zoom_blueprint.values import EndedReason, WithoutZoom

ASK = by_phone("ask", 30, buffer_after=15, approval=True)
ASK_AGAIN = by_phone("ask-again", 30, approval=True, approval_when_moved=True)
CALL = by_phone("call", 30)
SECOND = timedelta(seconds=1)


def put_over(diary: Diary, booking: values.Booking, other: values.Booking, offset: timedelta) -> None:
    """Let a booking overlap another one, as no visitor can."""
    start = other.start + offset
    end = start + (booking.end - booking.start)
    hours = {"starts_at": start, "ends_at": end, "busy_start": start, "busy_end": end + timedelta(minutes=15)}
    turn(diary.state, models.Booking, models.Booking.id == booking.id, **hours)


def check_told(diary: Diary, booking: values.Booking, outcomes: list[Outcome]) -> models.Booking:
    """Check that each thing that happened to a pending booking happened once, in an order that makes sense."""
    row, told = diary.row(booking.id), diary.told(booking.id)
    assert told["booking.requested"] == 1
    assert told["booking.confirmed"] <= 1
    assert told["booking.cancelled"] == (row.status == "cancelled")
    assert row.sequence == told["booking.confirmed"] + told["booking.cancelled"]
    assert (row.confirmed_at is not None) == (told["booking.confirmed"] == 1)
    assert {outcome.error for outcome in outcomes} <= {None, BookingEnded}
    return row


@pytest.mark.parametrize("offset", [timedelta(), timedelta(minutes=20), timedelta(minutes=40)])
def test_of_two_overlapping_requests_one_is_approved(diary: Diary, offset: timedelta) -> None:
    diary.offer(ASK)
    for day in range(6):
        one, other = (diary.booked("ask", diary.at(day, clock), clock) for clock in ("10:00", "14:00"))
        put_over(diary, other, one, offset)
        acts = [act(approvals.approve, booking.id) for booking in (one, other)[:: 1 if day % 2 else -1]] * 3
        outcomes = diary.crowd.together(acts)
        assert Counter(outcome.error for outcome in outcomes) == {None: 3, SlotTaken: 3}
        assert sorted(diary.row(booking.id).status for booking in (one, other)) == ["confirmed", "pending"]
        assert sum(diary.told(booking.id)["booking.confirmed"] for booking in (one, other)) == 1


def test_a_request_whose_time_runs_out_is_not_approved_over_the_booking_that_took_its_place(diary: Diary) -> None:
    diary.offer(ASK, CALL)
    for day in range(10):
        request = diary.booked("ask", diary.at(day))
        runs_out = datetime.now(UTC) - SECOND
        turn(diary.state, models.Booking, models.Booking.id == request.id, hold_until=runs_out)
        # Two machines whose clocks differ: for one of them the time is held still.
        acts = [act(approvals.approve, request.id, now=runs_out - SECOND), diary.asking("call", diary.at(day), "carol")]
        outcomes = diary.together(acts if day % 2 else acts[::-1])
        assert Counter(outcome.error for outcome in outcomes)[None] == 1
        assert {outcome.error for outcome in outcomes} <= {None, SlotTaken, BookingEnded}
        assert len([entry for entry in diary.entries() if entry.start == diary.at(day)]) == 1


def test_a_request_is_answered_once(diary: Diary) -> None:
    diary.offer(ASK)
    for day in range(15):
        booking = diary.booked("ask", diary.at(day))
        answers = [act(approvals.approve, booking.id), act(approvals.decline, booking.id, words="Sorry")]
        outcomes = diary.together((answers if day % 2 else answers[::-1]) * 3)
        row = check_told(diary, booking, outcomes)
        if row.status == "confirmed":
            assert diary.told(booking.id)["booking.cancelled"] == 0
        else:
            assert (row.ended_reason, row.confirmed_at) == (EndedReason.DECLINED, None)


def test_a_cancel_is_never_lost_to_an_answer(diary: Diary) -> None:
    diary.offer(ASK)
    for day in range(15):
        booking = diary.booked("ask", diary.at(day))
        acts = [
            act(approvals.approve, booking.id),
            diary.cancelling(booking),
            act(approvals.decline, booking.id) if day % 3 else act(approvals.approve, booking.id),
        ]
        outcomes = diary.together([*acts[day % 3 :], *acts[: day % 3]])
        assert outcomes[(1 - day % 3) % 3].error is None
        row = check_told(diary, booking, outcomes)
        assert row.status == "cancelled"
        assert diary.entries() == []


def test_a_request_lapses_or_is_approved_and_never_both(diary: Diary) -> None:
    diary.offer(ASK)
    for day in range(12):
        booking = diary.booked("ask", diary.at(day))
        runs_out = datetime.now(UTC) - SECOND
        turn(diary.state, models.Booking, models.Booking.id == booking.id, hold_until=runs_out)
        acts = [act(approvals.approve, booking.id, now=runs_out - SECOND), act(approvals.lapse, booking.id)]
        outcomes = diary.together((acts if day % 2 else acts[::-1]) * 2)
        row = check_told(diary, booking, outcomes)
        assert (row.status, row.ended_reason) in {("confirmed", None), ("cancelled", EndedReason.LAPSED)}
        assert diary.told(booking.id).total() == 2


def test_a_move_lets_no_time_be_approved_that_the_host_did_not_see(diary: Diary) -> None:
    diary.offer(ASK_AGAIN)
    for day in range(12):
        booking = diary.booked("ask-again", diary.at(day))
        acts = [act(approvals.approve, booking.id, sequence=0), diary.moving(booking, diary.at(day, "15:00"))]
        outcomes = diary.together(acts if day % 2 else acts[::-1])
        assert {outcome.error for outcome in outcomes} <= {None, SlotTaken}
        row, told = diary.row(booking.id), diary.told(booking.id)
        assert (row.status, row.starts_at) == ("pending", diary.at(day, "15:00"))
        assert told["booking.requested"] == 2
        assert row.sequence == 1 + told["booking.confirmed"]


def test_a_request_approved_ten_times_at_once_is_confirmed_once_with_one_meeting(diary: Diary) -> None:
    diary.offer(EventType(slug="in-zoom", title="In Zoom", approval=True, without_zoom=WithoutZoom.LATER))
    for place in range(5):
        booking = diary.booked("in-zoom", diary.at(1, f"1{place}:00"))
        outcomes = diary.together([act(approvals.approve, booking.id)] * 10)
        assert [outcome.error for outcome in outcomes] == [None] * 10
        assert check_told(diary, booking, outcomes).status == "confirmed"
        assert len(rows(diary.state, models.Meeting)) == place + 1

"""The host books, moves and blocks while visitors book: whoever comes second is told so."""

from collections import Counter
from datetime import datetime, timedelta

from tests.races.crowd import Act, act
from tests.races.diary import HOST, Diary, by_phone
from tests.services.looking import rows
from zoom_blueprint import values
from zoom_blueprint.errors import SlotTaken
from zoom_blueprint.services import blocks, by_hosts
from zoom_blueprint.store import models

CALL = by_phone("call", 30, buffer_before=10)
TALK = by_phone("talk", 60, buffer_after=15)
ONE_OF_FIVE = {None: 1, SlotTaken: 4}


def hosting(event: str, start: datetime, who: str, key: str = "") -> Act:
    """Return the act of a host who books for somebody."""
    person = {"name": who.title(), "email": f"{who}@example.com"}
    return act(by_hosts.book, HOST, event, start=start, key=key or f"{who}-{start}", **person)


def moved_by_host(booking: values.Booking, start: datetime) -> Act:
    """Return the act of a host who moves a booking."""
    return act(by_hosts.move, booking.id, start)


def test_host_and_visitors_do_not_book_over_each_other(diary: Diary) -> None:
    diary.offer(CALL, TALK)
    for day in range(8):
        visitors = [diary.asking("call", diary.at(day), f"v{place}") for place in range(2)]
        hosts = [hosting("talk", diary.at(day, f"10:{place:02}"), f"h{place}") for place in (1, 13, 22)]
        outcomes = diary.together([*hosts, *visitors] if day % 2 else [*visitors, *hosts])
        assert Counter(outcome.error for outcome in outcomes) == ONE_OF_FIVE


def test_a_host_who_clicks_twice_books_once(diary: Diary) -> None:
    diary.offer(CALL)
    for day in range(6):
        outcomes = diary.together([hosting("call", diary.at(day), "carol", key=f"once-{day}")] * 10)
        assert [outcome.error for outcome in outcomes] == [None] * 10
        assert len({outcome.value.id for outcome in outcomes}) == 1
        assert diary.told(outcomes[0].value.id) == {"booking.confirmed": 1}


def test_host_and_invitee_who_move_a_booking_at_once_leave_it_at_one_of_the_times(diary: Diary) -> None:
    diary.offer(CALL)
    for day in range(8):
        booking, other = diary.booked("call", diary.at(day)), diary.booked("call", diary.at(day, "12:00"), "carol")
        moves = [
            diary.moving(booking, diary.at(day, "15:00")),
            moved_by_host(booking, diary.at(day, "16:00")),
            moved_by_host(other, diary.at(day, "15:10")),
        ]
        outcomes = diary.together(moves if day % 2 else moves[::-1])
        errors = [outcome.error for outcome in outcomes]
        row, told = diary.row(booking.id), diary.told(booking.id)
        assert errors.count(SlotTaken) <= 1
        assert row.starts_at in (diary.at(day, "15:00"), diary.at(day, "16:00"))
        assert row.sequence == told["booking.rescheduled"] >= 1


def test_a_time_that_is_blocked_and_booked_at_once_is_kept_free_or_was_booked_before(diary: Diary) -> None:
    diary.offer(CALL)
    for day in range(10):
        acts = [diary.asking("call", diary.at(day), f"v{place}") for place in range(3)]
        acts.insert(day % 4, act(blocks.add, HOST, diary.at(day, "09:45"), diary.at(day, "10:15")))
        outcomes = diary.together(acts)
        assert outcomes[day % 4].error is None
        booked = [outcome for outcome in outcomes if isinstance(outcome.value, values.Booking)]
        assert len(booked) <= 1
        late = diary.crowd.together([diary.asking("call", diary.at(day, "10:15"), "late")])
        assert late[0].error is SlotTaken  # its buffer of ten minutes would reach into what is blocked
        in_reach = [entry for entry in diary.entries() if entry.start == diary.at(day)]
        assert [entry.id for entry in in_reach] == [outcome.value.id for outcome in booked]


def test_bookings_wait_for_no_block_that_is_being_removed(diary: Diary) -> None:
    diary.offer(CALL)
    for day in range(6):
        block = blocks.add(diary.state, HOST, diary.at(day), diary.at(day) + timedelta(hours=1))
        acts = [diary.asking("call", diary.at(day), f"v{place}") for place in range(3)]
        outcomes = diary.together([act(blocks.remove, HOST, block.id), *acts])
        assert outcomes[0].error is None
        assert Counter(outcome.error for outcome in outcomes[1:])[None] <= 1
    assert not rows(diary.state, models.BlockedTime)

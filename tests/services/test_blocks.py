"""Time that a host keeps free of bookings."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from tests.fixtures.site import Site
from tests.services.pending import book, move, offer, starts
from zoom_blueprint.errors import BadInput, NotFound, SlotTaken
from zoom_blueprint.services import agendas, blocks
from zoom_blueprint.values import BookingStatus

HALF_HOUR = timedelta(minutes=30)


def test_blocked_time_is_not_offered_and_cannot_be_booked(site: Site) -> None:
    first, second, third = starts(site)[:3]
    other = book(site, starts(site)[5])
    known = offer(site)
    assert offer(site, known=known.etag).starts is None
    block = blocks.add(site.state, "1", second + timedelta(minutes=1), second + timedelta(minutes=2), " Dentist ")
    assert block.title == "Dentist"
    assert offer(site, known=known.etag).etag != known.etag
    assert starts(site)[:2] == [first, third]
    with pytest.raises(SlotTaken):
        book(site, second)
    with pytest.raises(SlotTaken):
        move(site, other, second)
    known = offer(site)
    blocks.remove(site.state, "1", block.id)
    assert offer(site, known=known.etag).etag != known.etag
    assert book(site, second).status is BookingStatus.CONFIRMED


def test_a_booking_that_is_there_stays(site: Site) -> None:
    booking = book(site, starts(site)[0])
    blocks.add(site.state, "1", booking.start, booking.end)
    assert agendas.get(site.state, booking.id).status is BookingStatus.CONFIRMED
    moved = move(site, booking, starts(site)[4])  # it can leave, and not come back
    with pytest.raises(SlotTaken):
        move(site, moved, booking.start)


def test_blocks_are_listed_until_they_are_over(site: Site) -> None:
    now = datetime.now(UTC)
    later = blocks.add(site.state, "1", now + timedelta(days=2), now + timedelta(days=3))
    present = blocks.add(site.state, "1", now - timedelta(days=1), now + timedelta(days=1), "Away")
    blocks.add(site.state, "1", now - timedelta(days=3), now - timedelta(days=2))
    blocks.add(site.state, "2", now, now + timedelta(days=2))
    assert blocks.all_of(site.state, "1", since=now) == [present, later]
    assert len(blocks.all_of(site.state, "1", since=now - timedelta(days=9))) == 3


def test_the_same_block_twice_is_one(site: Site) -> None:
    start = datetime.now(UTC) + timedelta(days=1)
    one = blocks.add(site.state, "1", start, start + HALF_HOUR, "Dentist")
    local = start.astimezone(timezone(timedelta(hours=2)))
    assert blocks.add(site.state, "1", local, local + HALF_HOUR, "Dentist") == one
    assert blocks.add(site.state, "1", start, start + HALF_HOUR, "Lawyer") != one


def test_only_the_host_removes_a_block(site: Site) -> None:
    start = datetime.now(UTC) + timedelta(days=1)
    block = blocks.add(site.state, "1", start, start + HALF_HOUR)
    for host_id, block_id in (("2", block.id), ("1", "no such block"), ("nobody", block.id)):
        with pytest.raises(NotFound):
            blocks.remove(site.state, host_id, block_id)
    assert blocks.all_of(site.state, "1", since=start) == [block]
    with pytest.raises(NotFound):
        blocks.add(site.state, "nobody", start, start + HALF_HOUR)


@pytest.mark.parametrize(
    ("start", "end", "title", "wrong"),
    [
        (datetime(2030, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC), "", {"end"}),
        (datetime(2030, 1, 1), datetime(2030, 1, 2, tzinfo=UTC), "", {"start"}),  # noqa: DTZ001  # what is wrong
        (datetime(2030, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC), "x" * 201, {"end", "title"}),
    ],
)
def test_a_malformed_block_is_refused_by_field(
    site: Site, start: datetime, end: datetime, title: str, wrong: set[str]
) -> None:
    with pytest.raises(BadInput) as refused:
        blocks.add(site.state, "1", start, end, title)
    assert set(refused.value.errors) == wrong

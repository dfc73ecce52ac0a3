"""What a request holds: its time with buffers, over all event types, and its place in the limits."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.fixtures.site import MakeSite, Site
from tests.fixtures.site_app import INTRO_CALL
from tests.services.pending import ON_APPROVAL, book, offer, run_out, site_with, starts
from zoom_blueprint.errors import SlotTaken
from zoom_blueprint.services import agendas, approvals, bookings, event_types
from zoom_blueprint.values import BookingStatus

OTHER = replace(INTRO_CALL, slug="review", title="Review", buffer_before=20)


@pytest.fixture
def two(make_site: MakeSite) -> Site:
    """A site with an event type on approval, and another that needs none."""
    site = site_with(make_site, replace(ON_APPROVAL, buffer_after=10, per_day=2))
    event_types.put(site.state, "1", OTHER)
    return site


def test_a_request_is_in_the_way_of_every_event_type_with_its_buffers(two: Site) -> None:
    start = starts(two)[2]
    asked = book(two, start)
    half = timedelta(minutes=30)
    for taken in (start, start + half):  # 20 minutes are to lie before the other one
        with pytest.raises(SlotTaken):
            book(two, taken, "review", "carol")
    assert book(two, start + 2 * half, "review", "carol").status is BookingStatus.CONFIRMED
    run_out(two, asked, is_noticed=False)
    assert book(two, start, "review", "dave").status is BookingStatus.CONFIRMED
    with pytest.raises(Exception, match="in time"):
        approvals.approve(two.state, asked.id)


def test_requests_count_for_the_limit_of_a_day_while_they_hold(two: Site) -> None:
    day = [start for start in starts(two) if start.date() == starts(two)[0].date()]
    first, second = book(two, day[0]), book(two, day[3], who="carol")
    assert not [start for start in starts(two) if start.date() == day[0].date()]
    with pytest.raises(SlotTaken):
        book(two, day[6], who="dave")
    assert [start for start in starts(two, "review") if start.date() == day[0].date()]
    run_out(two, first, is_noticed=False)
    assert book(two, day[6], who="dave").status is BookingStatus.PENDING
    approvals.decline(two.state, second.id)
    assert book(two, day[9], who="eve").status is BookingStatus.PENDING


def test_a_request_can_be_moved_within_a_day_that_is_full_by_it(two: Site) -> None:
    day = [start for start in starts(two) if start.date() == starts(two)[0].date()]
    asked, _ = book(two, day[0]), book(two, day[3], who="carol")
    token = offer(two).token
    assert bookings.reschedule(two.state, asked.id, day[0] + timedelta(minutes=30), token).start != asked.start


def test_requests_come_in_the_order_in_which_they_must_be_answered(two: Site) -> None:
    def hold(booking_id: str) -> datetime:
        found = agendas.get(two.state, booking_id).hold_until
        assert found is not None
        return found

    asked = [book(two, starts(two)[place], who=f"number{place}") for place in (9, 0)]
    waiting = agendas.waiting(two.state, "1")
    assert {one.id for one in waiting} == {one.id for one in asked}
    assert [hold(one.id) for one in waiting] == sorted(hold(one.id) for one in asked)
    assert len(agendas.waiting(two.state, "1", limit=1)) == 1
    assert agendas.waiting(two.state, "2") == []

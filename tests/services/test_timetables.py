"""What stands in a host's own calendars is offered to nobody, and costs hosts without any nothing."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.fixtures.site import Site
from tests.services import timetabling
from tests.services.test_queries import counted
from tests.services.test_slot_requests import asking
from zoom_blueprint.errors import SlotTaken
from zoom_blueprint.services import availability, bookables, bookings, by_hosts, explanations
from zoom_blueprint.services.bookings import Request

HALF_AN_HOUR = timedelta(minutes=30)
PATH = "/zoom/api/v1/hosts/ada/intro-call/slots"


def instants(site: Site) -> list[datetime]:
    return [datetime.fromisoformat(one) for one in site.slots()["slots"]]


def test_a_busy_time_is_not_offered_and_what_lies_beside_it_is(site: Site) -> None:
    before = instants(site)
    timetabling.put(site.state, [(before[1], before[1] + HALF_AN_HOUR)])
    assert [one for one in before if one not in instants(site)] == [before[1]]
    timetabling.put(site.state, [])
    assert instants(site) == before


def test_a_busy_time_that_came_while_the_form_was_filled_in_refuses_the_booking(site: Site) -> None:
    offered = site.slots()
    start = datetime.fromisoformat(offered["slots"][0])
    timetabling.put(site.state, [(start, start + HALF_AN_HOUR)])
    answer = site.book(start=offered["slots"][0], token=offered["token"])
    assert answer.status_code == 409
    assert offered["slots"][0] not in answer.json()["slots"]


def test_what_was_looked_up_before_a_busy_time_came_does_not_count(site: Site) -> None:
    offered = site.slots()
    seen = bookables.look_up(site.state, "ada", "intro-call")
    start = datetime.fromisoformat(offered["slots"][0])
    timetabling.put(site.state, [(start, start + HALF_AN_HOUR)])
    request = Request(
        host_slug="ada",
        event_slug="intro-call",
        start=start,
        name="Bob",
        email="bob@example.com",
        time_zone="UTC",
        key="a-key-of-the-form",
        token=offered["token"],
    )
    with pytest.raises(SlotTaken):
        bookings.confirm(site.state, request, bookable=seen)


def test_a_booking_moves_to_no_busy_time_and_stays_where_it_is_beside_one(site: Site) -> None:
    starts = instants(site)
    booking = site.booked(start=starts[0].isoformat(), token=site.slots()["token"])
    timetabling.put(site.state, [(starts[4], starts[4] + HALF_AN_HOUR)])
    token = site.slots()["token"]
    with pytest.raises(SlotTaken):
        bookings.reschedule(site.state, str(booking["id"]), starts[4], token)
    with pytest.raises(SlotTaken):
        by_hosts.move(site.state, str(booking["id"]), starts[4])
    assert bookings.reschedule(site.state, str(booking["id"]), starts[1], token).start == starts[1]


def test_the_host_is_told_that_a_calendar_is_in_the_way(site: Site) -> None:
    start = instants(site)[0]
    taken = [(start - HALF_AN_HOUR / 2, start + HALF_AN_HOUR / 2), (start + HALF_AN_HOUR * 0.75, start + HALF_AN_HOUR)]
    timetabling.put(site.state, taken)
    bookable = bookables.look_up(site.state, "ada", "intro-call")
    found = explanations.explain(site.state, bookable, start, now=datetime.now(UTC)).obstacles
    assert [(one.busy, one.is_in_calendar) for one in found] == [(each, True) for each in taken]


def test_ten_thousand_busy_times_take_no_query_more_than_none(site: Site) -> None:
    ask = asking(site, PATH)
    ask()
    with counted(site) as without:
        ask()
    begin = datetime.now(UTC)
    timetabling.put(
        site.state,
        [
            (begin + number * timedelta(minutes=8), begin + number * timedelta(minutes=8, seconds=1))
            for number in range(1, 10_000)
        ],
    )
    ask()
    with counted(site) as many:
        ask()
    assert len(many) == len(without), many


def test_limits_count_no_busy_time(site: Site) -> None:
    bookable = bookables.look_up(site.state, "ada", "intro-call")
    start = instants(site)[0]
    timetabling.put(site.state, [(start + 4 * HALF_AN_HOUR, start + 5 * HALF_AN_HOUR)])
    bookable = bookables.look_up(site.state, "ada", "intro-call")
    found = availability.busy_now(site.state, bookable, start, start + 9 * HALF_AN_HOUR, now=datetime.now(UTC))
    assert [one.counts for one in found] == [False]

"""What fills a host's days: all that stands, little of each, in two queries however much there is."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.fixtures.site import MakeSite, Site
from tests.services.full_days import fill
from tests.services.looking import turn
from tests.services.test_queries import counted
from zoom_blueprint.services import blocks, calendars
from zoom_blueprint.services.calendars import Entry, Link
from zoom_blueprint.store import models
from zoom_blueprint.values import BookingStatus

MONDAY = datetime(2030, 1, 14, tzinfo=UTC)
WEEK = timedelta(days=7)
HOUR = timedelta(hours=1)


@pytest.fixture
def site(make_site: MakeSite) -> Site:
    """A site whose host has no connection."""
    return make_site()


def week(site: Site, host_id: str = "1", now: datetime = MONDAY) -> calendars.Calendar:
    """Return the week from that Monday on."""
    return calendars.between(site.state, host_id, MONDAY, MONDAY + WEEK, now=now)


def test_it_holds_what_touches_the_time_and_nothing_else(site: Site) -> None:
    inside = fill(site.state, [MONDAY + 9 * HOUR, MONDAY + WEEK - HOUR])
    over_the_edge = fill(site.state, [MONDAY - HOUR], minutes=120)
    fill(site.state, [MONDAY - HOUR, MONDAY + WEEK], minutes=60)
    fill(site.state, [MONDAY + HOUR], host_id="2")
    gone = fill(site.state, [MONDAY + 2 * HOUR], status=BookingStatus.CANCELLED)
    found = [entry.id for entry in week(site).bookings]
    assert found == [*over_the_edge, *inside]
    assert gone[0] not in found
    assert [entry.start for entry in week(site, "2").bookings] == [MONDAY + HOUR]


def test_a_request_is_there_while_it_holds_its_time(site: Site) -> None:
    (asked,) = fill(site.state, [MONDAY + HOUR], status=BookingStatus.PENDING, hold_until=MONDAY + HOUR)
    (entry,) = week(site).bookings
    assert (entry.id, entry.status, entry.link) == (asked, BookingStatus.PENDING, Link.NONE)
    assert week(site, now=MONDAY + HOUR).bookings == []


def test_an_entry_says_who_and_what_and_how_it_stands_with_the_link(site: Site) -> None:
    turn(site.state, models.EventType, models.EventType.host_id == "1", colour="#0a7d4f")
    ready, coming, parked, moved, none = fill(site.state, [MONDAY + n * HOUR for n in range(5)])
    meeting = models.Meeting
    turn(site.state, meeting, meeting.booking_id.in_([ready, parked, moved]), join_url_sealed="sealed")
    turn(site.state, meeting, meeting.booking_id == parked, parked_at=MONDAY)
    turn(site.state, meeting, meeting.booking_id == moved, conflict="moved")
    turn(site.state, meeting, meeting.booking_id == none, wanted=False)
    found = week(site).bookings
    assert found[0] == Entry(
        ready, MONDAY, MONDAY + HOUR / 2, BookingStatus.CONFIRMED, "Bob Byrne", "Intro call", "#0a7d4f", Link.READY
    )
    assert [(entry.id, entry.link) for entry in found[1:]] == [
        (coming, Link.COMING),
        (parked, Link.TROUBLE),
        (moved, Link.TROUBLE),
        (none, Link.NONE),
    ]


def test_blocked_times_that_touch_it_are_there(site: Site) -> None:
    whole = blocks.add(site.state, "1", MONDAY - WEEK, MONDAY + 3 * WEEK, "Away")
    lunch = blocks.add(site.state, "1", MONDAY + HOUR, MONDAY + 2 * HOUR)
    blocks.add(site.state, "1", MONDAY - HOUR, MONDAY)
    blocks.add(site.state, "2", MONDAY, MONDAY + HOUR)
    assert list(week(site).blocked) == [whole, lunch]


def test_hundreds_take_two_queries_and_nothing_is_unsealed(site: Site) -> None:
    fill(site.state, [MONDAY + n * HOUR / 4 for n in range(600)], details_sealed="nothing that opens")
    with counted(site) as statements:
        assert len(week(site).bookings) == 600
    assert len(statements) == 2

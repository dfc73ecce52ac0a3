"""Events that fail so often that nobody tries them any more: the host is told why, and begins anew."""

import pytest

from tests.fixtures.google import connect_google
from tests.fixtures.site import MakeSite, Site
from tests.services.eventful import event, events, facts, row_of
from tests.services.looking import Letters
from tests.services.parking import TRIES, fail, parked
from tests.web.browsing import Browser
from zoom_blueprint.services import parked as parked_work
from zoom_blueprint.values import LinkReason


@pytest.fixture
def few(make_google_site: MakeSite) -> Site:
    """A site that parks after three failures, with its host connected to Zoom and Google."""
    site = make_google_site(ZOOM_TRIES=TRIES)
    site.connect()
    assert connect_google(site).status_code == 302
    return site


def test_an_event_that_was_not_made_is_told_of_and_tried_again_by_the_host(few: Site) -> None:
    letters = Letters(few)
    few.simulator.fault(route="insert_event", status=503, times=50)
    booking = few.booked()
    fail(few, "calendar")
    few.drain()
    assert parked(few, "calendar") == 1
    assert facts(few, booking).parked_at is not None
    (text,) = [text for text in letters.texts("ada@example.com") if "failed again" in text]
    assert "Google has not given a clear answer since" in text
    assert "The event was not put into Google Calendar" in Browser(few).read("/")
    few.simulator.clear_faults()
    (one,) = parked_work.of_host(few.state, "1")
    assert (one.kind, one.booking and one.booking.id) == ("calendar", booking["id"])
    parked_work.retry(few.state, "1", "calendar", one.row_id)
    few.drain()
    assert event(few)["id"] == booking["id"]
    assert facts(few, booking).parked_at is None


def test_to_be_kept_waiting_by_googles_limits_is_no_failure(few: Site) -> None:
    few.simulator.google.refuse("insert_event", "rateLimitExceeded", times=TRIES + 2)
    booking = few.booked()
    fail(few, "calendar", times=TRIES + 2)
    assert (facts(few, booking).reason, facts(few, booking).parked_at) == (LinkReason.QUOTA, None)
    fail(few, "calendar", times=1)
    assert event(few)["id"] == booking["id"]


def test_a_clear_no_is_told_in_googles_words_and_tried_again_an_hour_later(few: Site) -> None:
    few.simulator.google.refuse("insert_event", "forbiddenForNonOrganizer")
    booking = few.booked()
    fail(few, "calendar", times=1)
    assert facts(few, booking).reason is LinkReason.NOT_ALLOWED
    assert "forbiddenForNonOrganizer" in (facts(few, booking).reason_detail or "")
    fail(few, "calendar", times=1)
    assert facts(few, booking).reason is None


def test_without_access_it_waits_for_the_host_and_follows_the_reconnection(few: Site) -> None:
    booking = few.booked()
    few.simulator.google.remove_app("ada")
    fail(few, "calendar", times=1)
    assert facts(few, booking).reason is LinkReason.NOT_CONNECTED
    assert (row_of(few, booking).due_at, events(few)) == (None, [])
    assert connect_google(few).status_code == 302
    few.drain()
    assert event(few)["id"] == booking["id"]

"""Zoom hangs: the visitor does not wait for it, the others do not notice, and the link follows by mail."""

import time

import pytest

from tests.fixtures.site import MakeSite, Site, Visitor
from tests.fixtures.waiting import wait_until
from tests.services.looking import LONG_AGO, Letters, cancel, look, make_due, meeting_of, turn
from zoom_blueprint.services import drain, first_tries
from zoom_blueprint.store import models


def test_a_hanging_zoom_costs_the_visitor_four_seconds_and_the_link_follows_by_mail(make_site: MakeSite) -> None:
    site = make_site()
    letters = Letters(site)
    site.connect()
    site.simulator.fault(route="create_meeting", delay=7)
    began = time.monotonic()
    booking = site.booked()
    assert booking["meeting_status"] == "coming"
    assert first_tries.VISITOR_SECONDS == 4
    assert time.monotonic() - began < 7, "the page did not wait for Zoom"

    other = Visitor(site.base).booked(email="carol@example.com", key="another-attempt", **slot(site, 3))
    assert other["meeting_status"] == "ready"
    with_link, without = other["join_url"], look(site, booking)["join_url"]
    assert without is None

    make_due(site.state, models.Delivery)  # the grace is over
    assert sum(iter(lambda: drain.drain(site.state, "delivery"), 0)) == 4  # while Zoom still hangs
    (bobs,), (carols,) = letters.texts("bob@"), letters.texts("carol@")
    assert "zoom.us/j/" not in bobs
    assert with_link in carols

    wait_until(lambda: meeting_of(site, booking).claim is None)
    site.drain()
    now = look(site, booking)
    assert now["meeting_status"] == "ready"
    assert len(letters.texts("bob@")) == 2
    assert now["join_url"] in letters.texts("bob@")[1]
    assert len(letters.texts("carol@")) == 1  # had hers


@pytest.mark.deep
def test_a_create_that_takes_effect_after_we_hung_up_leaves_one_meeting(site: Site) -> None:
    site.simulator.fault(route="create_meeting", delay=12)  # more than any call of ours takes
    booking = site.booked()
    wait_until(lambda: meeting_of(site, booking).claim is None, 12)
    make_due(site.state, models.Meeting)
    site.drain()
    join_url = look(site, booking)["join_url"]
    assert join_url is not None
    wait_until(lambda: len(site.simulator.meetings("ada")) == 2)
    turn(site.state, models.Meeting, unsure_until=LONG_AGO)
    make_due(site.state, models.Meeting)
    site.drain()
    assert [meeting["join_url"] for meeting in site.simulator.meetings("ada")] == [join_url]


def test_a_booking_cancelled_while_its_create_hangs_leaves_no_meeting(site: Site) -> None:
    site.simulator.fault(route="create_meeting", delay=7)
    booking = site.booked()
    cancel(site, booking)
    assert meeting_of(site, booking).claim is not None
    wait_until(lambda: meeting_of(site, booking).claim is None)
    assert len(site.simulator.meetings("ada")) == 1
    site.drain()
    assert site.simulator.meetings("ada") == []


def slot(site: Site, place: int) -> dict[str, str]:
    """Return the fields of an offered slot."""
    offered = site.slots()
    return {"start": offered["slots"][place], "token": offered["token"]}

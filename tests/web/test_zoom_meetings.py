"""The page of meetings in Zoom beside the bookings: what it says of each, and of a Zoom that does not answer."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.fixtures.site import MakeSite, Site
from tests.services.looking import meeting_of, turn
from tests.web.asking import everything
from tests.web.browsing import Browser
from tests.web.desk import press
from zoom_blueprint.store import models
from zoom_blueprint.zoom_api.payloads import MeetingRequest

PAGE = "/zoom-meetings"


@pytest.fixture
def booked(site: Site) -> Site:
    """A site with a booking whose meeting stands in Zoom."""
    site.booked()
    site.drain()
    return site


def test_what_agrees_and_what_is_only_in_zoom_is_told_without_its_link(booked: Site) -> None:
    ada = Browser(booked)
    assert "Zoom and your bookings agree." in ada.read(PAGE)
    with booked.app.app_context():
        start = datetime.now(UTC).replace(microsecond=0) + timedelta(days=5)
        request = MeetingRequest(topic="Dentist <b>", start=start, duration=45, agenda="private")
        made = booked.zoom.meetings("1").create(request)
    page = ada.get(PAGE)
    text = ada.read(PAGE)
    assert "1 difference" in text
    for words in ("Bob Byrne · Intro call Same", "Dentist <b> Only in Zoom", "45 min", "unless you block it"):
        assert words in text
    for secret in (made.join_url, str(made.id), "private", made.password or "private"):
        assert secret not in page.text


def test_a_difference_has_a_button_that_brings_both_in_line(booked: Site) -> None:
    ada = Browser(booked)
    row = meeting_of(booked, {"id": booked.state.database.read(lambda s: s.query(models.Booking.id).scalar())})
    booked.simulator.knobs(webhook_hold=True)
    there = row.seen_start + timedelta(hours=1) if row.seen_start else datetime.now(UTC)
    booked.simulator.press("ada", row.zoom_meeting_id or 0, "move", start=there.strftime("%Y-%m-%dT%H:%M"))
    text = ada.read(PAGE)
    assert "Different time" in text
    assert "In Zoom: " in text
    button = f"{PAGE}/{row.booking_id}/look-again"
    assert "It is being looked at in Zoom." in press(ada, button, PAGE)
    booked.drain()
    assert "Zoom and your bookings agree." in ada.read(PAGE)


def test_what_keeps_zoom_from_answering_is_said_with_where_to_go(booked: Site) -> None:
    ada = Browser(booked)
    for fault, words in (
        ({"status": 503}, "Zoom did not answer in time."),
        ({"status": 400, "body": {"code": 4711, "message": "no scopes"}}, "permission to list meetings"),
        ({"status": 400, "body": {"code": 300, "message": "secret words"}}, "refused to list the meetings"),
    ):
        booked.simulator.fault(route="list_meetings", times=3, **fault)
        page = ada.get(PAGE)
        booked.simulator.clear_faults()
        assert words in page.text
        assert 'href="/zoom/connection"' in page.text
        assert "secret words" not in page.text
        assert "agree" not in page.text
    turn(booked.state, models.Grant, lost_at=datetime.now(UTC))
    assert "Our access to this account does not work." in ada.read(PAGE)
    assert "Zoom is not connected" in Browser(booked, "grace").read(PAGE)


def test_only_a_post_with_its_token_looks_again_and_only_for_whom_it_belongs(booked: Site) -> None:
    ada, grace = Browser(booked), Browser(booked, "grace")
    booking_id = booked.state.database.read(lambda s: s.query(models.Booking.id).scalar())
    path = f"{PAGE}/{booking_id}/look-again"
    ada.read("/")
    before = everything(booked)
    assert ada.get(path).status_code == 405
    assert ada.post(path, data={}).status_code == 400
    assert grace.post(path, data={"csrf_token": grace.csrf_token("/host/blocked-times")}).status_code == 404
    assert everything(booked) == before


def test_zoom_is_not_asked_again_and_again(make_site: MakeSite) -> None:
    site = make_site(ZOOM_LIMITS="2000 per minute")
    site.connect()
    ada = Browser(site)
    statuses = [ada.get(PAGE).status_code for _ in range(22)]
    assert statuses == [200] * 20 + [429] * 2

"""What becomes of a Zoom event type while no connection works: not offered, the link later, or the host's own link."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.fixtures.site import MakeSite, Site, api
from tests.fixtures.site_app import HOSTS, INTRO_CALL
from tests.services.looking import LONG_AGO, Letters, cancel, look, make_due, meeting_of, move, rows, turn
from tests.web.browsing import Browser, words
from zoom_blueprint import EventType, WithoutZoom
from zoom_blueprint.errors import NotOpen
from zoom_blueprint.services import agendas, bookings, drain, endings
from zoom_blueprint.services.bookings import Request
from zoom_blueprint.store import models
from zoom_blueprint.values import ConnectionReason, ConnectionStatus, LinkReason, MeetingStatus

ADA = HOSTS["ada"].id
OWN = "https://meet.example.com/ada"


def offers(site: Site, without: WithoutZoom, **changes: Any) -> EventType:
    """Offer the intro call with one of the three ways out."""
    event = replace(INTRO_CALL, without_zoom=without, **changes)
    with site.app.app_context():
        site.zoom.event_types.put(ADA, event)
    return event


def unconnected(make_site: MakeSite, without: WithoutZoom) -> tuple[Site, Letters]:
    """Return a site whose host never connected Zoom."""
    site = make_site()
    letters = Letters(site)
    offers(site, without, location_text=OWN if without is WithoutZoom.MANUAL else "")
    return site, letters


def test_refused_is_not_offered_and_cannot_be_slipped_in(site: Site) -> None:
    offered = site.slots()
    wish = Request(
        host_slug="ada",
        event_slug="intro-call",
        start=datetime.fromisoformat(offered["slots"][0]),
        name="Bob",
        email="bob@example.com",
        time_zone="UTC",
        key="an-attempt",
        token=offered["token"],
    )

    @site.zoom.before_booking
    def cut(_: object) -> None:
        """Cut the connection between the look and the booking."""
        endings.disconnect(site.state, ADA, site.connection().id)

    with pytest.raises(NotOpen):
        bookings.confirm(site.state, wish)
    assert rows(site.state, models.Booking) == []
    assert site.get("/book/ada/intro-call").status_code == 404


def test_later_is_booked_and_the_link_follows_the_connection(make_site: MakeSite) -> None:
    site, letters = unconnected(make_site, WithoutZoom.LATER)
    booking = site.booked()
    assert (booking["meeting_status"], booking["join_url"]) == ("coming", None)
    seen = agendas.get(site.state, booking["id"])
    assert seen.meeting_reason is LinkReason.NOT_CONNECTED
    make_due(site.state, models.Delivery)
    site.drain()
    (bobs,), (adas,) = letters.texts("bob@"), letters.texts("ada@")
    assert "Press Connect Zoom" in adas
    assert "on its way" in bobs
    assert "connect" not in bobs.lower()
    site.connect()
    site.drain()
    (meeting,) = site.simulator.meetings("ada")
    assert look(site, booking)["join_url"] == meeting["join_url"]
    assert [meeting["join_url"] in text for text in letters.texts("bob@")] == [False, True]


def test_manual_is_booked_with_the_hosts_own_link_and_never_swapped(make_site: MakeSite) -> None:
    site, letters = unconnected(make_site, WithoutZoom.MANUAL)
    offer = words(site.get("/book/ada/intro-call").text)
    assert "Online meeting" in offer
    assert "Zoom" not in offer
    booking = site.booked()
    assert (booking["meeting_status"], booking["join_url"], booking["meeting_reason"]) == ("ready", OWN, None)
    site.drain()
    page = words(site.get(booking["manage_url"]).text)
    invite = site.get(booking["ics_url"]).text
    assert OWN in invite.replace("\r\n ", "")
    for text in (page, invite, *letters.texts("bob@"), *letters.texts("ada@")):
        assert "Zoom" not in text.replace("zoom-blueprint", "").replace("zoom_blueprint", ""), text
    assert OWN in letters.texts("bob@")[0]
    assert "your own link, not one of Zoom’s" in Browser(site).read("/?view=list")
    site.connect()
    moved = move(site, booking, 3)
    site.drain()
    assert moved["join_url"] == OWN
    cancel(site, booking)
    site.drain()
    assert site.simulator.calls("create_meeting") == []
    assert rows(site.state, models.Meeting) == []


def test_while_zoom_works_the_own_link_stays_out_of_sight(make_site: MakeSite) -> None:
    site, letters = unconnected(make_site, WithoutZoom.MANUAL)
    site.connect()
    site.simulator.fault(route="create_meeting", status=503)
    booking = site.booked()
    make_due(site.state, models.Delivery)
    site.drain()
    for text in (
        words(site.get(booking["manage_url"]).text),
        site.get(f"{api(booking)}/invite.ics").text.replace("\r\n ", ""),
        *letters.texts("bob@"),
        *letters.texts("ada@"),
    ):
        assert OWN not in text, "a silent swap"
    make_due(site.state, models.Meeting)
    site.drain()
    assert look(site, booking)["meeting_status"] == "ready"


def test_a_chosen_connection_counts_for_its_event_type_alone(make_site: MakeSite) -> None:
    site = make_site()
    first = site.connect()
    copy = dict.fromkeys(("client_id", "oauth_url", "api_url"), "x") | {"connected_at": datetime.now(UTC)}
    ill = {"status": ConnectionStatus.UNHEALTHY, "reason": ConnectionReason.LOST}
    other = models.Connection(host_id=ADA, zoom_user_id="another", name="Other", **copy, **ill)

    def add(session: Any) -> str:
        session.add(other)
        session.flush()
        return str(other.id)

    other_id = site.state.database.write(add)
    offers(site, WithoutZoom.REFUSE, connection_id=first.id)
    assert site.slots()["slots"]
    offers(site, WithoutZoom.REFUSE, connection_id=other_id)
    assert site.get("/book/ada/intro-call").status_code == 404
    offers(site, WithoutZoom.LATER, connection_id=other_id)
    booking = site.booked()
    assert agendas.get(site.state, booking["id"]).meeting_reason is LinkReason.NOT_CONNECTED
    assert site.simulator.calls("create_meeting") == [], "nobody meets in another account than they chose"
    offers(site, WithoutZoom.LATER, connection_id=first.id)
    turn(site.state, models.Meeting, due_at=LONG_AGO)
    site.drain()
    assert look(site, booking)["meeting_status"] == "ready"


def test_a_reason_lasts_with_its_beginning_and_goes_with_what_it_was_about(site: Site) -> None:
    site.simulator.fault(route="create_meeting", times=2, status=503)
    booking = site.booked()
    first = agendas.get(site.state, booking["id"])
    assert first.meeting_reason is LinkReason.UNREACHABLE
    assert first.reason_since is not None
    assert first.retry_at is not None
    make_due(site.state, models.Meeting)
    site.drain()
    again = agendas.get(site.state, booking["id"])
    assert (again.reason_since, again.retry_at != first.retry_at) == (first.reason_since, True)
    page = Browser(site).read("/?view=list")
    assert "Zoom has not given a clear answer since" in page
    assert "Europe/London" in page
    for text in (words(site.get(booking["manage_url"]).text), look(site, booking)["meeting_reason"]):
        assert "answer" not in text, "no visitor sees an integration's error"
    cancel(site, booking)
    row = meeting_of(site, booking)
    assert (row.reason, row.reason_since, row.retry_at) == (None, None, None)
    assert agendas.get(site.state, booking["id"]).meeting_reason is None


def test_a_quota_is_told_with_its_time_on_page_and_in_the_hosts_mail(make_site: MakeSite) -> None:
    site = make_site()
    letters = Letters(site)
    site.connect()
    site.simulator.knobs(host_daily_limit=1)
    linked = site.booked()
    site.drain()
    moved = move(site, linked, 8)
    drain.drain(site.state, "delivery")  # faster than Zoom is asked
    booking = site.booked(email="carol@example.com")
    site.drain()
    make_due(site.state, models.Delivery)
    site.drain()
    until = "changed meetings until"
    page = Browser(site).read("/?view=list")
    assert page.count(until) == 2
    assert "the meeting in Zoom is as it was before the change" in page
    texts = letters.texts("ada@")
    assert [until in text for text in texts] == [False, True, True]
    assert "Zoom’s limit" not in "".join(letters.texts("bob@") + letters.texts("carol@"))
    assert (moved["meeting_status"], booking["meeting_status"]) == ("ready", "coming")
    assert look(site, booking)["meeting_reason"] == "It takes a little longer than usual."


def test_a_missing_permission_is_named_to_the_host(site: Site) -> None:
    lacks = {"code": 4711, "message": "Invalid access token, does not contain scopes:[meeting:write:meeting]."}
    site.simulator.fault(route="create_meeting", status=400, body=lacks)
    booking = site.booked()
    row = meeting_of(site, booking)
    assert row.last_error is not None
    assert "meeting:write:meeting" in row.last_error
    assert "tracking id" in row.last_error
    page = Browser(site).read("/?view=list")
    assert "Press Reconnect Zoom" in page
    assert "meeting:write:meeting" in page
    assert "scope" not in words(site.get(booking["manage_url"]).text)


def test_a_booking_that_is_over_says_so_and_no_link_is_promised(site: Site) -> None:
    site.simulator.fault(route="create_meeting", status=503)
    booking = site.booked()
    past = datetime.now(UTC) - timedelta(hours=1)
    turn(site.state, models.Booking, starts_at=past - timedelta(minutes=30), ends_at=past)
    seen = agendas.get(site.state, booking["id"])
    assert (seen.meeting_reason, seen.meeting_status) == (LinkReason.PAST, MeetingStatus.NONE)
    make_due(site.state, models.Meeting)
    site.drain()
    assert (meeting_of(site, booking).reason, len(site.simulator.calls("create_meeting"))) == ("past", 1)
    assert look(site, booking)["meeting_status"] == "none"


def test_a_booking_that_awaits_approval_says_so(site: Site) -> None:
    booking = site.booked()
    turn(site.state, models.Booking, status="pending", hold_until=datetime.now(UTC) + timedelta(hours=1))
    seen = agendas.get(site.state, booking["id"])
    assert (seen.meeting_reason, seen.meeting_status) == (LinkReason.APPROVAL, MeetingStatus.NONE)
    assert "accepted" in look(site, booking)["meeting_reason"]


def test_the_widget_does_not_call_the_hosts_own_link_zoom(make_site: MakeSite) -> None:
    site, _ = unconnected(make_site, WithoutZoom.MANUAL)
    assert site.booked()["join_name"] == "Join the meeting"
    site.connect()
    booking = site.booked(email="carol@example.com")
    site.drain()
    assert look(site, booking)["join_name"] == "Join Zoom meeting"

"""Google Meet in the place of Zoom, where the event type says so: openly, for good, and moved only by the host."""

from dataclasses import replace
from typing import Any

import pytest

from tests.fixtures.google import connect_google
from tests.fixtures.site import MakeSite, Site
from tests.fixtures.site_app import INTRO_CALL
from tests.services.eventful import event, events, facts, hear, hurry, now, row_of
from tests.services.looking import Letters, cancel, look, make_due, meeting_of, move
from zoom_blueprint.errors import BadInput, NotConnected
from zoom_blueprint.services import connections, drain, endings, event_types, moves, own_links
from zoom_blueprint.store import models
from zoom_blueprint.values import Conference, LinkReason, MeetingStatus, Provider, WithoutZoom

BY_CALENDAR = replace(INTRO_CALL, without_zoom=WithoutZoom.CALENDAR)


def cut(site: Site, provider: Provider = Provider.ZOOM) -> None:
    """Disconnect Ada's account."""
    (found,) = [one for one in connections.all_of(site.state, "1", provider) if one.ended_at is None]
    endings.disconnect(site.state, "1", found.id)


@pytest.fixture
def site(google_site: Site) -> Site:
    """Serve a site where Zoom is disconnected and Meet takes its place."""
    event_types.put(google_site.state, "1", BY_CALENDAR)
    cut(google_site)
    return google_site


def meet_link(site: Site) -> str:
    """Return the Meet link of the one event."""
    link: str = event(site)["hangoutLink"]
    return link


def test_without_zoom_the_visitor_gets_a_meet_link_at_once(site: Site) -> None:
    booking = site.booked()
    assert booking["join_url"] == meet_link(site)
    assert (booking["meeting_status"], booking["join_name"]) == ("ready", "Join Google Meet")
    assert now(site, booking).conference is Conference.MEET
    assert len(site.simulator.calls("insert_event")) == 1
    site.drain()
    assert site.simulator.calls("patch_event") == []


def test_where_no_visitor_asks_google_a_drain_makes_the_meet_link_without_any_wait(make_google_site: MakeSite) -> None:
    site = make_google_site(ZOOM_FIRST_TRIES=0)
    assert connect_google(site).status_code == 302
    site.drain()  # which reads the calendars: no visitor does
    event_types.put(site.state, "1", BY_CALENDAR)
    booking = site.booked()
    assert booking["meeting_status"] == "coming"
    assert site.simulator.calls("insert_event") == []
    site.drain()
    assert look(site, booking)["join_url"] == meet_link(site)


def test_what_cannot_be_booked_without_zoom_nor_google_says_so(make_google_site: MakeSite) -> None:
    site = make_google_site()
    event_types.put(site.state, "1", BY_CALENDAR)
    assert site.book(start="2030-01-15T09:00:00Z", token="x").status_code == 404
    assert connect_google(site).status_code == 302
    assert site.booked()["join_name"] == "Join Google Meet"


def test_no_event_type_can_count_on_google_where_the_site_has_no_keys_for_it(make_site: MakeSite) -> None:
    with pytest.raises(BadInput, match="without_zoom"):
        event_types.put(make_site().state, "1", BY_CALENDAR)


def test_a_lost_insert_makes_no_second_meet(site: Site) -> None:
    site.simulator.fault(route="insert_event", drop="after")
    booking = site.booked()
    assert booking["meeting_status"] == "coming"
    first = meet_link(site)
    hurry(site)
    assert look(site, booking)["join_url"] == meet_link(site) == first
    assert site.simulator.calls("patch_event") == []


def test_a_meet_link_that_takes_its_time_comes_by_itself(site: Site) -> None:
    site.simulator.knobs(google_meet="pending")
    booking = site.booked()
    assert booking["meeting_status"] == "coming"
    assert now(site, booking).meeting_reason is LinkReason.NO_MEET
    site.simulator.advance(10)
    hurry(site)
    assert look(site, booking)["join_url"] == meet_link(site)
    assert now(site, booking).meeting_reason is None


def test_a_meet_link_that_google_fails_to_make_is_asked_for_again(site: Site) -> None:
    site.simulator.knobs(google_meet="failure")
    booking = site.booked()
    assert booking["meeting_status"] == "coming"
    site.simulator.knobs(google_meet="success")
    hurry(site)
    assert look(site, booking)["join_url"] == meet_link(site)


def test_a_later_connection_changes_later_bookings_only(site: Site) -> None:
    booking = site.booked()
    site.connect()
    hurry(site)
    assert look(site, booking)["join_url"] == meet_link(site)
    assert now(site, booking).conference is Conference.MEET
    other = site.booked(email="carol@example.com")
    assert other["join_name"] == "Join Zoom meeting"
    assert other["join_url"] == site.simulator.meetings("ada")[0]["join_url"]


def test_a_booking_with_a_zoom_link_is_never_swapped(google_site: Site) -> None:
    event_types.put(google_site.state, "1", BY_CALENDAR)
    booking = google_site.booked()
    google_site.drain()
    cut(google_site)
    move(google_site, booking, 6)
    hurry(google_site)
    assert now(google_site, booking).conference is Conference.ZOOM
    assert look(google_site, booking)["join_url"] == booking["join_url"]
    assert "hangoutLink" not in event(google_site)


def test_the_host_moves_it_to_zoom_and_everybody_has_the_zoom_link(site: Site) -> None:
    letters = Letters(site)
    booking = site.booked()
    site.drain()
    with pytest.raises(NotConnected):
        moves.to_zoom(site.state, booking["id"])
    site.connect()
    moving = moves.to_zoom(site.state, booking["id"])
    assert (moving.join_url, moving.conference) == (booking["join_url"], Conference.MEET)  # until Zoom has answered
    site.drain()
    (meeting,) = site.simulator.meetings("ada")
    moved = now(site, booking)
    assert (moved.join_url, moved.conference) == (meeting["join_url"], Conference.ZOOM)
    made = event(site)
    assert made["conferenceData"]["entryPoints"][0]["uri"] == meeting["join_url"] == made["location"]
    assert f"Join Google Meet: {booking['join_url']}" in letters.texts("bob@example.com")[0]
    last = letters.texts("bob@example.com")[-1]
    assert "Here is the Zoom link" in last
    assert "It takes the place of any link that you were sent before." in last
    assert f"Join Zoom: {meeting['join_url']}" in last
    with pytest.raises(BadInput):
        moves.to_zoom(site.state, booking["id"])


def test_a_handed_over_meeting_is_cancelled_and_moved_like_any(site: Site) -> None:
    booking = site.booked()
    moved = move(site, booking, 6)
    site.drain()
    assert event(site)["start"]["dateTime"][:16] == moved["start"][:16]
    assert look(site, booking)["join_url"] == booking["join_url"]
    cancel(site, booking)
    site.drain()
    assert events(site) == []


def test_an_own_link_takes_the_place_of_meet_and_gives_it_back(site: Site) -> None:
    booking = site.booked()
    own_links.use(site.state, booking["id"], "https://meet.example/ada")
    site.drain()
    assert now(site, booking).conference is Conference.OWN
    assert event(site)["location"] == "https://meet.example/ada"
    own_links.use(site.state, booking["id"], None)
    site.drain()
    found = now(site, booking)
    assert (found.conference, found.join_url) == (Conference.MEET, meet_link(site))


def test_an_event_deleted_with_its_meet_link_is_made_anew_where_the_site_says_so(make_google_site: MakeSite) -> None:
    site = make_google_site(ZOOM_ON_REMOTE_DELETE="relink")
    assert connect_google(site).status_code == 302
    event_types.put(site.state, "1", BY_CALENDAR)
    booking = site.booked()
    site.simulator.google.delete_event("ada", booking["id"])
    hear(site)
    assert look(site, booking)["join_url"] == meet_link(site) != booking["join_url"]


def test_google_gone_before_the_event_was_made_gives_the_meeting_back_to_zoom(site: Site) -> None:
    site.simulator.fault(route="insert_event", status=503)
    booking = site.booked()
    assert now(site, booking).conference is Conference.MEET
    models_event = row_of(site, booking)
    assert models_event.unsure_until is not None  # it may be there: nobody shall be invited twice
    cut(site, Provider.GOOGLE)
    assert facts(site, booking).is_detached


def test_a_zoom_that_falls_ill_hands_over_what_it_has_not_made(google_site: Site) -> None:
    event_types.put(google_site.state, "1", BY_CALENDAR)
    google_site.simulator.fault(route="create_meeting", status=500)
    booking = google_site.booked()
    assert booking["meeting_status"] == "coming"
    cut(google_site)
    make_due(google_site.state, models.Meeting)
    drain.drain(google_site.state, "meeting")
    assert meeting_of(google_site, booking).wanted is False
    hurry(google_site)
    assert look(google_site, booking)["join_url"] == meet_link(google_site)
    assert now(google_site, booking).meeting_status is MeetingStatus.READY


def test_the_page_and_the_calendar_file_name_google_meet(site: Site) -> None:
    booking: dict[str, Any] = site.booked()
    page = site.get(booking["manage_url"]).text
    assert "Join Google Meet" in page
    assert "Join Zoom" not in page
    file = site.get(booking["ics_url"]).text.replace("\r\n ", "")
    assert f"UID:{booking['id']}@google.com" in file
    assert booking["join_url"] in file

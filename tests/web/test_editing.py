"""The host edits one booking on a page, and gives it a link of their own."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.fixtures.site import Answer, Site
from tests.services.looking import Letters, turn
from tests.web.asking import everything
from tests.web.browsing import Browser, words
from tests.web.desk import ask, of, text_after, with_approval
from zoom_blueprint import EventType, MeetingSettings, values
from zoom_blueprint.services import agendas
from zoom_blueprint.store import models
from zoom_blueprint.values import AutoRecording, Location

OWN = "https://rooms.example.org/ada"
FORM = {
    "topic": "The roof",
    "duration_minutes": "45",
    "waiting_room": "no",
    "join_before_host": "",
    "host_video": "yes",
    "participant_video": "",
    "mute_upon_entry": "yes",
    "auto_recording": "cloud",
    "alternative_hosts": "work@example.com, More@example.com",
}


@pytest.fixture
def ada(site: Site) -> Browser:
    """Ada's browser."""
    return Browser(site)


def now(site: Site, booking: dict[str, Any]) -> values.Booking:
    """Return a booking as it is now."""
    return agendas.get(site.state, booking["id"])


def send(browser: Browser, booking: dict[str, Any], action: str = "edit", **fields: str) -> Answer:
    """Send one of the forms of the page."""
    return browser.press(of(booking, action), on=of(booking, "edit"), **fields)


def test_what_is_saved_is_decided_and_shown_again(site: Site, ada: Browser) -> None:
    Letters(site)
    booking = site.booked()
    text = text_after(ada, send(ada, booking, **FORM))
    assert "The booking with Bob Byrne is changed. Bob Byrne is told by mail." in text
    assert "The roof" in text
    assert "Its length changed to 45 min" in text
    found = now(site, booking)
    assert (found.topic, (found.end - found.start).seconds) == ("The roof", 45 * 60)
    assert found.settings == MeetingSettings(
        waiting_room=False,
        host_video=True,
        mute_upon_entry=True,
        auto_recording=AutoRecording.CLOUD,
        alternative_hosts=("work@example.com", "more@example.com"),
    )
    page = ada.get(of(booking, "edit")).text
    shown = ('value="The roof"', 'value="45"', 'value="no" selected', 'value="cloud" selected', "work@example.com")
    assert [piece for piece in shown if piece not in page] == []
    before = {**everything(site), "zoom_host": None}  # which counts how often it was locked
    text_after(ada, send(ada, booking, **FORM))
    assert {**everything(site), "zoom_host": None} == before


def test_topic_and_options_alone_write_to_nobody(site: Site, ada: Browser) -> None:
    Letters(site)
    booking = site.booked()
    text = text_after(ada, send(ada, booking, **FORM | {"duration_minutes": "30"}))
    assert "is changed." in text
    assert "Bob Byrne is told" not in text
    assert now(site, booking).sequence == 0


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"duration_minutes": "long"}, "Enter a whole number of minutes from 1 to 1440."),
        ({"duration_minutes": ""}, "Enter a whole number of minutes from 1 to 1440."),
        ({"duration_minutes": "0"}, "Enter a whole number of minutes from 1 to 1440."),
        ({"topic": "x" * 201}, "Give a topic of at most 200 characters."),
        ({"alternative_hosts": "bob"}, "Give mail addresses. &#39;bob&#39; is none."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_stays(
    site: Site, ada: Browser, wrong: dict[str, str], said: str
) -> None:
    booking = site.booked()
    answer = send(ada, booking, **FORM | wrong)
    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="cloud" selected' in answer.text
    assert now(site, booking).settings is None


def test_an_option_that_zoom_keeps_says_so_beside_it(site: Site, ada: Browser) -> None:
    site.simulator.fault(route="create_meeting", status=500, times=2)
    booking = site.booked()
    text_after(ada, send(ada, booking, **FORM | {"duration_minutes": "30", "auto_recording": ""}))
    site.drain()
    turn(site.state, models.Meeting, due_at=datetime.now(UTC))
    site.drain()
    page = ada.get(of(booking, "edit")).text
    for name in ("waiting_room", "host_video", "mute_upon_entry"):
        hint = page.partition(f'id="{name}-hint">')[2].partition("</p>")[0]
        assert "If you leave it to Zoom, it stays as it is now." in hint
        assert re.search(rf'<select [^>]*id="{name}" [^>]*aria-describedby="{name}-hint"', page)
    assert page.count("it stays as it is now") == 3, "of what was decided before there was a meeting"
    text_after(ada, send(ada, booking, duration_minutes="30", waiting_room="yes", auto_recording="cloud"))
    assert ada.get(of(booking, "edit")).text.count("it stays as it is now") == 1


def test_a_length_that_collides_is_refused_and_named(site: Site, ada: Browser) -> None:
    booking = site.booked()
    offered = site.slots()
    site.booked(start=offered["slots"][0], token=offered["token"], email="eve@example.com")
    answer = send(ada, booking, **FORM)
    assert answer.status_code == 409
    assert "This overlaps another booking" in answer.text
    assert (now(site, booking).topic, now(site, booking).sequence) == (None, 0)


def test_a_link_of_its_own_is_used_and_taken_back(site: Site, ada: Browser) -> None:
    Letters(site)
    booking = site.booked()
    site.drain()
    page = words(ada.get(of(booking, "edit")).text)
    assert "Its meeting in Zoom is deleted." in page
    text = text_after(ada, send(ada, booking, "link", link=OWN))
    assert "has your own link now. Bob Byrne is told by mail." in text
    assert OWN in text
    assert "You gave it a link of your own" in text
    site.drain()
    assert site.simulator.meetings("ada") == []
    assert "Take it back, and Zoom makes a meeting for it again." in words(ada.get(of(booking, "edit")).text)
    text = text_after(ada, send(ada, booking, "link", link=OWN, take_back="1"))
    assert "has no link of its own any more." in text
    site.drain()
    assert now(site, booking).join_url == site.simulator.meetings("ada")[0]["join_url"]


@pytest.mark.parametrize("link", ["", "javascript:alert(1)", "rooms.example.org/ada"])
def test_a_link_that_is_none_is_refused_and_stays_typed(site: Site, ada: Browser, link: str) -> None:
    booking = site.booked()
    answer = send(ada, booking, "link", link=link)
    assert answer.status_code == 422
    assert 'id="link-error"' in answer.text
    assert not link or f'value="{link}"' in answer.text
    assert not now(site, booking).is_own_link


def test_a_request_has_topic_and_length_and_no_link(site: Site) -> None:
    ada = with_approval(site)
    booking = ask(site)
    page = ada.get(of(booking, "edit")).text
    assert 'id="topic"' in page
    assert 'id="link"' not in page
    assert "Answer the request first" in send(ada, booking, "link", link=OWN).text


def test_what_is_not_in_zoom_has_no_options(site: Site, ada: Browser) -> None:
    with site.app.app_context():
        call = EventType(slug="call", title="Call", notice_minutes=0, location=Location.PHONE, location_text="+44 20")
        site.zoom.event_types.put("1", call)
    offered = site.slots("ada/call")
    booking = site.booked("ada/call", start=offered["slots"][0], token=offered["token"])
    page = ada.get(of(booking, "edit")).text
    assert 'id="waiting_room"' not in page
    assert 'id="topic"' not in page
    text_after(ada, send(ada, booking, duration_minutes="20"))
    found = now(site, booking)
    assert ((found.end - found.start).seconds, found.settings, found.topic) == (20 * 60, None, None)


def test_what_has_ended_says_so_and_changes_nothing(site: Site, ada: Browser) -> None:
    booking = site.booked()
    token = ada.csrf_token(of(booking, "edit"))
    site.post(f"{booking['manage_url'].replace('/bookings/', '/api/v1/bookings/')}/cancel", data={"reason": ""})
    assert "This booking cannot be changed any more" in words(ada.get(of(booking, "edit")).text)
    for action, fields in (("edit", FORM), ("link", {"link": OWN})):
        answer = ada.post(of(booking, action), data={"csrf_token": token, **fields})
        assert "This booking is cancelled and cannot be changed any more." in text_after(ada, answer)

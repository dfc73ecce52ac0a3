"""The offer to tell invitees of links that no longer follow changes: before the cut, and after it."""

from datetime import UTC, datetime

import pytest

from tests.fixtures.site import MakeSite, Site, api
from tests.services.looking import Letters, turn
from tests.web.asking import everything
from tests.web.browsing import Browser
from zoom_blueprint import EventType
from zoom_blueprint.store import models
from zoom_blueprint.values import ConnectionStatus, Location, WithoutZoom

LINK = "https://meet.example.org/ada?room=7#now"


@pytest.fixture
def letters(site: Site) -> Letters:
    """What is sent."""
    return Letters(site)


@pytest.fixture
def ada(site: Site, letters: Letters) -> Browser:
    """Ada's browser; she is connected and has one booking with a link."""
    site.booked()
    site.drain()
    letters.sent.clear()
    return Browser(site)


def path(site: Site, action: str) -> str:
    """Return the address of a page about ada's connection."""
    return f"/connections/{site.connection().id}/{action}"


def cut(ada: Browser, **fields: str) -> None:
    """Disconnect by the page."""
    answer = ada.press(path(ada.site, "disconnect"), on=path(ada.site, "disconnect"), **fields)
    assert answer.status_code == 303, answer.text


def test_the_page_says_what_will_happen_before_it_does(site: Site, ada: Browser) -> None:
    text = ada.read(path(site, "disconnect"))
    assert "Your 1 upcoming booking keeps its Zoom link. The link keeps working" in text
    assert "no longer follows when the booking is moved or cancelled" in text
    assert "Nobody can book 30-minute meeting or Intro call until you connect again." in text
    assert "Tell this invitee?" in text
    assert "Zoom is asked to revoke it" in text


def test_what_can_be_booked_without_zoom_is_said_as_each_event_type_has_it(site: Site, ada: Browser) -> None:
    with site.app.app_context():
        for event in (
            EventType(slug="30-minutes", title="Chat", active=False),
            EventType(slug="intro-call", title="Intro call", without_zoom=WithoutZoom.LATER),
            EventType(slug="own", title="Tea", without_zoom=WithoutZoom.MANUAL, location_text="https://tea.example"),
            EventType(slug="phone", title="Ring me", location=Location.PHONE),
        ):
            site.zoom.event_types.put("1", event)
    text = ada.read(path(site, "disconnect"))
    assert "People can still book Intro call; they get a Zoom link when you have connected again." in text
    assert "People can still book Tea; they get your own link." in text
    assert "Nobody can book" not in text
    assert "Ring me" not in text


def test_with_a_second_account_nothing_is_said_of_what_that_one_takes_over(make_site: MakeSite) -> None:
    site = make_site(ZOOM_CONNECTIONS_PER_HOST=2)
    first = site.connect()
    site.booked()
    site.simulator.put_user("work")
    second = site.connect(zoom_user="work")
    ada = Browser(site)
    text = ada.read(f"/connections/{second.id}/disconnect")
    assert "You have no upcoming bookings with a Zoom link." in text
    assert "Nobody can book" not in text
    assert "Your 1 upcoming booking" in ada.read(f"/connections/{first.id}/disconnect")
    ada.press(f"/connections/{second.id}/disconnect", on=f"/connections/{second.id}/disconnect")
    assert site.connection().id == first.id
    assert site.connection().status is ConnectionStatus.ACTIVE


def test_the_invitees_are_told_when_the_host_ticks_it(site: Site, ada: Browser, letters: Letters) -> None:
    cut(ada, tell="yes", words="I will ring you.")
    assert "Zoom has confirmed it. 1 invitee is told by mail." in ada.read("/")
    site.drain()
    (text,) = letters.texts("bob@example.com")
    assert "I will ring you." in text


def test_what_does_not_fit_together_is_said_and_nothing_is_cut(site: Site, ada: Browser) -> None:
    on = path(site, "disconnect")
    token = ada.csrf_token(on)
    before = everything(site)
    for fields, said in (
        ({"tell": "yes"}, "Write a few words or give a link"),
        ({"words": "Hello"}, "Tick this to send what you wrote"),
        ({"link": LINK}, "Tick this to send what you wrote"),
        ({"tell": "yes", "words": "x" * 1001}, "Use at most 1000 characters"),
        ({"tell": "yes", "link": f"https://meet.example.org/{'x' * 500}"}, "Use at most 500 characters"),
        ({"tell": "yes", "link": "http://meet.example.org/"}, "begins with https://"),
        ({"tell": "yes", "link": "https://user@evil.example/"}, "begins with https://"),
        ({"tell": "yes", "link": "https://meet.example.org/a b"}, "begins with https://"),
        ({"tell": "yes", "link": "https://meet.example.org/\r\nATTENDEE:x"}, "begins with https://"),
        ({"tell": "yes", "link": "javascript:alert(1)"}, "begins with https://"),
        ({"tell": "yes", "link": "https://localhost/"}, "begins with https://"),
    ):
        answer = ada.post(on, data={"csrf_token": token, **fields})
        assert answer.status_code == 422, fields
        assert said in answer.text, fields
        assert "Zoom is still connected" in answer.text
        assert everything(site) == before


def test_what_was_typed_is_kept_when_something_is_wrong(site: Site, ada: Browser) -> None:
    on = path(site, "disconnect")
    answer = ada.press(on, on=on, tell="yes", words="See <you> there", link="nonsense")
    assert answer.status_code == 422
    assert "See &lt;you&gt; there</textarea>" in answer.text
    assert 'value="nonsense"' in answer.text
    assert 'value="yes" checked' in answer.text


def test_without_mail_there_is_no_offer_and_the_page_says_so(site: Site) -> None:
    site.booked()
    site.drain()
    ada = Browser(site)
    text = ada.read(path(site, "disconnect"))
    assert "Tell this invitee?" not in text
    assert "No mails are sent yet: please tell your invitee yourself" in text
    cut(ada, tell="yes", words="nobody reads this")
    assert "told by mail" not in ada.read("/")
    banner = ada.read("/")
    assert "1 upcoming booking keeps a Zoom link of this account" in banner
    assert "please tell your invitee yourself" in banner
    assert "Send to" not in ada.read(path(site, "notice"))


def test_nobody_to_tell_is_no_offer_either(site: Site, letters: Letters) -> None:
    del letters
    text = Browser(site).read(path(site, "disconnect"))
    assert "You have no upcoming bookings with a Zoom link." in text
    assert "Tell" not in text


def test_a_lost_connection_is_not_said_to_be_revoked(site: Site, ada: Browser) -> None:
    turn(site.state, models.Grant, lost_at=datetime.now(UTC))
    turn(site.state, models.Connection, status="unhealthy", reason="lost")
    text = ada.read(path(site, "disconnect"))
    assert "we cannot ask Zoom to revoke it: remove the app in the Zoom App Marketplace" in text
    cut(ada)
    assert "Zoom has not confirmed it. To be sure, remove the app" in ada.read("/")


def test_after_a_removal_in_zoom_a_banner_offers_the_same(site: Site, ada: Browser, letters: Letters) -> None:
    assert "keeps a Zoom link of this account" not in ada.read("/")
    site.simulator.remove_app("ada", site.simulator.client_id)
    site.drain()
    letters.sent.clear()
    assert "1 upcoming booking keeps a Zoom link of this account" in ada.read("/")
    on = path(site, "notice")
    assert on in ada.get("/").text
    answer = ada.press(on, on=on, tell="yes", link=LINK)
    assert answer.status_code == 303
    text = ada.read("/")
    assert "1 invitee is told by mail." in text
    assert "keeps a Zoom link of this account" not in text
    site.drain()
    (mail,) = letters.texts("bob@example.com")
    assert LINK in mail
    assert "Nobody is left to tell" in ada.read(on)
    assert "There was nobody left to tell." in told_again(ada, on)


def told_again(ada: Browser, on: str) -> str:
    """Send the form of a page that was open meanwhile."""
    token = ada.csrf_token("/")
    assert ada.post(on, data={"csrf_token": token, "tell": "yes", "words": "Once more"}).status_code == 303
    return ada.read("/")


def test_an_empty_notice_is_asked_for_again(site: Site, ada: Browser, letters: Letters) -> None:
    cut(ada)
    on = path(site, "notice")
    answer = ada.press(on, on=on, tell="yes")
    assert answer.status_code == 422
    assert "Write a few words or give a link." in answer.text
    site.drain()
    assert letters.sent == []


def test_a_notice_needs_a_csrf_token(site: Site, ada: Browser) -> None:
    cut(ada)
    ada.read("/")
    site.drain()
    before = everything(site)
    assert ada.post(path(site, "notice"), data={"tell": "yes", "words": "x"}).status_code == 400
    assert everything(site) == before


def test_a_replacement_link_is_what_visitors_get(site: Site, letters: Letters) -> None:
    del letters
    booking = site.booked()
    site.drain()
    cut(Browser(site), tell="yes", link=LINK)
    assert site.get(api(booking)).json()["join_url"] == LINK
    page = site.get(booking["manage_url"]).text
    assert f'href="{LINK}"' in page

"""The host's pages of webhooks: made with a secret shown once, tested, changed, sent again, and nobody else's."""

import re

import pytest

from tests.fixtures.receivers import Receiver, answering
from tests.fixtures.site import Answer, MakeSite, Site
from tests.services.looking import make_due, only, turn
from tests.services.telling import is_from_us
from tests.web.browsing import Browser, words
from tests.web.desk import press
from zoom_blueprint.services import endpoints
from zoom_blueprint.store import models

NEW = "/endpoints/new"


@pytest.fixture
def database_kind() -> str:
    """One database will do for what pages look like."""
    return "sqlite"


@pytest.fixture
def site(make_site: MakeSite) -> Site:
    """A site that sends to this machine, whose host ``ada`` is connected to Zoom."""
    made = make_site(ZOOM_ENDPOINTS_ON_LOOPBACK="on")
    made.connect()
    return made


@pytest.fixture
def ada(site: Site) -> Browser:
    """Ada's browser."""
    return Browser(site)


def make(browser: Browser, url: str, *events: str, name: str = "CRM") -> Answer:
    """Fill in the form and send it."""
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.get(NEW).text)
    assert token
    sent = {"csrf_token": token[1], "url": url, "name": name, "events": list(events)}
    return browser.post(NEW, data=sent)


def secret_of(page: Answer) -> str:
    """Return the secret that a page shows."""
    found = re.search(r'<code id="text"[^>]*>(whsec_[\w+/=]+)</code>', page.text)
    assert found, page.text
    return found[1]


def path_of(site: Site) -> str:
    """Return the address of the one webhook there is."""
    return f"/endpoints/{only(site.state, models.Endpoint).id}"


def test_a_secret_is_shown_once_on_an_answer_that_nothing_keeps_and_signs(
    site: Site, ada: Browser, receiver: Receiver
) -> None:
    page = make(ada, receiver.url, "booking.confirmed")
    assert page.status_code == 201
    assert page.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in page.headers
    secret = secret_of(page)
    site.booked()
    site.drain()
    assert is_from_us(receiver.messages[0], secret)
    for path in ("/endpoints", path_of(site), "/deliveries"):
        shown = ada.get(path).text
        assert secret not in shown
        assert ("hooks?from" in shown) == (path == path_of(site)), "only the form needs all of the address"
    assert "Webhook “CRM”: a new booking" in words(ada.get("/deliveries?kind=webhook").text)


def test_a_new_secret_is_shown_once_and_says_how_long_the_one_before_counts(
    site: Site, ada: Browser, receiver: Receiver
) -> None:
    first = secret_of(make(ada, receiver.url, "booking.confirmed"))
    page = ada.press(f"{path_of(site)}/rotate", path_of(site))
    assert secret_of(page) != first
    assert page.headers["Cache-Control"] == "no-store"
    assert "signed by the secret before it, too: until" in words(page.text)


def test_a_test_says_what_came_of_it(site: Site, ada: Browser, receiver: Receiver) -> None:
    make(ada, receiver.url, "booking.confirmed")
    for status, told in (
        (204, "The test arrived: your program answered with 204."),
        (500, "The test did not arrive. It answered with 500."),
        (302, "The test did not arrive. It answered with 302, a redirect, which is not followed."),
    ):
        receiver.answer = answering(status)
        assert told in press(ada, f"{path_of(site)}/test", on=path_of(site))
    assert receiver.types() == ["endpoint.tested"] * 3


def test_what_is_refused_is_still_there_and_says_why(site: Site, ada: Browser, receiver: Receiver) -> None:
    page = make(ada, "https://10.0.0.1/x", name="n" * 101)
    assert page.status_code == 422
    text = words(page.text)
    for told in ("public address", "at least one event", "at most 100 characters"):
        assert told in text
    assert 'value="https://10.0.0.1/x"' in page.text
    make(ada, receiver.url, "booking.confirmed")
    assert ada.press(path_of(site), path_of(site), url="ftp://x").status_code == 422
    press(ada, path_of(site), on=path_of(site), url=receiver.url, name="Other", events="meeting.ready")
    changed = only(site.state, models.Endpoint)
    assert (changed.name, changed.events) == ("Other", ["meeting.ready"])


def test_one_that_was_switched_off_says_why_and_is_switched_on_and_sent_to_again(
    site: Site, ada: Browser, receiver: Receiver
) -> None:
    make(ada, receiver.url, "booking.confirmed")
    receiver.answer = answering(500)
    site.booked()
    site.drain()
    assert "Nothing has arrived since" in words(ada.get("/endpoints").text)
    assert "It answered with 500." in words(ada.get("/deliveries").text)
    receiver.answer = answering(410)
    make_due(site.state, models.Delivery)
    site.drain()
    assert "Switched off It answered that it takes no more messages." in re.sub(
        r" http\S+", "", words(ada.get("/endpoints").text)
    )
    which = only(site.state, models.Delivery, models.Delivery.subscriber.startswith("endpoint:"))
    again = f"/deliveries/{which.id}/replay"
    assert "Switch it on first" in press(ada, again, on="/deliveries")
    assert "The webhook is switched on." in press(ada, f"{path_of(site)}/enable", on=path_of(site))
    receiver.answer = answering(204)
    press(ada, again, on="/deliveries")
    site.drain()
    assert len(receiver.messages) == 3
    assert len({one.headers["webhook-id"] for one in receiver.messages}) == 1
    assert "Sent again 1 time." in words(ada.get("/deliveries").text)


def test_one_is_removed_after_a_question(site: Site, ada: Browser, receiver: Receiver) -> None:
    make(ada, receiver.url, "booking.confirmed")
    path = f"{path_of(site)}/remove"
    assert "Remove CRM?" in words(ada.get(path).text)
    assert "The webhook is removed." in press(ada, path, on=path)
    assert endpoints.all_of(site.state, "1") == []


def test_nobody_elses_is_shown_or_touched(site: Site, ada: Browser, receiver: Receiver) -> None:
    make(ada, receiver.url, "booking.confirmed")
    turn(site.state, models.Endpoint, host_id="2")
    path = path_of(site)
    assert ada.get(path).status_code == ada.get(f"{path}/remove").status_code == 404
    for what in ("", "/test", "/rotate", "/enable", "/remove"):
        assert ada.press(f"{path}{what}", NEW, url=receiver.url, events="meeting.ready").status_code == 404
    assert receiver.messages == []
    assert str(receiver.port) not in ada.get("/endpoints").text


def test_each_event_has_words_of_its_own_and_the_one_with_the_link_is_named(ada: Browser) -> None:
    page = ada.get(NEW).text
    told = re.findall(r'id="about-([a-z-]+)">([^<]+)<', page)
    assert {"zoom-connected", "zoom-disconnected", "zoom-deauthorized", "zoom-unhealthy", "zoom-recovered"} <= {
        name for name, _ in told
    }
    assert len({said for _, said in told}) == len(told), told
    assert not [said for _, said in told if "Google" in said]
    assert "The Zoom link comes with meeting.ready" in words(page)

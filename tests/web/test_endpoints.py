"""The host's pages of webhooks: made with a secret shown once, tested, changed, sent again, and nobody else's."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.fixtures.receivers import Receiver, answering
from tests.fixtures.site import Answer, MakeSite, Site
from tests.services.looking import make_due, only, turn
from tests.services.telling import is_from_us
from tests.web.browsing import Browser, words
from tests.web.desk import press, text_after
from zoom_blueprint.events import for_programs
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
    return browser.post(NEW, data=filled(browser, url, *events, name=name))


def filled(browser: Browser, url: str, *events: str, name: str = "CRM") -> dict[str, Any]:
    """Return what the form sends when it is filled in."""
    return {**hidden(browser.get(NEW).text), "url": url, "name": name, "events": list(events)}


def hidden(page: str) -> dict[str, str]:
    """Return what the forms of a page send that nobody has typed."""
    return dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page))


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


def test_a_form_that_is_sent_twice_makes_one_webhook(site: Site, ada: Browser, receiver: Receiver) -> None:
    sent = filled(ada, receiver.url, "booking.confirmed")
    assert ada.post(NEW, data=sent).status_code == 201
    again = ada.post(NEW, data=sent)
    assert again.status_code == 422
    assert "This webhook is made already." in words(again.text)
    assert len(endpoints.all_of(site.state, "1")) == 1


def test_a_button_that_is_pressed_twice_makes_one_secret_and_the_programs_own_counts_on(
    site: Site, ada: Browser, receiver: Receiver
) -> None:
    known = secret_of(make(ada, receiver.url, "booking.confirmed"))
    sent, path = hidden(ada.get(path_of(site)).text), f"{path_of(site)}/rotate"
    first = ada.post(path, data=sent)
    assert "The new secret is made already." in text_after(ada, ada.post(path, data=sent))
    site.booked()
    site.drain()
    for secret in (known, secret_of(first)):
        assert is_from_us(receiver.messages[0], secret)
    assert "If you make another one now, that one counts no more." in words(ada.get(path_of(site)).text)
    assert secret_of(ada.post(path, data=hidden(ada.get(path_of(site)).text))) != secret_of(first)


def test_a_secret_that_signs_no_more_is_not_spoken_of(site: Site, ada: Browser, receiver: Receiver) -> None:
    make(ada, receiver.url, "booking.confirmed")
    ada.press(f"{path_of(site)}/rotate", path_of(site))
    assert "counts until" in words(ada.get(path_of(site)).text)
    turn(site.state, models.Endpoint, former_until=datetime.now(UTC))
    assert "counts until" not in words(ada.get(path_of(site)).text)


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
    told = ("public address", "at most 100 characters", "at least one event")
    assert sorted(text.index(one) for one in told) == [text.index(one) for one in told], "in the order of the fields"
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
    assert "A webhook was switched off Nothing is sent there: CRM" in words(ada.get("/").text)
    which = only(site.state, models.Delivery, models.Delivery.subscriber.startswith("endpoint:"))
    again = f"/deliveries/{which.id}/replay"
    assert "Switch it on first" in press(ada, again, on="/deliveries")
    assert "The webhook is switched on." in press(ada, f"{path_of(site)}/enable", on=path_of(site))
    assert "A webhook was switched off" not in words(ada.get("/").text)
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


def offered(page: str) -> list[tuple[str, str]]:
    """Return what a form offers to tell of: the id of each event, and its words."""
    return re.findall(r'<label for="of-([a-z-]+)">([^<]+)<', page)


def test_each_event_has_words_of_its_own_and_the_one_with_the_link_is_named(ada: Browser) -> None:
    page = ada.get(NEW).text
    told = offered(page)
    assert {"zoom-connected", "zoom-disconnected", "zoom-deauthorized", "zoom-unhealthy", "zoom-recovered"} <= {
        name for name, _ in told
    }
    assert len({said for _, said in told}) == len(told), told
    assert not [said for _, said in told if "Google" in said]
    assert "The Zoom link comes with meeting.ready" in words(page)


def test_each_event_of_google_has_words_of_its_own(make_site: MakeSite) -> None:
    site = make_site(ZOOM_GOOGLE_CLIENT_ID="id", ZOOM_GOOGLE_CLIENT_SECRET="secret")
    told = offered(Browser(site).get(NEW).text)
    assert len(told) == len(for_programs)
    assert len({said for _, said in told}) == len(told), told


def test_it_is_said_beforehand_that_a_secret_is_shown_once(site: Site, ada: Browser, receiver: Receiver) -> None:
    assert "A secret is shown once, on the next page." in words(ada.get(NEW).text)
    make(ada, receiver.url, "booking.confirmed")
    assert "on the next page" not in words(ada.get(path_of(site)).text)

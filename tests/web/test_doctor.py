"""The page "Is everything OK?": what a host reads of their own and of the site, and when anybody is asked."""

import time
from collections.abc import Iterator

import pytest
from aiosmtpd.controller import Controller
from cryptography.fernet import Fernet

from tests.fixtures.servers import free_port
from tests.fixtures.site import MakeSite, Site, api
from tests.mail.conftest import Post
from tests.services.looking import LONG_AGO, turn
from tests.services.owing import deliveries as owe
from tests.services.test_queries import counted
from tests.web.asking import everything
from tests.web.browsing import Browser, words
from zoom_blueprint import LifecycleEvent
from zoom_blueprint.services import heartbeats
from zoom_blueprint.store import models
from zoom_blueprint.store.crypto import Cipher

FINE = "Everybody was asked, and everything is OK."


@pytest.fixture
def well(make_site: MakeSite) -> Iterator[Site]:
    """A site where all is well."""
    server = Controller(Post(), hostname="127.0.0.1", port=free_port())
    server.start()
    site = make_site(ZOOM_SMTP_URL=f"smtp://127.0.0.1:{server.port}", ZOOM_MAIL_FROM="us@example.com")
    site.connect()
    heartbeats.beat(site.state, "worker")
    yield site
    server.stop()


def ask(browser: Browser) -> str:
    """Press Check now and return the text of the answer."""
    answer = browser.press("/doctor", "/doctor")
    assert answer.status_code == 200, answer.text
    return words(answer.text)


def test_opening_the_page_asks_nobody_and_the_button_asks_everybody(well: Site) -> None:
    ada = Browser(well)
    well.simulator.settle()
    calls = len(well.simulator.calls())
    text = ada.read("/doctor")
    assert "More is known after Check now." in text
    assert "Nothing waits for you." in text
    assert len(well.simulator.calls()) == calls
    text = ask(ada)
    assert FINE in text
    assert "Your Zoom connection ada@example.com everything is fine" in text
    assert "Trouble" not in text
    assert len(well.simulator.calls()) > calls


def test_what_is_wrong_with_the_site_is_a_name_to_tell_and_no_address_or_command(well: Site) -> None:
    ada = Browser(well)
    turn(well.state, models.WorkerHeartbeat, beat_at=LONG_AGO)
    well.app.extensions["migrate"] = type("Migrate", (), {"directory": "secret-folder", "configure_args": {}})()
    well.simulator.fault(route="token", status=401, body={"error": "invalid_client", "reason": "secret words"})
    answer = ada.press("/doctor", "/doctor")
    text = words(answer.text)
    for told in ("sign of life", "autogenerate", "Zoom credentials", "The site’s operator has to do something"):
        assert told in text
    assert FINE not in text
    for secret in ("127.0.0.1", "sqlite", "secret words", "not_ours", "flask zoom worker", well.state.config.client_id):
        assert secret.lower() not in text.lower()


def test_an_address_that_hangs_does_not_hang_the_page(well: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zoom_blueprint.services.probes.SECONDS", 0.4)
    monkeypatch.setattr("zoom_blueprint.services.doctors._TO_ANSWER", 0.2)
    ada = Browser(well)
    ada.read("/doctor")
    well.simulator.fault(route="token", delay=9)
    began = time.monotonic()
    assert "Zoom credentials" in ask(ada)
    assert time.monotonic() - began < 8


def test_what_failed_of_this_host_is_told_and_nothing_of_others(well: Site) -> None:
    @well.zoom.on("visitor.checked")
    def crm(_: LifecycleEvent) -> None:
        """Be told."""

    owe(well, "2", 3)
    turn(well.state, models.Delivery, parked_at=LONG_AGO, due_at=None)
    text = Browser(well).read("/doctor")
    assert "Nothing waits for you." in text
    assert "parked" not in text
    grace = Browser(well, "grace")
    assert "3 things are not tried any more." in grace.read("/doctor")
    assert "Zoom is not connected" in grace.read("/doctor")


def test_a_key_that_is_gone_is_said_in_words_where_it_is_needed(well: Site) -> None:
    booking = well.booked()
    well.drain()
    ada = Browser(well)
    token = ada.csrf_token("/host/blocked-times")
    well.state.cipher = Cipher([Fernet.generate_key().decode()])
    page = ada.get(f"/host/bookings/{booking['id']}")
    assert page.status_code == 503
    assert "The key to this page is missing" in page.text
    assert ada.get("/").status_code in (200, 503), "whether or not it needs what is sealed"
    visitor = well.get(api(booking))
    assert (visitor.status_code, visitor.headers["Content-Type"]) == (503, "application/problem+json")
    assert "key" not in visitor.json()["detail"]
    page = well.get(booking["manage_url"])
    assert (page.status_code, "ZOOM_TOKEN_KEYS" in page.text, "operator" in page.text) == (503, False, False)
    assert "sealed values" in ada.read("/doctor")
    assert "sealed values" in words(ada.post("/doctor", data={"csrf_token": token}).text)


def test_only_a_post_with_its_token_asks_and_not_again_and_again(make_site: MakeSite) -> None:
    site = make_site(ZOOM_LIMITS="2000 per minute")
    ada = Browser(site)
    ada.read("/doctor")
    before = everything(site)
    assert ada.post("/doctor", data={}).status_code == 400
    assert everything(site) == before
    token = ada.csrf_token("/doctor")
    assert [ada.post("/doctor", data={"csrf_token": token}).status_code for _ in range(7)] == [200] * 6 + [429]


def test_the_page_asks_as_much_for_many_as_for_few(well: Site) -> None:
    ada = Browser(well)
    ada.read("/doctor")
    with counted(well) as few:
        ada.read("/doctor")
    owe(well, "1", 40)
    well.booked()
    with counted(well) as many:
        ada.read("/doctor")
    assert len(many) == len(few)

"""The host's page of API keys: one is made and shown once, and taken back; nobody else gets at it."""

import re

import pytest

from tests.actions.programs import Program
from tests.fixtures.site import Answer, Site
from tests.services.looking import rows
from tests.web.browsing import Browser, words
from tests.web.desk import press
from zoom_blueprint.services import api_keys
from zoom_blueprint.store import models

FORM = "/api-keys/new"


@pytest.fixture
def database_kind() -> str:
    """One database will do for what pages look like."""
    return "sqlite"


@pytest.fixture
def ada(site: Site) -> Browser:
    """Ada's browser."""
    return Browser(site)


def make(browser: Browser, *actions: str, name: str = "CRM", **fields: str) -> Answer:
    """Fill in the form and send it as it stands there."""
    form = browser.get(FORM).text
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form))
    return browser.post(FORM, data={**hidden, "name": name, "actions": list(actions), **fields})


def text_of(page: Answer) -> str:
    """Return the key that a page shows."""
    found = re.search(r'<code id="text"[^>]*>(zbk_[\w-]+)</code>', page.text)
    assert found, page.text
    return found[1]


def asked(site: Site, text: str) -> int:
    """Ask for the offered times with a key, and return the status."""
    sent = {"event": "intro-call", "first_day": "2030-01-14", "last_day": "2030-01-15"}
    return site.post("/api/v1/actions/list_slots", json=sent, headers={"Authorization": f"Bearer {text}"}).status_code


def test_a_key_is_shown_once_on_an_answer_that_nothing_keeps(site: Site, ada: Browser) -> None:
    page = make(ada, "list_slots")
    assert page.status_code == 201
    text = text_of(page)
    assert page.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in page.headers
    assert all(text not in cookie.value for cookie in ada.session.cookies if cookie.value)
    assert asked(site, text) == 200
    listed = ada.get("/api-keys").text
    assert text not in listed
    assert f"{text[:12]}…" in listed
    assert all(text not in repr(vars(row)) for row in rows(site.state, models.ApiKey))


def test_a_key_does_what_was_ticked_for_as_long_as_was_chosen(site: Site, ada: Browser) -> None:
    make(ada, "list_slots", "create_booking", name="CRM \x00 of\nBob", lasts="30")
    make(ada, "get_user", name="Robot", lasts="")
    robot, crm = api_keys.all_of(site.state, "1")
    assert (crm.name, crm.actions) == ("CRM of Bob", ("create_booking", "list_slots"))
    assert crm.expires_at is not None
    assert (crm.expires_at - crm.created_at).days in (29, 30)
    assert (robot.actions, robot.expires_at) == (("get_user",), None)


def test_a_form_that_is_sent_twice_makes_one_key(site: Site, ada: Browser) -> None:
    form = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', ada.get(FORM).text))
    sent = {**form, "name": "CRM", "actions": ["list_slots"]}
    assert ada.post(FORM, data=sent).status_code == 201
    again = ada.post(FORM, data=sent)
    assert again.status_code == 422
    assert "This key is made already." in words(again.text)
    assert len(api_keys.all_of(site.state, "1")) == 1


def test_it_is_said_beforehand_that_a_key_is_shown_once(ada: Browser) -> None:
    assert "The key is shown once, on the next page." in ada.read(FORM)


def test_whoever_has_no_key_is_told_that_most_need_none(site: Site, ada: Browser) -> None:
    empty = ada.read("/api-keys")
    assert "You need a key only if one shall" in empty
    assert "Programs send their calls to" not in empty
    make(ada, "list_slots")
    assert "Programs send their calls to" in ada.read("/api-keys")
    ways = re.findall(r'<li><a href="/zoom/([a-z-]*)"', ada.get("/clients").text)
    assert ways[-2:] == ["api-keys", "endpoints"], "what few need stands last"


def test_what_is_missing_is_said_and_what_was_typed_stays(site: Site, ada: Browser) -> None:
    page = make(ada, "list_slots", name="  ")
    assert page.status_code == 422
    assert "Give a name of at most 100 characters." in words(page.text)
    assert re.search(r'value="list_slots" checked', page.text)
    page = make(ada, name="CRM")
    assert "Choose what the key may do." in words(page.text)
    assert 'value="CRM"' in page.text
    assert make(ada, "list_slots", "fly").status_code == 422
    assert not api_keys.all_of(site.state, "1")


def test_a_revoked_key_stops_with_the_next_call(site: Site, ada: Browser) -> None:
    text = text_of(make(ada, "list_slots"))
    (key,) = api_keys.all_of(site.state, "1")
    question = ada.read(f"/api-keys/{key.id}/revoke")
    assert "Revoke CRM?" in question
    assert asked(site, text) == 200
    told = press(ada, f"/api-keys/{key.id}/revoke", f"/api-keys/{key.id}/revoke")
    assert "“CRM” is revoked" in told
    assert asked(site, text) == 401


def test_a_host_sees_and_revokes_only_their_own(site: Site, ada: Browser) -> None:
    program = Program(site)
    grace = Browser(site, "grace")
    assert "CRM" not in grace.read("/api-keys")
    address = f"/api-keys/{program.key.id}/revoke"
    assert grace.get(address).status_code == 404
    assert grace.press(address, FORM).status_code == 404
    assert "CRM" in ada.read("/api-keys")
    assert program.slots()


def test_the_list_says_what_a_key_may_and_when_it_was_used(site: Site, ada: Browser) -> None:
    program = Program(site, actions=["list_slots"])
    assert "Never used." in ada.read("/api-keys")
    program.slots()
    text = ada.read("/api-keys")
    assert "Used last: " in text
    assert "See when somebody can book" in text
    assert "It lasts until you revoke it." in text


def test_everybody_can_read_what_actions_need(site: Site) -> None:
    text = words(site.get("/guide/actions").text)
    assert "create_meeting Create meetings in Zoom meeting:write:meeting" in text
    assert "list_slots See when somebody can book · changes nothing none" in text

"""The session interlock: how long a host may stay signed in while Zoom is connected, and how they leave."""

import pytest

from tests.fixtures.site import MakeSite, Site
from tests.services.parking import TRIES
from tests.web.asking import everything
from tests.web.browsing import Browser, words
from tests.web.furnished import address, furnish, host_rules
from tests.web.interlocked import SECONDS, Guest, make_interlocked
from zoom_blueprint.errors import ConfigurationError
from zoom_blueprint.services import upkeep
from zoom_blueprint.values import ConnectionStatus

OVER = "Your time here is over"
OF_THE_CLOCK = {"session_left", "answer_interlock", "ask_leave"}


@pytest.fixture
def database_kind() -> str:
    """One database will do: the clock is in the session, and a cut is tested on both elsewhere."""
    return "sqlite"


@pytest.fixture
def site(make_site: MakeSite) -> Site:
    """Serve a site that is wired to the interlock, whose host is connected."""
    site = make_interlocked(make_site)
    site.connect()
    return site


def left(browser: Browser) -> int | None:
    """Return how many seconds the server says are left."""
    found: int | None = browser.get("/session").json()["left"]
    return found


def test_the_clock_begins_with_the_first_page_and_no_page_moves_it(site: Site) -> None:
    ada = Guest(site)
    page = ada.get("/")
    assert "Signed in until" in words(page.text)
    assert "pages-session.js" in page.text
    assert {cookie.name for cookie in ada.session.cookies} == {"session"}, "it lives in the app's own session"
    ada.wind(SECONDS / 2)
    ada.read("/connection")
    assert SECONDS / 2 - 60 < (left(ada) or 0) <= SECONDS / 2


@pytest.mark.parametrize("why", ["switched off", "not connected", "no sign_out"])
def test_there_is_no_clock_where_there_is_no_bound(make_site: MakeSite, why: str) -> None:
    site = make_interlocked(make_site, **({"ZOOM_SESSION_SECONDS": 0} if why == "switched off" else {}))
    if why != "not connected":
        site.connect()
    if why == "no sign_out":
        site.zoom.hooks.sign_out = None
    ada = Guest(site)
    page = ada.get("/").text
    assert "Signed in until" not in page
    assert "pages-session.js" not in page
    assert left(ada) is None


def test_when_it_is_over_no_page_and_no_button_of_a_host_serves_them(make_site: MakeSite) -> None:
    site = make_site(ZOOM_TRIES=TRIES)
    ids = furnish(site)
    site.zoom.sign_out(lambda: None)
    ada = Guest(site, "")
    ada.sign_in("ada")
    token = ada.csrf_token("/host/blocked-times")
    cookie = signed(ada, SECONDS + 1)
    before = everything(site)
    for method in ("GET", "POST"):
        for rule in host_rules(site, method):
            if rule.endpoint.partition(".")[2] in OF_THE_CLOCK:
                continue
            ada.put_back(cookie)
            path = address(rule, ids)
            answer = ada.get(path) if method == "GET" else ada.post(path, data={"csrf_token": token})
            assert answer.status_code == 401, f"{method} {rule.endpoint}"
            assert OVER in answer.text, rule.endpoint
    assert everything(site) == before


def signed(browser: Guest, seconds: float) -> str:
    """Return the cookie of a session whose clock has gone on by so many seconds."""
    browser.wind(seconds)
    return browser.session.cookies["session"]


def test_an_old_cookie_ends_with_its_own_clock_whatever_was_extended_since(site: Site) -> None:
    ada = Guest(site)
    ada.read("/")
    old = signed(ada, SECONDS - 200)
    assert ada.answer("stay").status == 303
    assert (left(ada) or 0) > SECONDS - 60
    renewed = ada.session.cookies["session"]
    ada.put_back(old)
    ada.wind(200)
    for _ in range(2):
        assert ada.get("/").status_code == 401
    ada.put_back(renewed)
    assert ada.get("/").status_code == 200


def test_near_the_end_the_question_stands_in_the_page_and_staying_begins_anew(site: Site) -> None:
    ada = Guest(site)
    page = ada.get("/").text
    assert "data-interlock" in page
    assert " open\n" not in page.partition("data-interlock")[0][-200:]
    ada.wind(SECONDS - 250)
    page = ada.get("/connection").text
    assert " open\n" in page.partition("data-interlock")[0][-200:]
    for choice in ("Stay connected", "Disconnect Zoom and leave", "Leave"):
        assert f">{choice}</button>" in page
    back = f"{site.base}/connection"
    assert ada.answer("stay", back="/zoom/connection").location == back
    assert (left(ada) or 0) > SECONDS - 60
    for elsewhere in ("//evil.example", "https://evil.example", "/zoom@evil", "/zoom/\nx", "/other"):
        assert ada.answer("stay", back=elsewhere).location == f"{site.base}/"


def test_leaving_ends_the_sign_in_of_the_app_and_keeps_zoom(site: Site) -> None:
    ada = Guest(site)
    ada.read("/")
    assert ada.answer("leave").location == "/sign-in?next=/zoom/"
    assert "who" not in ada.kept()
    answer = ada.get("/connection")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/sign-in?next=/zoom/connection")
    assert site.connection().status is ConnectionStatus.ACTIVE
    assert ada.post(f"{ada.origin}/sign-in?who=ada").status_code == 302
    assert (left(ada) or 0) > SECONDS - 60, "who signs in again has a new clock"


def test_disconnecting_and_leaving_does_both_and_says_what_zoom_said(site: Site) -> None:
    ada = Guest(site)
    ada.read("/")
    text = words(ada.answer("disconnect").text)
    assert "You are signed out" in text
    assert "Zoom is disconnected, and Zoom has confirmed it." in text
    assert site.connection().status is ConnectionStatus.INACTIVE
    assert ada.get("/").status_code == 302


@pytest.mark.parametrize(("action", "status"), [("keep", "active"), ("disconnect", "inactive")])
def test_no_answer_is_what_the_setting_says(make_site: MakeSite, action: str, status: str) -> None:
    site = make_interlocked(make_site, ZOOM_INTERLOCK_ACTION=action)
    site.connect()
    ada = Guest(site)
    ada.read("/")
    assert "Nobody answered" in ada.answer("none").text
    assert site.connection().status == status
    assert ada.get("/").status_code == 302


@pytest.mark.parametrize(("action", "status"), [("keep", "active"), ("disconnect", "inactive")])
def test_who_comes_back_late_is_asked_once_and_then_signed_out(make_site: MakeSite, action: str, status: str) -> None:
    site = make_interlocked(make_site, ZOOM_INTERLOCK_ACTION=action)
    site.connect()
    ada = Guest(site)
    ada.read("/")
    ada.wind(3 * SECONDS)
    for _ in range(2):
        page = ada.get("/connection")
        assert (page.status_code, OVER in page.text) == (401, True)
    assert site.connection().status is ConnectionStatus.ACTIVE
    ada.wind(30)
    page = ada.get("/")
    assert page.status_code == 401
    assert "Nobody answered" in page.text
    assert site.connection().status == status
    assert ada.get("/").status_code == 302


def test_nobody_cuts_for_a_closed_tab_but_the_apps_own_code(make_site: MakeSite) -> None:
    """The end of a sign-in stands in its session alone, so whoever shall be cut without a request is cut by the app."""
    site = make_interlocked(make_site, ZOOM_INTERLOCK_ACTION="disconnect")
    site.connect()
    ada = Guest(site)
    ada.read("/")
    ada.wind(3 * SECONDS)
    upkeep.purge(site.state)
    site.drain()
    assert site.connection().status is ConnectionStatus.ACTIVE
    with site.app.app_context():
        assert site.zoom.connections.disconnect("1")
        assert not site.zoom.connections.disconnect("1"), "there is nothing to confirm any more"
        assert not site.zoom.connections.disconnect("2")
    assert site.connection().status is ConnectionStatus.INACTIVE
    assert len(site.simulator.calls("revoke")) == 1


def test_staying_when_it_is_over_means_to_sign_in_again(site: Site) -> None:
    """Whoever sits there by then may be somebody else."""
    ada = Guest(site)
    ada.read("/")
    ada.wind(SECONDS)
    assert ada.answer("stay").location == "/sign-in?next=/zoom/"
    assert ada.get("/").status_code == 302
    assert site.connection().status is ConnectionStatus.ACTIVE


def test_the_apps_sign_out_asks_first_while_zoom_is_connected(site: Site) -> None:
    ada = Guest(site)
    answer = ada.post(f"{ada.origin}/sign-out")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{site.base}/leave")
    text = ada.read("/leave")
    assert "Leave, and keep Zoom connected?" in text
    assert (left(ada) or 0) <= 300, "without an answer it ends soon"
    assert ada.get("/").status_code == 200
    assert ada.answer("leave").location == "/"
    assert ada.get("/").status_code == 302
    assert ada.get("/leave").status_code == 302


def test_who_stays_after_all_is_as_before(site: Site) -> None:
    ada = Guest(site)
    ada.post(f"{ada.origin}/sign-out")
    assert ada.answer("stay").location == f"{site.base}/"
    assert (left(ada) or 0) > SECONDS - 60
    assert ada.get("/leave").headers["Location"] == f"{site.base}/"


def test_the_apps_sign_out_just_signs_out_when_there_is_nothing_to_ask(make_site: MakeSite) -> None:
    site = make_interlocked(make_site)
    ada = Guest(site)
    assert ada.post(f"{ada.origin}/sign-out").headers["Location"] == "/"
    assert ada.get("/").status_code == 302
    assert ada.post(f"{ada.origin}/sign-out").headers["Location"] == "/", "nobody is signed in"


def test_another_host_in_the_same_browser_has_a_clock_of_their_own(site: Site) -> None:
    site.connect("grace", "grace")
    browser = Guest(site)
    browser.read("/")
    browser.wind(SECONDS)
    browser.post(f"{browser.origin}/sign-in?who=grace")
    assert "Grace Hopper" in browser.read("/")
    assert (left(browser) or 0) > SECONDS - 60


def test_who_disconnects_has_no_clock_any_more(site: Site) -> None:
    ada = Guest(site)
    path = f"/connections/{site.connection().id}/disconnect"
    assert "Signed in until" in ada.read(path)
    assert ada.press(path, on=path).status_code == 303
    assert "Signed in until" not in ada.read("/connection")
    assert left(ada) is None


def test_a_cut_elsewhere_ends_the_clock_instead_of_the_session(site: Site) -> None:
    ada = Guest(site)
    ada.read("/")
    site.simulator.remove_app("ada", site.simulator.client_id)
    site.drain()
    ada.wind(SECONDS)
    assert "Connect Zoom to take bookings" in ada.read("/")
    assert left(ada) is None


def test_an_answer_needs_a_csrf_token(site: Site) -> None:
    ada = Guest(site)
    ada.read("/")
    assert ada.post("/session", data={"answer": "disconnect"}).status_code == 400
    assert site.connection().status is ConnectionStatus.ACTIVE
    assert ada.get("/").status_code == 200


def test_a_program_of_the_host_is_told_in_its_own_way(site: Site) -> None:
    ada = Guest(site)
    ada.read("/")
    ada.wind(SECONDS)
    answer = ada.get(f"/connections/{site.connection().id}/health")
    assert (answer.status_code, answer.headers["Content-Type"]) == (401, "application/problem+json")
    assert left(ada) == 0


def test_a_sign_out_without_a_function_that_does_it_says_what_to_write(make_site: MakeSite) -> None:
    site = make_site()
    with site.app.test_request_context("/"), pytest.raises(ConfigurationError, match=r"@zoom\.sign_out"):
        site.zoom.leave()

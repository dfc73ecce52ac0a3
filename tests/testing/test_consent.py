import pytest
import requests

from tests.testing.app import REDIRECT, App, answer_in
from zoom_blueprint.testing import Simulator, SimulatorError


def test_allow_sends_the_person_back_with_a_code_and_the_state_unchanged(app: App) -> None:
    location = app.zoom.consent(app.authorize_url(state="a b/%3D~é"))
    assert location.startswith(f"{REDIRECT}?")
    answer = answer_in(location)
    assert answer["state"] == "a b/%3D~é"
    assert answer["code"]


def test_without_a_state_none_comes_back(app: App) -> None:
    assert "state" not in answer_in(app.zoom.consent(app.authorize_url(state=None)))


def test_the_page_names_app_scopes_and_users(app: App) -> None:
    page = requests.get(app.authorize_url(), timeout=10)
    assert page.status_code == 200
    for text in (
        app.zoom.client_id,
        "meeting:write:meeting",
        "Create meetings for you",
        "Ada Lovelace",
        "Grace Hopper",
    ):
        assert text in page.text


def test_decline_is_access_denied(app: App) -> None:
    answer = answer_in(app.zoom.consent(app.authorize_url(), decision="decline"))
    assert answer == {"error": "access_denied", "state": "st-1~x"}


def test_decline_may_come_back_without_anything(app: App) -> None:
    app.zoom.knobs(decline="no_code")
    assert answer_in(app.zoom.consent(app.authorize_url(), decision="decline")) == {"state": "st-1~x"}


def test_decline_may_leave_the_person_on_the_page(app: App) -> None:
    app.zoom.knobs(decline="stay")
    with pytest.raises(SimulatorError, match="not connected"):
        app.zoom.consent(app.authorize_url(), decision="decline")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"scope": "meeting:read:meeting"}, "Invalid scope"),
        ({"client_id": "nobody"}, "Invalid client"),
        ({"redirect_uri": f"{REDIRECT}/more"}, "Invalid redirect"),
        ({"redirect_uri": None}, "Invalid redirect"),
        ({"response_type": "token"}, "Invalid response type"),
        ({"code_challenge_method": "S512"}, "Invalid code challenge"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_wrong_link_is_a_page_and_no_redirect(
    app: App, change: dict[str, str | None], told: str, method: str
) -> None:
    form = {"user": "ada", "decision": "allow"} if method == "POST" else None
    answer = requests.request(method, app.authorize_url(**change), data=form, timeout=10, allow_redirects=False)
    assert answer.status_code == 400
    assert answer.headers["Content-Type"].startswith("text/html")
    assert told in answer.text


def test_a_redirect_below_a_registered_one_may_be_allowed(app: App) -> None:
    app.zoom.knobs(redirect_match="prefix")
    assert app.zoom.consent(app.authorize_url(redirect_uri=f"{REDIRECT}/more")).startswith(f"{REDIRECT}/more?")


def test_a_query_in_the_redirect_address_is_kept(app: App) -> None:
    app.zoom.set_app(redirect_uris=[f"{REDIRECT}?tenant=7"])
    answer = answer_in(app.zoom.consent(app.authorize_url(redirect_uri=f"{REDIRECT}?tenant=7")))
    assert answer["tenant"] == "7"
    assert answer["code"]


def test_a_withheld_scope_is_not_granted(app: App) -> None:
    location = app.zoom.consent(app.authorize_url(), withhold=["meeting:delete:meeting"])
    granted = app.exchange(answer_in(location)["code"]).json()["scope"].split()
    assert "meeting:delete:meeting" not in granted
    assert "meeting:write:meeting" in granted


def test_the_browser_stays_signed_in_as_the_chosen_user(app: App) -> None:
    with requests.Session() as browser:
        form = {"user": "grace", "decision": "decline"}
        browser.post(app.authorize_url(), data=form, timeout=10, allow_redirects=False)
        assert 'value="grace" selected' in browser.get(app.authorize_url(), timeout=10).text
        assert list(browser.cookies.keys()) == ["zoomsim_user"]


def test_a_post_without_a_user_or_a_decision_is_refused(app: App) -> None:
    for form in ({"decision": "allow"}, {"user": "nobody", "decision": "allow"}, {"user": "ada"}):
        answer = requests.post(app.authorize_url(), data=form, timeout=10, allow_redirects=False)
        assert answer.status_code == 400


def test_the_page_tells_of_an_earlier_consent(connected: App) -> None:
    page = requests.get(connected.authorize_url(), cookies={"zoomsim_user": "ada"}, timeout=10)
    assert "You have allowed this app before" in page.text


def test_hostile_input_is_shown_as_text(app: App) -> None:
    page = requests.get(app.authorize_url(state='"><script>alert(1)</script>'), timeout=10)
    assert "<script" not in page.text


def test_a_code_can_be_had_without_the_page(app: App, zoom: Simulator) -> None:
    code = zoom.authorize(zoom.client_id, "grace", REDIRECT)
    assert app.exchange(code).json()["token_type"] == "bearer"
    assert [grant["user"] for grant in zoom.grants()] == ["grace"]

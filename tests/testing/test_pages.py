from urllib.parse import urlsplit

import pytest
import requests

from tests.testing.app import App
from zoom_blueprint.testing import Simulator, SimulatorError


def page(url: str) -> requests.Response:
    return requests.get(url, timeout=10)


def test_the_front_page_lists_everyone(zoom: Simulator) -> None:
    zoom.put_user("katherine", first_name="Katherine", last_name="Johnson")
    text = page(zoom.url).text
    for name in ("Ada Lovelace", "Grace Hopper", "Katherine Johnson"):
        assert name in text


def test_a_persons_page_shows_meetings_and_apps(connected: App) -> None:
    made = connected.create(topic="Intro & more")
    text = page(f"{connected.zoom.url}/users/ada").text
    assert "Intro &amp; more" in text
    assert "2040-01-15 09:00 UTC" in text
    assert f"/users/ada/meetings/{made['id']}/delete" in text
    assert connected.zoom.client_id in text
    assert "No meetings" in page(f"{connected.zoom.url}/users/grace").text


def test_delete_on_the_page_deletes(connected: App) -> None:
    made = connected.create()
    connected.zoom.press("ada", made["id"], "delete")
    assert connected.call("GET", f"/meetings/{made['id']}").status_code == 404
    assert [meeting["deleted"] for meeting in connected.zoom.meetings("ada", deleted=True)] == [True]


def test_move_on_the_page_moves(connected: App) -> None:
    made = connected.create()
    connected.zoom.press("ada", made["id"], "move", start="2040-05-05T08:15", duration="20")
    got = connected.call("GET", f"/meetings/{made['id']}").json()
    assert (got["start_time"], got["duration"]) == ("2040-05-05T08:15:00Z", 20)


@pytest.mark.parametrize("form", [{"start": ""}, {"start": "soon"}, {"start": "2040-05-05T08:15", "duration": "-1"}])
def test_a_move_to_nowhere_says_so_and_moves_nothing(connected: App, form: dict[str, str]) -> None:
    made = connected.create()
    with pytest.raises(SimulatorError, match="was not moved"):
        connected.zoom.press("ada", made["id"], "move", **form)
    assert connected.call("GET", f"/meetings/{made['id']}").json()["start_time"] == made["start_time"]


def test_pages_of_nobody_and_nothing_are_404(connected: App) -> None:
    made = connected.create()
    for path in ("users/nobody", "j/1", "nothing"):
        assert page(f"{connected.zoom.url}/{path}").status_code == 404
    for url in (f"users/grace/meetings/{made['id']}/delete", "users/grace/apps/x/remove"):
        assert requests.post(f"{connected.zoom.url}/{url}", timeout=10).status_code == 404
    assert len(connected.zoom.meetings()) == 1


def test_the_join_link_opens(connected: App) -> None:
    answer = page(connected.create(topic="Intro call")["join_url"])
    assert answer.status_code == 200
    assert "You would now be in the meeting" in answer.text
    assert "Intro call" in answer.text


def test_the_join_link_needs_its_passcode(connected: App) -> None:
    assert page(connected.create()["join_url"].partition("?")[0]).status_code == 403


def test_the_start_link_starts_the_meeting_for_two_hours(connected: App) -> None:
    made = connected.create()
    assert "Start meeting" in page(made["start_url"]).text
    requests.post(made["start_url"], timeout=10)
    assert connected.call("GET", f"/meetings/{made['id']}").json()["status"] == "started"
    connected.zoom.advance(2 * 3600 + 1)
    assert page(made["start_url"]).status_code == 403


def test_a_start_link_opens_no_other_meeting(connected: App) -> None:
    first, second = connected.create(), connected.create()
    zak = urlsplit(first["start_url"]).query
    assert page(f"{connected.zoom.url}/s/{second['id']}?{zak}").status_code == 403
    for forged in ("", "zak=", "zak=a.b.c", "zak=..", "zak=é.é.é"):
        assert page(f"{connected.zoom.url}/s/{first['id']}?{forged}").status_code == 403


def test_pages_allow_no_scripts_and_are_not_kept(zoom: Simulator) -> None:
    headers = page(zoom.url).headers
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert headers["Cache-Control"] == "no-store"


def test_users_can_be_added_and_changed(zoom: Simulator) -> None:
    added = zoom.put_user("mary", timezone="Asia/Tokyo")
    assert (added["email"], added["timezone"], added["type"]) == ("mary@example.com", "Asia/Tokyo", 2)
    assert zoom.put_user("mary", type=1)["timezone"] == "Asia/Tokyo"
    assert [user["short"] for user in zoom.users()] == ["ada", "grace", "mary"]


@pytest.mark.parametrize(
    "fields",
    [{"timezone": "Mars"}, {"type": 3}, {"status": "gone"}, {"pmi": 1}, {"email": 5}, {"email": "ada@example.com"}],
)
def test_a_user_that_cannot_be_is_refused(zoom: Simulator, fields: dict[str, object]) -> None:
    with pytest.raises(SimulatorError):
        zoom.put_user("mary", **fields)
    assert len(zoom.users()) == 2

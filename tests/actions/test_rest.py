"""Actions over HTTP: what a program does with a host's Zoom and bookings, with nothing but a key."""

from html import unescape

import pytest

from tests.actions.programs import EVENT, Program, ahead
from tests.fixtures.site import Site
from zoom_blueprint.actions.codes import MEANS


def test_a_meeting_is_made_looked_at_changed_listed_and_deleted(program: Program) -> None:
    made = program.did("create_meeting", {"topic": "Kick-off", "start": ahead(days=3), "duration_minutes": 45})
    assert made["join_url"].startswith("http")
    one = {"meeting_id": made["id"]}
    assert program.did("get_meeting", one)["topic"] == "Kick-off"
    assert program.did("update_meeting", {**one, "duration_minutes": 60})["duration_minutes"] == 60
    assert [found["id"] for found in program.did("list_meetings")["meetings"]] == [made["id"]]
    assert program.did("delete_meeting", one) == one
    gone = program.ask("get_meeting", one)
    assert (gone.status_code, gone.json()["code"]) == (404, "meeting_not_found")


def test_a_slot_is_found_booked_moved_and_cancelled(program: Program, site: Site) -> None:
    first, second = program.slots()[:2]
    person = {"name": "Bob Byrne", "email": "bob@example.com", "time_zone": "Europe/Paris"}
    made = program.did("create_booking", {"event": EVENT, "start": first, **person})
    assert (made["status"], made["meeting_status"]) == ("confirmed", "ready")
    assert made["join_url"].startswith("http")
    assert first not in program.slots()
    moved = program.did("reschedule_booking", {"booking_id": made["id"], "start": second})
    assert (moved["start"], moved["sequence"]) == (second, 1)
    ended = program.did("cancel_booking", {"booking_id": made["id"], "words": "Sorry."})
    assert (ended["status"], ended["ended_reason"]) == ("cancelled", "host")
    site.drain()
    assert program.did("list_meetings")["meetings"] == []


def test_the_user_and_the_health_of_the_connection_are_told_without_a_token(program: Program, site: Site) -> None:
    user = program.did("get_user")
    assert user["email"] == "ada@example.com"
    health = program.did("get_health")
    assert health["healthy"] is True
    assert health["connection"] == user["connection"] == site.connection().id


@pytest.mark.parametrize("shown", ["", "Bearer ", "Bearer zbk_unknown", "Basic YWRhOnB3"])
def test_without_a_good_key_nothing_is_done(site: Site, shown: str) -> None:
    answer = site.post("/api/v1/actions/get_user", json={}, headers={"Authorization": shown} if shown else {})
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_key_does_what_it_is_made_for_and_nothing_else(site: Site) -> None:
    reader = Program(site, actions=["list_slots"])
    assert reader.slots()
    refused = reader.ask("get_user")
    assert (refused.status_code, refused.json()["code"]) == (403, "permission_denied")
    assert refused.json()["scopes"] == ["get_user"]


def test_the_type_of_a_problem_leads_to_what_its_code_means(program: Program, site: Site) -> None:
    problem = program.ask("get_meeting", {"meeting_id": 1}).json()
    address, _, anchor = problem["type"].partition("#")
    assert (address, anchor) == (f"{site.base}/guide/actions", problem["code"])
    page = unescape(site.get(address.removeprefix(site.base)).text)
    assert 'id="meeting_not_found"><code>meeting_not_found</code> (404)</dt><dd>Zoom has no such meeting</dd>' in page
    for code, means in MEANS.items():
        assert page.count(f'id="{code}"') == 1, code
        assert f"<dd>{means}</dd>" in page

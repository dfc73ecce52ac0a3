"""``flask zoom action``: what programs do by REST, from a shell, with JSON in and out."""

import json
from typing import Any

import pytest

from tests.actions.programs import EVENT, ahead, days
from tests.cli.commands import Zoom
from tests.fixtures.site import MakeSite


@pytest.fixture
def zoom(make_site: MakeSite) -> Zoom:
    """Run commands inside this process, on a site whose host ``ada`` has connected Zoom."""
    site = make_site()
    site.connect()
    return Zoom(site)


def did(zoom: Zoom, action: str, sent: dict[str, Any] | None = None, options: str = "") -> Any:
    """Return the output of an action."""
    return json.loads(zoom(f"action {action} --host ada {options} --json '{json.dumps(sent or {})}'"))


def test_a_meeting_is_made_once_for_a_key_and_listed(zoom: Zoom) -> None:
    wish = {"topic": "Kick-off", "start": ahead(days=3)}
    made = did(zoom, "create_meeting", wish, "--key one")
    assert did(zoom, "create_meeting", wish, "--key one") == made
    assert [one["id"] for one in did(zoom, "list_meetings")["meetings"]] == [made["id"]]
    assert did(zoom, "get_user")["email"] == "ada@example.com"


def test_a_booking_is_made_with_its_link(zoom: Zoom) -> None:
    start = did(zoom, "list_slots", {"event": EVENT, **days()})["slots"][0]
    made = did(zoom, "create_booking", {"event": EVENT, "start": start, "name": "Bob", "email": "bob@example.com"})
    assert made["join_url"].startswith("http")
    assert did(zoom, "cancel_booking", {"booking_id": made["id"]})["status"] == "cancelled"


def test_all_meetings_stand_one_in_each_line(zoom: Zoom) -> None:
    ids = {did(zoom, "create_meeting", {"topic": f"{one}", "start": ahead(days=3)})["id"] for one in range(3)}
    lines = zoom("""action list_meetings --host ada --all --json '{"page_size": 1}'""").splitlines()
    assert {json.loads(line)["id"] for line in lines} == ids
    assert len(lines) == 3


def test_the_input_can_come_from_standard_input(zoom: Zoom) -> None:
    sent = json.dumps({"topic": "Kick-off", "start": ahead(days=3)})
    arguments = ["zoom", "action", "create_meeting", "--host", "ada", "--json", "-"]
    done = zoom.site.app.test_cli_runner().invoke(args=arguments, input=sent)
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["topic"] == "Kick-off"


@pytest.mark.parametrize(
    ("typed", "status", "told"),
    [
        ("get_user --host nobody", 1, "There is no host 'nobody'."),
        ("get_user", 2, "Missing option '--host'"),
        ("get_user --host ada --all", 2, "--all goes with list_meetings only."),
        ("get_user --host ada --json '{'", 2, "--json: This is not JSON"),
        ("get_user --host ada --json '[]'", 2, "--json: Give a JSON object"),
        (f"get_user --host ada --json '{'[' * 5000}'", 2, "--json: Give a JSON object"),
        ("fly --host ada", 15, "There is no action 'fly'."),
        ('list_meetings --host ada --all --json \'{"cursor": "none"}\'', 15, "This cursor is of another list"),
        ("get_meeting --host ada --json '{\"meeting_id\": 1}'", 13, "meeting_not_found"),
    ],
)
def test_what_cannot_be_done_is_said_with_a_status(zoom: Zoom, typed: str, status: int, told: str) -> None:
    assert told in zoom(f"action {typed}", status=status)

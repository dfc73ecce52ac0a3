"""What docs/actions.md says is so, and its recipes do what stands beside them."""

import json
import os
import re
import shlex
import subprocess
import sys
from typing import Any

import pytest

from tests.actions.agents import configured
from tests.actions.programs import Program, ahead, days
from tests.cli.commands import Zoom
from tests.fixtures.receivers import Receiver
from tests.fixtures.site import WAIT, MakeSite, Site
from tests.house.tree import ROOT
from tests.services.telling import made
from zoom_blueprint.actions.codes import MEANS
from zoom_blueprint.actions.listed import ACTIONS
from zoom_blueprint.cli import actions as cli
from zoom_blueprint.web import acting

TEXT = (ROOT / "docs" / "actions.md").read_text(encoding="utf-8")


def blocks(title: str, kind: str) -> list[str]:
    """Return the code blocks of a kind below a heading, with times that are to come."""
    below = TEXT.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    found = re.findall(rf"```{kind}\n(.*?)```", below, flags=re.DOTALL)
    assert found, f"There is no {kind} below {title!r}."
    first, last = days().values()
    return [
        one.replace("2030-01-15T09:00:00Z", ahead(days=3)).replace("2030-01-14", first).replace("2030-01-27", last)
        for one in found
    ]


def commands(title: str) -> list[str]:
    """Return the lines of a console."""
    (block,) = blocks(title, "console")
    return [line.removeprefix("$ ") for line in block.splitlines()]


def environment(program: Program) -> dict[str, str]:
    """Return what a program outside of the app is told: where the site is, and its key."""
    return {**os.environ, "ZOOM": f"{program.site.base}/api/v1/actions", "ZOOM_KEY": program.text, "NO_PROXY": "*"}


def run(arguments: list[str], env: dict[str, str]) -> str:
    """Run a program to its end, which must be good, and return what it printed."""
    done = subprocess.run(arguments, env=env, capture_output=True, text=True, timeout=WAIT, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_tables_name_every_action_and_every_code() -> None:
    actions = re.findall(r"^\| `(\w+)` \| (.+) \|$", TEXT.partition("\n## ")[0], flags=re.MULTILINE)
    assert actions == [(action.name, action.summary) for action in ACTIONS]
    codes = re.findall(r"^\| `(\w+)` \| (\d+) \| (\d+) \| (.+) \|$", TEXT, flags=re.MULTILINE)
    assert [(*columns, means.replace("`", "")) for *columns, means in codes] == [
        (str(code), str(int(acting.STATUS[code])), str(status), MEANS[code]) for code, status in cli.STATUS.items()
    ]


def test_the_readme_shows_one_of_these_recipes() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = re.findall(r"^\$ curl .*create_meeting.*$", readme, flags=re.MULTILINE)
    assert shown == re.findall(r"^\$ curl .*create_meeting.*$", TEXT, flags=re.MULTILINE) != []


def test_curl_makes_a_meeting_lists_it_and_is_told_what_is_wrong(program: Program) -> None:
    made, listed, failed = (json.loads(run(["bash", "-c", line], environment(program))) for line in commands("curl"))
    assert (made["id"], made["topic"]) == (listed["id"], "Kick-off")
    (told,) = blocks("curl", "json")
    assert {**json.loads(told), "message": failed["message"]}.items() <= failed.items()


def test_a_program_in_python_books_a_time(program: Program) -> None:
    link = run([sys.executable, "-c", blocks("Python", "python")[0]], environment(program))
    (meeting,) = program.did("list_meetings")["meetings"]
    assert meeting["join_url"] == link.strip()


def test_code_of_the_app_makes_a_meeting_without_a_key(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, Any] = {"zoom": site.zoom}
    with site.app.app_context():
        exec(blocks("Python", "python")[1], names)
    assert capsys.readouterr().out.strip() == names["made"].join_url
    with site.app.app_context():
        site.zoom.connections.disconnect("1")
        exec("try:" + blocks("Python", "python")[1].partition("\ntry:")[2], names)
    assert capsys.readouterr().out == f"Ask the host to open {site.base}/connection\n"


def test_a_shell_makes_a_meeting_and_lists_it(program: Program) -> None:
    zoom = Zoom(program.site)
    made, listed = (zoom(shlex.join(shlex.split(line)[2:])) for line in commands("A shell on the app's machine"))
    assert json.loads(made)["id"] == json.loads(listed)["id"]


def test_agents_are_configured_as_the_readme_says() -> None:
    """Whose configurations the tests of MCP connect by."""
    written = [json.loads(one)["mcpServers"]["zoom"] for one in blocks("An AI agent", "json")]
    assert written == configured()


def test_a_receiver_takes_our_messages_once_and_nobody_elses(
    make_site: MakeSite, receiver: Receiver, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    site = make_site(ZOOM_ENDPOINTS_ON_LOOPBACK="on")
    site.connect()
    _, secret = made(site, receiver, ("meeting.ready",))
    booking = site.booked()
    site.drain()
    (message,) = receiver.messages
    monkeypatch.setenv("WEBHOOK_SECRET", secret)
    names: dict[str, Any] = {"__name__": "receiver"}
    exec(blocks("Zapier and others that are told", "python")[0], names)
    client = names["app"].test_client()
    for _ in range(2):
        assert client.post("/hooks", data=message.body, headers=dict(message.headers)).status_code == 204
    assert capsys.readouterr().out == f"meeting.ready {booking['join_url']}\n"
    forged = message.body.replace("Bob Byrne", "Eve")
    assert client.post("/hooks", data=forged, headers=dict(message.headers)).status_code == 500

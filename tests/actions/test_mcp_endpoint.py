"""The MCP endpoint as HTTP: who is let in, and what it answers to messages that no client sends."""

import json
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest

from tests.actions.programs import Program
from tests.fixtures.site import Answer, MakeSite, Site
from zoom_blueprint.config import Config
from zoom_blueprint.errors import ConfigurationError
from zoom_blueprint.mcp_server import over_http
from zoom_blueprint.mcp_server.agents import Agent

ACCEPT = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}
GREENLETS: Any = import_module("greenlet")  # has no types of its own
MODERN = "2026-07-28"


@pytest.fixture
def site(make_site: MakeSite) -> Site:
    """A site that serves agents."""
    return make_site(ZOOM_MCP="on")


def send(program: Program, body: bytes, **headers: str) -> Answer:
    """Post something to the endpoint as an agent."""
    shown = {"Authorization": f"Bearer {program.text}", **ACCEPT, **headers}
    return program.site.post("/mcp", data=body, headers=shown)


def message(method: str, **params: Any) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()


NOT_SENT = (
    b"",
    b"{",
    b"[]",
    b"1",
    b"\xff",
    b"[" * 5000 + b"]" * 5000,
    b'{"id": ' + b"9" * 5000 + b"}",
    b'{"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 1}}',
    b'{"jsonrpc": "2.0", "id": 1, "result": {}}',
    message("nothing/of/the/kind"),
    message("tools/call"),
    message("tools/call", name=7, arguments=[]),
    message("resources/read", uri="zoom-blueprint://tokens"),
    message("subscriptions/listen", notifications={"toolsListChanged": True}),
    message("initialize"),
    message("logging/setLevel", level="debug"),
    b"[" + message("tools/list") + b"," + message("tools/list") + b"]",
)


@pytest.mark.parametrize("shown", ["", "Bearer ", "Bearer zbk_unknown", "Basic YWRhOnB3"])
def test_without_a_good_key_nothing_is_answered(site: Site, shown: str) -> None:
    answer = site.post("/mcp", data=message("tools/list"), headers={**ACCEPT, "Authorization": shown})
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_unless_it_is_switched_on_there_is_no_endpoint(make_site: MakeSite) -> None:
    answer = send(Program(make_site()), message("tools/list"))
    assert answer.status_code == 404
    assert (answer.json()["type"], "ZOOM_MCP" in answer.json()["detail"]) == ("about:blank", True)


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT"])
def test_there_are_no_streams_and_no_sessions(program: Program, method: str) -> None:
    headers = {"Authorization": f"Bearer {program.text}", "Accept": "text/event-stream"}
    answer = program.site.session.request(method, f"{program.site.base}/mcp", headers=headers, timeout=10)
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == {"OPTIONS", "POST"}


def test_an_answer_is_json_that_no_cache_keeps_and_begins_no_session(program: Program) -> None:
    answer = send(program, message("tools/list"))
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Mcp-Session-Id" not in answer.headers
    assert answer.json()["result"]["tools"]


@pytest.mark.parametrize("version", [None, "2025-06-18", MODERN, "1999-01-01"])
def test_what_no_client_sends_is_refused_at_once_and_breaks_nothing(program: Program, version: str | None) -> None:
    headers = {} if version is None else {"Mcp-Protocol-Version": version}
    for body in NOT_SENT:
        answer = send(program, body, **headers)
        assert answer.status_code < 500, (body, answer.text)
        if answer.status_code == 200:
            assert "error" in answer.json(), body


@pytest.mark.parametrize("version", ["2025-06-18", MODERN])
def test_what_is_no_json_is_refused_in_the_words_of_all_our_addresses(program: Program, version: str) -> None:
    deep = message("tools/call", name="get_user", arguments={"connection": "deep"}).replace(
        b'"deep"', b"[" * 150 + b"]" * 150
    )
    for body in (b"", b"{", b"\xff", deep):
        answer = send(program, body, **{"Mcp-Protocol-Version": version})
        assert answer.status_code == 400, body
        assert answer.headers["Content-Type"] == "application/problem+json", body


def test_a_body_that_is_too_large_is_refused(program: Program) -> None:
    assert send(program, b'"' + b"x" * 70_000 + b'"').status_code == 413


def test_agents_of_several_hosts_at_the_same_time_each_get_their_own(site: Site) -> None:
    programs = {"ada": Program(site), "grace": Program(site, "grace")}
    read = message("resources/read", uri="zoom-blueprint://host")

    def slug(who: str) -> str:
        (content,) = send(programs[who], read).json()["result"]["contents"]
        found: str = json.loads(content["text"])["slug"]
        return found

    asked = ["ada", "grace"] * 8
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(slug, asked)) == asked


def test_requests_that_are_greenlets_of_one_thread_take_turns(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """As with gevent, where whoever waits, for Zoom or only for some time, lets the others go on."""
    with ThreadPoolExecutor(1) as thread:  # one of its own: the loop of the tests' browsers runs in the main one
        answers = thread.submit(greenlets_ask, site, monkeypatch, 3).result(timeout=60)
    codes = [json.loads(answer)["result"]["structuredContent"]["code"] for answer in answers]
    assert codes == ["connection_lost"] * 3


def greenlets_ask(site: Site, monkeypatch: pytest.MonkeyPatch, number: int) -> list[bytes]:
    """Ask in so many greenlets of this thread, which go on in turn, and return the answers."""
    hub = GREENLETS.getcurrent()
    clock = SimpleNamespace(monotonic=time.monotonic, sleep=lambda _: hub.switch())  # other threads sleep on
    monkeypatch.setattr(over_http, "time", clock)

    class Waiting(Agent):
        def act(self, action: str, sent: Mapping[str, Any], key: str | None) -> Any:
            hub.switch()
            return super().act(action, sent, key)

    body = message("tools/call", name="get_user", arguments={})
    asked = over_http.Asked(path="/mcp", headers=[*ACCEPT.items()], body=body)
    answers: list[bytes] = []

    def ask() -> None:
        answers.append(over_http.answer(Waiting(state=site.state, host_id="1"), asked).body)

    waiting = [GREENLETS.greenlet(ask) for _ in range(number)]
    while running := [one for one in waiting if not one.dead]:
        for one in running:
            one.switch()
    return answers


def test_without_the_extra_the_endpoint_cannot_be_switched_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mcp", None)
    with pytest.raises(ConfigurationError, match=r"ZOOM_MCP needs the package mcp\. .*'zoom-blueprint\[mcp\]'"):
        Config.read({"SECRET_KEY": "x", "ZOOM_MCP": "on"}, debug=True)


def test_without_the_extra_the_command_says_what_to_install(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mcp", None)
    done = site.app.test_cli_runner().invoke(args=["zoom", "mcp", "--host", "ada"])
    assert done.exit_code == 1
    assert "flask zoom mcp needs the package mcp. Install it with: pip install 'zoom-blueprint[mcp]'" in done.output


def test_the_command_knows_its_host(site: Site) -> None:
    done = site.app.test_cli_runner().invoke(args=["zoom", "mcp", "--host", "nobody"])
    assert done.exit_code == 1
    assert "There is no host 'nobody'." in done.output

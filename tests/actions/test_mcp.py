"""AI agents do a host's actions by MCP, over HTTP and over stdio, as the official client speaks it."""

import json
import logging
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator
from mcp import Client, MCPError
from mcp_types import Tool

from tests.actions.agents import Connect, Conversation, converse, did, failed, held, over_http, over_stdio
from tests.actions.programs import EVENT, Program, ahead, days
from tests.fixtures.site import MakeSite, Site
from tests.services.looking import turn
from zoom_blueprint.actions.listed import ACTIONS, NAMES
from zoom_blueprint.store import models

BOB = {"name": "Bob Byrne", "email": "bob@example.com", "time_zone": "Europe/Paris"}
OF_HTTP = ("type", "title", "status", "detail")


@pytest.fixture
def site(make_site: MakeSite) -> Site:
    """A site that serves agents, whose host ``ada`` is connected to Zoom."""
    made = make_site(ZOOM_MCP="on")
    made.connect()
    return made


@pytest.fixture
def talk(site: Site, program: Program) -> Callable[[Conversation[Any]], Any]:
    """Let an agent that may do everything for ``ada`` converse over HTTP."""
    return lambda conversation: converse(over_http(site, program.text), conversation)


@pytest.fixture(params=["http", "stdio"])
def connect(request: pytest.FixtureRequest, site: Site, program: Program, tmp_path: Path) -> Connect:
    """Connect over each of the transports."""
    return over_http(site, program.text) if request.param == "http" else over_stdio(site, tmp_path)


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_an_agent_finds_a_slot_books_it_and_gets_the_link(connect: Connect, mode: str, site: Site) -> None:
    async def conversation(client: Client) -> None:
        assert {tool.name for tool in (await client.list_tools()).tools} == set(NAMES)
        assert EVENT in [offered["event"] for offered in await held(client, "event-types")]
        first, second = (await did(client, "list_slots", event=EVENT, **days()))["slots"][:2]
        made = await did(client, "create_booking", event=EVENT, start=first, **BOB)
        assert made["meeting_status"] == "ready"
        assert made["join_url"].startswith("http")
        assert await held(client, "upcoming-bookings") == [made]
        moved = await did(client, "reschedule_booking", booking_id=made["id"], start=second)
        assert moved["start"] == second
        ended = await did(client, "cancel_booking", booking_id=made["id"])
        assert ended["status"] == "cancelled"
        assert await held(client, "upcoming-bookings") == []

    converse(connect, conversation, mode)


def test_meetings_and_the_account_are_told_as_over_rest(talk: Callable[..., Any], program: Program) -> None:
    async def conversation(client: Client) -> None:
        await client.list_tools()  # now the client checks what it gets against the schemas
        made = await did(client, "create_meeting", topic="Kick-off", start=ahead(days=3))
        one = {"meeting_id": made["id"]}
        assert await did(client, "get_meeting", **one) == program.did("get_meeting", one)
        assert await did(client, "list_meetings") == program.did("list_meetings")
        assert (await did(client, "update_meeting", **one, topic="Second"))["topic"] == "Second"
        assert await did(client, "get_user") == program.did("get_user")
        assert (await did(client, "get_health"))["healthy"] is True
        assert await did(client, "delete_meeting", **one) == one

    talk(conversation)


def test_tools_say_what_they_take_and_give_and_what_they_do_to_the_host(talk: Callable[..., Any]) -> None:
    async def conversation(client: Client) -> list[Tool]:
        return (await client.list_tools()).tools

    tools = {tool.name: tool for tool in talk(conversation)}
    for action in ACTIONS:
        tool = tools[action.name]
        assert action.summary in (tool.description or "")
        assert tool.output_schema is not None
        for schema in (tool.input_schema, tool.output_schema):
            Draft202012Validator.check_schema(schema)
            assert schema["type"] == "object"
        assert Draft202012Validator(tool.input_schema).is_valid(json.loads(msgspec.json.encode(action.example)))
        assert not Draft202012Validator(tool.input_schema).is_valid({"something": "else"})
    hints = {name: tool.annotations for name, tool in tools.items() if tool.annotations is not None}
    assert {name for name, hint in hints.items() if hint.read_only_hint} == {
        "get_meeting", "list_meetings", "get_user", "get_health", "list_slots"
    }  # fmt: skip
    assert {name for name, hint in hints.items() if hint.destructive_hint} == {"delete_meeting", "cancel_booking"}
    assert {name for name, hint in hints.items() if not hint.idempotent_hint} == {"create_meeting", "create_booking"}


@pytest.mark.parametrize(
    ("action", "sent", "code"),
    [
        ("get_meeting", {"meeting_id": 404404}, "meeting_not_found"),
        ("get_meeting", {"meeting_id": "one"}, "invalid_input"),
        ("create_meeting", {"topic": "Kick-off", "start": "2001-01-01T00:00:00Z"}, "invalid_time"),
        ("create_meeting", {"topic": "Kick-off", "begin": "now"}, "invalid_input"),
        ("list_slots", {"event": "nothing", **days()}, "not_found"),
        ("create_booking", {"event": EVENT, "start": ahead(days=9000), **BOB}, "slot_taken"),
        ("cancel_booking", {"booking_id": "unknown"}, "not_found"),
        ("get_user", {"connection": "unknown"}, "not_found"),
    ],
)
def test_what_fails_is_an_error_with_the_problem_that_rest_tells(
    talk: Callable[..., Any], program: Program, action: str, sent: dict[str, Any], code: str
) -> None:
    async def conversation(client: Client) -> dict[str, Any]:
        return await failed(client, action, **sent)

    told = program.ask(action, sent).json()
    problem = talk(conversation)
    assert problem["code"] == code
    assert problem == {name: value for name, value in told.items() if name not in OF_HTTP} | {
        "message": _with_id_of(problem["message"], told["message"])
    }


def _with_id_of(one: str, other: str) -> str:
    """Return the other text with the id that Zoom gave the one's request."""
    found = re.search(r"rid=\w+", one)
    return re.sub(r"rid=\w+", found[0], other) if found else other


def test_an_action_that_there_is_not_is_named_with_those_that_there_are(talk: Callable[..., Any]) -> None:
    async def conversation(client: Client) -> dict[str, Any]:
        return await failed(client, "start_meeting")

    problem = talk(conversation)
    assert problem["code"] == "invalid_input"
    assert "create_meeting" in problem["remedy"]


def test_an_agent_sees_and_does_what_its_key_may_and_nothing_else(site: Site) -> None:
    reader = Program(site, actions=["list_slots", "get_user"])

    async def conversation(client: Client) -> None:
        assert [tool.name for tool in (await client.list_tools()).tools] == ["get_user", "list_slots"]
        assert [one.name for one in (await client.list_resources()).resources] == ["host", "event-types"]
        assert (await held(client, "host"))["email"] == "ada@example.com"
        refused = await failed(client, "list_meetings")
        told = reader.ask("list_meetings").json()
        assert refused == {name: value for name, value in told.items() if name not in OF_HTTP}
        with pytest.raises(MCPError) as caught:
            await held(client, "upcoming-bookings")
        assert caught.value.data["code"] == "permission_denied"
        with pytest.raises(MCPError, match="There is no such resource"):
            await held(client, "tokens")

    converse(over_http(site, reader.text), conversation)


def test_a_key_of_one_host_shows_and_does_nothing_of_another(site: Site, program: Program) -> None:
    made = program.did("create_booking", {"event": EVENT, "start": program.slots()[0], **BOB})
    other = Program(site, "grace")

    async def conversation(client: Client) -> None:
        assert (await held(client, "host"))["slug"] == "grace"
        assert await held(client, "upcoming-bookings") == []
        assert (await failed(client, "cancel_booking", booking_id=made["id"]))["code"] == "not_found"
        assert (await failed(client, "get_user"))["code"] == "connection_lost"

    converse(over_http(site, other.text), conversation)
    assert program.did("cancel_booking", {"booking_id": made["id"]})["status"] == "cancelled"


@pytest.mark.parametrize("end", ["expires_at", "revoked_at"])
@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_a_conversation_that_is_under_way_ends_with_its_key(site: Site, program: Program, mode: str, end: str) -> None:
    async def conversation(client: Client) -> None:
        await did(client, "get_user")
        turn(site.state, models.ApiKey, **{end: datetime.now(UTC)})
        calls = len(site.simulator.calls())
        with pytest.raises(MCPError):
            await client.call_tool("get_user", {})
        with pytest.raises(MCPError):
            await held(client, "host")
        with pytest.raises(MCPError):
            await client.list_tools()
        assert len(site.simulator.calls()) == calls

    converse(over_http(site, program.text), conversation, mode)


def test_a_booking_is_made_once_however_often_an_agent_repeats_its_call(
    talk: Callable[..., Any], program: Program
) -> None:
    first, second = program.slots()[:2]

    async def conversation(client: Client) -> None:
        sent = {"event": EVENT, "start": first, **BOB, "idempotency_key": "call-1"}
        made = await did(client, "create_booking", **sent)
        assert (await did(client, "create_booking", **sent))["id"] == made["id"]
        assert (await failed(client, "create_booking", **{**sent, "start": second}))["code"] == "key_reused"
        refused = await failed(client, "create_booking", **{**sent, "idempotency_key": 1})
        assert refused["errors"] == {"idempotency_key": "This has to be a text."}

    talk(conversation)


def test_neither_the_key_nor_a_link_nor_who_books_reaches_a_log(
    talk: Callable[..., Any], program: Program, caplog: pytest.LogCaptureFixture
) -> None:
    start = program.slots()[0]

    async def conversation(client: Client) -> dict[str, Any]:
        return await did(client, "create_booking", event=EVENT, start=start, **BOB)

    with caplog.at_level(logging.INFO):
        made = talk(conversation)
    assert "/zoom/mcp" in caplog.text
    for secret in (program.text, made["join_url"], made["passcode"], made["manage_url"], made["name"], made["email"]):
        assert secret
        assert secret not in caplog.text


def test_over_stdio_an_agent_may_be_given_some_actions_only(site: Site, tmp_path: Path) -> None:
    async def conversation(client: Client) -> None:
        assert [tool.name for tool in (await client.list_tools()).tools] == ["get_user"]
        assert (await did(client, "get_user"))["email"] == "ada@example.com"
        assert (await failed(client, "list_slots", event=EVENT, **days()))["code"] == "permission_denied"

    converse(over_stdio(site, tmp_path, "--action", "get_user"), conversation)

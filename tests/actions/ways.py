"""The ways in which an action is asked for: REST, command line, MCP and Python, each with what it tells.

Keys are shown over HTTP only: to REST, and to MCP where ``ZOOM_MCP`` is on. Who runs the command line, an agent's
program over stdio or Python has the site's own secrets and names the host; that program can be given some actions only.
"""

import json
import re
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from mcp_types import CallToolRequestParams

from tests.actions.programs import Program
from tests.fixtures.site import Answer
from zoom_blueprint.actions import ActionFailed
from zoom_blueprint.actions.listed import find
from zoom_blueprint.cli.actions import STATUS as CLI_STATUS
from zoom_blueprint.mcp_server import tools
from zoom_blueprint.mcp_server.agents import Agent
from zoom_blueprint.web.acting import STATUS

Way = Callable[[Program, str, Mapping[str, Any], str | None], dict[str, Any]]
OF_HTTP = {"type", "title", "status", "detail"}


def rest(program: Program, action: str, sent: Mapping[str, Any], key: str | None) -> dict[str, Any]:
    """Ask over HTTP."""
    answer = program.ask(action, sent, key=key)
    return _refused(answer)


def _refused(answer: Answer) -> dict[str, Any]:
    """Return the problem of an answer with its status and its headers."""
    found: dict[str, Any] = answer.json()
    assert answer.status_code == STATUS[found["code"]], answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert ("Retry-After" in answer.headers) == ("retry_at" in found or found["code"] == "site_unavailable")
    assert ("WWW-Authenticate" in answer.headers) == (found["code"] == "unauthorized")
    return {name: value for name, value in found.items() if name not in OF_HTTP}


def shell(program: Program, action: str, sent: Mapping[str, Any], key: str | None) -> dict[str, Any]:
    """Ask by ``flask zoom action``."""
    arguments = ["zoom", "action", action, "--host", program.key.host_id, "--json", json.dumps(sent)]
    done = program.site.app.test_cli_runner().invoke(args=arguments + (["--key", key] if key else []))
    assert done.stdout == "", done.output
    found: dict[str, Any] = json.loads(done.stderr.splitlines()[-1])
    assert done.exit_code == CLI_STATUS[found["code"]]
    return found


def agent_with_key(program: Program, action: str, sent: Mapping[str, Any], key: str | None) -> dict[str, Any]:
    """Ask as an AI model's tool does over HTTP, where the request itself is refused when its key is not good."""
    arguments = {**sent, **({"idempotency_key": key} if key else {})}
    asked = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": action, "arguments": arguments}}
    headers = {"Authorization": f"Bearer {program.text}", "Accept": "application/json, text/event-stream"}
    answer = program.site.post("/mcp", json=asked, headers=headers)
    if answer.status_code != HTTPStatus.OK:
        return _refused(answer)
    result = answer.json()["result"]
    assert result["isError"], result
    found: dict[str, Any] = result["structuredContent"]
    return found


def agent(program: Program, action: str, sent: Mapping[str, Any], key: str | None) -> dict[str, Any]:
    """Ask as an AI model's tool does over stdio; what carries it has tests of its own."""
    arguments = {**sent, **({"idempotency_key": key} if key else {})}
    with program.site.app.app_context():
        called = Agent(state=program.site.state, host_id=program.key.host_id, may=program.key.actions)
        result = tools.call(called, CallToolRequestParams(name=action, arguments=arguments))
    assert result.is_error
    found: dict[str, Any] = json.loads(json.dumps(result.structured_content))
    return found


def python(program: Program, action: str, sent: Mapping[str, Any], key: str | None) -> dict[str, Any]:
    """Ask by ``zoom.act``."""
    known = find(action)
    assert known is not None
    with program.site.app.app_context():
        try:
            done = program.site.zoom.act(program.key.host_id, known.given(**sent), key=key)
        except ActionFailed as failed:
            found: dict[str, Any] = json.loads(json.dumps(failed.problem.members(), default=str))
            return found
    raise AssertionError(f"{action} was done: {done}")


WAYS: tuple[Way, ...] = (rest, shell, agent, python)
WITH_KEYS: tuple[Way, ...] = (rest, agent_with_key)


def comparable(problem: dict[str, Any]) -> dict[str, Any]:
    """Return what must be the same however it is asked: all but Zoom's name of the request, and instants."""
    told = {**problem, "message": re.sub(r"rid=\w+|until [-\d]+ [\d:]+", "…", problem["message"])}
    return told | ({"retry_at": "…"} if "retry_at" in told else {})

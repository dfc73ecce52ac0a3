"""Tools: the actions as MCP describes and answers them."""

from functools import cache
from typing import Any, Final

import msgspec
from mcp_types import CallToolRequestParams, CallToolResult, TextContent, Tool, ToolAnnotations

from zoom_blueprint.actions import problems
from zoom_blueprint.actions.codes import ActionFailed
from zoom_blueprint.actions.listed import ACTIONS, Action
from zoom_blueprint.languages import plain
from zoom_blueprint.mcp_server.agents import Agent
from zoom_blueprint.schemas import described

_KEY: Final = "idempotency_key"
_KEY_SCHEMA: Final = {
    "type": "string",
    "description": "Any text of your own: a repeat of the call with the same text does nothing twice. Problems call it "
    "Idempotency-Key.",
}
_DEFINITIONS: Final = "#/$defs/{name}"


def of(agent: Agent) -> list[Tool]:
    """Return what an agent may do."""
    return [tool for tool in _all() if tool.name in agent.may]


def call(agent: Agent, params: CallToolRequestParams) -> CallToolResult:
    """Do what a tool does; where it was not done, the result is an error that holds the action's problem."""
    sent = dict(params.arguments or {})
    key = sent.pop(_KEY, None)
    try:
        if not isinstance(key, str | None):
            raise ActionFailed(problems.invalid({_KEY: "This has to be a text."}))
        return _result(agent.act(params.name, sent, key))
    except ActionFailed as failed:
        return _result(failed.problem.members(), is_error=True)


def _result(content: object, *, is_error: bool = False) -> CallToolResult:
    members = msgspec.to_builtins(content, enc_hook=plain)
    text = msgspec.json.encode(members).decode()
    return CallToolResult(content=[TextContent(text=text)], structured_content=members, is_error=is_error)


@cache
def _all() -> tuple[Tool, ...]:
    return tuple(map(_tool, ACTIONS))


def _tool(action: Action) -> Tool:
    given = _schema(action.given)
    given["additionalProperties"] = False
    if not action.reads_only:
        given["properties"] = {**given["properties"], _KEY: _KEY_SCHEMA}
    title = action.name.replace("_", " ").capitalize()
    return Tool(
        name=action.name,
        title=title,
        description=f"{action.summary}\n\n{given['description']}",
        input_schema=given,
        output_schema=_schema(action.gives),
        annotations=ToolAnnotations(
            title=title,
            read_only_hint=action.reads_only,
            destructive_hint=action.destroys,
            idempotent_hint=action.reads_only or action.repeatable,
        ),
    )


def _schema(shape: type) -> dict[str, Any]:
    """Return the JSON Schema of a dataclass with an object at its root, as MCP wants it, and no reference to that."""
    named = described([shape], _DEFINITIONS)
    root = dict(named.pop(shape.__name__))
    return {**root, "$defs": named} if named else root

"""The actions as OpenAPI, generated from the list of them, their shapes, and the codes by which they fail."""

import inspect
from collections import defaultdict
from dataclasses import MISSING, fields
from typing import Any, Final

import msgspec

from zoom_blueprint.actions import codes
from zoom_blueprint.actions.codes import Code
from zoom_blueprint.actions.listed import ACTIONS, Action
from zoom_blueprint.schemas import described
from zoom_blueprint.services import action_calls, permissions
from zoom_blueprint.web import acting, openapi_answers

PREFIX: Final = "Action"
"""Begins the names of shapes, some of which visitors know by the same word."""

SECURITY: Final = {
    "apiKey": {
        "type": "http",
        "scheme": "bearer",
        "description": "An API key of the host's page *API keys*, made for this action; never in an address.",
    }
}
_REFERENCE: Final = f"#/components/schemas/{PREFIX}{{name}}"
_PROBLEM: Final = {"$ref": _REFERENCE.format(name="Problem")}
_LATER: Final = (Code.RATE_LIMITED, Code.SITE_UNAVAILABLE)
_RETRY_AFTER: Final = {"Retry-After": {"schema": {"type": "string"}, "description": "Seconds until a repeat can help."}}
_KEY: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "schema": {"type": "string", "minLength": 1, "maxLength": action_calls.LONGEST_KEY, "pattern": "^[ -~]+$"},
    "description": "Any text of your own: a repeat of the call with the same text does nothing twice, and is answered "
    "as the first call was, for a day.",
}


def paths(base: str) -> dict[str, object]:
    """Return the address of each action, with what it takes and gives, for a blueprint at ``base``."""
    given_back = openapi_answers.answers(base)
    return {
        f"/api/v1/actions/{action.name}": {"post": _operation(action, given_back[action.given])} for action in ACTIONS
    }


def schemas() -> dict[str, Any]:
    """Return the shapes of the actions' inputs, outputs and problems."""
    given = [action.given for action in ACTIONS]
    shapes = {*given, *(action.gives for action in ACTIONS), codes.Problem}
    found = described(sorted(shapes, key=lambda shape: shape.__name__), _REFERENCE)
    for shape in given:
        found[shape.__name__]["additionalProperties"] = False
    problem = found[codes.Problem.__name__]
    problem["properties"] = {**_details(), **problem["properties"]}
    problem["required"] = [*_details(), *problem["required"]]
    return {f"{PREFIX}{name}": schema for name, schema in found.items()}


def example(action: Action) -> dict[str, Any]:
    """Return an input that could be sent, without what has its default."""
    whole: dict[str, Any] = msgspec.to_builtins(action.example)
    given = {one.name for one in fields(action.given) if getattr(action.example, one.name) != _default(one)}
    return {name: value for name, value in whole.items() if name in given}


def _default(field: Any) -> object:
    return field.default if field.default_factory is MISSING else field.default_factory()


def _operation(action: Action, answer: object) -> dict[str, object]:
    scopes = {one.action: one.scope for one in permissions.all_of()}
    needed = ", ".join(f"`{scopes[ask]}`" for ask in action.asks) or "nothing"
    schema = {"$ref": _REFERENCE.format(name=action.given.__name__)}
    return {
        "operationId": f"action_{action.name}",
        "tags": ["Actions"],
        "summary": action.summary,
        "description": f"{inspect.cleandoc(action.given.__doc__ or '')} It asks of Zoom: {needed}.",
        "parameters": [] if action.reads_only else [_KEY],
        "requestBody": {
            "required": any(_default(one) is MISSING for one in fields(action.given)),
            "content": {"application/json": {"schema": schema, "example": example(action)}},
        },
        "responses": {"200": _ok(action, answer), **_problems(action)},
        "security": [{name: [] for name in SECURITY}],
    }


def _ok(action: Action, answer: object) -> dict[str, object]:
    content: dict[str, object] = {
        "application/json": {
            "schema": {"$ref": _REFERENCE.format(name=action.gives.__name__)},
            "example": msgspec.to_builtins(answer),
        }
    }
    if action.name == acting.LIST:
        lines = "Where `Accept` asks for it: every meeting from `cursor` on, one in each line."
        content[acting.LINES] = {
            "schema": {"type": "string", "description": lines},
            "example": f"{msgspec.json.encode(openapi_answers.listed()).decode()}\n",
        }
    return {"description": "OK", "content": content}


def _problems(action: Action) -> dict[str, object]:
    by_status: dict[int, list[Code]] = defaultdict(list, {status: [Code.INVALID_INPUT] for status in acting.UNREADABLE})
    for code in action.codes:
        by_status[acting.STATUS[code]].append(code)
    return {str(status): _refused(by_status[status]) for status in sorted(by_status)}


def _refused(told: list[Code]) -> dict[str, object]:
    described: dict[str, object] = {
        "description": f"Not done; `code` is {', '.join(f'`{code}`' for code in told)}.",
        "content": {"application/problem+json": {"schema": _PROBLEM}},
    }
    return described | ({"headers": _RETRY_AFTER} if set(told) & set(_LATER) else {})


def _details() -> dict[str, dict[str, str]]:
    """Return the members of problem details (RFC 9457) that stand beside those of an action's problem."""
    text = {"type": "string"}
    return {"type": text, "title": text, "status": {"type": "integer"}, "detail": text}

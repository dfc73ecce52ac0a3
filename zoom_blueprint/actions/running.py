"""Running: one action for one host, from its input as it was sent to its output, or to a problem that says why not."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, replace
from typing import Any

import msgspec

from zoom_blueprint import logs
from zoom_blueprint.actions import listed, meetings, problems
from zoom_blueprint.actions.calls import Call
from zoom_blueprint.actions.codes import ActionFailed
from zoom_blueprint.actions.listed import Action
from zoom_blueprint.actions.outputs import ListedOut
from zoom_blueprint.actions.reading import read
from zoom_blueprint.errors import BadInput, ZoomBlueprintError
from zoom_blueprint.services import action_calls
from zoom_blueprint.services.action_calls import Turn

_KEY = re.compile(rf"[\x20-\x7e]{{1,{action_calls.LONGEST_KEY}}}")
_log = logs.logger(__name__)


def run(call: Call, name: str, sent: Mapping[str, Any]) -> Any:
    """Do an action with an input as it was sent in JSON, and return its output.

    Raises:
        ActionFailed: it was not done; its problem says why.
    """
    action = listed.find(name)
    if action is None:
        known = ", ".join(listed.NAMES)
        raise ActionFailed(problems.invalid({"action": f"There is no action {name!r}."}, f"Choose one of: {known}."))
    return act(call, action, read(action, sent))


def stream(call: Call, sent: Mapping[str, Any]) -> Iterator[ListedOut]:
    """Return every meeting that ``list_meetings`` would list page by page, in constant memory.

    Raises:
        ActionFailed: the first page was not there; one that is not later on is raised while the stream runs.
    """
    action = listed.of(meetings.list_meetings)
    with _failing(call, action):
        found = meetings.every_meeting(call, read(action, sent))
        first = next(found, None)
    return _streamed(call, action, first, found)


def _streamed(call: Call, action: Action, first: ListedOut | None, rest: Iterator[ListedOut]) -> Iterator[ListedOut]:
    with _failing(call, action):
        if first is not None:
            yield first
            yield from rest


def act(call: Call, action: Action, given: Any) -> Any:
    """Do an action with a well-formed input, and return its output.

    Raises:
        ActionFailed: it was not done; its problem says why.
    """
    with _failing(call, action):
        return _once(call, action, given)


def _once(call: Call, action: Action, given: Any) -> Any:
    """Do it, or return the answer that its idempotency key has had."""
    if call.key is not None and not _KEY.fullmatch(call.key):
        raise BadInput({"Idempotency-Key": f"Use 1 to {action_calls.LONGEST_KEY} characters of ASCII."})
    if call.key is None or not action.keeps_answers:
        return action.function(call, given)

    def work(turn: Turn) -> str:
        answer = action.function(replace(call, mark=turn.mark, is_again=turn.is_again), given)
        return msgspec.json.encode(answer).decode()

    # msgspec leaves out of a dataclass what was left out of its JSON: to whoever repeats a call that is no difference.
    whole = {one.name: getattr(given, one.name) for one in fields(given)}
    body = msgspec.json.encode(whole, order="sorted").decode()
    answer = action_calls.once(call.state, call.host_id, call.key, action.name, body, work)
    return msgspec.json.decode(answer, type=action.gives)


@contextmanager
def _failing(call: Call, action: Action) -> Iterator[None]:
    """Turn what an action raises into an ActionFailed."""
    with logs.about(host=call.host_id):
        try:
            yield
        except ActionFailed:
            raise
        except Exception as error:
            if not isinstance(error, ZoomBlueprintError):
                _log.exception("the action %s failed", action.name)
            raise ActionFailed(problems.of(call.state, error)) from error

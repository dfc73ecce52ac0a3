"""Running: one action for one host, from its input as it was sent to its output, or to a problem that says why not."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, replace
from typing import Any, Final

import msgspec

from zoom_blueprint import logs
from zoom_blueprint.actions import listed, meetings, problems
from zoom_blueprint.actions.calls import Call
from zoom_blueprint.actions.codes import ActionFailed, Code, Problem
from zoom_blueprint.actions.listed import Action
from zoom_blueprint.actions.outputs import ListedOut
from zoom_blueprint.errors import BadInput, ZoomBlueprintError
from zoom_blueprint.services import action_calls
from zoom_blueprint.services.action_calls import Turn

_KEY = re.compile(rf"[\x20-\x7e]{{1,{action_calls.LONGEST_KEY}}}")
_MISSING = re.compile(r"Object missing required field `(\w+)`")
_TIMES: Final = {
    "Invalid RFC3339 encoded datetime": "Write this time like 2030-01-15T09:00:00Z, or with an offset like +02:00.",
    "Invalid RFC3339 encoded date": "Write this day like 2030-01-15.",
}
_log = logs.logger(__name__)


def run(call: Call, name: str, sent: Mapping[str, Any]) -> Any:
    """Do an action with an input as it was sent in JSON, and return its output.

    Raises:
        ActionFailed: it was not done; its problem says why.
    """
    action = listed.find(name)
    if action is None:
        known = ", ".join(listed.NAMES)
        raise _invalid({"action": f"There is no action {name!r}."}, f"Choose one of: {known}.")
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


def read(action: Action, sent: Mapping[str, Any]) -> Any:
    """Return the input of an action, read from what JSON holds.

    Raises:
        ActionFailed: it is not as the action's schema says.
    """
    known = [one.name for one in fields(action.given)]
    unknown = {name: f"There is no such field. Known are: {', '.join(known)}." for name in sent if name not in known}
    if unknown:
        raise _invalid(unknown, "Leave out what errors name, or spell it as listed.")
    try:
        return msgspec.convert(sent, action.given)
    except msgspec.ValidationError as error:
        raise _invalid(_named(str(error)), "Mend what errors name.") from None


def _named(text: str) -> dict[str, str]:
    """Return by its field what msgspec says of one."""
    missing = _MISSING.fullmatch(text)
    if missing:
        return {missing[1]: "This is required."}
    words, _, place = text.partition(" - at `$.")
    return {place.rstrip("`") or "input": _TIMES.get(words, words)}


def _invalid(errors: Mapping[str, str], remedy: str) -> ActionFailed:
    message = " ".join(f"{name}: {text}" for name, text in errors.items())
    code = Code.INVALID_TIME if set(errors) == {"start"} else Code.INVALID_INPUT
    return ActionFailed(Problem(code=code, message=message, remedy=remedy, errors=errors))

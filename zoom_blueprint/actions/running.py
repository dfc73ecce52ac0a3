"""Running: one action for one host, from its input as it was sent to its output, or to a problem that says why not."""

import re
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

import msgspec

from zoom_blueprint import logs
from zoom_blueprint.actions import listed, problems
from zoom_blueprint.actions.calls import Call
from zoom_blueprint.actions.codes import ActionFailed, Code, Problem
from zoom_blueprint.actions.listed import Action
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
        raise _invalid({"action": f"There is no action {name!r}."}, f"Choose one of: {known}.")
    return act(call, action, read(action, sent))


def act(call: Call, action: Action, given: Any) -> Any:
    """Do an action with a well-formed input, and return its output.

    Raises:
        ActionFailed: it was not done; its problem says why.
    """
    with logs.about(host=call.host_id):
        try:
            return _once(call, action, given)
        except ActionFailed:
            raise
        except Exception as error:
            problem = problems.of(call.state, call.host_id, error)
            if not isinstance(error, ZoomBlueprintError):
                _log.exception("the action %s failed", action.name)
            raise ActionFailed(problem) from error


def _once(call: Call, action: Action, given: Any) -> Any:
    """Do it, or return the answer that its idempotency key has had."""
    if call.key is not None and not _KEY.fullmatch(call.key):
        raise BadInput({"Idempotency-Key": f"Use 1 to {action_calls.LONGEST_KEY} characters of ASCII."})
    if call.key is None or not action.keeps_answers:
        return action.function(call, given)

    def work(turn: Turn) -> str:
        answer = action.function(replace(call, mark=turn.mark, is_again=turn.is_again), given)
        return msgspec.json.encode(answer).decode()

    body = msgspec.json.encode(given, order="sorted").decode()
    answer = action_calls.once(call.state, call.host_id, call.key, action.name, body, work)
    return msgspec.json.decode(answer, type=action.gives)


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
        text, _, place = str(error).partition(" - at `$.")
        raise _invalid({place.rstrip("`") or "input": text}, "Mend what errors name.") from None


def _invalid(errors: Mapping[str, str], remedy: str) -> ActionFailed:
    message = " ".join(f"{name}: {text}" for name, text in errors.items())
    code = Code.INVALID_TIME if set(errors) == {"start"} else Code.INVALID_INPUT
    return ActionFailed(Problem(code=code, message=message, remedy=remedy, errors=errors))

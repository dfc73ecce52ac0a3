"""Agents: AI models that act for a host, with what they may do."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from zoom_blueprint.actions import problems, running
from zoom_blueprint.actions.calls import Call
from zoom_blueprint.actions.codes import ActionFailed
from zoom_blueprint.actions.listed import NAMES
from zoom_blueprint.state import State


@dataclass(frozen=True, kw_only=True)
class Agent:
    """An AI model that acts in the name of a host; ``may`` are the names of the actions that it may do."""

    state: State = field(repr=False)
    host_id: str
    may: Collection[str] = NAMES

    def act(self, action: str, sent: Mapping[str, Any], key: str | None) -> Any:
        """Do an action with an input as it was sent, and return its output; ``key`` is the idempotency key.

        Raises:
            ActionFailed: it was not done; its problem says why.
        """
        if action in NAMES and action not in self.may:
            raise ActionFailed(problems.not_allowed(action))
        return running.run(Call(state=self.state, host_id=self.host_id, key=key), action, sent)

"""What programs of hosts have and do: their API keys, and the actions."""

from collections.abc import Collection
from datetime import datetime
from typing import TypeVar

import msgspec

from zoom_blueprint.actions import keys, listed, running
from zoom_blueprint.actions.calls import Call
from zoom_blueprint.actions.inputs import Asks
from zoom_blueprint.services import api_keys
from zoom_blueprint.state import current_state
from zoom_blueprint.values import ApiKey, NewApiKey

_Out = TypeVar("_Out")


def act(host_id: str, given: Asks[_Out], key: str | None) -> _Out:
    """Do the action that takes this, for a host of the current app, as ``zoom.act`` does."""
    if not isinstance(given, Asks):
        raise TypeError(f"Give an input of zoom_blueprint.actions, like GetUser(), not {given!r}.")
    call = Call(state=current_state(), host_id=host_id, key=key)
    done: _Out = running.run(call, listed.taking(type(given)).name, msgspec.to_builtins(given))
    return done


class ApiKeys:
    """Keys by which programs act for hosts of the current app."""

    def make(
        self, host_id: str, name: str, actions: Collection[str], *, expires_at: datetime | None = None
    ) -> NewApiKey:
        """Make a key that may do these actions; its ``text`` is known now, and never again.

        Without ``expires_at``, which is aware, it lasts until it is revoked.

        Raises:
            NotFound: there is no such host.
            BadInput: a field is malformed, there is no such action, or the host has as many keys as there may be.
        """
        return keys.make(current_state(), host_id, name, actions, expires_at=expires_at)

    def list(self, host_id: str) -> list[ApiKey]:
        """Return a host's keys: those that are good first, then what is left of others for a month."""
        return api_keys.all_of(current_state(), host_id)

    def revoke(self, host_id: str, key_id: str) -> None:
        """Take a key back: it is refused from its next call on.

        Raises:
            NotFound: the host has no such key.
        """
        api_keys.revoke(current_state(), host_id, key_id)

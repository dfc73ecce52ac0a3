"""Keys: API keys that may do some of the actions, and nothing that is none."""

from collections.abc import Collection
from datetime import datetime

from zoom_blueprint.actions.listed import NAMES
from zoom_blueprint.errors import BadInput
from zoom_blueprint.services import api_keys
from zoom_blueprint.state import State
from zoom_blueprint.values import NewApiKey


def make(
    state: State,
    host_id: str,
    name: str,
    actions: Collection[str],
    *,
    expires_at: datetime | None = None,
    key_id: str | None = None,
) -> NewApiKey:
    """Make a key as ``api_keys.make`` does, of names of actions that there are.

    Raises:
        NotFound: there is no such host.
        BadInput: there is no such action, or what ``api_keys.make`` refuses.
    """
    unknown = sorted(set(actions) - set(NAMES))
    if unknown:
        raise BadInput({"actions": f"There is no action {unknown[0]!r}. Known are: {', '.join(NAMES)}."})
    return api_keys.make(state, host_id, name, actions, expires_at=expires_at, key_id=key_id)

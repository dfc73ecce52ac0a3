"""Which scopes each action needs, in both of Zoom's spellings.

Apps made since March 2024 have granular scopes, older ones classic scopes; both live on.
Source: https://developers.zoom.us/docs/api/ (scopes of each endpoint, 2026).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Action(StrEnum):
    """What we ask Zoom to do; the value is the phrase for people."""

    READ_USER = "read the Zoom user"
    CREATE = "create meetings"
    GET = "read meetings"
    UPDATE = "change meetings"
    DELETE = "delete meetings"
    LIST = "list meetings"


@dataclass(frozen=True)
class Missing:
    """An action that the grant does not allow, and the granular scope that would."""

    action: Action
    scope: str


_GRANULAR = {
    Action.READ_USER: "user:read:user",
    Action.CREATE: "meeting:write:meeting",
    Action.GET: "meeting:read:meeting",
    Action.UPDATE: "meeting:update:meeting",
    Action.DELETE: "meeting:delete:meeting",
    Action.LIST: "meeting:read:list_meetings",
}
_CLASSIC = {
    Action.READ_USER: {"user:read", "user:write", "user_profile", "user_info:read"},
    Action.CREATE: {"meeting:write"},
    Action.GET: {"meeting:read"},
    Action.UPDATE: {"meeting:write"},
    Action.DELETE: {"meeting:write"},
    Action.LIST: {"meeting:read"},
}
_WIDER = (":admin", ":master")


def missing(granted: Iterable[str]) -> tuple[Missing, ...]:
    """Return what the granted scopes do not allow, in the order of Action; either spelling will do, ``:admin`` too."""
    have = {_user_level(scope) for scope in granted}
    return tuple(
        Missing(action, granular)
        for action, granular in _GRANULAR.items()
        if granular not in have and not _CLASSIC[action] & have
    )


def _user_level(scope: str) -> str:
    for suffix in _WIDER:
        scope = scope.removesuffix(suffix)
    return scope

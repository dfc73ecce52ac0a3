"""Know which scopes each REST route needs, and what they mean in words."""

from collections.abc import Collection

DEFAULT = (
    "meeting:delete:meeting",
    "meeting:read:list_meetings",
    "meeting:read:meeting",
    "meeting:update:meeting",
    "meeting:write:meeting",
    "user:read:user",
)

# route → granular scope, classic scopes that do as well
_NEEDED: dict[str, tuple[str, tuple[str, ...]]] = {
    "me": ("user:read:user", ("user:read", "user:write", "user_profile", "user_info:read")),
    "create_meeting": ("meeting:write:meeting", ("meeting:write",)),
    "list_meetings": ("meeting:read:list_meetings", ("meeting:read",)),
    "get_meeting": ("meeting:read:meeting", ("meeting:read",)),
    "update_meeting": ("meeting:update:meeting", ("meeting:write",)),
    "delete_meeting": ("meeting:delete:meeting", ("meeting:write",)),
    "meeting_status": ("meeting:update:status", ("meeting:write",)),
    "invitation": ("meeting:read:invitation", ("meeting:read",)),
}

_WORDS = {
    "user:read:user": "See your profile: name, e-mail address and time zone",
    "user:read:email": "See your e-mail address",
    "user:read": "See your profile and settings",
    "user:write": "See and change your profile and settings",
    "meeting:write:meeting": "Create meetings for you",
    "meeting:read:meeting": "See the details of your meetings",
    "meeting:read:list_meetings": "List your meetings",
    "meeting:read:invitation": "Read the invitation text of your meetings",
    "meeting:update:meeting": "Change your meetings",
    "meeting:update:status": "End your meetings",
    "meeting:delete:meeting": "Delete your meetings",
    "meeting:read": "See your meetings",
    "meeting:write": "Create, change and delete your meetings",
}


def missing(route: str, granted: Collection[str]) -> list[str]:
    """Return the granular scopes, account-wide one first, that a token lacks for a route; empty if it may go on."""
    granular, classic = _NEEDED[route]
    enough = {granular, f"{granular}:admin", *classic, *(f"{scope}:admin" for scope in classic)}
    return [] if enough & set(granted) else [f"{granular}:admin", granular]


def in_words(scope: str) -> str:
    """Return what the consent page says about a scope; an unknown one speaks for itself."""
    return _WORDS.get(scope, scope.replace(":", " ").replace("_", " "))

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
    "email_exists": ("user:read:email", ("user:read",)),
    "invite_links": ("meeting:write:invite_links", ("meeting:write",)),
    "past_instances": ("meeting:read:list_past_instances", ("meeting:read",)),
    "upcoming_meetings": ("meeting:read:list_upcoming_meetings", ("meeting:read",)),
    "list_registrants": ("meeting:read:list_registrants", ("meeting:read",)),
    "add_registrant": ("meeting:write:registrant", ("meeting:write",)),
    "registrant_status": ("meeting:update:registrant_status", ("meeting:write",)),
    "past_meeting": ("meeting:read:past_meeting", ("meeting:read",)),
    "past_participants": ("meeting:read:list_past_participants", ("meeting:read",)),
    "user_settings": ("user:read:settings", ("user:read",)),
    "user_token": ("user:read:token", ("user:read",)),
    "user_zak": ("user:read:zak", ("user_zak:read",)),
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
    "meeting:update:status": "End your meetings and bring deleted ones back",
    "meeting:read:list_upcoming_meetings": "See your meetings of the coming day",
    "meeting:read:list_registrants": "See who registered for your meetings",
    "meeting:write:registrant": "Register people for your meetings",
    "meeting:update:registrant_status": "Approve or deny registrations",
    "meeting:write:invite_links": "Make personal join links for your meetings",
    "meeting:read:list_past_instances": "See when your meetings took place",
    "meeting:read:past_meeting": "See your past meetings",
    "meeting:read:list_past_participants": "See who was in your past meetings",
    "user:read:settings": "See your meeting settings",
    "user:read:token": "Begin meetings as you",
    "user:read:zak": "Begin meetings as you",
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

"""Know which scope each route needs, and what the consent page says about it.

Source: the ``scopes`` of each method in Google's discovery document of the Calendar API.
"""

from zoom_blueprint.testing.simulator.google.replies import GoogleRefusal

_CALENDAR = "https://www.googleapis.com/auth/calendar"
_EVENTS = (_CALENDAR, f"{_CALENDAR}.events")
_READ_EVENTS = (*_EVENTS, f"{_CALENDAR}.readonly", f"{_CALENDAR}.events.readonly")
_LISTS = (_CALENDAR, f"{_CALENDAR}.readonly", f"{_CALENDAR}.calendarlist", f"{_CALENDAR}.calendarlist.readonly")
_BUSY = (_CALENDAR, f"{_CALENDAR}.readonly", f"{_CALENDAR}.freebusy", f"{_CALENDAR}.events.freebusy")
_NEEDED = {
    "insert_event": _EVENTS,
    "patch_event": _EVENTS,
    "delete_event": _EVENTS,
    "get_event": _READ_EVENTS,
    "list_events": _READ_EVENTS,
    "watch_events": _READ_EVENTS,
    "stop_channel": (*_READ_EVENTS, *_LISTS),
    "list_calendars": _LISTS,
    "query_free_busy": _BUSY,
}
_WORDS = {
    "openid": "See which Google account you use",
    "email": "See your e-mail address",
    f"{_CALENDAR}.events": "View and edit events on all your calendars",
    f"{_CALENDAR}.freebusy": "View your availability in your calendars",
    f"{_CALENDAR}.calendarlist.readonly": "See the list of calendars that you are subscribed to",
}
_IN_FULL = {"email": "https://www.googleapis.com/auth/userinfo.email"}
ALWAYS = ("openid", "email")


def check(route: str, granted: list[str]) -> None:
    """Raise GoogleRefusal when the grant does not allow the route."""
    if set(granted).isdisjoint(_NEEDED[route]):
        raise GoogleRefusal(
            403,
            "insufficientPermissions",
            "Request had insufficient authentication scopes.",
            details={
                "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
                "domain": "googleapis.com",
            },
        )


def in_words(scope: str) -> str:
    """Return what the consent page says."""
    return _WORDS.get(scope, scope)


def in_full(scope: str) -> str:
    """Return a scope as the token answer names it."""
    return _IN_FULL.get(scope, scope)

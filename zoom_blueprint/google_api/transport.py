"""Keep the connections to Google that all clients of a process share."""

import re

from zoom_blueprint import logs, metrics
from zoom_blueprint.errors import GoogleUnknown
from zoom_blueprint.exchanges.answers import Answer
from zoom_blueprint.exchanges.partners import Partner
from zoom_blueprint.exchanges.transport import Transport as AnyTransport
from zoom_blueprint.google_api.answers import is_limit

_ROUTES = ("/token", "/revoke", "/users/me/calendarList", "/freeBusy", "/channels/stop")
_CALENDARS = re.compile(r"/calendars/[^/]+/events(/watch$|/[^/]+)?")


def _count(method: str, path: str, outcome: str, seconds: float) -> None:
    """Count a call by which of Google's it is, without ids."""
    found = _CALENDARS.search(path)
    known = next((route for route in _ROUTES if path.endswith(route)), "other")
    if found is not None:
        after = found[1] or ""
        known = f"/events{after if after == '/watch' or not after else '/{id}'}"
    metrics.called_google(f"{method} {known}", outcome, seconds)


def _is_limit(status: int, body: bytes) -> bool:
    return is_limit(Answer(status, {}, body, GOOGLE))


GOOGLE = Partner(
    name="Google",
    keys="ZOOM_GOOGLE_API_URL and ZOOM_GOOGLE_OAUTH_URL",
    unknown=GoogleUnknown,
    logger=logs.logger("zoom_blueprint.google_api"),
    count=_count,
    is_limit=_is_limit,
)


class Transport(AnyTransport):
    """A connection pool for Google's Calendar API and OAuth endpoints, safe to share by threads and across a fork.

    One of its own, so that a hanging Google takes no connection from Zoom.
    """

    def __init__(self) -> None:
        super().__init__(GOOGLE)

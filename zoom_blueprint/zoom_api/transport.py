"""Keep the connections to Zoom that all clients of a process share."""

import re

from zoom_blueprint import logs, metrics
from zoom_blueprint.errors import ZoomUnknown
from zoom_blueprint.exchanges.partners import Partner
from zoom_blueprint.exchanges.transport import Transport as AnyTransport

_ROUTES = ("/users/me", "/users/me/meetings", "/token", "/revoke")
_MEETING = re.compile(r"/meetings/\d+$")


def _count(method: str, path: str, outcome: str, seconds: float) -> None:
    """Count a call by which of Zoom's it is, without ids."""
    known = next((route for route in _ROUTES if path.endswith(route)), "other")
    metrics.called(f"{method} {'/meetings/{id}' if _MEETING.search(path) else known}", outcome, seconds)


ZOOM = Partner(
    name="Zoom",
    keys="ZOOM_API_URL and ZOOM_OAUTH_URL",
    unknown=ZoomUnknown,
    logger=logs.logger("zoom_blueprint.zoom_api"),
    tracking_header="x-zm-trackingid",
    count=_count,
)


class Transport(AnyTransport):
    """A connection pool for Zoom's REST API and OAuth endpoints, safe to share between threads and across a fork."""

    def __init__(self) -> None:
        super().__init__(ZOOM)

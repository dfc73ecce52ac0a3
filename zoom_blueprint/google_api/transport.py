"""Keep the connections to Google that all clients of a process share."""

from zoom_blueprint import logs
from zoom_blueprint.errors import GoogleUnknown
from zoom_blueprint.exchanges.partners import Partner
from zoom_blueprint.exchanges.transport import Transport as AnyTransport

GOOGLE = Partner(
    name="Google",
    keys="ZOOM_GOOGLE_API_URL and ZOOM_GOOGLE_OAUTH_URL",
    unknown=GoogleUnknown,
    logger=logs.logger("zoom_blueprint.google_api"),
)


class Transport(AnyTransport):
    """A connection pool for Google's Calendar API and OAuth endpoints, safe to share by threads and across a fork.

    One of its own, so that a hanging Google takes no connection from Zoom.
    """

    def __init__(self) -> None:
        super().__init__(GOOGLE)

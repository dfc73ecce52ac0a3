"""What can go wrong with Zoom."""

from collections.abc import Sequence
from datetime import datetime

from zoom_blueprint.errors.providers import (
    ClientRefused,
    GrantLost,
    ProviderError,
    RateLimited,
    Rejected,
    ScopeMissing,
    Unauthorized,
    Unknown,
)


class ZoomError(ProviderError):
    """Zoom did not do what was asked.

    The text says what happened and what to do. ``status`` is the HTTP status or None when no answer came, ``code`` is
    Zoom's own number or None, ``tracking_id`` is the ``x-zm-trackingid`` header, which Zoom's support asks for: it
    stands at the end of the text, too.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        code: int | None = None,
        tracking_id: str | None = None,
    ) -> None:
        super().__init__(f"{message} (Zoom's tracking id: {tracking_id})" if tracking_id else message)
        self.status = status
        self.code = code
        self.tracking_id = tracking_id


class ZoomGrantLost(ZoomError, GrantLost):
    """The refresh token or code is not accepted (``invalid_grant``)."""


class ZoomClientRefused(ZoomError, ClientRefused):
    """The client id or secret is not accepted (``invalid_client``)."""


class ZoomUnauthorized(ZoomError, Unauthorized):
    """The access token is expired, revoked or unknown (401, code 124)."""


class ZoomScopeMissing(ZoomError, ScopeMissing):
    """The grant lacks a scope (code 4711); ``scopes`` are the spellings of which any one would do."""

    def __init__(
        self,
        message: str,
        scopes: Sequence[str],
        *,
        status: int | None = None,
        code: int | None = None,
        tracking_id: str | None = None,
    ) -> None:
        super().__init__(message, status=status, code=code, tracking_id=tracking_id)
        self.scopes = tuple(scopes)


class ZoomMeetingNotFound(ZoomError):
    """The meeting does not exist (code 3001)."""


class ZoomRateLimited(ZoomError, RateLimited):
    """Zoom asks to wait; ``retry_at`` is an aware UTC datetime, or None for the per-second limit.

    ``is_hosts_day`` tells the limit of 100 new or changed meetings for a host and UTC day from the others.
    """

    def __init__(
        self,
        message: str,
        retry_at: datetime | None,
        *,
        status: int | None = None,
        code: int | None = None,
        tracking_id: str | None = None,
        is_hosts_day: bool = False,
    ) -> None:
        super().__init__(message, status=status, code=code, tracking_id=tracking_id)
        self.retry_at = retry_at
        self.is_hosts_day = is_hosts_day


class ZoomRejected(ZoomError, Rejected):
    """Zoom understood and said no; ``code`` says why (3161: the account may not host meetings, 300: a bad field)."""


class ZoomUnknown(ZoomError, Unknown):
    """No clear answer came: the call may or may not have taken effect."""

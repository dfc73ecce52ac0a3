"""What can go wrong with Google."""

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


class GoogleError(ProviderError):
    """Google did not do what was asked.

    The text says what happened and what to do. ``status`` is the HTTP status or None when no answer came, ``reason`` is
    Google's own word, like ``forbiddenForNonOrganizer``, or empty.
    """

    def __init__(self, message: str, *, status: int | None = None, reason: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.reason = reason


class GoogleGrantLost(GoogleError, GrantLost):
    """The refresh token or code is not accepted (``invalid_grant``), or there is none."""


class GoogleClientRefused(GoogleError, ClientRefused):
    """The client id or secret is not accepted, or its project may not call the Calendar API."""


class GoogleUnauthorized(GoogleError, Unauthorized):
    """The access token is expired, revoked or unknown (401)."""


class GoogleScopeMissing(GoogleError, ScopeMissing):
    """The grant lacks a scope (403, ``insufficientPermissions``)."""


class GoogleNotFound(GoogleError):
    """The event, calendar or channel does not exist, or not any more."""


class GoogleDuplicate(GoogleError):
    """An event with this id exists in the calendar, or did before it was deleted (409)."""


class GoogleChanged(GoogleError):
    """The event is not any more what its ETag says (412)."""


class GoogleSyncLost(GoogleError):
    """The sync token is not valid any more (410): everything has to be read anew."""


class GoogleRateLimited(GoogleError, RateLimited):
    """Google asks to wait; ``retry_at`` is an aware UTC datetime, or None when it does not say how long."""

    def __init__(self, message: str, retry_at: datetime | None, *, status: int | None = None, reason: str = "") -> None:
        super().__init__(message, status=status, reason=reason)
        self.retry_at = retry_at


class GoogleRejected(GoogleError, Rejected):
    """Google understood and said no; ``reason`` says why."""


class GoogleUnknown(GoogleError, Unknown):
    """No clear answer came: the call may or may not have taken effect."""

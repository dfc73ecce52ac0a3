"""What can go wrong with a provider of accounts, whichever it is: each error of Zoom or Google is one of these, too."""

from datetime import datetime

from zoom_blueprint.errors.own import ZoomBlueprintError


class ProviderError(ZoomBlueprintError):
    """The provider did not do what was asked; the text says what happened and what to do."""


class GrantLost(ProviderError):
    """The refresh token or code is not accepted, or there is none: the host has to connect again."""


class ClientRefused(ProviderError):
    """The site's client is not accepted."""


class Unauthorized(ProviderError):
    """This access token is not accepted."""


class ScopeMissing(ProviderError):
    """The grant does not allow it: the host has to connect again and allow it."""


class RateLimited(ProviderError):
    """The provider asks to wait; ``retry_at`` is an aware UTC datetime, or None when it does not say how long."""

    retry_at: datetime | None


class Rejected(ProviderError):
    """The provider understood and said no."""


class Unknown(ProviderError):
    """No clear answer came: the call may or may not have taken effect."""

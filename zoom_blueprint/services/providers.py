"""Providers: what differs between Zoom and Google when a host connects an account, and when they cut it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from zoom_blueprint.errors import ProviderError
from zoom_blueprint.errors import google as googles
from zoom_blueprint.errors import zoom as zooms
from zoom_blueprint.events import EventName
from zoom_blueprint.services import sentences
from zoom_blueprint.services.sentences import Sentences
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.values import Provider
from zoom_blueprint.zoom_api import scopes as zoom_scopes
from zoom_blueprint.zoom_api.client import api_base
from zoom_blueprint.zoom_api.payloads import TokenSet

if TYPE_CHECKING:  # a site without Google does not load it
    from zoom_blueprint.google_api.oauth import OAuthClient as GoogleOAuthClient
    from zoom_blueprint.google_api.payloads import TokenSet as GoogleTokenSet
    from zoom_blueprint.zoom_api.oauth import OAuthClient


@dataclass(frozen=True)
class Person:
    """Whose account it is, in the provider's ids; all but ``id`` may be empty."""

    id: str
    account_id: str = ""
    email: str = ""
    display_name: str = ""
    time_zone: str = ""


@dataclass(frozen=True)
class Granted:
    """What a token endpoint gave; ``expires_in`` is in seconds from then.

    ``scopes`` is empty when it did not say; ``api_url`` is as Zoom sent it; ``person`` is there when it told whose the
    account is, which Google does after a consent.
    """

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_in: int
    scopes: frozenset[str]
    api_url: str | None = None
    person: Person | None = None


@dataclass(frozen=True)
class Kept:
    """The refresh token that a connection holds, and the person whose it is."""

    person_id: str
    refresh_token: str = field(repr=False)


class ConsentNeeded(Exception):
    """The provider gave no lasting access, because it has done so before: the host has to be asked once more."""


class OAuth(Protocol):
    """A provider's OAuth endpoints; each method raises a ProviderError of its provider."""

    def authorize_url(self, *, state: str, verifier: str, redirect_uri: str, is_held: bool) -> str:
        """Return where to send the host; ``is_held``: lasting access is there already."""

    def exchange(self, *, code: str, verifier: str, redirect_uri: str, kept: Kept | None) -> Granted:
        """Trade a code; ConsentNeeded when nothing lasting came of it and ``kept`` is of another person."""

    def refresh(self, refresh_token: str) -> Granted:
        """Trade a refresh token."""

    def revoke(self, token: str) -> None:
        """End the grant that a token is of."""


class Side(Protocol):
    """One provider; ``connected`` and the like are its events.

    ``is_shared``: all tokens that one person gave live side by side and end together, so that none can be given back
    while another is in use. Else each new one ends the one before.
    """

    provider: Provider
    is_shared: bool
    sentences: Sentences
    connected: EventName
    disconnected: EventName
    unhealthy: EventName
    recovered: EventName

    def oauth(self, state: State) -> OAuth:
        """Return its OAuth endpoints."""

    def app(self, state: State) -> tuple[str, str]:
        """Return the client id and address that are configured; tokens travel to no other."""

    def api_url(self, state: State, granted: Granted) -> str:
        """Return where a grant's calls go."""

    def callback(self, state: State) -> str:
        """Return the address to register as redirect address."""

    def most(self, state: State) -> int:
        """Return how many accounts a host can connect."""

    def who(self, state: State, granted: Granted) -> Person:
        """Return whose grant it is; ProviderError when that is not to be had."""

    def missing(self, granted: frozenset[str]) -> list[str]:
        """Return the scopes that are needed beside these."""

    def unknown(self, words: str) -> ProviderError:
        """Return its error for no clear answer."""

    def rate_limited(self, words: str, retry_at: datetime) -> ProviderError:
        """Return its error for having to wait."""


class _ZoomOAuth:
    def __init__(self, client: "OAuthClient") -> None:
        self._client = client

    def authorize_url(self, *, state: str, verifier: str, redirect_uri: str, is_held: bool) -> str:
        del is_held  # each consent brings all
        return self._client.authorize_url(state=state, verifier=verifier, redirect_uri=redirect_uri)

    def exchange(self, *, code: str, verifier: str, redirect_uri: str, kept: Kept | None) -> Granted:
        del kept
        return _from_zoom(self._client.exchange(code=code, verifier=verifier, redirect_uri=redirect_uri))

    def refresh(self, refresh_token: str) -> Granted:
        return _from_zoom(self._client.refresh(refresh_token))

    def revoke(self, token: str) -> None:
        self._client.revoke(token)


class _Zoom:
    provider = Provider.ZOOM
    is_shared = False
    sentences = sentences.ZOOM
    connected = EventName.ZOOM_CONNECTED
    disconnected = EventName.ZOOM_DISCONNECTED
    unhealthy = EventName.ZOOM_UNHEALTHY
    recovered = EventName.ZOOM_RECOVERED

    def oauth(self, state: State) -> OAuth:
        return _ZoomOAuth(state.oauth)

    def app(self, state: State) -> tuple[str, str]:
        return state.config.client_id, state.config.oauth_url

    def api_url(self, state: State, granted: Granted) -> str:
        return api_base(state.config.api_url, granted.api_url)

    def callback(self, state: State) -> str:
        return f"{state.links.base}/callback"

    def most(self, state: State) -> int:
        return state.config.connections_per_host

    def who(self, state: State, granted: Granted) -> Person:
        user = state.zoom(self.api_url(state, granted), granted.access_token).me()
        return Person(user.id, user.account_id, user.email, user.display_name, user.time_zone)

    def missing(self, granted: frozenset[str]) -> list[str]:
        return [one.scope for one in zoom_scopes.missing(granted)]

    def unknown(self, words: str) -> ProviderError:
        return zooms.ZoomUnknown(words)

    def rate_limited(self, words: str, retry_at: datetime) -> ProviderError:
        return zooms.ZoomRateLimited(words, retry_at)


class _GoogleOAuth:
    def __init__(self, client: "GoogleOAuthClient") -> None:
        self._client = client

    def authorize_url(self, *, state: str, verifier: str, redirect_uri: str, is_held: bool) -> str:
        return self._client.authorize_url(
            state=state, verifier=verifier, redirect_uri=redirect_uri, has_refresh_token=is_held
        )

    def exchange(self, *, code: str, verifier: str, redirect_uri: str, kept: Kept | None) -> Granted:
        from zoom_blueprint.google_api.oauth import Held

        held = None if kept is None else Held(kept.person_id, kept.refresh_token)
        try:
            tokens = self._client.exchange(code=code, verifier=verifier, redirect_uri=redirect_uri, held=held)
        except googles.GoogleGrantLost as error:
            if error.status == 200:  # the code was good
                raise ConsentNeeded from None
            raise
        return _from_google(tokens)

    def refresh(self, refresh_token: str) -> Granted:
        return _from_google(self._client.refresh(refresh_token))

    def revoke(self, token: str) -> None:
        self._client.revoke(token)


class _Google:
    provider = Provider.GOOGLE
    is_shared = True
    sentences = sentences.GOOGLE
    connected = EventName.GOOGLE_CONNECTED
    disconnected = EventName.GOOGLE_DISCONNECTED
    unhealthy = EventName.GOOGLE_UNHEALTHY
    recovered = EventName.GOOGLE_RECOVERED

    def oauth(self, state: State) -> OAuth:
        return _GoogleOAuth(state.google_oauth)

    def app(self, state: State) -> tuple[str, str]:
        return state.config.google_client_id or "", state.config.google_oauth_url

    def api_url(self, state: State, granted: Granted) -> str:
        del granted
        return state.config.google_api_url

    def callback(self, state: State) -> str:
        return f"{state.links.base}/google/callback"

    def most(self, state: State) -> int:
        del state
        return 1

    def who(self, state: State, granted: Granted) -> Person:
        del state
        if granted.person is None:
            raise self.unknown("Google did not say whose account it is.")
        return granted.person

    def missing(self, granted: frozenset[str]) -> list[str]:
        from zoom_blueprint.google_api.scopes import missing

        return [one.scope for one in missing(granted)]

    def unknown(self, words: str) -> ProviderError:
        return googles.GoogleUnknown(words)

    def rate_limited(self, words: str, retry_at: datetime) -> ProviderError:
        return googles.GoogleRateLimited(words, retry_at)


_SIDES: dict[str, Side] = {Provider.ZOOM: _Zoom(), Provider.GOOGLE: _Google()}


def side(provider: str) -> Side:
    """Return what is particular to a provider, which a row names by its value."""
    return _SIDES[provider]


def of(row: models.Connection | models.Consent) -> Side:
    """Return the side of a connection or of an attempt to connect."""
    return _SIDES[row.provider]


def _from_zoom(tokens: TokenSet) -> Granted:
    return Granted(tokens.access_token, tokens.refresh_token, tokens.expires_in, tokens.scopes, tokens.api_url)


def _from_google(tokens: "GoogleTokenSet") -> Granted:
    account = tokens.account
    return Granted(
        tokens.access_token,
        tokens.refresh_token or "",
        tokens.expires_in,
        tokens.scopes,
        person=None if account is None else Person(account.id, email=account.email),
    )

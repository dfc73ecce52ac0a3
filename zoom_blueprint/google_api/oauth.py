"""Speak OAuth 2.0 with Google: consent address, code exchange, refresh, revoke.

Sources: https://developers.google.com/identity/protocols/oauth2/web-server and
https://accounts.google.com/.well-known/openid-configuration (addresses, PKCE with S256, ``client_secret_post``).
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from zoom_blueprint.errors import (
    GoogleClientRefused,
    GoogleError,
    GoogleGrantLost,
    GoogleRejected,
    GoogleUnknown,
)
from zoom_blueprint.exchanges import fields
from zoom_blueprint.exchanges.answers import Answer, said
from zoom_blueprint.exchanges.token_endpoints import TokenEndpoint, credential, new_verifier
from zoom_blueprint.google_api.answers import rate_limited
from zoom_blueprint.google_api.payloads import TokenSet
from zoom_blueprint.google_api.scopes import ASKED
from zoom_blueprint.google_api.transport import Transport

_GOOGLES_OWN = "https://oauth2.googleapis.com"
_GOOGLES_CONSENT = "https://accounts.google.com/o/oauth2/v2/auth"
_ERROR_NAME = re.compile(r"[a-z_]{1,40}")
_LOST = ("invalid_grant", "invalid_token")
_CLIENT = ("invalid_client", "unauthorized_client", "deleted_client", "disabled_client")


@dataclass(frozen=True)
class Held:
    """The refresh token that we hold, and the account (Google's ``sub``) whose it is."""

    account_id: str
    refresh_token: str = field(repr=False)


class OAuthClient:
    """Google's OAuth endpoints for one client id; safe to share by threads.

    ``oauth_url`` is ``https://oauth2.googleapis.com``, which has ``/token`` and ``/revoke``; Google's consent page is
    on another host. Everybody else's, the simulator's for instance, is ``/auth`` below it. Client id and secret are
    trimmed, and travel in the form body like tokens and codes, nothing in an address or a log. Nothing is retried.
    """

    def __init__(self, client_id: str, client_secret: str, oauth_url: str, *, transport: Transport) -> None:
        """Raise ConfigurationError for an id or secret that cannot be one."""
        self._client_id = credential("ZOOM_GOOGLE_CLIENT_ID", client_id, "Google")
        self._endpoint = TokenEndpoint(
            self._client_id,
            credential("ZOOM_GOOGLE_CLIENT_SECRET", client_secret, "Google"),
            method="client_secret_post",
            revoking="none",
            transport=transport,
        )
        self._oauth_url = oauth_url.rstrip("/")
        self._consent_url = _GOOGLES_CONSENT if self._oauth_url == _GOOGLES_OWN else f"{self._oauth_url}/auth"
        self._answer_of = transport.answer_of

    @property
    def consent_url(self) -> str:
        """Google's consent page, without what is asked."""
        return self._consent_url

    def new_verifier(self) -> str:
        """Return a fresh PKCE verifier; keep it secret until the exchange."""
        return new_verifier()

    def authorize_url(self, *, state: str, verifier: str, redirect_uri: str, has_refresh_token: bool) -> str:
        """Return where to send the host for consent, with an S256 challenge.

        Google gives a refresh token (``access_type=offline``) with the first consent only, so where we hold none we ask
        for the consent page again; where we hold one, a host who has allowed everything is not asked anew.
        """
        if not state or not verifier:
            raise ValueError("state and verifier are needed: without them the answer could be anybody's")
        url, _ = self._endpoint.session().create_authorization_url(
            self._consent_url,
            state=state,
            code_verifier=verifier,
            redirect_uri=redirect_uri,
            scope=" ".join(ASKED),
            access_type="offline",
            **({} if has_refresh_token else {"prompt": "consent"}),
        )
        return str(url)

    def exchange(self, *, code: str, verifier: str, redirect_uri: str, held: Held | None = None) -> TokenSet:
        """Trade an authorization code (one use) for tokens; ``redirect_uri`` is the one of the consent.

        The answer has a refresh token: Google's, or the one that we hold for the same account.

        Raises:
            GoogleGrantLost: the code is used, expired or not for this verifier, or Google gave no refresh token and we
                hold none for this account; start the consent anew, with ``has_refresh_token=False``.
            GoogleClientRefused, GoogleRateLimited, GoogleRejected: as their names say.
            GoogleUnknown: no clear answer, or it does not say whose account it is; the code may be used up.
        """
        tokens = self._endpoint.ask(
            lambda session: session.fetch_token(
                f"{self._oauth_url}/token",
                grant_type="authorization_code",
                code=code,
                code_verifier=verifier,
                redirect_uri=redirect_uri,
                allow_redirects=False,
            ),
            self._read_tokens,
        )
        if tokens.account is None:
            raise GoogleUnknown("Google did not say whose account it is. Start the consent anew.", status=200)
        if held is not None and held.account_id == tokens.account.id:
            tokens = tokens.keeping(held.refresh_token)
        if tokens.refresh_token is None:
            raise GoogleGrantLost("Google gave no refresh token. Ask for a consent anew.", status=200)
        return tokens

    def refresh(self, refresh_token: str) -> TokenSet:
        """Trade a refresh token, which stays good, for a new access token; the answer has it, or a newer one.

        Raises:
            GoogleGrantLost: it is revoked or expired.
            GoogleClientRefused, GoogleRateLimited, GoogleRejected, GoogleUnknown: it is still good.
        """
        return self._endpoint.ask(
            lambda session: session.refresh_token(
                f"{self._oauth_url}/token", refresh_token=refresh_token, allow_redirects=False
            ),
            self._read_tokens,
        ).keeping(refresh_token)

    def revoke(self, token: str) -> None:
        """Make Google forget the grant; an access or a refresh token will do. It may take a while to have effect.

        Raises:
            GoogleGrantLost: there was nothing left to revoke.
            GoogleClientRefused, GoogleRateLimited, GoogleRejected, GoogleUnknown: Google did not confirm it.
        """
        session: Any = self._endpoint.session()  # this method has no types in the stubs
        answer = self._answer_of(session.revoke_token(f"{self._oauth_url}/revoke", token=token, allow_redirects=False))
        _raise_for(answer)
        if answer.status != 200 or (answer.body.strip() and answer.json_object() is None):
            words = f"Google did not confirm the revocation (status {answer.status}); it may have happened."
            raise GoogleUnknown(words, status=answer.status)

    def knock(self) -> None:
        """Ask whether Google knows our client, by a refresh token of nobody's; nothing is changed by it.

        Raises:
            GoogleClientRefused: it does not.
            GoogleRateLimited, GoogleRejected, GoogleUnknown: it did not say.
        """
        try:
            self.refresh("of-nobody")
        except GoogleGrantLost:  # the client was known, and the token was not
            return
        raise GoogleUnknown("Google took a token that it never gave. Check ZOOM_GOOGLE_OAUTH_URL.", status=200)

    def _read_tokens(self, answer: Answer) -> TokenSet:
        _raise_for(answer)
        return answer.read(lambda source: TokenSet.from_google(source, self._client_id))


def _raise_for(answer: Answer) -> None:
    told = answer.json_object() or {}
    error = fields.text(told, "error")
    name = error if _ERROR_NAME.fullmatch(error) else ""
    if answer.status == 429:
        raise rate_limited(answer, {}, name, datetime.now(UTC))
    success = 200 <= answer.status < 300
    if success and not error:
        return
    # A "no" is clear only with an error name: anything else may come from something in between.
    if not name or not (success or 400 <= answer.status < 500):
        raise GoogleUnknown(
            f"Google gave no clear answer (status {answer.status}); it may have happened.", status=answer.status
        )
    kind = _refusal(name)
    advice = " Check ZOOM_GOOGLE_CLIENT_ID and ZOOM_GOOGLE_CLIENT_SECRET." if kind is GoogleClientRefused else ""
    reason = said(told, "error_description").rstrip(".") or "no reason given"
    raise kind(f"Google refused ({name}): {reason}.{advice}", status=answer.status, reason=name)


def _refusal(name: str) -> type[GoogleError]:
    # The name decides, never the status: invalid_client is 401, invalid_grant 400, and neither is promised.
    if name in _LOST:
        return GoogleGrantLost
    return GoogleClientRefused if name in _CLIENT else GoogleRejected

"""Speak OAuth 2.0 with Zoom: consent address, code exchange, refresh, revoke.

Sources: https://developers.zoom.us/docs/integrations/oauth/ and its page "OAuth error messages".
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from zoom_blueprint.errors import (
    ZoomClientRefused,
    ZoomError,
    ZoomGrantLost,
    ZoomRejected,
    ZoomUnknown,
)
from zoom_blueprint.exchanges import fields
from zoom_blueprint.exchanges.answers import Answer, said
from zoom_blueprint.exchanges.token_endpoints import TokenEndpoint, credential, new_verifier
from zoom_blueprint.zoom_api.answers import rate_limited
from zoom_blueprint.zoom_api.payloads import TokenSet
from zoom_blueprint.zoom_api.transport import Transport

# Authlib and requests take a quarter of a second to import; whoever only imports us should not wait for them.
if TYPE_CHECKING:
    from authlib.integrations.requests_client import OAuth2Session
    from requests import Response

_OLD_LOSS = re.compile(r"invalid (token|authorization code)", re.IGNORECASE)
_ERROR_NAME = re.compile(r"[a-z_]{1,40}")


class OAuthClient:
    """Zoom's OAuth endpoints below ``oauth_url`` (https://zoom.us/oauth) for one client id; safe to share by threads.

    The client id and secret are trimmed. They travel in the Basic header, tokens and codes in the form body, nothing in
    an address or a log. Nothing is retried.
    """

    def __init__(self, client_id: str, client_secret: str, oauth_url: str, *, transport: Transport) -> None:
        """Raise ConfigurationError for an id or secret that cannot be one."""
        self._endpoint = TokenEndpoint(
            credential("ZOOM_CLIENT_ID", client_id, "Zoom"),
            credential("ZOOM_CLIENT_SECRET", client_secret, "Zoom"),
            method="client_secret_basic",
            revoking="client_secret_basic",
            transport=transport,
        )
        self._oauth_url = oauth_url.rstrip("/")
        self._answer_of = transport.answer_of

    def new_verifier(self) -> str:
        """Return a fresh PKCE verifier; keep it secret until the exchange."""
        return new_verifier()

    def authorize_url(self, *, state: str, verifier: str, redirect_uri: str) -> str:
        """Return where to send the host for consent, with an S256 challenge.

        No scope is named: Zoom answers "Invalid scope" to those who do, and shows the app's own scopes instead.
        """
        if not state or not verifier:
            raise ValueError("state and verifier are needed: without them the answer could be anybody's")
        url, _ = self._endpoint.session().create_authorization_url(
            f"{self._oauth_url}/authorize", state=state, code_verifier=verifier, redirect_uri=redirect_uri
        )
        return str(url)

    def exchange(self, *, code: str, verifier: str, redirect_uri: str) -> TokenSet:
        """Trade an authorization code (5 minutes, one use) for tokens; ``redirect_uri`` is the one of the consent.

        Raises:
            ZoomGrantLost: the code is used, expired or not for this verifier; start the consent anew.
            ZoomClientRefused, ZoomRateLimited, ZoomRejected: as their names say.
            ZoomUnknown: no clear answer; the code may be used up.
        """
        return self._tokens(
            lambda session: session.fetch_token(
                f"{self._oauth_url}/token",
                grant_type="authorization_code",
                code=code,
                code_verifier=verifier,
                redirect_uri=redirect_uri,
                allow_redirects=False,
            )
        )

    def refresh(self, refresh_token: str) -> TokenSet:
        """Trade a refresh token, which is single use, for new tokens: store them before anything else.

        Raises:
            ZoomGrantLost: the refresh token is rotated, revoked or expired.
            ZoomClientRefused, ZoomRateLimited, ZoomRejected: the refresh token is still good.
            ZoomUnknown: no clear answer; the refresh token may be used up.
        """
        return self._tokens(
            lambda session: session.refresh_token(
                f"{self._oauth_url}/token", refresh_token=refresh_token, allow_redirects=False
            )
        )

    def revoke(self, access_token: str) -> None:
        """Make Zoom forget the grant, access and refresh token together; Zoom then also sends ``app_deauthorized``.

        Raises:
            ZoomGrantLost: there was nothing left to revoke.
            ZoomClientRefused, ZoomRateLimited, ZoomRejected, ZoomUnknown: Zoom did not confirm it.
        """
        session: Any = self._endpoint.session()  # this method has no types in the stubs
        answer = self._answer_of(
            session.revoke_token(f"{self._oauth_url}/revoke", token=access_token, allow_redirects=False)
        )
        _raise_for(answer)
        answer.read(_confirmation)

    def knock(self) -> str | None:
        """Ask whether Zoom knows our client, by a refresh token of nobody's; return the ``Date`` of its answer.

        Nothing is changed by it.

        Raises:
            ZoomClientRefused: it does not.
            ZoomRateLimited, ZoomRejected, ZoomUnknown: it did not say.
        """
        dates: list[str | None] = []

        def judge(response: "Response") -> "Response":
            answer = self._answer_of(response)
            dates.append(answer.headers.get("date"))
            _raise_for(answer)
            return response

        session = self._endpoint.session()
        session.register_compliance_hook("refresh_token_response", judge)
        try:
            session.refresh_token(
                f"{self._oauth_url}/token",
                refresh_token="of-nobody",  # noqa: S106  # no secret: it shall be refused
                allow_redirects=False,
            )
        except ZoomGrantLost:  # the client was known, and the token was not
            return dates[-1]
        raise ZoomUnknown("Zoom took a token that it never gave. Check ZOOM_OAUTH_URL.")

    def _tokens(self, ask: "Callable[[OAuth2Session], object]") -> TokenSet:
        return self._endpoint.ask(ask, _read_tokens)


def _read_tokens(answer: Answer) -> TokenSet:
    _raise_for(answer)
    return answer.read(TokenSet.from_zoom)


def _confirmation(source: object) -> None:
    if not isinstance(source, dict) or source.get("status") != "success":
        raise ValueError("the revocation is not confirmed")


def _raise_for(answer: Answer) -> None:
    told = answer.json_object()
    if answer.status == 429:
        raise rate_limited(answer, told or {}, datetime.now(UTC))
    error, reason = fields.text(told or {}, "error"), said(told, "reason")
    success = 200 <= answer.status < 300
    if success and not error:
        return
    # A "no" is clear only with an error name: anything else may come from something in between.
    if not error or not (success or 400 <= answer.status < 500):
        raise ZoomUnknown(
            f"Zoom gave no clear answer (status {answer.status}); it may have happened.",
            status=answer.status,
            tracking_id=answer.tracking_id,
        )
    kind = _refusal(error, reason)
    advice = " Check ZOOM_CLIENT_ID and ZOOM_CLIENT_SECRET." if kind is ZoomClientRefused else ""
    name = error if _ERROR_NAME.fullmatch(error) else "no error name"
    raise kind(
        f"Zoom refused ({name}): {(reason or 'no reason given').rstrip('.')}.{advice}",
        status=answer.status,
        tracking_id=answer.tracking_id,
    )


def _refusal(error: str, reason: str) -> type[ZoomError]:
    # The member decides, never the status: a lost grant was 401 until 2022 and is 400 now, and 401 also means the
    # client. Then it also was "invalid_request", told from others by its reason only.
    if error == "invalid_grant" or (error == "invalid_request" and _OLD_LOSS.match(reason)):
        return ZoomGrantLost
    if error == "invalid_client":
        return ZoomClientRefused
    return ZoomRejected

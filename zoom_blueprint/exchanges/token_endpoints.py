"""Ask a token endpoint through Authlib, without its habit of losing tokens over an odd field beside them."""

import re
import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, TypeVar

from zoom_blueprint.errors import ConfigurationError
from zoom_blueprint.exchanges.answers import Answer
from zoom_blueprint.exchanges.transport import Transport

# Authlib and requests take a quarter of a second to import; whoever only imports us should not wait for them.
if TYPE_CHECKING:
    from authlib.integrations.requests_client import OAuth2Session
    from requests import Response

_CREDENTIAL = re.compile(r"[\x21-\x7e]+")


class Tokens(Protocol):
    """What a token answer holds at least."""

    @property
    def access_token(self) -> str:
        """What the calls carry."""

    @property
    def refresh_token(self) -> str | None:
        """What brings the next one, where there is one."""


T = TypeVar("T", bound=Tokens)


class TokenEndpoint:
    """The token endpoint of one partner for one client id; safe to share by threads. Nothing is retried.

    ``method`` is how the client says who it is, ``client_secret_basic`` or ``client_secret_post`` (RFC 6749 §2.3.1),
    and ``revoking`` how it does so to revoke a token, where ``none`` names the id alone.
    """

    def __init__(self, client_id: str, client_secret: str, *, method: str, revoking: str, transport: Transport) -> None:
        self._client_id = client_id
        self._client_secret = client_secret
        self._method = method
        self._revoking = revoking
        self._transport = transport

    def ask(self, call: "Callable[[OAuth2Session], object]", read: Callable[[Answer], T]) -> T:
        """Return what ``read`` makes of the answer to ``call``; it raises for what is no success.

        Raises:
            The partner's unknown: no clear answer.
        """
        kept: list[T] = []

        def judge(response: "Response") -> "Response":
            # Before Authlib: it drops the reason, and its errors quote what they could not read. Then it reads the
            # answer again; shown only the tokens, it cannot lose them over an odd field beside them.
            tokens = read(self._transport.answer_of(response))
            kept.append(tokens)
            plain = {"access_token": tokens.access_token, "refresh_token": tokens.refresh_token}
            response.json = lambda **_: plain  # type: ignore[method-assign]  # as in Authlib's page on compliance fixes
            return response

        session = self.session()
        session.register_compliance_hook("access_token_response", judge)
        session.register_compliance_hook("refresh_token_response", judge)
        try:
            call(session)
        except ValueError as error:
            # Nothing was sent: what we were given does not fit into a form.
            partner = self._transport.partner
            raise partner.lost(f"{partner.name} could not be asked for tokens ({type(error).__name__}).") from None
        return kept[0]

    def session(self) -> "OAuth2Session":
        """Return a new session; one keeps the last token inside, and a shared one would hand it to another thread."""
        from authlib.integrations.requests_client import OAuth2Session

        session = OAuth2Session(
            self._client_id,
            self._client_secret,
            token_endpoint_auth_method=self._method,
            revocation_endpoint_auth_method=self._revoking,
            code_challenge_method="S256",
        )
        self._transport.equip(session)
        return session


def new_verifier() -> str:
    """Return a fresh PKCE verifier; keep it secret until the exchange."""
    return secrets.token_urlsafe(48)


def credential(key: str, value: str, owner: str) -> str:
    """Return a client id or secret, trimmed: environment variables with a line break at the end are a classic.

    Raises:
        ConfigurationError: it cannot be one.
    """
    trimmed = value.strip()
    if not _CREDENTIAL.fullmatch(trimmed):
        raise ConfigurationError(f"{key} is empty or holds characters that {owner} never uses. Copy it again.")
    return trimmed

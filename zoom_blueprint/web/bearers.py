"""Bearers: programs that show an API key of a host, by Authlib's protector of resources."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, NamedTuple
from urllib.parse import unquote_plus

from authlib.oauth2.rfc6749 import OAuth2Error, ResourceProtector
from authlib.oauth2.rfc6750 import BearerTokenValidator
from flask import request
from werkzeug.datastructures import Headers

from zoom_blueprint.actions import problems
from zoom_blueprint.actions.codes import ActionFailed, Code, Problem
from zoom_blueprint.errors import NotFound, StoreUnavailable
from zoom_blueprint.services import api_keys
from zoom_blueprint.state import State
from zoom_blueprint.values import ApiKey
from zoom_blueprint.web import limits
from zoom_blueprint.web.kinds import TooMany

# What other services call a key in a query, so that whoever tries it here is told, too.
_IN_QUERIES: Final = {"access_token", "api_key", "apikey", "token"}


class _Asked(NamedTuple):
    """What of a request the protector looks at: its headers, and nothing of its address or body."""

    headers: Headers


@dataclass(frozen=True)
class _Token:
    """A key in Authlib's terms; its scopes are names of actions."""

    key: ApiKey

    def is_expired(self) -> bool:
        return self.key.expires_at is not None and self.key.expires_at <= datetime.now(UTC)

    def is_revoked(self) -> bool:
        return self.key.revoked_at is not None

    def get_scope(self) -> str:
        return " ".join(self.key.actions)


class _Validator(BearerTokenValidator):
    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state

    def authenticate_token(self, token_string: str) -> _Token | None:
        found = api_keys.find(self._state, token_string)
        return None if found is None else _Token(found)

    def validate_token(self, token: _Token | None, scopes: Sequence[str] | None, request: _Asked) -> None:
        """Refuse a key that is not good, then one that calls too often, then one that may not do this."""
        super().validate_token(token, None, request)
        if token is not None:
            limits.ensure_not_too_many_calls(self._state, token.key)
        super().validate_token(token, scopes, request)


def bearer(state: State, action: str | None) -> ApiKey:
    """Return the key that a request shows, which may do this action; None is whatever asks for no action.

    Raises:
        ActionFailed: there is none, it is not good (any more), it may not do that, it calls too often, or a key stands
            in the address.
    """
    if _is_in_address():
        raise ActionFailed(_EXPOSED)
    protector = ResourceProtector()
    protector.register_token_validator(_Validator(state))
    try:
        token: _Token = protector.validate_request([action] if action else None, _Asked(request.headers))
        api_keys.note_use(state, token.key)
    except OAuth2Error as error:
        raise ActionFailed(_problem(state, error, action)) from None
    except TooMany as error:
        raise ActionFailed(problems.too_many("This API key calls too often.", error.seconds)) from None
    except StoreUnavailable as error:
        raise ActionFailed(problems.of(state, error)) from error
    return token.key


def ensure_still_good(state: State, key: ApiKey) -> None:
    """Look once more, in the middle of a long answer, whether the key that was shown is good.

    Raises:
        ActionFailed: it was revoked, has expired, or is there no more.
        StoreUnavailable: the database is away.
    """
    try:
        token = _Token(api_keys.get(state, key.host_id, key.id))
    except NotFound:
        raise ActionFailed(_NOT_GOOD) from None
    if token.is_revoked() or token.is_expired():
        raise ActionFailed(_NOT_GOOD)


def _is_in_address() -> bool:
    """Return whether the request's address holds a key, or seems to: logs and histories keep addresses."""
    path, query = unquote_plus(request.path), unquote_plus(request.query_string.decode("latin-1"))
    return api_keys.BEGINNING in path + query or not _IN_QUERIES.isdisjoint(name.lower() for name in request.args)


_NOT_GOOD: Final = Problem(
    code=Code.UNAUTHORIZED,
    message="This request shows no API key that is good.",
    remedy="Send Authorization: Bearer with a key from the host's page API keys; it may be revoked or expired.",
)
_TOO_MANY_BAD: Final = "Too many requests from here show no API key that is good; one that does is answered at once."
_EXPOSED: Final = Problem(
    code=Code.UNAUTHORIZED,
    message="There is a key in the address of this request, where logs and histories keep it.",
    remedy="Revoke that key, make a new one, and send it in a header: Authorization: Bearer.",
)


def _problem(state: State, error: OAuth2Error, action: str | None) -> Problem:
    if error.error == "insufficient_scope":
        return problems.not_allowed(action or "")
    seconds = limits.count_refusal(state)
    if seconds:
        return problems.too_many(_TOO_MANY_BAD, seconds)
    return _NOT_GOOD

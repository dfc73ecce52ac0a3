"""Bearers: programs that show an API key of a host, by Authlib's protector of resources."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from authlib.oauth2.rfc6749 import OAuth2Error, ResourceProtector
from authlib.oauth2.rfc6750 import BearerTokenValidator
from flask import request
from werkzeug.datastructures import Headers

from zoom_blueprint.actions.codes import ActionFailed, Code, Problem
from zoom_blueprint.services import api_keys
from zoom_blueprint.state import State
from zoom_blueprint.values import ApiKey


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


def bearer(state: State, action: str | None) -> ApiKey:
    """Return the key that a request shows, which may do this action; None is whatever asks for no action.

    Raises:
        ActionFailed: there is none, it is not good (any more), or it may not do that.
    """
    protector = ResourceProtector()
    protector.register_token_validator(_Validator(state))
    try:
        token: _Token = protector.validate_request([action] if action else None, _Asked(request.headers))
    except OAuth2Error as error:
        raise ActionFailed(_problem(error, action)) from None
    api_keys.note_use(state, token.key)
    return token.key


def _problem(error: OAuth2Error, action: str | None) -> Problem:
    if error.error == "insufficient_scope":
        return Problem(
            code=Code.PERMISSION_DENIED,
            message=f"This API key may not do {action}.",
            remedy="Use a key that may, or have the host make one.",
            scopes=(action or "",),
        )
    return Problem(
        code=Code.UNAUTHORIZED,
        message="This request shows no API key that is good.",
        remedy="Send Authorization: Bearer with a key from the host's page API keys; it may be revoked or expired.",
    )

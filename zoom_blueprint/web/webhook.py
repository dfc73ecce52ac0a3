"""Zoom's webhook: verify the raw bytes, answer the challenge, store the event."""

import logging
import time
from collections.abc import Sequence

import msgspec
from flask import Blueprint, Response, request
from werkzeug.exceptions import BadRequest, Forbidden, RequestEntityTooLarge

from zoom_blueprint.errors import BadSignature
from zoom_blueprint.services import inbox
from zoom_blueprint.state import State, current_state
from zoom_blueprint.web import replies
from zoom_blueprint.zoom_api.signature import challenge_answer, verify

_LIMIT = 1024 * 1024
_CHALLENGE = "endpoint.url_validation"
_log = logging.getLogger(__name__)


def add_routes(public: Blueprint) -> None:
    """Add the route that Zoom posts to."""
    public.add_url_rule("/webhook", view_func=receive, methods=["POST"])


def receive() -> Response:
    """Accept one event, at once; it is applied later."""
    state = current_state()
    if (request.content_length or 0) > _LIMIT:
        raise RequestEntityTooLarge("An event this large does not come from Zoom.")
    request.max_content_length = _LIMIT
    body = request.get_data(cache=False)
    try:
        _verify(state, state.config.webhook_secrets, body)
    except BadSignature as error:
        _log.warning("webhook refused: %s", error)
        raise Forbidden("The signature does not match.") from None
    try:
        event = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise BadRequest("The body is not JSON.") from None
    if not isinstance(event, dict) or not isinstance(event.get("event"), str):
        raise BadRequest("The body is not a JSON object with an event.")
    if event["event"] == _CHALLENGE:
        return _answer(state, body, event.get("payload"))
    is_new = inbox.accept(state, body, event["event"])
    _log.info("webhook %s %s", event["event"], "stored" if is_new else "known already")
    return replies.json_reply({"status": "stored"})


def _verify(state: State, secrets: Sequence[str], body: bytes) -> None:
    verify(secrets, dict(request.headers), body, now=time.time(), tolerance=state.config.webhook_tolerance)


def _answer(state: State, body: bytes, payload: object) -> Response:
    plain = payload.get("plainToken") if isinstance(payload, dict) else None
    if not isinstance(plain, str) or not plain:
        raise BadRequest("The challenge has no plainToken.")
    secret = next(secret for secret in state.config.webhook_secrets if _signed_with(state, secret, body))
    return replies.json_reply({"plainToken": plain, "encryptedToken": challenge_answer(secret, plain)})


def _signed_with(state: State, secret: str, body: bytes) -> bool:
    """Tell which of several secrets is meant: while they are being changed, Zoom expects the answer by the same one."""
    try:
        _verify(state, [secret], body)
    except BadSignature:
        return False
    return True

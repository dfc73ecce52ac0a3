"""Zoom's webhook: verify the raw bytes, answer the challenge, store the event."""

import re
import time
from collections.abc import Sequence

from flask import Response, request
from werkzeug.exceptions import BadRequest, Forbidden

from zoom_blueprint import logs
from zoom_blueprint.errors import BadSignature
from zoom_blueprint.services import inbox
from zoom_blueprint.state import State, current_state
from zoom_blueprint.web import bodies, replies
from zoom_blueprint.zoom_api.signature import SIGNATURE, TIMESTAMP, challenge_answer, verify

_LIMIT = 1024 * 1024
_CHALLENGE = "endpoint.url_validation"
_EVENT_NAME = re.compile(r"[\x21-\x7e]{1,200}")
_log = logs.logger(__name__)


def receive() -> Response:
    """Accept one event, at once; it is applied later."""
    state = current_state()
    body = bodies.raw(_LIMIT)
    now = time.time()
    try:
        _verify(state, state.config.webhook_secrets, body, now)
    except BadSignature as error:
        _log.warning("webhook refused: %s", error)
        raise Forbidden("The signature does not match.") from None
    event = bodies.decoded(body)
    name = event.get("event") if isinstance(event, dict) else None
    if not isinstance(event, dict) or not isinstance(name, str) or not _EVENT_NAME.fullmatch(name):
        raise BadRequest("The body is not a JSON object with the name of an event.")
    if name == _CHALLENGE:
        return _answer(state, body, event.get("payload"), now)
    with logs.about(event=name):
        logs.tracking(request.headers.get("x-zm-trackingid"))
        is_new = inbox.accept(state, body, name, _account_of(event))
        _log.info("webhook %s %s", name, "stored" if is_new else "known already")
    return replies.json_reply({"status": "stored"})


def _account_of(event: dict[str, object]) -> str:
    payload = event.get("payload")
    account = payload.get("account_id") if isinstance(payload, dict) else None
    return account if isinstance(account, str) else ""


def _verify(state: State, secrets: Sequence[str], body: bytes, now: float) -> None:
    found = ((name, request.headers.get(name)) for name in (TIMESTAMP, SIGNATURE))
    headers = {name: value for name, value in found if value is not None}
    verify(secrets, headers, body, now=now, tolerance=state.config.webhook_tolerance)


def _answer(state: State, body: bytes, payload: object, now: float) -> Response:
    plain = payload.get("plainToken") if isinstance(payload, dict) else None
    if not isinstance(plain, str) or not plain:
        raise BadRequest("The challenge has no plainToken.")
    secret = next(secret for secret in state.config.webhook_secrets if _signed_with(state, secret, body, now))
    return replies.json_reply({"plainToken": plain, "encryptedToken": challenge_answer(secret, plain)})


def _signed_with(state: State, secret: str, body: bytes, now: float) -> bool:
    """Tell which of several secrets is meant: while they are being changed, Zoom expects the answer by the same one."""
    try:
        _verify(state, [secret], body, now)
    except BadSignature:
        return False
    return True

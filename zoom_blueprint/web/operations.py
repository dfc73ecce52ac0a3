"""What machines that watch over the site ask: alive, ready, and in numbers."""

import hmac
from dataclasses import dataclass
from typing import Literal

from flask import Response, abort, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from zoom_blueprint import metrics
from zoom_blueprint.services import queues, readiness
from zoom_blueprint.state import current_state
from zoom_blueprint.web import replies

_BEARER = WWWAuthenticate("bearer")


@dataclass(frozen=True)
class Alive:
    """The process answers."""

    status: Literal["ok"] = "ok"


def healthz() -> Response:
    """Say that the process is alive, and ask nobody."""
    return replies.json_reply(Alive())


def readyz() -> Response:
    """Say whether the process can do its work, and what to do about it when it cannot."""
    found = readiness.look(current_state())
    if found.status == "ready":
        return replies.json_reply(found)
    response = replies.json_reply(found, 503)
    response.headers["Retry-After"] = replies.RETRY_SECONDS
    return response


def numbers() -> Response:
    """Give our numbers to whoever shows ``ZOOM_METRICS_TOKEN``, in the format of Prometheus."""
    state = current_state()
    token = state.config.metrics_token
    if token is None:
        abort(404)
    scheme, _, shown = request.headers.get("Authorization", "").partition(" ")
    if not hmac.compare_digest(shown.encode(), token.encode()) or scheme.lower() != "bearer":
        raise Unauthorized("Send Authorization: Bearer with ZOOM_METRICS_TOKEN.", www_authenticate=_BEARER)
    content, content_type = metrics.exposition(lambda: queues.measure(state), request.headers.get("Accept", ""))
    response = Response(content, content_type=content_type)
    response.headers["Cache-Control"] = "no-store"
    return response

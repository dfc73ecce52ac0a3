"""What machines that watch over the site ask: alive, ready."""

from dataclasses import dataclass
from typing import Literal

from flask import Response

from zoom_blueprint.services import readiness
from zoom_blueprint.state import current_state
from zoom_blueprint.web import replies


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

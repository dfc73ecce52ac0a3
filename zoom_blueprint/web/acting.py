"""Actions over HTTP: a key, an action's name and JSON in; its output, or problem details, out."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from math import ceil
from typing import Final

from flask import Response, request, stream_with_context
from werkzeug.exceptions import HTTPException

from zoom_blueprint.actions import running
from zoom_blueprint.actions.calls import Call
from zoom_blueprint.actions.codes import ActionFailed, Code, Problem
from zoom_blueprint.actions.listed import NAMES
from zoom_blueprint.actions.outputs import ListedOut
from zoom_blueprint.languages import plain
from zoom_blueprint.state import current_state
from zoom_blueprint.web import bearers, bodies, replies

LIST = "list_meetings"
LINES = "application/x-ndjson"
STATUS: Final = {
    Code.UNAUTHORIZED: HTTPStatus.UNAUTHORIZED,
    Code.PERMISSION_DENIED: HTTPStatus.FORBIDDEN,
    Code.CONNECTION_LOST: HTTPStatus.CONFLICT,
    Code.MEETING_NOT_FOUND: HTTPStatus.NOT_FOUND,
    Code.NOT_FOUND: HTTPStatus.NOT_FOUND,
    Code.INVALID_INPUT: HTTPStatus.UNPROCESSABLE_ENTITY,
    Code.INVALID_TIME: HTTPStatus.UNPROCESSABLE_ENTITY,
    Code.SLOT_TAKEN: HTTPStatus.CONFLICT,
    Code.BOOKING_ENDED: HTTPStatus.GONE,
    Code.BOOKING_REFUSED: HTTPStatus.FORBIDDEN,
    Code.ZOOM_REFUSED: HTTPStatus.UNPROCESSABLE_ENTITY,
    Code.KEY_REUSED: HTTPStatus.UNPROCESSABLE_ENTITY,
    Code.IN_PROGRESS: HTTPStatus.CONFLICT,
    Code.RATE_LIMITED: HTTPStatus.TOO_MANY_REQUESTS,
    Code.ZOOM_UNAVAILABLE: HTTPStatus.BAD_GATEWAY,
    Code.SITE_UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
    Code.INTERNAL_ERROR: HTTPStatus.INTERNAL_SERVER_ERROR,
}
UNREADABLE: Final = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
)
"""Statuses of bodies that are no input at all."""


def act(action: str) -> Response:
    """Do one action for the host whose key the request shows."""
    state = current_state()
    try:
        key = bearers.bearer(state, action if action in NAMES else None)
        call = Call(
            state=state,
            host_id=key.host_id,
            key=request.headers.get("Idempotency-Key"),
            go_on=partial(bearers.ensure_still_good, state, key),
        )
        sent = bodies.json_object()
        if action == LIST and request.accept_mimetypes.best_match(("application/json", LINES)) == LINES:
            return _lines(running.stream(call, sent))
        return replies.json_reply(running.run(call, action, sent))
    except ActionFailed as error:
        return refused(error.problem)
    except HTTPException as error:
        return refused(_unreadable(error), HTTPStatus(error.code or HTTPStatus.BAD_REQUEST))


def _unreadable(error: HTTPException) -> Problem:
    return Problem(
        code=Code.INVALID_INPUT,
        message=plain(error.description or ""),
        remedy="Send the input as one JSON object, as application/json.",
    )


def _lines(found: Iterator[ListedOut]) -> Response:
    """Return a meeting in each line, sent as the pages come in; a problem in the last one if they stop coming."""

    def lines() -> Iterator[bytes]:
        try:
            for meeting in found:
                yield replies.json(meeting) + b"\n"
        except ActionFailed as error:
            yield replies.json({"problem": error.problem.members()}) + b"\n"

    response = Response(stream_with_context(lines()), mimetype=LINES)
    response.headers["Cache-Control"] = "no-store"
    return response


def refused(problem: Problem, status: HTTPStatus | None = None) -> Response:
    """Return problem details (RFC 9457) with the members of an action's problem; the code has its status."""
    status = status or STATUS[problem.code]
    content = {
        "type": f"{current_state().links.base}/guide/actions#{problem.code}",
        "title": problem.code.replace("_", " ").capitalize(),
        "status": int(status),
        "detail": f"{problem.message} {problem.remedy}",
        **problem.members(),
    }
    response = replies.json_reply(content, status)
    response.mimetype = "application/problem+json"
    if problem.code is Code.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    if problem.retry_at is not None:
        seconds = ceil((problem.retry_at - datetime.now(UTC)).total_seconds())
        response.headers["Retry-After"] = str(max(1, seconds))
    elif problem.code is Code.SITE_UNAVAILABLE:
        response.headers["Retry-After"] = replies.RETRY_SECONDS
    return response

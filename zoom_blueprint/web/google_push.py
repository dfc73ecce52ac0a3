"""Google's pushes: they say that something changed, prove by their channel's token who sent them, and have no body."""

from flask import Response, request
from werkzeug.exceptions import Forbidden, NotFound

from zoom_blueprint import logs
from zoom_blueprint.errors import BadSignature
from zoom_blueprint.loading import turn
from zoom_blueprint.state import current_state
from zoom_blueprint.web import replies

_log = logs.logger(__name__)


def receive() -> Response:
    """Accept a push at once; what changed is asked for later."""
    state = current_state()
    if not state.config.has_google:
        raise NotFound
    with turn:
        from zoom_blueprint.google_api.pushes import Push
        from zoom_blueprint.services import channels

    try:
        is_known = channels.accept(state, Push.from_headers(dict(request.headers)))
    except BadSignature as error:
        _log.warning("push refused: %s", error)
        raise Forbidden("The token does not match.") from None
    if not is_known:
        raise NotFound("There is no such channel, or not any more.")
    return replies.json_reply({"status": "accepted"})

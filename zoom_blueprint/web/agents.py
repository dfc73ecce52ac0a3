"""MCP over HTTP: an API key and a message of an AI agent in, its answer out."""

from typing import Final

from flask import Response, abort, request

from zoom_blueprint.actions.codes import ActionFailed
from zoom_blueprint.readings import OFF
from zoom_blueprint.state import current_state
from zoom_blueprint.web import acting, bodies
from zoom_blueprint.web.bearers import bearer

_SECRET: Final = ("authorization", "cookie")


def mcp() -> Response:
    """Answer one message of the agent whose key the request shows; 404 unless ``ZOOM_MCP`` is on."""
    state = current_state()
    if state.config.mcp == OFF:
        abort(404, "AI agents are not served here: the site's operator has not set ZOOM_MCP to on.")
    try:
        key = bearer(state, None)
    except ActionFailed as error:
        return acting.refused(error.problem)
    body = bodies.raw(bodies.FIELDS_LIMIT)
    bodies.decoded(body)
    from zoom_blueprint.mcp_server import over_http
    from zoom_blueprint.mcp_server.agents import Agent

    headers = [(name, value) for name, value in request.headers if name.lower() not in _SECRET]
    agent = Agent(state=state, host_id=key.host_id, may=key.actions)
    answer = over_http.answer(agent, over_http.Asked(path=request.path, headers=headers, body=body))
    response = Response(answer.body, answer.status, answer.headers)
    response.headers["Cache-Control"] = "no-store"
    return response

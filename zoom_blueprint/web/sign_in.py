"""The way to the host app's sign-in, for who is not signed in, and back to where they were."""

from urllib.parse import quote, urlsplit

from flask import redirect, request, url_for
from werkzeug.routing import BuildError
from werkzeug.wrappers import Response as AnyResponse

from zoom_blueprint.errors import ConfigurationError
from zoom_blueprint.languages import said
from zoom_blueprint.state import State
from zoom_blueprint.web import replies


def answer(state: State) -> AnyResponse:
    """Lead to the sign-in, with the path to come back to as ``next``; an app without the setting is told to be opened.

    Raises:
        ConfigurationError: there is no such endpoint.
    """
    address = address_of(state, _here(state))
    if address is not None:
        return redirect(address)
    return replies.page(
        "problem.html",
        401,
        title=said("Please sign in"),
        detail=said("Sign in to this site first, then open this page again."),
    )


def address_of(state: State, back: str | None = None) -> str | None:
    """Return where one signs in; ``back`` is the path that follows, of our first page unless it is given.

    Raises:
        ConfigurationError: there is no such endpoint.
    """
    endpoint = state.config.login_endpoint
    if not endpoint:
        return None
    try:
        return url_for(endpoint, next=back or first_page(state))
    except BuildError:
        raise ConfigurationError(
            f"ZOOM_LOGIN_ENDPOINT is {endpoint!r}, and this app has no such endpoint without arguments. "
            "`flask routes` lists those there are."
        ) from None


def first_page(state: State) -> str:
    """Return the path of the dashboard as browsers see it."""
    return f"{urlsplit(state.links.base).path}/"


def root(state: State) -> str:
    """Return below which path the app is served, without a slash at its end."""
    return str(state.app.config.get("APPLICATION_ROOT") or "/").rstrip("/")


def _here(state: State) -> str | None:
    """Return the path that was asked for, if it is a page that can be asked for again; its query may be a secret."""
    is_page = request.method == "GET" and not replies.is_for_programs()
    if not is_page or (request.endpoint or "").endswith(".callback"):
        return None
    return f"{root(state)}{quote(request.path)}"

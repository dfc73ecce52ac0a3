"""Who is signed in, and the one address under which host pages are served."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from zoom_blueprint.errors import ConfigurationError
from zoom_blueprint.services import hosts
from zoom_blueprint.state import State, current_state
from zoom_blueprint.values import Host
from zoom_blueprint.web import forms, replies

P = ParamSpec("P")


def current_host(state: State) -> Host | None:
    """Return the signed-in host as stored, writing what the host app says of them now.

    Raises:
        ConfigurationError: the app has no ``host_loader``.
    """
    if state.hooks.host_loader is None:
        raise ConfigurationError("Say who is signed in: decorate a function with @zoom.host_loader.")
    host = state.hooks.host_loader()
    return None if host is None else hosts.put(state, host)


def for_host(view: Callable[P, AnyResponse]) -> Callable[..., AnyResponse]:
    """Serve a page to the signed-in host, under the public address only; the view gets ``(state, host, …)``."""

    @wraps(view)
    def wrapped(*args: object, **kwargs: object) -> AnyResponse:
        state = current_state()
        if request.method == "GET" and request.host_url.rstrip("/") != state.config.public_url:
            # Cookies of localhost and 127.0.0.1 differ, and those of any other name too.
            return redirect(f"{state.config.public_url}{request.full_path.rstrip('?')}")
        host = current_host(state)
        if host is None:
            return _sign_in(state)
        if request.method == "POST" and not forms.ActionForm().validate_on_submit():
            return replies.page(
                "problem.html",
                400,
                title="This page has expired",
                detail="It was open for too long, or you signed in again since. Go back, reload it and try again.",
            )
        return view(state, host, *args, **kwargs)  # type: ignore[arg-type]  # the wrapped view's own arguments

    return wrapped


def _sign_in(state: State) -> AnyResponse:
    if state.config.login_endpoint:
        return redirect(url_for(state.config.login_endpoint))
    return replies.page(
        "problem.html", 401, title="Please sign in", detail="Sign in to this site first, then open this page again."
    )


def see_other(address: str) -> Response:
    """Return a redirect after a POST; the address is one of ours."""
    response = Response(status=303)
    response.headers["Location"] = address
    return response

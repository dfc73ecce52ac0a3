"""Who is signed in, and the one address under which host pages are served."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec
from urllib.parse import quote, urlencode, urlsplit

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from zoom_blueprint.errors import ConfigurationError
from zoom_blueprint.services import hosts
from zoom_blueprint.state import State, current_state
from zoom_blueprint.values import Host
from zoom_blueprint.web import forms, replies

P = ParamSpec("P")
_LED_HERE = "to_public"


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
        if request.method == "GET" and not _is_public_host(state):
            return _to_public_host(state)
        host = current_host(state)
        if host is None:
            return _sign_in(state)
        if request.method == "POST" and not forms.ActionForm().validate_on_submit():
            return replies.expired_page()
        return view(state, host, *args, **kwargs)  # type: ignore[arg-type]  # the wrapped view's own arguments

    return wrapped


def _is_public_host(state: State) -> bool:
    """Compare names and ports only: behind a proxy that ends TLS the scheme may be seen wrongly, and it loops."""
    public = urlsplit(state.config.public_url)
    return _without_default_port(request.host) == _without_default_port(public.netloc)


def _without_default_port(place: str) -> str:
    return place.lower().removesuffix(":443").removesuffix(":80")


def _to_public_host(state: State) -> AnyResponse:
    """Lead to the public address: cookies of localhost and 127.0.0.1 differ, and those of any other name too."""
    if _LED_HERE in request.args:
        return replies.page(
            "problem.html",
            421,
            title="This address is not set up",
            detail=f"ZOOM_PUBLIC_URL is {state.config.public_url}, and the app is asked for as {request.host}. "
            "Correct ZOOM_PUBLIC_URL, or let the proxy pass on the Host header and use werkzeug's ProxyFix.",
        )
    root = str(state.app.config.get("APPLICATION_ROOT") or "/").rstrip("/")
    query = urlencode([*request.args.items(multi=True), (_LED_HERE, "1")])
    return redirect(f"{state.config.public_url}{root}{quote(request.path)}?{query}")


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

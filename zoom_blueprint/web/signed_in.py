"""Who is signed in, and the one address under which host pages are served."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import ParamSpec
from urllib.parse import quote, urlencode, urlsplit

from flask import Response, flash, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from zoom_blueprint import logs
from zoom_blueprint.errors import BadInput, BookingError, ConfigurationError, ZoomBlueprintError
from zoom_blueprint.languages import said
from zoom_blueprint.services import hosts, sites
from zoom_blueprint.state import State, current_state
from zoom_blueprint.values import Host
from zoom_blueprint.web import forms, reading, replies, session_clock, sign_in
from zoom_blueprint.web.kinds import TooMany, kind_of

_log = logs.logger(__name__)
P = ParamSpec("P")
_LED_HERE = "to_public"
_EXPIRED = said("This page was open for a long time. Nothing is lost: please look it over and send it once more.")


def current_host(state: State) -> Host | None:
    """Return the signed-in host as stored, writing what the host app says of them now.

    Raises:
        ConfigurationError: the app has no ``host_loader``, or it returns something else than a ``Host``.
        BadInput: a field of the host is empty or malformed, or the slug belongs to another host.
    """
    if state.hooks.host_loader is None:
        raise ConfigurationError(
            "Say who is signed in: decorate a function with @zoom.host_loader that returns the zoom_blueprint.Host "
            "of whoever is, and None for nobody. The README begins with one."
        )
    found: object = state.hooks.host_loader()
    if found is None:
        return None
    if not isinstance(found, Host):
        raise ConfigurationError(
            f"The @zoom.host_loader function must return a zoom_blueprint.Host or None, not {type(found).__name__}."
        )
    try:
        return hosts.put(state, found)
    except BadInput as error:
        _log.error("The host from the @zoom.host_loader function cannot be kept: %s", error)
        raise


def for_host(view: Callable[P, AnyResponse]) -> Callable[..., AnyResponse]:
    """Serve a page to the signed-in host, under the public address only; the view gets ``(state, host, …)``.

    Whose time here is over is asked what shall become of Zoom, whatever they asked for, and served nothing.
    """
    return _for_host(view, session_clock.refuse)


def for_writing_host(
    again: Callable[..., AnyResponse],
) -> Callable[[Callable[..., AnyResponse]], Callable[..., AnyResponse]]:
    """Serve what a form of the signed-in host sends as ``for_host`` does, and lose nothing of what they typed.

    What is refused leads to ``again``, which gets what the view gets, and ``errors`` and ``status``: the fields that
    are wrong or, by an empty name, what is wrong with all of it. So does a page of ours that has expired; what another
    site's page sends gets no form back that it has filled in.
    """

    def decorate(view: Callable[..., AnyResponse]) -> Callable[..., AnyResponse]:
        def kept(state: State, host: Host, **place: str) -> AnyResponse:
            try:
                return view(state, host, **place)
            except (BadInput, BookingError, TooMany) as error:
                errors = error.errors if isinstance(error, BadInput) else {"": str(error)}
                response = again(state, host, **place, errors=errors, status=kind_of(error)[0])
                if isinstance(error, TooMany):
                    response.headers["Retry-After"] = str(error.seconds)
                return response

        def expired(state: State, host: Host, **place: str) -> AnyResponse:
            if not _is_sent_from_here(state):
                return replies.expired_page()
            return again(state, host, **place, errors={"": _EXPIRED}, status=400)

        return _for_host(wraps(view)(kept), session_clock.refuse, expired)

    return decorate


def for_leaving_host(view: Callable[P, AnyResponse]) -> Callable[..., AnyResponse]:
    """Serve a page to the signed-in host as ``for_host`` does, to one whose time is over as well."""
    return _for_host(view, lambda state, host: None)


def _expired(state: State, host: Host, **place: str) -> AnyResponse:
    del state, host, place
    return replies.expired_page()


def _for_host(
    view: Callable[P, AnyResponse],
    refuse: Callable[[State, Host], AnyResponse | None],
    expired: Callable[..., AnyResponse] = _expired,
) -> Callable[..., AnyResponse]:
    @wraps(view)
    def wrapped(*args: object, **kwargs: object) -> AnyResponse:
        state = current_state()
        if request.method == "GET" and not _is_public_host(state):
            return _to_public_host(state)
        if request.script_root not in ("", sign_in.root(state)):
            return _not_below(state, request.script_root)
        host = current_host(state)
        if host is None:
            return sign_in.answer(state)
        reading.remember(host.locale)
        refused = refuse(state, host)
        if refused is not None:
            return refused
        if request.method == "POST" and not forms.ActionForm().validate_on_submit():
            return expired(state, host, *args, **kwargs)
        return view(state, host, *args, **kwargs)  # type: ignore[arg-type]  # the wrapped view's own arguments

    return wrapped


def _is_public_host(state: State) -> bool:
    """Compare names and ports only: behind a proxy that ends TLS the scheme may be seen wrongly, and it loops."""
    public = urlsplit(state.config.public_url)
    return _without_default_port(request.host) == _without_default_port(public.netloc)


def _is_sent_from_here(state: State) -> bool:
    """Return whether a browser says that a page of the public address sent this; one without TLS may be anybody's."""
    asking = sites.origin(request.headers.get("Origin", ""))
    return asking is not None and asking == sites.origin(state.config.public_url)


def _without_default_port(place: str) -> str:
    return place.lower().removesuffix(":443").removesuffix(":80")


def _to_public_host(state: State) -> AnyResponse:
    """Lead to the public address: cookies of localhost and 127.0.0.1 differ, and those of any other name too."""
    if _LED_HERE in request.args:
        return replies.page(
            "problem.html",
            421,
            title=said("This address is not set up"),
            detail=said(
                "ZOOM_PUBLIC_URL is {set}, and the app is asked for as {asked}. Correct ZOOM_PUBLIC_URL, or let the "
                "proxy pass on the Host header and use werkzeug’s ProxyFix.",
                set=state.config.public_url,
                asked=request.host,
            ),
        )
    query = urlencode([*request.args.items(multi=True), (_LED_HERE, "1")])
    return redirect(f"{state.config.public_url}{sign_in.root(state)}{quote(request.path)}?{query}")


def _not_below(state: State, path: str) -> AnyResponse:
    """Say so before a host is sent to Zoom with an address that leads back to nowhere."""
    words = said(
        "The app is served below {path}, and APPLICATION_ROOT is {root}. Set APPLICATION_ROOT to {path}.",
        path=path,
        root=sign_in.root(state) or "/",
    )
    _log.error("%s So are links in mails and Zoom's way back right.", words)
    return replies.page("problem.html", 421, title=said("This address is not set up"), detail=words)


def tell(host: Host, *sentences: str | None) -> None:
    """Say on the next page, in the host's language, what has been done; None is nothing to say."""
    _flash(host, sentences, "zoom-success")


def warn(host: Host, *sentences: str | ZoomBlueprintError | None) -> None:
    """Say on the next page, in the host's language, what went wrong."""
    _flash(host, sentences, "zoom-problem")


def told_by_mail(state: State, name: str) -> str:
    """Return whether somebody is told of what the host did, or has to be told."""
    if state.has_mail:
        return said("{name} is told by mail.", name=name)
    return said("No mails are sent yet: please tell {name} yourself.", name=name)


def _flash(host: Host, sentences: Sequence[str | ZoomBlueprintError | None], category: str) -> None:
    spoken = reading.of_host(host)
    words = [
        replies.in_words(one, spoken) if isinstance(one, ZoomBlueprintError) else spoken.say(one)
        for one in sentences
        if one
    ]
    flash(" ".join(words), category)


def see_other(address: str) -> Response:
    """Return a redirect after a POST; the address is one of ours."""
    response = Response(status=303)
    response.headers["Location"] = address
    return response

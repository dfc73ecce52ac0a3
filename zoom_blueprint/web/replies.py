"""How answers leave: JSON and pages, errors as problem details or as a page, and the headers each of them needs."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Final, NoReturn
from urllib.parse import urlsplit

import msgspec
from flask import Response, current_app, g, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, ServiceUnavailable
from werkzeug.routing import RequestRedirect

from zoom_blueprint import logs
from zoom_blueprint.errors import BadInput, StoreUnavailable, ZoomBlueprintError
from zoom_blueprint.languages import Language, plain, said
from zoom_blueprint.state import current_state
from zoom_blueprint.store.crypto import SealBroken
from zoom_blueprint.values import Host
from zoom_blueprint.web import reading
from zoom_blueprint.web.asked import request_itself
from zoom_blueprint.web.contract import FieldOut, Problem
from zoom_blueprint.web.kinds import TooMany, http_words, http_words_for_programs, kind_of, told_of

_API_ENDPOINT = "api_"
_OTHER_PROGRAMS = ("receive", "healthz", "readyz", "metrics", "widget", "connection_health", "session_left")
_WITH_KEYS = ("api_act", "api_mcp")  # for servers' programs: whoever calls them from a page shows its key to everybody
_IN_MAILS = "api_invite"  # the one address below the API that people open themselves
RETRY_SECONDS = "5"
_JSON = (("Content-Type", "application/json"), ("Cache-Control", "no-store"))
_READABLE: Final = (("Access-Control-Allow-Origin", "*"), ("Access-Control-Expose-Headers", "ETag, Retry-After"))
_ASKABLE: Final = (
    ("Access-Control-Allow-Methods", "GET, POST"),
    ("Access-Control-Allow-Headers", "Content-Type"),
    ("Access-Control-Max-Age", "86400"),
)
# What a visitor can do about it, in a word.
_REASONS: Final = {
    403: "refused",
    404: "gone",
    409: "taken",
    410: "gone",
    413: "invalid",
    422: "invalid",
    429: "limited",
}
_log = logs.logger(__name__)


def json(content: object) -> bytes:
    """Return a value as JSON."""
    return msgspec.json.encode(content, enc_hook=plain)


def json_reply(content: object, status: int = 200) -> Response:
    """Return a JSON answer that no cache keeps."""
    return Response(json(content), status, _JSON)


def page(
    template: str, status: int = 200, *, language: Language | None = None, host: Host | None = None, **context: object
) -> Response:
    """Return one of our pages; a template of the same name in the host app wins.

    It speaks ``language``, else that of the ``host`` who is signed in, else the visitor's: templates say their texts
    by ``_("Hello {name}", name=name)`` and ``count("{n} time", "{n} times", n)``. ``own`` is what the blueprint is
    called in endpoints, whatever its name and its parent: its public half is nested in it.
    """
    spoken = language or (reading.of_host(host) if host else reading.of_visitor())
    own = (request.blueprint or "").removesuffix(".public")
    state = current_state()
    context |= {"language": spoken, "_": spoken.say, "count": spoken.count, "own": own}
    context["has_google"] = state.config.has_google
    if host is not None:
        context |= {"host": host, "session_clock": g.get("zoom_clock")}
    found = state.templates.get_template(f"zoom_blueprint/{template}")
    response = make_response(render_template(found, status=status, **context), status)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Language"] = reading.tag(spoken)
    return response


def framed_by(sites: Sequence[str], template: str, status: int = 200, **context: object) -> Response:
    """Return one of our pages, which may stand in frames of some origins; of none when there are none."""
    response = page(template, status, **context)  # type: ignore[arg-type]  # the template's own words
    response.headers["Content-Security-Policy"] = content_security_policy(framed_by=sites)
    return response


def problem(
    status: int,
    kind: str | None,
    title: str,
    detail: str,
    *,
    errors: dict[str, str] | None = None,
    slots: list[str] | None = None,
    token: str | None = None,
    fields: list[FieldOut] | None = None,
) -> Response:
    """Return problem details (RFC 9457) in the reader's language; without a kind the status says all there is."""
    spoken = reading.of_visitor()
    content = Problem(
        type=f"{current_state().links.base}/guide#{kind}" if kind else "about:blank",
        title=spoken.say(title),
        status=status,
        detail=spoken.say(detail),
        # A conflict without other times is about the event, not about the time.
        reason="gone" if status == HTTPStatus.CONFLICT and slots is None else _REASONS.get(status),
        fields=fields,
        errors=None if errors is None else {name: spoken.say(text) for name, text in errors.items()},
        slots=slots,
        token=token,
    )
    members = {name: value for name, value in vars(content).items() if value is not None}
    response = json_reply(members, status)
    response.mimetype = "application/problem+json"
    response.headers["Content-Language"] = reading.tag(spoken)
    return response


def for_error(error: ZoomBlueprintError, **members: object) -> Response:
    """Return the answer to one of our errors: problem details below the API, a page elsewhere."""
    status, kind, title = kind_of(error)
    if status == 500:
        _log.error("unexpected %s", type(error).__name__, exc_info=error)
    elif status == 503:
        _log.error("%s", error)  # its text is for whoever runs the site
    detail = str(error) if status == 503 and current_app.debug else in_words(error, reading.of_visitor())
    if is_for_programs():
        errors = error.errors if isinstance(error, BadInput) else None
        response = problem(status, kind, title, detail, **{"errors": errors, **members})  # type: ignore[arg-type]
    else:
        response = page("problem.html", status, kind=kind, title=title, detail=detail)
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.seconds)
    elif isinstance(error, StoreUnavailable):
        response.headers["Retry-After"] = RETRY_SECONDS
    return response


def for_broken_seal(error: SealBroken) -> Response:
    """Return the answer where what is stored sealed does not open: nobody but the site's operator can mend that."""
    _log.error("%s `flask zoom doctor` says where.", error)
    title, detail = http_words(ServiceUnavailable())
    if is_for_programs():
        return problem(503, "sealed", title, detail)
    if not (request.blueprint or "").endswith(".public"):
        title = said("The key to this page is missing")
        detail = said(
            "What is kept encrypted here does not open with the site’s keys. Tell the site’s operator: the earlier key "
            "has to be put back, and “flask zoom doctor” says more."
        )
    return page("problem.html", 503, title=title, detail=detail)


def for_http_error(error: HTTPException) -> Response:
    """Return the answer to an HTTP error raised inside our routes."""
    status = error.code or 500
    if error.response is not None or status < 400:
        return make_response(error.get_response())
    if isinstance(error, CSRFError):
        return expired_page()
    if is_for_programs():
        response = problem(status, None, *http_words_for_programs(error))
    else:
        title, detail = http_words(error)
        response = page("problem.html", status, title=title, detail=detail)
    for name, value in error.get_headers():
        if name.lower() != "content-type":  # Allow, Retry-After, WWW-Authenticate
            response.headers[name] = value
    return response


def expired_page() -> Response:
    """Return the page for a form of the host's pages whose CSRF token is missing or too old."""
    return page(
        "problem.html",
        400,
        title=said("This page has expired"),
        detail=said("It was open for too long, or you signed in again since. Go back, reload it and try again."),
    )


def in_words(error: ZoomBlueprintError, spoken: Language) -> str:
    """Return what a reader is told of an error, in their language."""
    return " ".join(spoken.say(text) for text in told_of(error, kind_of(error)[0]))


def is_for_programs() -> bool:
    """Return whether this request comes from a program, not from a person's browser window."""
    name = _name(request.endpoint)
    if name == _IN_MAILS and request.accept_mimetypes.best_match(("text/calendar", "text/html")) == "text/html":
        return False
    return _is_api(request.endpoint) or name in _OTHER_PROGRAMS


def _is_api(endpoint: str | None) -> bool:
    # By the endpoint, because the prefix of the blueprint may contain /api/v1/ too. None: an address without a route.
    return endpoint is None or _name(endpoint).startswith(_API_ENDPOINT)


def _name(endpoint: str | None) -> str:
    return (endpoint or "").rpartition(".")[2]


def leave_to_flask(error: Exception) -> NoReturn:
    """Keep the host app's handler for every Exception away from our routes; Flask logs it and answers by our 500."""
    raise error


def for_no_route(error: HTTPException, prefix: str, below: tuple[str, ...]) -> Response | None:
    """Return the answer to an address without a route, if it is one of ours, which begin like one of ``below``."""
    if isinstance(error, RequestRedirect):
        return _stay_here(error, prefix)
    if (error.code or 0) < 400 or not request.path.startswith(below):
        return None
    return finish(for_http_error(error))


def _stay_here(error: RequestRedirect, prefix: str) -> Response | None:
    """Lead to one of our addresses with its slashes put right: to a path only, for anybody can send a Host header."""
    parts = urlsplit(error.new_url)
    if not prefix or not parts.path.startswith(f"{request.root_path.rstrip('/')}{prefix}/"):
        return None
    response = Response(status=error.code)
    response.headers["Location"] = parts.path + (f"?{parts.query}" if parts.query else "")
    return response


def finish(response: Response) -> Response:
    """Add the headers that every answer of ours has."""
    headers, asked = response.headers, request_itself()
    headers.add("X-Content-Type-Options", "nosniff")
    if _name(asked.endpoint) in _WITH_KEYS:
        return response
    if _is_api(asked.endpoint):
        for header in _READABLE if asked.method != "OPTIONS" else (*_READABLE, *_ASKABLE):
            headers.add(*header)
    elif response.mimetype == "text/html":
        headers.setdefault("Content-Security-Policy", content_security_policy())
        headers.setdefault("Referrer-Policy", "no-referrer" if "token" in (asked.view_args or {}) else "same-origin")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    return response


def content_security_policy(*led_to: str, framed_by: Sequence[str] = (), frames: Sequence[str] = ()) -> str:
    """Return the policy of our pages; forms may lead to Zoom and Google, as Connect ends there, and to ``led_to``.

    They stand in frames of ``framed_by`` only, and hold frames of ``frames`` only.
    """
    state = current_state()
    consents = [state.config.oauth_url, *([state.google_oauth.consent_url] if state.config.has_google else [])]
    return "; ".join(
        (
            "default-src 'none'",
            "style-src 'self'",
            "script-src 'self'",
            "connect-src 'self'",
            "img-src 'self' data:",
            " ".join(
                ("form-action 'self'", *(f"{url.scheme}://{url.netloc}" for url in map(urlsplit, consents)), *led_to)
            ),
            *([" ".join(("frame-src", *frames))] if frames else []),
            "base-uri 'none'",
            " ".join(("frame-ancestors", *(framed_by or ["'none'"]))),
            "require-trusted-types-for 'script'",
        )
    )

"""The widget's script, which other sites load: packed as the browser likes, and kept by it for as long as is right."""

from typing import Final

from flask import Response, current_app, request
from werkzeug.datastructures import Accept
from werkzeug.exceptions import NotFound

from zoom_blueprint.languages import said
from zoom_blueprint.web import bundles, replies

_FLOATING: Final = "public, max-age=600, stale-while-revalidate=86400"
_PINNED: Final = "public, max-age=31536000, immutable"


def widget(release: str) -> Response:
    """Serve the widget: ``v1`` floats with the releases, a version number is pinned for good."""
    bundle = bundles.find(release)
    if bundle is None:
        return _for_all(_unknown(release))
    coding = _coding(request.accept_encodings, tuple(bundle.bodies))
    body = bundle.bodies[coding]
    response = Response(body.content, mimetype="text/javascript")
    if coding != bundles.IDENTITY:
        response.headers["Content-Encoding"] = coding
    response.headers["Vary"] = "Accept-Encoding"
    # Who develops the widget builds another script of the same version.
    is_pinned = release != bundles.FLOATING and not current_app.debug
    response.headers["Cache-Control"] = _PINNED if is_pinned else _FLOATING
    response.set_etag(body.tag)
    response.make_conditional(request, accept_ranges=True, complete_length=len(body.content))
    return _for_all(response)


def types() -> Response:
    """Serve what TypeScript wants to know of the widget."""
    response = Response(bundles.TYPES.read_bytes(), mimetype="text/plain")
    response.headers["Cache-Control"] = _FLOATING
    response.add_etag()
    response.make_conditional(request)
    return _for_all(response)


def _for_all(response: Response) -> Response:
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _unknown(release: str) -> Response:
    known = dict.fromkeys((*bundles.kept(), bundles.running()))
    words = said(
        "There is no release {release} of the widget here, only {known}. Use {script}, which is always the newest.",
        release=release[:32],
        known=", ".join(known),
        script=f"/widget/{bundles.FLOATING}/{bundles.SCRIPT}",
    )
    return replies.for_http_error(NotFound(words))


def _coding(accepted: Accept, there: tuple[str, ...]) -> str:
    """Return how to pack the script: of what the browser takes what it likes best, in doubt the smallest.

    What is not named at all is taken unpacked, even where the browser says that it wants nothing unpacked
    (RFC 9110, 12.5.3, leaves that to us).
    """
    wishes = {coding: accepted.quality(coding) for coding in there if coding != bundles.IDENTITY}
    best = max(wishes, key=lambda coding: wishes[coding], default=bundles.IDENTITY)
    if not wishes.get(best) or wishes[best] < _unpacked(accepted):
        return bundles.IDENTITY
    return best


def _unpacked(accepted: Accept) -> float:
    """Return how much the browser said it wants the script unpacked; a ``*`` says nothing of that."""
    return next((quality for name, quality in accepted if name.lower() == bundles.IDENTITY), 0)

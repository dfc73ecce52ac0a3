"""The widget's script, which other sites load."""

from importlib.metadata import version
from pathlib import Path

from flask import Response, abort, send_from_directory

_FOLDER = Path(__file__).parent / "static"
_SCRIPT = "book-now.js"
_FLOATING = "v1"
_FLOATING_SECONDS = 600
_PINNED_SECONDS = 31_536_000


def widget(release: str) -> Response:
    """Serve the widget: ``v1`` floats with the releases, a version number is pinned for good."""
    pinned = release == version("zoom-blueprint")
    if not pinned and release != _FLOATING:
        abort(404, "There is no such release of the widget. Use /widget/v1/book-now.js.")
    response = send_from_directory(_FOLDER, _SCRIPT, mimetype="text/javascript")
    response.headers["Cache-Control"] = (
        f"public, max-age={_PINNED_SECONDS}, immutable" if pinned else f"public, max-age={_FLOATING_SECONDS}"
    )
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response

"""The answer of a page for which the site is not set up."""

from flask import Response, current_app

from zoom_blueprint import logs
from zoom_blueprint.errors import ConfigurationError
from zoom_blueprint.languages import said
from zoom_blueprint.web import replies

_log = logs.logger(__name__)


def answer(error: ConfigurationError) -> Response:
    """Tell the log what is missing, and a developer, whose app runs in debug mode, on the page too; strangers not.

    Raises:
        ConfigurationError: the app is being tested.
    """
    if current_app.testing:
        raise error
    _log.error("%s", error)
    title = said("This site is not set up yet")
    mender = said("Only its operator can mend that: its log says what is missing, and so does “flask zoom doctor”.")
    detail = str(error) if current_app.debug else mender
    if replies.is_for_programs():
        return replies.problem(500, "not-set-up", title, detail)
    return replies.page("problem.html", 500, kind="not-set-up", title=title, detail=detail)

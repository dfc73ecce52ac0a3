"""Which Flask app a Celery app works for; Celery itself is imported no sooner than here."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from flask import Flask, current_app, has_app_context

from zoom_blueprint.errors import ConfigurationError
from zoom_blueprint.state import EXTENSION, State

if TYPE_CHECKING:
    from celery import Celery


def init(celery_app: "Celery", app: Flask | None, registered: Collection[Flask]) -> None:
    """Leave the work of one of the registered apps to a Celery app: of ``app``, else the current, else the only one.

    Raises:
        ConfigurationError: Celery is not installed, it is unclear for which app, or one of them has another already.
    """
    try:
        from zoom_blueprint.work import celery
    except ModuleNotFoundError as error:
        raise ConfigurationError(f"{error.name} is not installed: pip install 'zoom-blueprint[celery]'") from error
    celery.init(celery_app, _state_of(app, registered))


def _state_of(app: Flask | None, registered: Collection[Flask]) -> State:
    if app is None and has_app_context():
        app = current_app._get_current_object()  # type: ignore[attr-defined]  # of the proxy
    if app is None and len(registered) == 1:
        (app,) = registered
    if app is None or app not in registered:
        raise ConfigurationError(
            "It is not clear which Flask app the Celery app works for. Register the blueprint first, then name the "
            "app: zoom.init_celery(celery_app, app)."
        )
    state: State = app.extensions[EXTENSION]
    return state

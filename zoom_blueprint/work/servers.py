"""When to start what serving needs: once a server runs the app, and never in commands or a reloader's parent."""

import os
import sys
import threading
from collections.abc import Callable
from types import FrameType

import click
from flask import Flask

from zoom_blueprint.state import State
from zoom_blueprint.work.thread import ThreadEngine

_SERVERS = ("gunicorn.app.base", "uwsgi", "waitress.server", "mod_wsgi", "hypercorn.run")
_LOADED_BY_OTHERS = "uvicorn."  # the package mcp does: this one serves where it is among those who load the app


def load_when_served(app: Flask, load: Callable[[], None]) -> None:
    """Load what visitors need while a server's process starts, so that the first visitor does not wait for it.

    At once in a parent that forks, whose children then share the memory; beside everything else where requests arrive.
    """
    if _will_fork():
        load()
    elif _is_serving(app):
        threading.Thread(target=load, name="load-zoom-blueprint", daemon=True).start()


def start_when_served(state: State, engine: ThreadEngine) -> None:
    """Start at once in a server's process, in its children if it forks, else with the first request that it brings.

    The first request starts the engine that the state has by then.

    A command of ``flask`` other than ``run`` is no server; tests that use the test client are none either.
    """
    app = state.app
    if _will_fork():
        engine.start_in_children()
    elif _is_serving(app):
        engine.start()

    @app.before_request
    def start() -> None:
        if not app.testing:
            state.work.start()


def _will_fork() -> bool:
    """Tell whether this is the parent of gunicorn's workers, which loads the app with ``--preload`` and serves nobody.

    A thread there would do the workers' work, and what it holds while they are forked stays locked in them for ever.
    """
    modules = _callers()
    is_worker = any(module.startswith("gunicorn.workers.") for module in modules)
    return "gunicorn.arbiter" in modules and not is_worker


def _is_serving(app: Flask) -> bool:
    context = click.get_current_context(silent=True)
    if context is not None and context.info_name == "run":
        return not app.debug or os.environ.get("WERKZEUG_RUN_MAIN") == "true"
    if context is not None:
        return False
    return any(name in sys.modules for name in _SERVERS) or any(
        module.startswith(_LOADED_BY_OTHERS) for module in _callers()
    )


def _callers() -> set[str]:
    """Return the modules of all functions that run in this thread now."""
    frame: FrameType | None = sys._getframe()
    modules = set()
    while frame is not None:
        modules.add(str(frame.f_globals.get("__name__")))
        frame = frame.f_back
    return modules

"""Attach to an app: its settings are read, and the state is hung on it; slow imports wait for their first use."""

import threading
import weakref
from collections.abc import Sequence

from flask import Flask
from sqlalchemy.exc import ArgumentError

from zoom_blueprint import logs, metrics, web
from zoom_blueprint.config import Config
from zoom_blueprint.errors import ConfigurationError
from zoom_blueprint.links import Links
from zoom_blueprint.loading import turn
from zoom_blueprint.state import EXTENSION, KINDS, Hooks, State, check_database_address
from zoom_blueprint.store.crypto import Cipher
from zoom_blueprint.work import servers
from zoom_blueprint.work.thread import ThreadEngine

_log = logs.logger(__name__)


def init_app(app: Flask, hooks: Hooks, url_prefix: str) -> State:
    """Read the configuration and hang the state on the app.

    Raises:
        ConfigurationError: a ``ZOOM_*`` key is missing or malformed.
    """
    config = Config.read(app.config, debug=app.debug or app.testing)
    try:
        check_database_address(app, config)
    except (ArgumentError, ValueError):
        key = "ZOOM_DATABASE_URL" if config.database_url else "SQLALCHEMY_DATABASE_URI"
        raise ConfigurationError(f"{key} is not the address of a database, like sqlite:///app.db.") from None
    root = str(app.config.get("APPLICATION_ROOT") or "/").rstrip("/")

    def drain(kind: str, limit: int) -> int:
        with turn:
            from zoom_blueprint.services import drain

        return drain.drain(state, kind, limit)

    def beat() -> None:
        with turn:
            from zoom_blueprint.services import heartbeats

        heartbeats.beat(state, "thread")

    def tidy() -> None:
        with turn:
            from zoom_blueprint.services import tallies

        tallies.write(state)

    rare = ("posting",) if config.has_google else ("calendar", "posting")  # most sites have neither
    engine = ThreadEngine(
        dict.fromkeys(KINDS, 1), drain, first_tries=config.first_tries, beat=beat, tidy=tidy, rare=rare
    )
    state = State(
        app=app,
        config=config,
        links=Links(config.link_keys, f"{config.public_url}{root}{url_prefix}"),
        hooks=hooks,
        cipher=Cipher(config.token_keys),
        render=lambda template, **context: state.templates.get_template(template).render(context),
        work=engine,
    )
    app.extensions[EXTENSION] = state
    metrics.watch(_queues_of(weakref.ref(state)), is_shown=config.metrics_token is not None)
    _say_if_mute(state)
    servers.load_when_served(app, web.routes.load)
    if config.worker == "thread":
        servers.start_when_served(state, engine)
    return state


def _queues_of(found: "weakref.ref[State]") -> metrics.ReadQueues:
    """Return how to measure the queues of an app, for as long as there is the app."""

    def read() -> Sequence[metrics.Queue]:
        with turn:
            from zoom_blueprint.services import queues

        state = found()
        return () if state is None else queues.measure(state)

    return read


def _say_if_mute(state: State) -> None:
    """Warn with the first request, when all hooks are there, that no mail can leave."""
    said = threading.Event()

    @state.app.url_value_preprocessor  # every request of the app comes by, and these cost it less than others
    def say(endpoint: str | None, values: object) -> None:
        del endpoint, values
        if not said.is_set():
            said.set()
            if not state.has_mail:
                _log.warning("No mail is sent: set ZOOM_SMTP_URL and ZOOM_MAIL_FROM, or use @zoom.mailer.")

"""What hangs on ``app.extensions["zoom_blueprint"]``: settings, clients, hooks and the store of one app."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from flask import Flask, current_app
from jinja2 import Environment, Undefined
from jinja2 import defaults as jinja
from sqlalchemy import Engine
from sqlalchemy.engine import make_url

from zoom_blueprint.config import Config
from zoom_blueprint.errors import ConfigurationError, ZoomBlueprintError
from zoom_blueprint.events import EventName, LifecycleEvent
from zoom_blueprint.links import Links
from zoom_blueprint.loading import turn
from zoom_blueprint.store.crypto import Cipher
from zoom_blueprint.store.session import Database, engine_for
from zoom_blueprint.store.sqlite_files import sqlite_path
from zoom_blueprint.values import Booking, Draft, Host

if TYPE_CHECKING:  # they are slow to load, and wait for the first call
    from zoom_blueprint.google_api.client import GoogleClient
    from zoom_blueprint.google_api.oauth import OAuthClient as GoogleOAuthClient
    from zoom_blueprint.google_api.transport import Transport as GoogleTransport
    from zoom_blueprint.zoom_api.client import ZoomClient
    from zoom_blueprint.zoom_api.oauth import OAuthClient
    from zoom_blueprint.zoom_api.transport import Transport

T = TypeVar("T")
EXTENSION = "zoom_blueprint"
KINDS = ("inbox", "meeting", "calendar", "delivery", "posting", "duty")  # what services.drain works off
_OUR_TEMPLATES = "zoom_blueprint/"
_LONGEST_SUBSCRIBER = 100

HostLoader = Callable[[], Host | None]
MayConnect = Callable[[Host], bool | str]
BeforeBooking = Callable[[Draft], None]
MeetingOptions = Callable[[Booking], dict[str, Any]]
BusyTimes = Callable[[Host, datetime, datetime], Sequence[tuple[datetime, datetime]]]
Mailer = Callable[[EmailMessage], None]
SignOut = Callable[[], None]
LifecycleHook = Callable[[LifecycleEvent], None]


@dataclass
class Hooks:
    """The host app's decisions (one function each) and the functions that are told of lifecycle events."""

    host_loader: HostLoader | None = None
    may_connect: MayConnect | None = None
    before_booking: BeforeBooking | None = None
    meeting_options: MeetingOptions | None = None
    busy_times: BusyTimes | None = None
    mailer: Mailer | None = None
    sign_out: SignOut | None = None
    told: dict[EventName, dict[str, LifecycleHook]] = field(default_factory=dict)

    def tell(self, name: EventName, known_as: str, function: LifecycleHook) -> None:
        """Have a function be told of an event, as a subscriber that is known by this name.

        Raises:
            ConfigurationError: it has no name, or a long one, or one that is taken for this event.
        """
        if not known_as:
            raise ConfigurationError("This function has no name of its own. Give it one with subscriber=...")
        if len(known_as) > _LONGEST_SUBSCRIBER:
            raise ConfigurationError(f"{known_as!r} is too long: at most {_LONGEST_SUBSCRIBER} characters.")
        told = self.told.setdefault(name, {})
        if known_as in told:
            raise ConfigurationError(f"{known_as!r} is told of {name} already. Give another subscriber=... name.")
        told[known_as] = function


class WorkEngine(Protocol):
    """Whoever runs due work for this process; it only wakes and executes. ``name`` is ``thread`` or ``celery``."""

    name: str

    def start(self) -> None:
        """Begin to look for due work by itself; once is enough."""

    def stop(self, seconds: float = ...) -> None:
        """Stop to look for due work, after what is in hand, for which there are so many seconds."""

    def wake(self) -> None:
        """Look for due work soon."""

    def tidy_soon(self) -> None:
        """Have what is counted in memory written down within some seconds, or when the engine is stopped."""

    def visitor(self) -> AbstractContextManager[bool]:
        """Hold one of the few places for visitors who wait for Zoom; False when all are taken, and nobody may wait."""

    def try_now(self, work: Callable[[], T]) -> "Future[T] | None":
        """Start the first try of a row, which is what ``work`` does; None when all hands are busy.

        Then the row stays due.
        """


@dataclass
class State:
    """Everything one app needs; made once at registration."""

    app: Flask
    config: Config
    links: Links
    hooks: Hooks
    cipher: Cipher
    render: Callable[..., str]
    work: WorkEngine
    _database: Database | None = field(default=None, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def database(self) -> Database:
        """The store, connected at first use, when the host app's extensions are all there."""
        if self._database is None:
            with self._lock:
                if self._database is None:
                    self._database = Database(self._engine())
        return self._database

    @cached_property
    def templates(self) -> Environment:
        """The app's Jinja, which reads templates as ours are written, whatever the app says of its own."""
        theirs = self.app.jinja_env

        def escapes(name: str | None) -> bool:
            if name is not None and name.startswith(_OUR_TEMPLATES):
                return name.endswith(".html")
            return theirs.autoescape(name) if callable(theirs.autoescape) else theirs.autoescape

        return theirs.overlay(
            block_start_string=jinja.BLOCK_START_STRING,
            block_end_string=jinja.BLOCK_END_STRING,
            variable_start_string=jinja.VARIABLE_START_STRING,
            variable_end_string=jinja.VARIABLE_END_STRING,
            comment_start_string=jinja.COMMENT_START_STRING,
            comment_end_string=jinja.COMMENT_END_STRING,
            line_statement_prefix=jinja.LINE_STATEMENT_PREFIX,
            line_comment_prefix=jinja.LINE_COMMENT_PREFIX,
            trim_blocks=jinja.TRIM_BLOCKS,
            lstrip_blocks=jinja.LSTRIP_BLOCKS,
            keep_trailing_newline=jinja.KEEP_TRAILING_NEWLINE,
            undefined=Undefined,
            autoescape=escapes,
            bytecode_cache=None,  # it would take for one what was read as the other
        )

    @cached_property
    def transport(self) -> "Transport":
        """The connection pool to Zoom."""
        with turn:
            from zoom_blueprint.zoom_api.transport import Transport
        return Transport()

    @cached_property
    def oauth(self) -> "OAuthClient":
        """The client for Zoom's OAuth endpoints."""
        with turn:
            from zoom_blueprint.zoom_api.oauth import OAuthClient
        return OAuthClient(
            self.config.client_id, self.config.client_secret, self.config.oauth_url, transport=self.transport
        )

    def zoom(self, api_url: str, access_token: str, *, budget: timedelta | None = None) -> "ZoomClient":
        """Return a client for one connection; ``budget`` bounds each call."""
        with turn:
            from zoom_blueprint.zoom_api.client import ZoomClient
        seconds = None if budget is None else budget.total_seconds()
        return ZoomClient(api_url, access_token, transport=self.transport, budget=seconds)

    @cached_property
    def google_transport(self) -> "GoogleTransport":
        """The connection pool to Google."""
        with turn:
            from zoom_blueprint.google_api.transport import Transport
        return Transport()

    @cached_property
    def google_oauth(self) -> "GoogleOAuthClient":
        """The client for Google's OAuth endpoints; there is none where the site has no client of Google's."""
        with turn:
            from zoom_blueprint.google_api.oauth import OAuthClient
        config = self.config
        return OAuthClient(
            config.google_client_id or "",
            config.google_client_secret or "",
            config.google_oauth_url,
            transport=self.google_transport,
        )

    def google(self, api_url: str, access_token: str, *, budget: timedelta | None = None) -> "GoogleClient":
        """Return a client for one connection's calendars; ``budget`` bounds each call."""
        with turn:
            from zoom_blueprint.google_api.client import GoogleClient
        seconds = None if budget is None else budget.total_seconds()
        return GoogleClient(api_url, access_token, self.google_transport, budget=seconds)

    @property
    def has_mail(self) -> bool:
        """Whether mails can leave: by SMTP or by the ``mailer`` hook."""
        return self.config.smtp_url is not None or self.hooks.mailer is not None

    @property
    def sends_to_loopback(self) -> bool:
        """Whether hosts' endpoints may be on this machine, for development; else they would reach what it hides."""
        return self.app.debug or self.config.endpoints_on_loopback == "on"

    def _engine(self) -> Engine:
        if self.config.database_url:
            return engine_for(_beside_instance(self.app, self.config.database_url))
        if "sqlalchemy" not in self.app.extensions:
            raise ConfigurationError(
                "Flask-SQLAlchemy is not set up on this app. Call SQLAlchemy(app) or db.init_app(app), or set "
                "ZOOM_DATABASE_URL."
            )
        with self.app.app_context():
            engine: Engine = self.app.extensions["sqlalchemy"].engine
        return engine


def check_database_address(app: Flask, config: Config) -> None:
    """Refuse at start what could only fail later.

    Raises:
        ConfigurationError: there is no database, it lives in memory, or is of a kind that cannot keep our promises.
    """
    address = config.database_url or app.config.get("SQLALCHEMY_DATABASE_URI")
    if not address:
        raise ConfigurationError(
            "There is no database. Set SQLALCHEMY_DATABASE_URI (for Flask-SQLAlchemy) or ZOOM_DATABASE_URL."
        )
    url = make_url(address)
    name = url.get_backend_name()
    if name == "sqlite":
        sqlite_path(url)
    elif name != "postgresql":
        key = "ZOOM_DATABASE_URL" if config.database_url else "SQLALCHEMY_DATABASE_URI"
        raise ConfigurationError(
            f"{key} names a database of the kind {name}. zoom_blueprint runs on SQLite files and PostgreSQL: set "
            "ZOOM_DATABASE_URL to one of these."
        )


def current_state() -> State:
    """Return the state of the current app.

    Raises:
        ZoomBlueprintError: no ZoomBlueprint is registered on the current app.
    """
    state = current_app.extensions.get(EXTENSION)
    if not isinstance(state, State):
        raise ZoomBlueprintError(
            "No ZoomBlueprint is registered on this app. Call app.register_blueprint(zoom, url_prefix='/zoom') first."
        )
    return state


def _beside_instance(app: Flask, address: str) -> str:
    url = make_url(address)
    if url.get_backend_name() != "sqlite":
        return address
    path = Path(sqlite_path(url))
    if not path.is_absolute():
        path = Path(app.instance_path) / path
    path.parent.mkdir(parents=True, exist_ok=True)
    return url.set(database=str(path)).render_as_string(hide_password=False)

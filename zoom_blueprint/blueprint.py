"""``ZoomBlueprint``: what a Flask developer registers."""

import threading
import weakref
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from flask import Blueprint, Flask
from flask.blueprints import BlueprintSetupState
from flask.sansio.app import App
from sqlalchemy.exc import ArgumentError

from zoom_blueprint import logs, metrics, web
from zoom_blueprint.cli import Commands
from zoom_blueprint.config import Config
from zoom_blueprint.errors import ConfigurationError
from zoom_blueprint.events import EventName
from zoom_blueprint.facade.zoom import Connections, Meetings, start_url
from zoom_blueprint.links import Links
from zoom_blueprint.state import (
    EXTENSION,
    KINDS,
    BeforeBooking,
    BusyTimes,
    Hooks,
    HostLoader,
    LifecycleHook,
    Mailer,
    MayConnect,
    MeetingOptions,
    State,
    check_database_address,
    current_state,
)
from zoom_blueprint.store.crypto import Cipher
from zoom_blueprint.work import servers
from zoom_blueprint.work.thread import ThreadEngine

# What takes long to import is imported where it is used: an app that registers us is there in no time.
if TYPE_CHECKING:
    from zoom_blueprint.facade.bookings import Bookings
    from zoom_blueprint.facade.offers import BlockedTimes, EventTypes, Hosts, Schedules

_log = logs.logger(__name__)
_F = TypeVar("_F", bound=Callable[..., Any])
_LONGEST_SUBSCRIBER = 100


class ZoomBlueprint(Blueprint):
    """Book Now for a Flask app: register it once, say who is signed in, and paste the snippet.

    ::

        zoom = ZoomBlueprint()
        app.register_blueprint(zoom, url_prefix="/zoom")


        @zoom.host_loader
        def current_host(): ...

    Configuration is read from ``app.config`` at registration; ``zoom_blueprint.config.Config`` lists every key. One
    object may be registered on several apps, on each of them once.
    """

    def __init__(self, name: str = "zoom") -> None:
        super().__init__(
            name,
            __name__,
            template_folder="web/templates",
            static_folder="web/static",
            static_url_path="/zoom-static",  # without a url_prefix, /static is the host app's
            cli_group="zoom",
        )
        self.hooks = Hooks()
        self.connections = Connections()
        self.record_once(self._init_app)
        web.add_routes(self)
        self.cli = Commands()

    @cached_property
    def hosts(self) -> "Hosts":
        """Hosts of the current app."""
        from zoom_blueprint.facade.offers import Hosts

        return Hosts()

    @cached_property
    def event_types(self) -> "EventTypes":
        """What can be booked with them."""
        from zoom_blueprint.facade.offers import EventTypes

        return EventTypes()

    @cached_property
    def schedules(self) -> "Schedules":
        """When they work."""
        from zoom_blueprint.facade.offers import Schedules

        return Schedules()

    @cached_property
    def blocked_times(self) -> "BlockedTimes":
        """What they keep free."""
        from zoom_blueprint.facade.offers import BlockedTimes

        return BlockedTimes()

    @cached_property
    def bookings(self) -> "Bookings":
        """What is booked with them."""
        from zoom_blueprint.facade.bookings import Bookings

        return Bookings()

    def meetings(self, host_id: str, connection_id: str | None = None) -> Meetings:
        """Return the meetings in a host's Zoom account: ``create``, ``get``, ``update``, ``delete``, ``list``, ``me``.

        ``connection_id`` names one of several accounts; None is the first that works.
        """
        return Meetings(host_id, connection_id)

    def start_url(self, booking_id: str, host_id: str) -> str:
        """Return the link that starts a booking's meeting, fetched from Zoom now and for its host's eyes only.

        Whoever has it is the host, for two hours: redirect the host to it at once, and do not store, log or mail it.

        Raises:
            NotFound: the host has no such booking.
            NotConnected: the booking has no meeting in Zoom, or Zoom is not connected (any more).
            ZoomError: Zoom did not give the link; the host can start the meeting in Zoom itself.
        """
        return start_url(booking_id, host_id)

    def host_loader(self, function: HostLoader) -> HostLoader:
        """Decide who is signed in: return a ``Host``, or None. Required."""
        return self._decide("host_loader", function)

    def may_connect(self, function: MayConnect) -> MayConnect:
        """Decide whether a host may connect Zoom; a text says why not."""
        return self._decide("may_connect", function)

    def before_booking(self, function: BeforeBooking) -> BeforeBooking:
        """Decide on a booking that is about to be made: raise ``BookingRefused`` with words for the visitor."""
        return self._decide("before_booking", function)

    def meeting_options(self, function: MeetingOptions) -> MeetingOptions:
        """Decide on Zoom's settings for a booking's meeting: return Zoom's ``settings`` members."""
        return self._decide("meeting_options", function)

    def busy_times(self, function: BusyTimes) -> BusyTimes:
        """Tell when a host is busy elsewhere: aware ``(start, end)`` pairs that overlap the asked range."""
        return self._decide("busy_times", function)

    def mailer(self, function: Mailer) -> Mailer:
        """Send mails in the host app's own way: receives an ``email.message.EmailMessage``.

        The message has a ``From`` only when ``ZOOM_MAIL_FROM`` is set.
        """
        return self._decide("mailer", function)

    def on(self, name: str, *, subscriber: str | None = None) -> Callable[[LifecycleHook], LifecycleHook]:
        """Be told of a lifecycle event, at least once, after it was committed.

        ``subscriber`` (default: the function's name) is how deliveries know the function again: keep it when you rename
        the function.

        Raises:
            ConfigurationError: there is no such event, or the subscriber's name is taken for it.
        """
        if name not in {str(known) for known in EventName}:
            raise ConfigurationError(f"There is no lifecycle event {name!r}. Known are: {', '.join(EventName)}.")

        def subscribe(function: LifecycleHook) -> LifecycleHook:
            known_as = subscriber or getattr(function, "__name__", "")
            if not known_as:
                raise ConfigurationError("This function has no name of its own. Give it one with subscriber=...")
            if len(known_as) > _LONGEST_SUBSCRIBER:
                raise ConfigurationError(f"{known_as!r} is too long: at most {_LONGEST_SUBSCRIBER} characters.")
            told = self.hooks.told.setdefault(EventName(name), {})
            if known_as in told:
                raise ConfigurationError(f"{known_as!r} is told of {name} already. Give another subscriber=... name.")
            told[known_as] = function
            return function

        return subscribe

    def upgrade(self) -> None:
        """Create the current app's tables, or bring them to the newest version: ``flask zoom upgrade`` by code."""
        from zoom_blueprint.store import migrate

        migrate.upgrade(current_state().database)

    def start_worker(self) -> None:
        """Start the current app's background threads now; known servers and ``flask run`` do it by themselves."""
        current_state().work.start()

    def stop_worker(self) -> None:
        """Stop the current app's background threads, each after the row in hand; the end of the process does it too."""
        current_state().work.stop()

    def register(self, app: App, options: dict[str, Any]) -> None:
        """Attach to an app; called by ``app.register_blueprint``.

        Raises:
            ConfigurationError: a ``ZOOM_*`` key is missing or malformed, or a ZoomBlueprint is registered already.
        """
        if EXTENSION in app.extensions:
            raise ConfigurationError(
                "A ZoomBlueprint is registered on this app already. Use that one; every app needs just one."
            )
        super().register(app, options)

    def _decide(self, name: str, function: _F) -> _F:
        if getattr(self.hooks, name) is not None:
            raise ConfigurationError(f"There is a {name} function already; a decision has one function.")
        setattr(self.hooks, name, function)
        return function

    def _init_app(self, setup: BlueprintSetupState) -> None:
        app = setup.app
        if not isinstance(app, Flask):
            raise ConfigurationError("ZoomBlueprint needs a Flask app.")
        prefix = (setup.url_prefix or "").rstrip("/")
        if "<" in prefix:
            raise ConfigurationError(f"ZoomBlueprint needs a fixed url_prefix; {prefix!r} has a variable part.")
        init_app(app, self.hooks, prefix)


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
        from zoom_blueprint.services import drain

        return drain.drain(state, kind, limit)

    def drain_one(kind: str, row_id: str) -> bool:
        from zoom_blueprint.services import claims, drain

        return drain.drain_one(state, kind, row_id, patience=claims.VISITOR_PATIENCE)

    def beat() -> None:
        from zoom_blueprint.services import heartbeats

        heartbeats.beat(state, "thread")

    engine = ThreadEngine(dict.fromkeys(KINDS, 1), drain, drain_one, first_tries=config.first_tries, beat=beat)
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
    metrics.watch(_queues_of(weakref.ref(state)))
    _say_if_mute(state)
    servers.load_when_served(app, web.routes.load)
    if config.worker == "thread":
        servers.start_when_served(app, engine)
    return state


def _queues_of(found: "weakref.ref[State]") -> metrics.ReadQueues:
    """Return how to measure the queues of an app, for as long as there is the app."""

    def read() -> Sequence[metrics.Queue]:
        from zoom_blueprint.services import queues

        state = found()
        return () if state is None else queues.measure(state)

    return read


def _say_if_mute(state: State) -> None:
    """Warn with the first request, when all hooks are there, that no mail can leave."""
    said = threading.Event()

    @state.app.before_request
    def say() -> None:
        if not said.is_set():
            said.set()
            if not state.has_mail:
                _log.warning("No mail is sent: set ZOOM_SMTP_URL and ZOOM_MAIL_FROM, or use @zoom.mailer.")

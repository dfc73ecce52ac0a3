"""``ZoomBlueprint``: what a Flask developer registers."""

import weakref
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from flask import Blueprint, Flask, Response
from flask.blueprints import BlueprintSetupState
from flask.sansio.app import App

from zoom_blueprint import web
from zoom_blueprint.attaching import init_app
from zoom_blueprint.cli import Commands
from zoom_blueprint.errors import ConfigurationError
from zoom_blueprint.events import EventName
from zoom_blueprint.loading import turn
from zoom_blueprint.state import (
    EXTENSION,
    BeforeBooking,
    BusyTimes,
    Hooks,
    HostLoader,
    LifecycleHook,
    Mailer,
    MayConnect,
    MeetingOptions,
    SignOut,
    current_state,
)
from zoom_blueprint.work import celery_apps

# What takes long to import is imported where it is used: an app that registers us is there in no time.
if TYPE_CHECKING:
    from celery import Celery

    from zoom_blueprint.actions.inputs import Asks
    from zoom_blueprint.facade.bookings import Bookings
    from zoom_blueprint.facade.endpoints import Endpoints
    from zoom_blueprint.facade.offers import BlockedTimes, EventTypes, Hosts, Schedules
    from zoom_blueprint.facade.programs import ApiKeys
    from zoom_blueprint.facade.zoom import Connections, Meetings

_F = TypeVar("_F", bound=Callable[..., Any])
_Out = TypeVar("_Out")


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
        self._apps: weakref.WeakSet[Flask] = weakref.WeakSet()
        self.record_once(self._init_app)
        web.add_routes(self)
        self.cli = Commands()

    @cached_property
    def hosts(self) -> "Hosts":
        """Hosts of the current app."""
        with turn:
            from zoom_blueprint.facade.offers import Hosts

        return Hosts()

    @cached_property
    def event_types(self) -> "EventTypes":
        """What can be booked with them."""
        with turn:
            from zoom_blueprint.facade.offers import EventTypes

        return EventTypes()

    @cached_property
    def schedules(self) -> "Schedules":
        """When they work."""
        with turn:
            from zoom_blueprint.facade.offers import Schedules

        return Schedules()

    @cached_property
    def blocked_times(self) -> "BlockedTimes":
        """What they keep free."""
        with turn:
            from zoom_blueprint.facade.offers import BlockedTimes

        return BlockedTimes()

    @cached_property
    def bookings(self) -> "Bookings":
        """What is booked with them."""
        with turn:
            from zoom_blueprint.facade.bookings import Bookings

        return Bookings()

    @cached_property
    def api_keys(self) -> "ApiKeys":
        """Keys by which programs act for them."""
        with turn:
            from zoom_blueprint.facade.programs import ApiKeys

        return ApiKeys()

    @cached_property
    def endpoints(self) -> "Endpoints":
        """Where programs of theirs are told of what happens."""
        with turn:
            from zoom_blueprint.facade.endpoints import Endpoints

        return Endpoints()

    @cached_property
    def connections(self) -> "Connections":
        """Links between them and Zoom accounts."""
        with turn:
            from zoom_blueprint.facade.zoom import Connections

        return Connections()

    def meetings(self, host_id: str, connection_id: str | None = None) -> "Meetings":
        """Return the meetings in a host's Zoom account: ``create``, ``get``, ``update``, ``delete``, ``list``, ``me``.

        ``connection_id`` names one of several accounts; None is the first that works.
        """
        with turn:
            from zoom_blueprint.facade.zoom import Meetings

        return Meetings(host_id, connection_id)

    def act(self, host_id: str, given: "Asks[_Out]", *, key: str | None = None) -> _Out:
        """Do one of the actions of ``zoom_blueprint.actions``, as programs do by REST; ``key`` is an idempotency key.

        Raises:
            ActionFailed: it was not done; its ``problem`` says why, what to do, and whether a repeat helps.
        """
        with turn:
            from zoom_blueprint.facade.programs import act

        return act(host_id, given, key)

    def start_url(self, booking_id: str, host_id: str) -> str:
        """Return the link that starts a booking's meeting, fetched from Zoom now and for its host's eyes only.

        Whoever has it is the host, for two hours: redirect the host to it at once, and do not store, log or mail it.

        Raises:
            NotFound: the host has no such booking.
            NotConnected: the booking has no meeting in Zoom, or Zoom is not connected (any more).
            ZoomError: Zoom did not give the link; the host can start the meeting in Zoom itself.
        """
        with turn:
            from zoom_blueprint.facade.zoom import start_url

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

    def sign_out(self, function: SignOut) -> SignOut:
        """End the sign-in of the host app in this request, as its own sign-out does; ``ZOOM_SESSION_SECONDS`` needs it.

        Afterwards the ``host_loader`` returns None with the next request, until somebody signs in again.
        """
        return self._decide("sign_out", function)

    def leave(self, endpoint: str | None = None) -> Response:
        """Return the answer of your sign-out: a host with Zoom connected is asked first, all others are signed out.

        ``endpoint`` is where that leads to, default your sign-in. The question is our page; its answer calls the
        ``sign_out`` function.

        Raises:
            ConfigurationError: there is no ``sign_out`` function.
        """
        with turn:
            from zoom_blueprint.web import interlock

        return interlock.leave(endpoint)

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
            self.hooks.tell(EventName(name), str(subscriber or getattr(function, "__name__", "")), function)
            return function

        return subscribe

    def upgrade(self) -> None:
        """Create the current app's tables, or bring them to the newest version: ``flask zoom upgrade`` by code."""
        with turn:
            from zoom_blueprint.store import migrate

        migrate.upgrade(current_state().database)

    def init_celery(self, celery_app: "Celery", app: Flask | None = None) -> None:
        """Leave what is due to the workers of a Celery app, on any number of machines; to be called once registered.

        Adds tasks and, beside yours, times in the beat schedule. ``app`` may be the current or the only one.

        Raises:
            ConfigurationError: Celery is not installed, it is unclear which app is meant, or one has its own already.
        """
        celery_apps.init(celery_app, app, self._apps)

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
        self._apps.add(app)

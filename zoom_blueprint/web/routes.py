"""Every address of the blueprint, with the view behind it by name: its module is loaded for its first request.

Whoever only registers the blueprint, for a command or a test, waits for none of them; ``load`` brings the visitors'.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any, Final

from flask import Blueprint

from zoom_blueprint.loading import turn

_EVENT = "/api/v1/hosts/<host>/<event>"
_BOOKING = "/api/v1/bookings/<token>"

# Address, method, view as module.function, and the endpoint where it is not the function's name.
HOST_PAGES: Final = (
    ("/", "GET", "dashboard.dashboard"),
    ("/host/bookings/<booking_id>", "GET", "booking_of_host.booking_of_host"),
    ("/host/bookings/<booking_id>/cancel", "GET", "booking_of_host.ask_cancel"),
    ("/host/bookings/<booking_id>/cancel", "POST", "booking_of_host.cancel"),
    ("/host/bookings/<booking_id>/edit", "GET", "editing.edit"),
    ("/host/bookings/<booking_id>/edit", "POST", "editing.save"),
    ("/host/bookings/<booking_id>/link", "POST", "editing.use_link"),
    ("/host/bookings/<booking_id>/start", "POST", "starting.start"),
    ("/host/bookings/<booking_id>/zoom", "POST", "to_zoom.move_to_zoom"),
    ("/host/bookings/<booking_id>/approve", "POST", "requests_waiting.approve"),
    ("/host/bookings/<booking_id>/decline", "POST", "requests_waiting.decline"),
    ("/host/bookings/<booking_id>/move", "GET", "moving.choose_time"),
    ("/host/bookings/<booking_id>/move", "POST", "moving.move"),
    ("/host/book", "GET", "booking_for.choose_time_for"),
    ("/host/book/details", "GET", "booking_for.write_booking"),
    ("/host/book/details", "POST", "booking_for.book_for"),
    ("/host/blocked-times", "GET", "blocked.blocked_times"),
    ("/host/blocked-times", "POST", "blocked.block"),
    ("/host/blocked-times/<block_id>/remove", "POST", "blocked.unblock"),
    ("/clients", "GET", "clients.clients"),
    ("/clients.csv", "GET", "client_exports.export_clients"),
    ("/clients/<booking_id>", "GET", "clients.client"),
    ("/clients/<booking_id>/data.json", "GET", "client_exports.export_client"),
    ("/clients/<booking_id>/erase", "GET", "clients.ask_erase"),
    ("/clients/<booking_id>/erase", "POST", "clients.erase"),
    ("/embed", "GET", "embedding.embed"),
    ("/embed/preview", "GET", "embedding.preview", "embed_preview"),
    ("/embed/sites", "POST", "embedding.allow_sites"),
    ("/numbers", "GET", "numbers.numbers"),
    ("/host/parked/<kind>/<row_id>/retry", "POST", "parked_work.retry"),
    ("/host/parked/retry", "POST", "parked_work.retry_all"),
    ("/session", "GET", "interlock.session_left"),
    ("/session", "POST", "interlock.answer_interlock"),
    ("/leave", "GET", "interlock.ask_leave"),
    ("/connection", "GET", "connection.connection"),
    ("/review", "GET", "review.review"),
    ("/zoom-meetings", "GET", "zoom_meetings.zoom_meetings"),
    ("/zoom-meetings/<booking_id>/look-again", "POST", "zoom_meetings.look_again"),
    ("/endpoints", "GET", "endpoints.endpoints"),
    ("/endpoints/new", "GET", "endpoints.write_endpoint"),
    ("/endpoints/new", "POST", "endpoints.make_endpoint"),
    ("/endpoints/<endpoint_id>", "GET", "endpoints.endpoint"),
    ("/endpoints/<endpoint_id>", "POST", "endpoints.change_endpoint"),
    ("/endpoints/<endpoint_id>/test", "POST", "endpoints.test_endpoint"),
    ("/endpoints/<endpoint_id>/rotate", "POST", "endpoints.rotate_endpoint"),
    ("/endpoints/<endpoint_id>/enable", "POST", "endpoints.enable_endpoint"),
    ("/endpoints/<endpoint_id>/remove", "GET", "endpoints.ask_remove_endpoint"),
    ("/endpoints/<endpoint_id>/remove", "POST", "endpoints.remove_endpoint"),
    ("/deliveries", "GET", "deliveries.deliveries"),
    ("/deliveries/<delivery_id>/replay", "POST", "deliveries.replay"),
    ("/api-keys", "GET", "keys.keys"),
    ("/api-keys/new", "GET", "keys.write_key"),
    ("/api-keys/new", "POST", "keys.make_key"),
    ("/api-keys/<key_id>/revoke", "GET", "keys.ask_revoke_key"),
    ("/api-keys/<key_id>/revoke", "POST", "keys.revoke_key"),
    ("/event-types", "GET", "event_types.event_types"),
    ("/event-types/new", "GET", "event_types.write_event_type"),
    ("/event-types/new", "POST", "event_types.add_event_type"),
    ("/event-types/<event_type_id>", "GET", "event_types.event_type"),
    ("/event-types/<event_type_id>", "POST", "event_types.change_event_type"),
    ("/event-types/<event_type_id>/move", "POST", "event_types.move_event_type"),
    ("/event-types/<event_type_id>/remove", "POST", "event_types.remove_event_type"),
    ("/schedules", "GET", "schedules.schedules"),
    ("/schedules/new", "GET", "schedules.write_schedule"),
    ("/schedules/new", "POST", "schedules.add_schedule"),
    ("/schedules/<schedule_id>", "GET", "schedules.schedule"),
    ("/schedules/<schedule_id>", "POST", "schedules.change_schedule"),
    ("/schedules/<schedule_id>/remove", "POST", "schedules.remove_schedule"),
    ("/doctor", "GET", "doctor.doctor"),
    ("/doctor", "POST", "doctor.check", "doctor_check"),
    ("/connect", "POST", "connect.connect"),
    ("/connections/<connection_id>/reconnect", "POST", "connect.reconnect"),
    ("/callback", "GET", "connect.callback"),
    ("/google/connect", "POST", "connect.connect_google"),
    ("/google/callback", "GET", "connect.google_callback"),
    ("/google/calendars", "POST", "google_calendars.choose_calendars"),
    ("/consents/<consent_id>", "GET", "connect.ask_account"),
    ("/consents/<consent_id>/change", "POST", "connect.change_account"),
    ("/consents/<consent_id>/keep", "POST", "connect.keep_account"),
    ("/connections/<connection_id>/disconnect", "GET", "disconnect.ask_disconnect"),
    ("/connections/<connection_id>/disconnect", "POST", "disconnect.disconnect"),
    ("/connections/<connection_id>/notice", "GET", "disconnect.write_notice"),
    ("/connections/<connection_id>/notice", "POST", "disconnect.send_notice"),
    ("/connections/<connection_id>/health", "GET", "health.connection_health"),
    ("/connections/<connection_id>/check", "POST", "health.check_connection"),
)
PUBLIC: Final = (
    (_EVENT, "GET", "visitor.event_page", "api_event_page"),
    (f"{_EVENT}/slots", "GET", "offered.slots", "api_slots"),
    (f"{_EVENT}/bookings", "POST", "visitor.book", "api_book"),
    (_BOOKING, "GET", "visitor.show", "api_show"),
    (f"{_BOOKING}/slots", "GET", "offered.slots_again", "api_slots_again"),
    (f"{_BOOKING}/reschedule", "POST", "visitor.reschedule", "api_reschedule"),
    (f"{_BOOKING}/cancel", "POST", "visitor.cancel", "api_cancel"),
    (f"{_BOOKING}/invite.ics", "GET", "visitor.invite", "api_invite"),
    ("/book/<host>/<event>", "GET", "pages.book"),
    ("/book/<host>/<event>", "POST", "pages.confirm"),
    ("/bookings/<token>", "GET", "manage.manage"),
    ("/bookings/<token>/reschedule", "POST", "manage.reschedule"),
    ("/bookings/<token>/cancel", "POST", "manage.cancel"),
    ("/webhook", "POST", "webhook.receive"),
    ("/widget/<release>/book-now.js", "GET", "embed.widget"),
    ("/widget/v1/book-now.d.ts", "GET", "embed.types", "widget_types"),
    ("/healthz", "GET", "operations.healthz"),
    ("/readyz", "GET", "operations.readyz"),
    ("/metrics", "GET", "operations.numbers", "metrics"),
)
# What is asked for in few workers: none is loaded before it is asked for.
SELDOM: Final = (
    ("/guide", "GET", "guide.guide"),
    ("/google/push", "POST", "google_push.receive", "google_push"),
    ("/api/v1/actions/<action>", "POST", "acting.act", "api_act"),
    ("/mcp", "POST", "agents.mcp", "api_mcp"),
    ("/api/v1/openapi.json", "GET", "openapi.openapi", "api_description"),
    ("/guide/actions", "GET", "action_guide.action_guide"),
)


def add(blueprint: Blueprint, routes: tuple[tuple[str, ...], ...]) -> None:
    """Add routes to a blueprint."""
    for address, method, view, *endpoint in routes:
        name = endpoint[0] if endpoint else view.partition(".")[2]
        blueprint.add_url_rule(address, endpoint=name, view_func=later(view), methods=[method])


def later(name: str) -> Callable[..., Any]:
    """Return a stand-in for a function of this room, named as module.function, that loads its module when called."""
    module, _, function = name.partition(".")

    real: Callable[..., Any] | None = None

    def call(*arguments: Any, **values: Any) -> Any:
        nonlocal real
        if real is None:
            with turn:
                real = getattr(import_module(f"{__package__}.{module}"), function)
        return real(*arguments, **values)

    call.__name__ = function
    return call


def load() -> None:
    """Load the views of visitors, with all that they need; in most workers a host looks at nothing for a long time."""
    for _, _, view, *_ in PUBLIC:
        with turn:  # for one at a time, so that a request waits for few
            import_module(f"{__package__}.{view.partition('.')[0]}")

"""The public names, used as a developer of a host app would: checked by mypy with the rest, never run.

``assert_type`` says what an editor shows. A line with a type ignore is one that mypy must refuse: warn_unused_ignores
complains when it no longer does.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from email.message import EmailMessage
from typing import assert_type

from flask import Flask

from zoom_blueprint import (
    Booking,
    BookingRefused,
    ConfigurationError,
    Draft,
    EventName,
    EventType,
    Host,
    LifecycleEvent,
    Location,
    Question,
    Schedule,
    Span,
    ZoomBlueprint,
    ZoomBlueprintError,
    not_ours,
)
from zoom_blueprint.events import BookingPayload, ConnectionPayload
from zoom_blueprint.values import BookingStatus, Connection, MeetingStatus

zoom = ZoomBlueprint()


@zoom.host_loader
def current_host() -> Host | None:
    """Say who is signed in."""
    return Host(id="1", name="Ada Lovelace", email="ada@example.com", time_zone="Europe/London")


@zoom.may_connect
def may_connect(host: Host) -> bool | str:
    """Say who may connect."""
    return True if host.slug == "ada" else "Zoom is part of the Pro plan."


@zoom.before_booking
def before_booking(draft: Draft) -> None:
    """Refuse some."""
    assert_type(draft.start, datetime)
    assert_type(draft.guests, tuple[str, ...])
    if draft.answers.get("stage") != "engagement":
        raise BookingRefused(f"{draft.event.title} comes later.")


@zoom.meeting_options
def meeting_options(booking: Booking) -> dict[str, object]:
    """Set Zoom's settings."""
    return {"waiting_room": booking.event.location is Location.ZOOM}


@zoom.busy_times
def busy_times(host: Host, start: datetime, end: datetime) -> Sequence[tuple[datetime, datetime]]:
    """Tell when the host is busy elsewhere."""
    return [(start, start + timedelta(hours=1))] if host.id == "1" else ((start, end),)


@zoom.mailer
def send(message: EmailMessage) -> None:
    """Send a mail."""
    assert_type(message, EmailMessage)


@zoom.on("booking.confirmed")
def tell_the_crm(event: LifecycleEvent) -> None:
    """Pass it on."""
    assert_type(event.name, EventName)
    if isinstance(event.payload, BookingPayload):
        booking = assert_type(event.payload.booking, Booking)
        assert_type(booking.status, BookingStatus)
        assert_type(booking.meeting_status, MeetingStatus)
        assert_type(booking.join_url, str | None)
        assert_type(event.payload.previous_start, datetime | None)
    else:
        assert_type(event.payload, ConnectionPayload)
        assert_type(event.payload.connection, Connection)


@zoom.on(EventName.ZOOM_UNHEALTHY, subscriber="pager")
def page_somebody(event: LifecycleEvent) -> None:
    """A decorated function keeps its type."""


assert_type(page_somebody(LifecycleEvent), None)  # type: ignore[arg-type]


@zoom.host_loader  # type: ignore[arg-type]
def no_host() -> str:
    """A host loader returns a host."""
    return "ada"


@zoom.on("booking.confirmed")  # type: ignore[arg-type]
def not_told(name: str) -> None:
    """A lifecycle hook is told of an event."""


def create_app() -> Flask:
    """Register it and set a few things up from code."""
    app = Flask(__name__)
    try:
        app.register_blueprint(zoom, url_prefix="/zoom")
    except ConfigurationError as error:
        assert_type(str(error), str)
    with app.app_context():
        host = assert_type(zoom.hosts.put(Host(id="1", name="Ada", email="ada@example.com")), Host)
        assert_type(host.slug, str | None)
        event = EventType(
            slug="policy-review",
            title="Policy review",
            duration_minutes=45,
            location=Location.PHONE,
            questions=(Question(name="stage", label="Where do you stand?", kind="choice", choices=("a", "b")),),
        )
        zoom.event_types.put(host.id, event)
        assert_type(zoom.event_types.list(host.id), list[EventType])
        hours = Schedule(
            "Europe/London",
            ((Span(9 * 60, 17 * 60),), (), (), (), (), (), ()),
            {date(2030, 12, 24): ()},
        )
        zoom.schedules.put(host.id, hours)
        try:
            zoom.hosts.get("nobody")
        except ZoomBlueprintError as error:
            assert_type(error, ZoomBlueprintError)
    host.name = "Eve"  # type: ignore[misc]
    Host("1", "Ada", "ada@example.com")  # type: ignore[call-arg]
    EventType(slug="x", title="X", location="zoom")  # type: ignore[arg-type]
    return app


def autogenerate() -> dict[str, object]:
    """Keep the host app's migrations away from our tables."""
    return {"include_object": not_ours, "at": time(9)}

"""The public names, used as a developer of a host app would: checked by mypy with the rest, never run.

``assert_type`` says what an editor shows. A line with a type ignore is one that mypy must refuse: warn_unused_ignores
complains when it no longer does.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from email.message import EmailMessage
from typing import assert_type

from flask import Flask

from zoom_blueprint import (
    AutoRecording,
    BlockedTime,
    Booking,
    BookingEnded,
    BookingPayload,
    BookingRefused,
    ConfigurationError,
    Connection,
    ConnectionPayload,
    Draft,
    EventName,
    EventType,
    Host,
    LifecycleEvent,
    ListedMeeting,
    ListType,
    Location,
    MeetingChange,
    MeetingRequest,
    MeetingSettings,
    NotConnected,
    Question,
    Schedule,
    SettingChange,
    SlotTaken,
    Span,
    WithoutZoom,
    ZoomBlueprint,
    ZoomBlueprintError,
    ZoomError,
    ZoomMeeting,
    ZoomMeetingNotFound,
    ZoomRateLimited,
    ZoomScopeMissing,
    ZoomUser,
    not_ours,
)
from zoom_blueprint.actions import (
    ActionFailed,
    BookingOut,
    Code,
    CreateBooking,
    CreateMeeting,
    ListMeetings,
    ListSlots,
    MeetingOut,
    MeetingPage,
    SlotsOut,
)
from zoom_blueprint.values import BookingStatus, MeetingStatus

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
    elif isinstance(event.payload, ConnectionPayload):
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


def answer_requests(host: Host) -> list[Booking]:
    """Work with bookings as their host."""
    for booking in assert_type(zoom.bookings.waiting(host.id, limit=10), list[Booking]):
        assert_type(booking.hold_until, datetime | None)
        try:
            assert_type(zoom.bookings.approve(host.id, booking.id, sequence=booking.sequence), Booking)
        except (SlotTaken, BookingEnded):
            zoom.bookings.decline(host.id, booking.id, "Another day would suit me better.")
    booked = zoom.bookings.book(
        host.id,
        "policy-review",
        start=datetime(2030, 1, 15, 9, tzinfo=UTC),
        name="Bob Byrne",
        email="bob@example.com",
        key="call-4711",
        guests=["carol@example.com"],
        answers={"stage": "a"},
    )
    assert_type(zoom.bookings.reschedule(host.id, booked.id, booked.start + timedelta(days=1)), Booking)
    assert_type(zoom.bookings.cancel(host.id, assert_type(zoom.bookings.get(host.id, booked.id), Booking).id), Booking)
    zoom.bookings.book(host.id, "policy-review", booked.start)  # type: ignore[call-arg]
    zoom.bookings.approve(booked.id)  # type: ignore[call-arg]
    holiday = zoom.blocked_times.add(host.id, booked.start, booked.end, "Dentist")
    assert_type(holiday, BlockedTime)
    assert_type(zoom.blocked_times.list(host.id, since=booked.start), list[BlockedTime])
    assert_type(zoom.blocked_times.remove(host.id, holiday.id), None)
    return zoom.bookings.upcoming(host.id)


def look_into_zoom(booking: Booking) -> str:
    """Use a host's Zoom account beside the bookings."""
    theirs = zoom.meetings(booking.host.id)
    assert_type(theirs.me(), ZoomUser)
    asked = MeetingRequest(topic="Workshop", start=booking.start, duration=90, settings={"mute_upon_entry": True})
    made = assert_type(theirs.create(asked), ZoomMeeting)
    try:
        assert_type(theirs.update(made.id, MeetingChange(duration=60)), None)
        assert_type(theirs.get(made.id).password, str | None)
        assert_type(theirs.list(ListType.UPCOMING), Iterator[ListedMeeting])
        assert_type(theirs.delete(made.id), None)
    except ZoomMeetingNotFound as error:
        assert_type(error.tracking_id, str | None)
    except ZoomRateLimited as error:
        assert_type(error.retry_at, datetime | None)
    except ZoomScopeMissing as error:
        assert_type(error.scopes, tuple[str, ...])
    except (ZoomError, NotConnected) as error:
        assert_type(error, ZoomError | NotConnected)
    second = assert_type(zoom.connections.list(booking.host.id), list[Connection])[1]
    zoom.meetings(booking.host.id, second.id).create("Workshop")  # type: ignore[arg-type]
    event = EventType(
        slug="workshop",
        title="Workshop",
        connection_id=second.id,
        without_zoom=WithoutZoom.MANUAL,
        location_text="https://meet.example.com/ada",
        settings=MeetingSettings(waiting_room=True, auto_recording=AutoRecording.CLOUD),
    )
    zoom.event_types.put(booking.host.id, event)
    EventType(slug="x", title="X", without_zoom="later")  # type: ignore[arg-type]
    made.topic = "Another"  # type: ignore[misc]
    assert_type(booking.setting_changes, tuple[SettingChange, ...])
    return assert_type(zoom.start_url(booking.id, booking.host.id), str)


def act(host: Host, start: datetime) -> BookingOut | None:
    """Do what programs do; what comes back is known from what is given."""
    made = zoom.act(host.id, CreateMeeting(topic="Kick-off", start=start), key="order-4711")
    assert_type(made, MeetingOut)
    assert_type(zoom.act(host.id, ListMeetings()), MeetingPage)
    offered = zoom.act(host.id, ListSlots(event="intro", first_day=start.date(), last_day=start.date()))
    assert_type(offered, SlotsOut)
    CreateMeeting("Kick-off", start)  # type: ignore[call-arg]
    zoom.act(host.id, "create_meeting")  # type: ignore[arg-type]
    try:
        return zoom.act(host.id, CreateBooking(event="intro", start=start, name="Bob", email="bob@example.com"))
    except ActionFailed as failed:
        assert_type(failed.problem.code, Code)
        assert_type(failed.problem.retry_at, datetime | None)
    return None


def autogenerate() -> dict[str, object]:
    """Keep the host app's migrations away from our tables."""
    return {"include_object": not_ours, "at": time(9)}

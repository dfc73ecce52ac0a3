"""What hooks are given survives the log, and shows no secret by accident."""

from datetime import UTC, datetime

import msgspec
import pytest

from zoom_blueprint.events import (
    BookingPayload,
    ConnectionPayload,
    EndpointPayload,
    EventName,
    Payload,
    VisitorPayload,
    type_of_payload,
)
from zoom_blueprint.values import (
    Booking,
    BookingStatus,
    Connection,
    ConnectionReason,
    ConnectionStatus,
    DisabledReason,
    EndedReason,
    Endpoint,
    EventType,
    Host,
    LinkReason,
    MeetingStatus,
    Question,
    SettingChange,
)

START = datetime(2030, 1, 15, 9, tzinfo=UTC)
BOOKING = Booking(
    id="1",
    host=Host(id="1", name="Ada", email="ada@example.com"),
    event=EventType(slug="intro-call", title="Intro call", questions=(Question(name="topic", label="Topic"),)),
    status=BookingStatus.CONFIRMED,
    ended_reason=EndedReason.REMOTE,
    start=START,
    end=START,
    sequence=3,
    name="Bób",
    email="bob@example.com",
    time_zone="Europe/Paris",
    locale="fr",
    answers={"topic": "a private matter"},
    context={"utm_source": "mail"},
    guests=("carol@example.com",),
    join_url="https://us02web.zoom.us/j/1?pwd=secret",
    passcode="481516",
    meeting_status=MeetingStatus.READY,
    meeting_reason=LinkReason.QUOTA,
    reason_since=START,
    retry_at=START,
    setting_changes=(SettingChange(name="waiting_room", asked=True, stored=None),),
)
CONNECTION = Connection(
    id="1",
    host_id="1",
    status=ConnectionStatus.UNHEALTHY,
    reason=ConnectionReason.LOST,
    name="Ada",
    email="ada@example.com",
    time_zone="Europe/London",
    connected_at=START,
    missing_scopes=("meeting:read:meeting",),
)

PAYLOADS: tuple[Payload, ...] = (
    BookingPayload(booking=BOOKING, previous_start=START, note="a note", was_pending=True),
    ConnectionPayload(connection=CONNECTION),
    VisitorPayload(host=BOOKING.host, email="bob@example.com", locale="de"),
    EndpointPayload(
        endpoint=Endpoint(
            id="e1",
            host_id="1",
            name="CRM",
            site="https://crm.example.com",
            events=("booking.confirmed",),
            created_at=START,
            failing_since=START,
            disabled_at=START,
            disabled_reason=DisabledReason.FAILING,
        )
    ),
)


@pytest.mark.parametrize("name", list(EventName))
def test_every_event_comes_out_of_the_log_as_it_went_in(name: EventName) -> None:
    kind = type_of_payload[name]
    payload = next(one for one in PAYLOADS if type(one) is kind)
    assert isinstance(payload, kind)
    assert msgspec.json.decode(msgspec.json.encode(payload), type=kind) == payload


def test_a_printed_booking_shows_neither_link_nor_passcode_nor_answers() -> None:
    shown = repr(BOOKING)
    assert "Bób" in shown
    assert not any(secret in shown for secret in ("zoom.us", "481516", "private"))


def test_events_about_a_connection_are_named_after_its_provider() -> None:
    assert {name for name in EventName if type_of_payload[name] is ConnectionPayload} == {
        EventName.ZOOM_CONNECTED,
        EventName.ZOOM_DISCONNECTED,
        EventName.ZOOM_DEAUTHORIZED,
        EventName.ZOOM_UNHEALTHY,
        EventName.ZOOM_RECOVERED,
        EventName.GOOGLE_CONNECTED,
        EventName.GOOGLE_DISCONNECTED,
        EventName.GOOGLE_UNHEALTHY,
        EventName.GOOGLE_RECOVERED,
    }

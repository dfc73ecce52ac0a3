"""Rows turned into the frozen values that hooks, pages and mails are given."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

import msgspec

from zoom_blueprint import values
from zoom_blueprint.services import calendar_facts, remarks
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.store.crypto import Cipher
from zoom_blueprint.values import (
    BookingStatus,
    Conference,
    ConnectionReason,
    ConnectionStatus,
    EndedReason,
    LinkReason,
    Location,
    MeetingStatus,
    Provider,
    WithoutZoom,
)

_REMINDERS = values.EventType(slug="", title="").reminders


@dataclass(frozen=True, kw_only=True)
class Details:
    """What is sealed as one text in a booking's row; ``by_host``: its host made it for somebody."""

    answers: dict[str, str] = field(default_factory=dict)
    context: dict[str, str] = field(default_factory=dict)
    guests: tuple[str, ...] = ()
    cancel_reason: str | None = None
    own_link: str | None = None
    by_host: bool = False


def seal_details(cipher: Cipher, booking_id: str, details: Details) -> str:
    """Return the column text for a booking's details."""
    return cipher.seal(models.Booking.__tablename__, booking_id, "details", msgspec.json.encode(details).decode())


def open_details(cipher: Cipher, row: models.Booking) -> Details:
    """Return a booking's details in the clear."""
    content = cipher.open(models.Booking.__tablename__, row.id, "details", row.details_sealed)
    return msgspec.json.decode(content, type=Details)


def host(row: models.Host) -> values.Host:
    """Return the host as hooks see it."""
    return values.Host(
        id=row.id, name=row.name, email=row.email, time_zone=row.time_zone, slug=row.slug, locale=row.locale
    )


def event_type(row: models.EventType, schedule: str | None = None) -> values.EventType:
    """Return the event type as hooks see it; ``schedule`` is the name of its schedule, where that matters."""
    return values.EventType(
        slug=row.slug,
        title=row.title,
        description=row.description,
        duration_minutes=row.duration_minutes,
        step_minutes=row.step_minutes,
        buffer_before=row.buffer_before,
        buffer_after=row.buffer_after,
        notice_minutes=row.notice_minutes,
        horizon_days=row.horizon_days,
        first_day=row.first_day,
        last_day=row.last_day,
        per_day=row.per_day,
        per_week=row.per_week,
        schedule=schedule,
        approval=row.approval,
        approval_when_moved=row.approval_when_moved,
        reminders=_REMINDERS if row.reminders is None else tuple(row.reminders),
        questions=msgspec.convert(row.questions, tuple[values.Question, ...]),
        location=Location(row.location),
        location_text=row.location_text,
        connection_id=row.connection_id,
        without_zoom=WithoutZoom(row.without_zoom),
        settings=msgspec.convert(row.settings or {}, values.MeetingSettings),
        colour=row.colour,
        hidden=row.hidden,
        active=row.active,
    )


def connection(row: models.Connection) -> values.Connection:
    """Return the connection without anything secret."""
    return values.Connection(
        id=row.id,
        host_id=row.host_id,
        status=ConnectionStatus(row.status),
        reason=ConnectionReason(row.reason) if row.reason else None,
        name=row.name,
        email=row.email,
        time_zone=row.time_zone,
        connected_at=row.connected_at,
        ended_at=row.ended_at,
        missing_scopes=tuple(row.missing_scopes),
        provider=Provider(row.provider),
    )


def has_lapsed(row: models.Booking, now: datetime) -> bool:
    """Return whether a booking awaited approval for too long, and nobody has recorded it yet."""
    return row.status == BookingStatus.PENDING and (row.hold_until is None or row.hold_until <= now)


def booking(
    state: State,
    row: models.Booking,
    host_row: models.Host,
    event_row: models.EventType,
    meeting: models.Meeting | None,
    calendar: models.CalendarEvent | None,
) -> values.Booking:
    """Return the booking with what may be told of its meeting, and of its event in the host's calendar."""
    details, whose = open_details(state.cipher, row), host(host_row)
    # Whether or not somebody has recorded yet that its time ran out.
    has_run_out = has_lapsed(row, datetime.now(UTC))
    ended_reason = EndedReason.LAPSED if has_run_out else row.ended_reason
    join_url, passcode = _link(state.cipher, row, meeting, calendar, details.own_link)
    owing = _owing(row, meeting, calendar, details.own_link)
    reason = None if has_run_out else _reason(row, event_row, owing, join_url)
    of_reason = owing if owing is not None and reason is not None and owing.reason == reason else None
    return values.Booking(
        id=row.id,
        host=whose,
        event=event_type(event_row),
        status=BookingStatus.CANCELLED if has_run_out else BookingStatus(row.status),
        ended_reason=EndedReason(ended_reason) if ended_reason else None,
        start=row.starts_at,
        end=row.ends_at,
        sequence=row.sequence,
        name=row.name,
        email=row.email,
        time_zone=row.time_zone,
        locale=row.locale,
        answers=details.answers,
        context=details.context,
        guests=details.guests,
        cancel_reason=details.cancel_reason,
        join_url=join_url,
        passcode=passcode,
        # Of an event type in Zoom it is the host's own link, and only those bookings have it that were made with it.
        location_text="" if event_row.location == Location.ZOOM else event_row.location_text,
        meeting_status=_meeting_status(owing, join_url, reason),
        conference=_conference(event_row, meeting, calendar, details.own_link),
        is_own_link=details.own_link is not None,
        meeting_reason=reason,
        reason_detail=of_reason.last_error if of_reason and reason in calendar_facts.DETAILED else None,
        reason_since=of_reason.reason_since if of_reason else None,
        retry_at=of_reason.retry_at if of_reason else None,
        parked_at=owing.parked_at if owing is not None and row.ends_at > datetime.now(UTC) else None,
        conflict=remarks.of_zoom(meeting.conflict, whose) if meeting else None,
        is_detached=bool(meeting and meeting.detached),
        setting_changes=msgspec.convert((meeting and meeting.setting_changes) or (), tuple[values.SettingChange, ...]),
        started_at=meeting.started_at if meeting else None,
        ended_at=meeting.ended_at if meeting else None,
        hold_until=row.hold_until,
        confirmed_at=row.confirmed_at,
        topic=row.topic,
        settings=msgspec.convert(row.settings, values.MeetingSettings) if row.settings else None,
        calendar=calendar_facts.of(calendar, whose) if calendar else None,
    )


def _owing(
    row: models.Booking, meeting: models.Meeting | None, calendar: models.CalendarEvent | None, own_link: str | None
) -> models.Meeting | models.CalendarEvent | None:
    """Return the row that brings the link of a booking that stands; None where none is to come."""
    if row.status != BookingStatus.CONFIRMED or own_link:
        return None
    if meeting is not None and meeting.wanted:
        return meeting
    return calendar if calendar_facts.is_met_in(calendar) else None


def _link(
    cipher: Cipher,
    row: models.Booking,
    meeting: models.Meeting | None,
    calendar: models.CalendarEvent | None,
    own_link: str | None,
) -> tuple[str | None, str | None]:
    """Return join link and passcode; the host's own link stands before Zoom's, and Zoom's before Google's."""
    if row.status != BookingStatus.CONFIRMED:
        return None, None
    if own_link:
        return own_link, None
    if meeting is None or not meeting.wanted or not meeting.join_url_sealed:
        return calendar_facts.meet_link(cipher, calendar), None
    table = models.Meeting.__tablename__
    passcode = meeting.passcode_sealed
    return (
        cipher.open(table, meeting.id, "join_url", meeting.join_url_sealed),
        cipher.open(table, meeting.id, "passcode", passcode) if passcode else None,
    )


def _conference(
    event: models.EventType,
    meeting: models.Meeting | None,
    calendar: models.CalendarEvent | None,
    own_link: str | None,
) -> Conference | None:
    """Return by what people meet; while a meeting is moved to Zoom, it is Google Meet until Zoom has given its link."""
    if own_link:
        return Conference.OWN
    is_in_zoom = meeting is not None and meeting.wanted
    if calendar_facts.is_met_in(calendar) and not (is_in_zoom and meeting and meeting.join_url_sealed):
        return Conference.MEET
    if is_in_zoom or event.location == Location.ZOOM:
        return Conference.ZOOM
    return Conference.OWN if event.location == Location.LINK else None


def _reason(
    row: models.Booking,
    event: models.EventType,
    owing: models.Meeting | models.CalendarEvent | None,
    join_url: str | None,
) -> LinkReason | None:
    """Return why there is no link, or why the meeting in Zoom does not follow a change."""
    if row.status == BookingStatus.PENDING:
        return LinkReason.APPROVAL if event.location == Location.ZOOM else None
    if owing is None:
        return None
    if row.ends_at <= datetime.now(UTC):
        return None if join_url else LinkReason.PAST
    return LinkReason(owing.reason) if owing.reason else None


def _meeting_status(
    owing: models.Meeting | models.CalendarEvent | None, join_url: str | None, reason: LinkReason | None
) -> MeetingStatus:
    if join_url:
        return MeetingStatus.READY
    if reason is LinkReason.PAST:
        return MeetingStatus.NONE
    return MeetingStatus.COMING if owing is not None else MeetingStatus.NONE

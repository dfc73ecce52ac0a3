"""Purges: which rows must not be kept any longer, and how a batch of each kind is forgotten."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, exists, false, func, or_, select, tuple_, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from zoom_blueprint.events import EventName
from zoom_blueprint.services import addresses, attendances, snapshots
from zoom_blueprint.services.duties import DutyName
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.values import ConnectionStatus

WEBHOOKS_KEPT = timedelta(days=7)
CONSENTS_KEPT = timedelta(days=1)
QUOTAS_KEPT = timedelta(days=2)
CODES_KEPT = timedelta(days=1)
CALLS_KEPT = timedelta(days=1)
KNOWN_KEPT = timedelta(days=365)
HEARTBEATS_KEPT = timedelta(days=1)
TALLIES_KEPT = timedelta(days=400)
KEYS_KEPT = timedelta(days=30)
ENDPOINTS_KEPT = timedelta(days=30)
_Key = tuple[InstrumentedAttribute[Any], ...]
_Forget = Callable[[State, Session, Sequence[Any], datetime], None]


@dataclass(frozen=True)
class Purge:
    """One kind of rows to forget: those that ``which`` names, known by their ``key``."""

    name: str
    key: _Key
    which: ColumnElement[bool]
    forget: _Forget

    def count(self, session: Session) -> int:
        """Return how many there are."""
        return session.scalar(select(func.count()).select_from(self.key[0].class_).where(self.which)) or 0

    def batch(self, state: State, session: Session, now: datetime, size: int) -> int:
        """Forget at most ``size`` rows and return how many; one that somebody has in hand waits for the next time."""
        query = select(*self.key).where(self.which).order_by(*self.key).limit(size)
        found = session.execute(query.with_for_update(skip_locked=True)).all()
        if found:
            self.forget(state, session, [row[0] if len(self.key) == 1 else tuple(row) for row in found], now)
        return len(found)


def due(state: State, now: datetime) -> list[Purge]:
    """Return what there is to forget, in an order in which no foreign key and no condition gets in the way."""
    kept_for = state.config.booking_retention_days
    ended_before = now - timedelta(days=state.config.retention_days)
    stale = _stale_meetings(ended_before)
    over = false() if kept_for is None else _stale_bookings(now - timedelta(days=kept_for))
    webhook, consent, quota = models.WebhookEvent, models.Consent, models.ZoomQuota
    entry, known, life = models.LifecycleEvent, models.KnownAddress, models.WorkerHeartbeat
    tally, key = models.Tally, models.ApiKey
    spent_code = and_(entry.name == EventName.VISITOR_CHECKED, entry.occurred_at < now - CODES_KEPT)
    spent_notice = and_(entry.name == EventName.ENDPOINT_DISABLED, entry.occurred_at < now - ENDPOINTS_KEPT)
    spent_event = and_(webhook.received_at < now - WEBHOOKS_KEPT, webhook.due_at.is_(None))
    # One that still holds a grant is ended by its duty, which gives the grant back to Zoom.
    spent_consent = and_(consent.expires_at < now - CONSENTS_KEPT, consent.grant_sealed.is_(None))
    return [
        _deleting("stays", _cut_stays(), models.Attendance.id),
        Purge("log_entries", (models.LifecycleEvent.id,), _stale_entries(stale, over, ended_before), _drop_entries),
        Purge("mailed_codes", (entry.id,), spent_code, _drop_entries),
        Purge("disabled_endpoints", (entry.id,), spent_notice, _drop_entries),
        Purge("meetings", (models.Meeting.id,), stale, _empty_meetings),
        Purge("calendar_events", (models.CalendarEvent.id,), _stale_events(ended_before), _empty_calendar_events),
        _deleting("webhook_events", spent_event, webhook.id),
        Purge("webhook_contents", (webhook.id,), and_(~spent_event, _stale_contents()), _empty_events),
        Purge("bookings", (models.Booking.id,), over, empty_bookings),
        _deleting("connection_attempts", spent_consent, consent.id),
        _deleting("action_calls", models.ActionCall.begun_at < now - CALLS_KEPT, models.ActionCall.id),
        _deleting("daily_counts", quota.day < (now - QUOTAS_KEPT).date(), quota.connection_id, quota.day),
        _deleting("known_addresses", known.confirmed_at < now - KNOWN_KEPT, known.digest),
        _deleting("rate_counters", models.RateCounter.expires_at < now, models.RateCounter.key),
        _deleting("heartbeats", life.beat_at < now - HEARTBEATS_KEPT, life.id),
        _deleting(
            "tallies",
            tally.day < (now - TALLIES_KEPT).date(),
            *(tally.host_id, tally.event_type_id, tally.day, tally.step, tally.site, tally.campaign),
        ),
        _deleting("api_keys", or_(key.revoked_at < now - KEYS_KEPT, key.expires_at < now - KEYS_KEPT), key.id),
        _deleting("duties", _idle_duties(), models.Duty.id),
    ]


def _deleting(name: str, which: ColumnElement[bool], *key: InstrumentedAttribute[Any]) -> Purge:
    """Return the purge of rows that nothing hangs on."""

    def forget(state: State, session: Session, keys: Sequence[Any], now: datetime) -> None:
        del state, now
        column = key[0] if len(key) == 1 else tuple_(*key)
        session.execute(
            delete(key[0].class_).where(column.in_(keys)).execution_options(synchronize_session=False),
        )

    return Purge(name, key, which, forget)


def _ended() -> ColumnElement[bool]:
    return models.Connection.status == ConnectionStatus.INACTIVE


def _cut_stays() -> ColumnElement[bool]:
    """Return which stays outlived their connection, with which they should have gone."""
    cut = select(models.Meeting.id).join(models.Connection).where(_ended())
    return models.Attendance.meeting_id.in_(cut)


def _stale_meetings(before: datetime) -> ColumnElement[bool]:
    meeting = models.Meeting
    ended = select(models.Connection.id).where(_ended(), models.Connection.ended_at < before)
    over = select(models.Booking.id).where(models.Booking.ends_at < before)
    kept = (meeting.zoom_meeting_id, meeting.join_url_sealed, meeting.topic, meeting.started_at, meeting.ended_at)
    return and_(
        meeting.connection_id.in_(ended),
        meeting.booking_id.in_(over),
        or_(*(column.is_not(None) for column in kept)),
    )


def _stale_events(before: datetime) -> ColumnElement[bool]:
    event = models.CalendarEvent
    ended = select(models.Connection.id).where(_ended(), models.Connection.ended_at < before)
    over = select(models.Booking.id).where(models.Booking.ends_at < before)
    kept = (event.event_id, event.calendar_id, event.link, event.join_url_sealed, event.response)
    return and_(
        event.connection_id.in_(ended),
        event.booking_id.in_(over),
        or_(*(column.is_not(None) for column in kept)),
    )


def _stale_bookings(before: datetime) -> ColumnElement[bool]:
    return and_(models.Booking.ends_at < before, models.Booking.purged_at.is_(None))


def _stale_entries(stale: ColumnElement[bool], over: ColumnElement[bool], before: datetime) -> ColumnElement[bool]:
    """Return the log entries that hold a forgotten meeting's link, a forgotten person, or who was connected."""
    entry, connection = models.LifecycleEvent, models.Connection
    ended = exists().where(
        connection.host_id == entry.host_id,
        entry.name.startswith(connection.provider.concat(".")),
        _ended(),
        connection.ended_at < before,
        connection.ended_at >= entry.occurred_at,
    )
    return or_(
        entry.booking_id.in_(select(models.Meeting.booking_id).where(stale)),
        entry.booking_id.in_(select(models.Booking.id).where(over)),
        and_(entry.booking_id.is_(None), entry.name != EventName.VISITOR_CHECKED, ended),
    )


def _stale_contents() -> ColumnElement[bool]:
    """Return which applied events outlived their connection, with which their content should have gone."""
    event = models.WebhookEvent
    ended = select(models.Connection.id).where(_ended())
    return and_(event.due_at.is_(None), event.payload_sealed.is_not(None), event.connection_id.in_(ended))


def _idle_duties() -> ColumnElement[bool]:
    """Return the duties of ended connections, and those about consents, calls and held times that are done."""
    duty = models.Duty
    kept_up = duty.name.in_((DutyName.TEND, DutyName.CALENDAR))
    cut = and_(kept_up, duty.subject.in_(select(models.Connection.id).where(_ended())))
    done = and_(duty.name.in_((DutyName.CONSENT, DutyName.CALL, DutyName.LAPSE)), duty.due_at.is_(None))
    return and_(duty.claim.is_(None), or_(cut, done))


def _drop_entries(state: State, session: Session, keys: Sequence[Any], now: datetime) -> None:
    del state, now
    drop_entries(session, keys)


def drop_entries(session: Session, keys: Sequence[str]) -> None:
    """Delete entries of the log, with what is or was owed to those who are told of them."""
    for column in (models.Delivery.event_id, models.LifecycleEvent.id):
        session.execute(delete(column.class_).where(column.in_(keys)).execution_options(synchronize_session=False))


def _empty_meetings(state: State, session: Session, keys: Sequence[Any], now: datetime) -> None:
    del state, now
    session.execute(
        update(models.Meeting)
        .where(models.Meeting.id.in_(keys))
        .values(
            zoom_meeting_id=None,
            topic=None,
            join_url_sealed=None,
            passcode_sealed=None,
            seen_start=None,
            seen_duration=None,
            started_at=None,
            ended_at=None,
            conflict=None,
            setting_changes=None,
            due_at=None,
            parked_at=None,
        )
        .execution_options(synchronize_session=False)
    )


def _empty_calendar_events(state: State, session: Session, keys: Sequence[Any], now: datetime) -> None:
    del state, now
    session.execute(
        update(models.CalendarEvent)
        .where(models.CalendarEvent.id.in_(keys))
        .values(
            calendar_id=None,
            event_id=None,
            link=None,
            join_url_sealed=None,
            seen_start=None,
            seen_end=None,
            told=None,
            response=None,
            conflict=None,
            due_at=None,
            parked_at=None,
        )
        .execution_options(synchronize_session=False)
    )


def empty_bookings(state: State, session: Session, keys: Sequence[Any], now: datetime) -> None:
    """Leave of bookings what counts, and nobody; a meeting's topic names who booked it, and so do Zoom's events."""
    found = session.scalars(select(models.Booking).where(models.Booking.id.in_(keys))).all()
    addresses.forget(state, session, {row.email for row in found})
    for row in found:
        row.name = row.email = row.body_hmac = ""
        row.time_zone, row.locale = "UTC", "en"
        row.topic = row.settings = None
        row.details_sealed = snapshots.seal_details(state.cipher, row.id, snapshots.Details())
        row.key = row.id  # unique, and no digest of any key
        row.purged_at = now
    meetings = models.Meeting.booking_id.in_(keys)
    session.execute(
        update(models.Meeting)
        .where(meetings)
        .values(topic=None, conflict=None, last_error=None, parked_at=None)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(models.CalendarEvent)
        .where(models.CalendarEvent.booking_id.in_(keys))
        .values(
            told=None,
            join_url_sealed=None,
            link=None,
            response=None,
            conflict=None,
            last_error=None,
            parked_at=None,
        )
        .execution_options(synchronize_session=False)
    )
    stays = select(models.Attendance).where(models.Attendance.meeting_id.in_(select(models.Meeting.id).where(meetings)))
    for stay in session.scalars(stays):
        stay.name_sealed = attendances.seal_name(state, stay.id, "")
    session.flush()
    _wipe(session, models.WebhookEvent.connection_id.in_(select(models.Meeting.connection_id).where(meetings)))


def _empty_events(state: State, session: Session, keys: Sequence[Any], now: datetime) -> None:
    del state, now
    _wipe(session, models.WebhookEvent.id.in_(keys))


def _wipe(session: Session, events: ColumnElement[bool]) -> None:
    session.execute(
        update(models.WebhookEvent)
        .where(events, models.WebhookEvent.due_at.is_(None))
        .values(payload_sealed=None)
        .execution_options(synchronize_session=False)
    )

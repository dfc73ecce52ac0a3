"""Upkeep: forget what must not be kept, and drop what has served."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.values import ConnectionStatus

WEBHOOKS_KEPT = timedelta(days=7)
_CONSENTS_KEPT = timedelta(days=1)


@dataclass(frozen=True)
class Purged:
    """How many rows a purge emptied or deleted, or would."""

    meetings: int
    webhook_events: int
    consents: int


def purge(state: State, *, now: datetime | None = None, dry_run: bool = False) -> Purged:
    """Forget the meeting metadata of connections that ended ``ZOOM_RETENTION_DAYS`` ago, and spent rows.

    The days count from the later of disconnection and the booking's end. The bookings themselves stay.
    """
    now = now or datetime.now(UTC)
    webhooks = and_(models.WebhookEvent.received_at < now - WEBHOOKS_KEPT, models.WebhookEvent.due_at.is_(None))
    consents = models.Consent.expires_at < now - _CONSENTS_KEPT
    ended_before = now - timedelta(days=state.config.retention_days)
    stale = _stale_meetings(ended_before)

    def count(session: Session) -> Purged:
        return Purged(
            session.scalar(select(func.count()).select_from(models.Meeting).where(stale)) or 0,
            session.scalar(select(func.count()).select_from(models.WebhookEvent).where(webhooks)) or 0,
            session.scalar(select(func.count()).select_from(models.Consent).where(consents)) or 0,
        )

    def work(session: Session) -> Purged:
        purged = count(session)
        _purge_log(session, stale, ended_before)
        session.execute(
            update(models.Meeting)
            .where(stale)
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
                due_at=None,
            )
            .execution_options(synchronize_session=False)
        )
        session.execute(delete(models.WebhookEvent).where(webhooks))
        session.execute(delete(models.Consent).where(consents))
        return purged

    return state.database.read(count) if dry_run else state.database.write(work)


def _stale_meetings(before: datetime) -> ColumnElement[bool]:
    ended = select(models.Connection.id).where(_ended(before))
    over = select(models.Booking.id).where(models.Booking.ends_at < before)
    return and_(
        models.Meeting.connection_id.in_(ended),
        models.Meeting.booking_id.in_(over),
        models.Meeting.zoom_meeting_id.is_not(None) | models.Meeting.join_url_sealed.is_not(None),
    )


def _ended(before: datetime) -> ColumnElement[bool]:
    return and_(models.Connection.status == ConnectionStatus.INACTIVE, models.Connection.ended_at < before)


def _purge_log(session: Session, stale: ColumnElement[bool], ended_before: datetime) -> None:
    """Delete the log entries whose payloads hold a forgotten meeting's link or the profile of who was connected."""
    entry, delivery = models.LifecycleEvent, models.Delivery
    bookings = select(models.Meeting.booking_id).where(stale)
    hosts = select(models.Connection.host_id).where(_ended(ended_before))
    about_zoom = and_(entry.booking_id.is_(None), entry.host_id.in_(hosts), entry.occurred_at < ended_before)
    forgotten = or_(entry.booking_id.in_(bookings), about_zoom)
    session.execute(delete(delivery).where(delivery.event_id.in_(select(entry.id).where(forgotten))))
    session.execute(delete(entry).where(forgotten))

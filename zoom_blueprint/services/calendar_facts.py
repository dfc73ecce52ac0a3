"""Calendar facts: what may be told of a booking's event in its host's Google calendar, and of its Meet link."""

from uuid import UUID

from zoom_blueprint import values
from zoom_blueprint.google_api.event_requests import event_id
from zoom_blueprint.services import remarks
from zoom_blueprint.store import models
from zoom_blueprint.store.crypto import Cipher
from zoom_blueprint.values import Conference, LinkReason, Response

DETAILED = (LinkReason.SCOPES, LinkReason.NOT_ALLOWED)
"""Reasons about which Zoom's or Google's own words say more."""


def of(row: models.CalendarEvent, host: values.Host) -> values.CalendarEvent:
    """Return what hooks and pages may know of an event."""
    reason = LinkReason(row.reason) if row.reason else None
    return values.CalendarEvent(
        uid=_uid(id_of(row)),
        is_there=row.event_id is not None,
        link=row.link,
        invites=not row.detached,
        is_detached=row.detached,
        response=Response(row.response) if row.response else None,
        reason=reason,
        reason_detail=row.last_error if reason in DETAILED else None,
        reason_since=row.reason_since,
        retry_at=row.retry_at,
        parked_at=row.parked_at,
        conflict=remarks.of_google(row.conflict, host),
    )


def of_new(booking_id: str) -> values.CalendarEvent:
    """Return the same of the event of a booking that was just made."""
    return values.CalendarEvent(uid=_uid(event_id(UUID(booking_id))))


def id_of(row: models.CalendarEvent) -> str:
    """Return the id that the event has at Google, or will have."""
    return event_id(UUID(row.booking_id), row.generation)


def is_met_in(row: models.CalendarEvent | None) -> bool:
    """Return whether people meet by the link that Google makes for the event."""
    return row is not None and row.conference == Conference.MEET


def meet_link(cipher: Cipher, row: models.CalendarEvent | None) -> str | None:
    """Return the Meet link, None while there is none."""
    if row is None or not is_met_in(row) or row.join_url_sealed is None:
        return None
    return cipher.open(models.CalendarEvent.__tablename__, row.id, "join_url", row.join_url_sealed)


def _uid(of_event: str) -> str:
    return f"{of_event}@google.com"

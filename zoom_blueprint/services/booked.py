"""The rows that a booking consists of, read by one query."""

from typing import Any, NamedTuple

from sqlalchemy import select

from zoom_blueprint.store import models


class Booked(NamedTuple):
    """A booking's row, its host's and its event type's, its meeting's and that of its event in the host's calendar."""

    row: models.Booking
    host: models.Host
    event: models.EventType
    meeting: models.Meeting | None
    calendar: models.CalendarEvent | None


def query() -> Any:  # SQLAlchemy 2.1 spells the type otherwise than 2.0
    """Return the query for what ``Booked`` consists of."""
    booking, meeting, calendar = models.Booking, models.Meeting, models.CalendarEvent
    return (
        select(booking, models.Host, models.EventType, meeting, calendar)
        .join(models.Host, models.Host.id == booking.host_id)
        .join(models.EventType, models.EventType.id == booking.event_type_id)
        .outerjoin(meeting, meeting.booking_id == booking.id)
        .outerjoin(calendar, calendar.booking_id == booking.id)
    )

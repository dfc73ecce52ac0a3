"""Calendar rows: a booking's event is owed by a row, which each change of the booking wishes for anew."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, update

from zoom_blueprint import values
from zoom_blueprint.events import EventName
from zoom_blueprint.services import claims
from zoom_blueprint.store import models
from zoom_blueprint.store.base import UtcDateTime, new_id, table_of
from zoom_blueprint.store.driven import Runs

_event = table_of(models.CalendarEvent)
_INSERT = insert(_event)
_WISH = (
    update(_event)
    .where(_event.c.booking_id == bindparam("booking"))
    .values(claims.wished_values(_event.c, bindparam("now", type_=UtcDateTime())))
)
_CHANGES = frozenset(
    {
        EventName.BOOKING_CONFIRMED,
        EventName.BOOKING_RESCHEDULED,
        EventName.BOOKING_CANCELLED,
        EventName.MEETING_READY,
        EventName.MEETING_DETACHED,
    }
)
"""What leaves a booking otherwise than its event may be."""


def make(connection: Runs, booking_id: str, host_id: str, google_id: str, due: datetime) -> None:
    """Owe the event of a booking that was just confirmed; ``google_id`` is the connection to make it by."""
    row: dict[str, Any] = {"id": new_id(), "booking_id": booking_id, "host_id": host_id, "connection_id": google_id}
    connection.execute(_INSERT, {**row, "due_at": due})


def wish(connection: Runs, booking_id: str, now: datetime) -> None:
    """Have the event of a booking looked at, where it has one."""
    connection.execute(_WISH, {"booking": booking_id, "now": now})


def follow(connection: Runs, name: EventName, booking: values.Booking, now: datetime) -> None:
    """Have a booking's event follow what is told of it; no statement where it has none.

    That of one that was confirmed just now is owed already, a little later, when its link may be there.
    """
    is_new = name == EventName.BOOKING_CONFIRMED and booking.confirmed_at == now
    if booking.calendar is not None and name in _CHANGES and not is_new:
        wish(connection, booking.id, now)

"""Doubts: what a host is asked about a time before it is booked, for they may take more than they offer."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from zoom_blueprint.languages import said
from zoom_blueprint.scheduling.slots import Reason, refusal
from zoom_blueprint.services import availability, bookables, changes
from zoom_blueprint.services.bookables import Bookable
from zoom_blueprint.state import State

_STEP = 5  # minutes, the smallest there is
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)  # the end of a notice period that does not matter
_WORDS = {
    Reason.HORIZON: said("This is beyond the days on which it can be booked."),
    Reason.OUTSIDE_HOURS: said("This is outside your working hours."),
    Reason.LIMIT_DAY: said("That day has as many of these bookings as you allow."),
    Reason.LIMIT_WEEK: said("That week has as many of these bookings as you allow."),
}


def bookable_of(state: State, booking_id: str) -> Bookable:
    """Return the event type of a booking, though it may be closed by now.

    Raises:
        NotFound: there is no such booking.
    """

    def work(session: Session) -> Bookable:
        row, *_ = changes.load(session, booking_id)
        return bookables.find_for(session, row, even_closed=True)

    return state.database.read(work)


def about(state: State, bookable: Bookable, start: datetime, *, now: datetime, moving: str | None = None) -> str | None:
    """Return why visitors are not offered this start, None if they are; the notice period and the step do not matter.

    Nor does it matter here whether the time is taken: then nobody can have it. ``moving`` is the booking to be moved.
    """
    after = start + timedelta(seconds=1)

    rules = replace(bookable.rules, step=_STEP)

    def work(session: Session) -> str | None:
        busy = availability.busy_here(session, bookable, start, after, now=now, moving=moving)
        # The nearest step before says what else is to be said of a start that is on none.
        for minutes in range(_STEP):
            refused = refusal(
                bookable.schedule, rules, busy, start - timedelta(minutes=minutes), now=now, earliest=_LONG_AGO
            )
            if refused is None or refused.reason is not Reason.OFF_GRID:
                return _WORDS.get(refused.reason) if refused else None
        return None

    return state.database.read(work)

"""Overlaps: whether a time is free for a host, whose own hours, notice and limits do not bind them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from zoom_blueprint.errors import SlotTaken
from zoom_blueprint.languages import said
from zoom_blueprint.scheduling.slots import Busy
from zoom_blueprint.services.availability import IN_CALENDAR, busy_here
from zoom_blueprint.services.bookables import Bookable

_MINUTE = 60


def is_taken(
    session: Session,
    bookable: Bookable,
    start: datetime,
    end: datetime,
    *,
    now: datetime,
    moving: str | None = None,
) -> bool:
    """Return whether other bookings or blocked time overlap, buffers included.

    Working hours, notice, horizon, limits and calendars do not count: whoever moves a meeting in one of their own
    knows what else stands there.
    """
    here = replace(bookable, calendars=None)
    return _in_the_way(session, here, start, end, (), now=now, moving=moving) is not None


def ensure_nothing_there(
    session: Session,
    bookable: Bookable,
    start: datetime,
    end: datetime,
    elsewhere: Sequence[Busy],
    *,
    now: datetime,
    moving: str | None = None,
) -> None:
    """Check that a host can book a time: hours, notice, horizon and limits do not count, all that takes time does.

    Raises:
        SlotTaken: other bookings, blocked time, calendars or what is ``elsewhere`` overlap, buffers included.
    """
    found = _in_the_way(session, bookable, start, end, elsewhere, now=now, moving=moving)
    if found is None:
        return
    if found.ref is not None and found.ref.startswith(IN_CALENDAR):
        raise SlotTaken(said("Your Google Calendar says that you are busy then."))
    raise SlotTaken(said("This overlaps another booking, its buffers, or time that is blocked."))


def _in_the_way(
    session: Session,
    bookable: Bookable,
    start: datetime,
    end: datetime,
    elsewhere: Sequence[Busy],
    *,
    now: datetime,
    moving: str | None,
) -> Busy | None:
    before, after = bookable.rules.buffer_before, bookable.rules.buffer_after
    wanted = Busy.between(start, end)
    for busy in (*busy_here(session, bookable, start, end, now=now, moving=moving), *elsewhere):
        begins, ends = wanted.start - max(before, busy.after) * _MINUTE, wanted.end + max(after, busy.before) * _MINUTE
        if busy.start < busy.end and begins < busy.end and busy.start < ends:
            return busy
    return None

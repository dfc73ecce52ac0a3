"""Which times are offered: the host's rows and hooks brought to the arithmetic of ``scheduling``.

The same rows and the same function check a chosen start inside the confirming transaction.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from zoom_blueprint.errors import BadInput, SlotTaken
from zoom_blueprint.languages import said
from zoom_blueprint.links import bucket_start
from zoom_blueprint.scheduling.slots import Busy, reach, refusal, starts
from zoom_blueprint.scheduling.zones import zone
from zoom_blueprint.services.bookables import Bookable
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.values import BookingStatus

LONGEST_RANGE = 62
_MINUTE = timedelta(minutes=1)
_NOTICE_BUCKET = timedelta(minutes=5)
_FIRST_YEAR, _LAST_YEAR = 2000, 2999
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Range:
    """Days ``first`` to ``last``, both included, as the reader's zone counts them."""

    first: date
    last: date
    time_zone: str

    def __post_init__(self) -> None:
        errors: dict[str, str] = {}
        if not _FIRST_YEAR <= self.first.year <= _LAST_YEAR:
            errors["from"] = said("Ask for days of this century.")
        try:
            zone(self.time_zone)
        except ValueError as error:
            errors["tz"] = str(error)
        if self.last < self.first:
            errors["to"] = said("This is before the first day.")
        elif (self.last - self.first).days >= LONGEST_RANGE:
            errors["to"] = said("Ask for at most {days} days at a time.", days=LONGEST_RANGE)
        if errors:
            raise BadInput(errors)

    @property
    def begin(self) -> datetime:
        """The instant at which the first day begins."""
        return datetime.combine(self.first, time(), zone(self.time_zone)).astimezone(UTC)

    @property
    def end(self) -> datetime:
        """The instant at which the last day is over."""
        return datetime.combine(self.last + timedelta(days=1), time(), zone(self.time_zone)).astimezone(UTC)


@dataclass(frozen=True)
class Offer:
    """Offered starts in seconds since 1970 UTC; ``starts`` is None when the reader's copy is still good."""

    bookable: Bookable
    starts: list[int] | None
    token: str
    etag: str


def offer(
    state: State, bookable: Bookable, days: Range, *, now: datetime, moving: str | None = None, known: str = ""
) -> Offer:
    """Return the offered starts of some days.

    ``moving`` is the id of a booking whose own time counts as free; ``known`` is the ``ETag`` the reader holds: while
    it is still right nothing is computed, unless a ``busy_times`` hook has a say.
    """
    token = state.links.slot_token(bookable.event_type_id, now)
    earliest = _EPOCH - (_EPOCH - now) // _NOTICE_BUCKET * _NOTICE_BUCKET
    parts = (bookable.event_type_id, bookable.revision, token, earliest, days, moving)
    etag = hashlib.sha256(repr(parts).encode()).hexdigest()[:32]
    if known == etag and state.hooks.busy_times is None:
        return Offer(bookable, None, token, etag)
    begin, end = days.begin, days.end
    elsewhere = busy_elsewhere(state, bookable, begin, end)
    own = state.database.read(lambda session: busy_here(session, bookable, begin, end, now=now, moving=moving))
    found = starts(
        bookable.schedule,
        bookable.rules,
        [*own, *elsewhere],
        begin,
        end,
        now=now,
        earliest=earliest + timedelta(minutes=bookable.rules.notice),
    )
    if state.hooks.busy_times is not None:
        etag = hashlib.sha256(repr((parts, found)).encode()).hexdigest()[:32]
    return Offer(bookable, found, token, etag)


def ensure_free(
    session: Session,
    bookable: Bookable,
    start: datetime,
    elsewhere: Sequence[Busy],
    *,
    now: datetime,
    offered_at: datetime,
    moving: str | None = None,
) -> None:
    """Check a chosen start by the very function that offered it; the host's row must be locked.

    The notice period counts from ``offered_at``, so that whoever filled in the form slowly is not refused.

    Raises:
        SlotTaken: the start is not offered, or not any more.
    """
    own = busy_here(session, bookable, start, start + timedelta(seconds=1), now=now, moving=moving)
    refused = refusal(
        bookable.schedule,
        bookable.rules,
        [*own, *elsewhere],
        start,
        now=now,
        earliest=bucket_start(offered_at) + timedelta(minutes=bookable.rules.notice),
    )
    if refused is not None:
        raise SlotTaken(said("This time is not available any more. Please choose another one."))


def is_taken(
    session: Session,
    bookable: Bookable,
    start: datetime,
    end: datetime,
    *,
    now: datetime,
    elsewhere: Sequence[Busy] = (),
    moving: str | None = None,
) -> bool:
    """Return whether other bookings, blocked time or what is ``elsewhere`` overlap, buffers included.

    Working hours, notice, horizon and limits do not count.
    """
    before, after = timedelta(minutes=bookable.rules.buffer_before), timedelta(minutes=bookable.rules.buffer_after)
    return any(
        start - max(before, timedelta(minutes=busy.after)) < busy.end
        and busy.start < end + max(after, timedelta(minutes=busy.before))
        for busy in (*busy_here(session, bookable, start, end, now=now, moving=moving), *elsewhere)
        if busy.start < busy.end
    )


def busy_elsewhere(state: State, bookable: Bookable, begin: datetime, end: datetime) -> list[Busy]:
    """Ask the ``busy_times`` hook; never inside a transaction."""
    if state.hooks.busy_times is None:
        return []
    first, last = reach(bookable.schedule, bookable.rules, begin, end)
    return [Busy(start, until, counts=False) for start, until in state.hooks.busy_times(bookable.host, first, last)]


def busy_here(
    session: Session,
    bookable: Bookable,
    begin: datetime,
    end: datetime,
    *,
    now: datetime,
    moving: str | None = None,
) -> list[Busy]:
    """Return the host's bookings of all event types and blocked times that matter to starts in a range; two queries.

    Bookings that await approval are among them while they hold their time.
    """
    first, last = reach(bookable.schedule, bookable.rules, begin, end)
    booking, blocked = models.Booking, models.BlockedTime
    bookings = session.execute(
        select(
            booking.starts_at,
            booking.ends_at,
            booking.busy_start,
            booking.busy_end,
            booking.id,
            booking.event_type_id == bookable.event_type_id,
        ).where(
            booking.host_id == bookable.host.id,
            booking.busy_end > first,
            booking.busy_start < last,
            or_(
                booking.status == BookingStatus.CONFIRMED,
                and_(booking.status == BookingStatus.PENDING, booking.hold_until > now),
            ),
        )
    )
    blocks = session.execute(
        select(blocked.starts_at, blocked.ends_at, blocked.id).where(
            blocked.host_id == bookable.host.id, blocked.ends_at > first, blocked.starts_at < last
        )
    )
    taken = [
        Busy(start, until, (start - busy_start) // _MINUTE, (busy_end - until) // _MINUTE, row_id, counts)
        for start, until, busy_start, busy_end, row_id, counts in bookings
        if row_id != moving
    ]
    return taken + [Busy(start, until, ref=row_id, counts=False) for start, until, row_id in blocks]

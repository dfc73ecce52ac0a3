"""Which times are offered: the host's rows and hooks brought to the arithmetic of ``scheduling``.

The same rows and the same function check a chosen start inside the confirming transaction.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, case, false, literal, or_, select, union_all
from sqlalchemy.orm import Session

from zoom_blueprint.errors import BadInput, SlotTaken
from zoom_blueprint.languages import said
from zoom_blueprint.links import bucket_start
from zoom_blueprint.scheduling.slots import Busy, reach, refusal, starts
from zoom_blueprint.scheduling.zones import zone
from zoom_blueprint.services.bookables import Bookable
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.store.seconds import ceil_seconds, floor_seconds
from zoom_blueprint.values import BookingStatus

LONGEST_RANGE = 62
INSTANT = timedelta(seconds=1)
"""How long a range is that asks about one start."""
IN_CALENDAR = "calendar "
"""How the ``ref`` begins of what is busy in a calendar of the host's own: nothing more is known of it."""
_MINUTE = 60
_NOTICE_BUCKET = timedelta(minutes=5)
_FIRST_YEAR, _LAST_YEAR = 2000, 2999
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_booking, _blocked = models.Booking, models.BlockedTime


def _minutes(since: Any, until: Any) -> Any:
    """Say the minutes between two columns, which are mostly the same."""
    return case((since == until, 0), else_=(floor_seconds(until) - floor_seconds(since)) // _MINUTE)


_TAKEN: Any = union_all(  # one query, so that a request for times waits once; each row is a ``Busy``
    select(
        floor_seconds(_booking.starts_at),
        ceil_seconds(_booking.ends_at),
        _minutes(_booking.busy_start, _booking.starts_at),
        _minutes(_booking.ends_at, _booking.busy_end),
        _booking.id,
        _booking.event_type_id == bindparam("event_type"),
    ).where(
        _booking.host_id == bindparam("host"),
        _booking.busy_end > bindparam("first"),
        _booking.busy_start < bindparam("last"),
        or_(
            _booking.status == BookingStatus.CONFIRMED,
            and_(_booking.status == BookingStatus.PENDING, _booking.hold_until > bindparam("now")),
        ),
    ),
    select(
        floor_seconds(_blocked.starts_at), ceil_seconds(_blocked.ends_at), literal(0), literal(0), _blocked.id, false()
    ).where(
        _blocked.host_id == bindparam("host"),
        _blocked.ends_at > bindparam("first"),
        _blocked.starts_at < bindparam("last"),
    ),
)


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


class Stamp(NamedTuple):
    """All that decides on an answer besides the question: while it stays the same, so do offered times.

    ``token`` names the event type and 10 minutes, ``earliest`` is where its notice period begins: both last so long
    that answers stay the same for some minutes.
    """

    token: str
    revision: int
    earliest: datetime


@dataclass(frozen=True)
class Offer:
    """Offered starts in seconds since 1970 UTC; ``starts`` is None when the reader's copy is still good."""

    bookable: Bookable
    starts: list[int] | None
    token: str
    etag: str


def stamp(state: State, bookable: Bookable, now: datetime) -> Stamp:
    """Return the stamp of answers that are given now; it says nothing about those of a ``busy_times`` hook."""
    earliest = _EPOCH - (_EPOCH - now) // _NOTICE_BUCKET * _NOTICE_BUCKET
    return Stamp(state.links.slot_token(bookable.event_type_id, now), bookable.revision, earliest)


def offer(
    state: State, bookable: Bookable, days: Range, *, now: datetime, moving: str | None = None, known: str = ""
) -> Offer:
    """Return the offered starts of some days.

    ``moving`` is the id of a booking whose own time counts as free; ``known`` is the ``ETag`` the reader holds: while
    it is still right nothing is computed, unless a ``busy_times`` hook has a say.
    """
    token, revision, earliest = stamp(state, bookable, now)
    parts = f"{token} {revision} {earliest} {days.first} {days.last} {days.time_zone} {moving}"
    etag = _digest(parts)
    if known == etag and state.hooks.busy_times is None:
        return Offer(bookable, None, token, etag)
    begin, end = days.begin, days.end
    elsewhere = busy_elsewhere(state, bookable, begin, end)
    own = _busy(state.database.look(_TAKEN, _asked(bookable, begin, end, now)), moving)
    found = starts(
        bookable.schedule,
        bookable.rules,
        [*own, *elsewhere],
        begin,
        end,
        now=now,
        earliest=earliest + timedelta(minutes=bookable.rules.notice),
        timetable=None if bookable.calendars is None else bookable.calendars.busy,
    )
    if state.hooks.busy_times is not None:
        etag = _digest(f"{parts} {found}")
    return Offer(bookable, found, token, etag)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


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
    own = busy_here(session, bookable, start, start + INSTANT, now=now, moving=moving)
    ensure_offered(bookable, [*own, *elsewhere], start, now=now, offered_at=offered_at)


def ensure_offered(
    bookable: Bookable, busy: Sequence[Busy], start: datetime, *, now: datetime, offered_at: datetime
) -> None:
    """Check a chosen start as ``ensure_free`` does, against what was found to be taken.

    Raises:
        SlotTaken: the start is not offered, or not any more.
    """
    refused = refusal(
        bookable.schedule,
        bookable.rules,
        busy,
        start,
        now=now,
        earliest=bucket_start(offered_at) + timedelta(minutes=bookable.rules.notice),
    )
    if refused is not None:
        raise SlotTaken(said("This time is not available any more. Please choose another one."))


def busy_elsewhere(state: State, bookable: Bookable, begin: datetime, end: datetime) -> list[Busy]:
    """Ask the ``busy_times`` hook; never inside a transaction."""
    if state.hooks.busy_times is None:
        return []
    first, last = reach(bookable.schedule, bookable.rules, begin, end)
    return [
        Busy.between(start, until, counts=False) for start, until in state.hooks.busy_times(bookable.host, first, last)
    ]


def busy_here(
    session: Session,
    bookable: Bookable,
    begin: datetime,
    end: datetime,
    *,
    now: datetime,
    moving: str | None = None,
) -> list[Busy]:
    """Return the host's bookings of all event types and blocked times that matter to starts in a range; one query.

    Bookings that await approval are among them while they hold their time, and so are the host's calendars.
    """
    rows = session.connection().execute(_TAKEN, _asked(bookable, begin, end, now))
    return [*_busy(rows, moving), *busy_in_calendars(bookable, begin, end)]


def busy_now(
    state: State, bookable: Bookable, begin: datetime, end: datetime, *, now: datetime, moving: str | None = None
) -> list[Busy]:
    """Return what ``busy_here`` does, outside of any transaction."""
    rows = state.database.look(_TAKEN, _asked(bookable, begin, end, now))
    return [*_busy(rows, moving), *busy_in_calendars(bookable, begin, end)]


def busy_in_calendars(bookable: Bookable, begin: datetime, end: datetime) -> list[Busy]:
    """Return when the host's own calendars keep them busy, as far as it matters to starts in a range."""
    if bookable.calendars is None:
        return []
    rules, asked = bookable.rules, Busy.between(begin, end)  # without the days or weeks that limits count over
    first = asked.start - rules.buffer_before * _MINUTE
    last = asked.end + (rules.duration + rules.buffer_after) * _MINUTE
    found = bookable.calendars.busy.between(first, last)
    return [Busy(start, until, ref=f"{IN_CALENDAR}{start}", counts=False) for start, until in found]


def _asked(bookable: Bookable, begin: datetime, end: datetime, now: datetime) -> dict[str, object]:
    first, last = reach(bookable.schedule, bookable.rules, begin, end)
    return {"host": bookable.host.id, "event_type": bookable.event_type_id, "first": first, "last": last, "now": now}


def _busy(rows: Iterable[Any], moving: str | None) -> list[Busy]:
    return [taken for taken in map(Busy._make, rows) if taken.ref != moving]

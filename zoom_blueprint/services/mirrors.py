"""Mirrors: the meetings to come in a host's Zoom accounts beside the bookings, with what differs."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from zoom_blueprint import values
from zoom_blueprint.errors import NotFound
from zoom_blueprint.languages import said
from zoom_blueprint.services import claims, connections, deadlines
from zoom_blueprint.services.accounts import Account
from zoom_blueprint.services.claims import VISITOR_PATIENCE
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.values import BookingStatus, ConnectionStatus
from zoom_blueprint.zoom_api.client import ListType
from zoom_blueprint.zoom_api.payloads import ListedMeeting

MOST = 900
"""How many meetings are read of an account: three pages of Zoom's."""
SECONDS = 4.0
"""How long Zoom has for all of it."""
_REACH = timedelta(days=180)  # Zoom's list of what is upcoming ends after six months


class Standing(StrEnum):
    """How a meeting in Zoom and a booking compare."""

    SAME = "same"
    DIFFERS = "differs"
    ONLY_HERE = "only-here"
    NOT_MADE = "not-made"
    LEFT = "left"
    ONLY_IN_ZOOM = "only-in-zoom"


@dataclass(frozen=True, kw_only=True)
class Row:
    """One meeting, one booking, or both. ``start`` and ``minutes`` are the booking's, ``zoom_…`` what Zoom has.

    ``topic`` is Zoom's own for what is only there. Neither links nor passcodes are in it.
    """

    standing: Standing
    topic: str
    account: str
    start: datetime | None = None
    minutes: int | None = None
    zoom_start: datetime | None = None
    zoom_minutes: int | None = None
    booking_id: str | None = None
    name: str = ""

    @property
    def at(self) -> datetime:
        """When it begins, here or else in Zoom; what has no fixed time comes first."""
        return self.start or self.zoom_start or datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Trouble:
    """An account whose list could not be had."""

    connection: values.Connection
    error: Exception


@dataclass(frozen=True)
class Mirror:
    """All rows by time. ``is_cut``: an account has more meetings than are read."""

    rows: tuple[Row, ...]
    troubles: tuple[Trouble, ...]
    is_connected: bool
    is_cut: bool


def look(state: State, host_id: str) -> Mirror:
    """Ask Zoom for what is upcoming, for ``SECONDS`` at most, and lay it beside the bookings; nothing is changed."""
    used = [one for one in connections.all_of(state, host_id) if one.status is not ConnectionStatus.INACTIVE]
    answers = deadlines.ask({one.id: partial(_listed, state, one.id) for one in used}, SECONDS)
    lists = {one.id: answers[one.id].value for one in used}
    heard = {key: found for key, found in lists.items() if found is not None}
    numbers = {one.id for found in heard.values() for one in found}
    ours = state.database.read(partial(_ours, host_id, datetime.now(UTC), numbers))
    accounts = {one.id: one.email for one in used} if len(used) > 1 else {}
    rows = list(_compared(ours, heard, accounts))
    errors = [Trouble(one, error) for one in used if (error := answers[one.id].error) is not None]
    return Mirror(
        rows=tuple(sorted(rows, key=lambda row: (row.at, row.topic))),
        troubles=tuple(errors),
        is_connected=bool(used),
        is_cut=any(len(found) >= MOST for found in heard.values()),
    )


def look_again(state: State, host_id: str, booking_id: str) -> None:
    """Have the meeting of a booking looked at in Zoom, as after a webhook about it: what differs is brought in line.

    Raises:
        NotFound: the host has no such booking, or it has no meeting.
    """

    def work(session: Session) -> None:
        meeting = models.Meeting
        which = (meeting.booking_id == booking_id) & (meeting.host_id == host_id)
        changed = session.execute(
            update(meeting)
            .where(which)
            .values(look_again=True)
            .returning(meeting.id)
            .execution_options(synchronize_session=False)
        )
        if changed.one_or_none() is None:
            raise NotFound(said("There is no such booking."))
        claims.wish(session, meeting, which, datetime.now(UTC))

    state.database.write(work)
    state.work.wake()


def _listed(state: State, connection_id: str) -> Sequence[ListedMeeting]:
    account = Account(state=state, connection_id=connection_id, patience=VISITOR_PATIENCE)
    found: list[ListedMeeting] = []
    for listed in account.list(ListType.UPCOMING):
        found.append(listed)
        if len(found) >= MOST:  # before the next page is asked for
            break
    return found


def _query(host_id: str, *which: ColumnElement[bool]) -> Any:
    """Ask for plain columns only: there is no need to open anything that is sealed."""
    booking, meeting = models.Booking, models.Meeting
    return (
        select(
            booking.id,
            booking.status,
            booking.name,
            booking.starts_at,
            booking.ends_at,
            models.EventType.title,
            meeting.wanted,
            meeting.detached,
            meeting.zoom_meeting_id,
            meeting.connection_id,
        )
        .join(booking, booking.id == meeting.booking_id)
        .join(models.EventType, models.EventType.id == booking.event_type_id)
        .where(booking.host_id == host_id, booking.purged_at.is_(None), *which)
    )


def _ours(host_id: str, now: datetime, numbers: Iterable[int], session: Session) -> list[Any]:
    """Return our meetings to come, and whatever else has one of these numbers."""
    booking, meeting = models.Booking, models.Meeting
    to_come = _query(
        host_id,
        booking.status == BookingStatus.CONFIRMED,
        booking.starts_at > now,
        booking.starts_at < now + _REACH,
        meeting.wanted.is_(True),
    )
    found = {row.id: row for row in session.execute(to_come.order_by(booking.starts_at).limit(MOST))}
    named = _query(host_id, meeting.zoom_meeting_id.in_(sorted(numbers)))
    return list((found | {row.id: row for row in session.execute(named)}).values())


def _compared(
    ours: Sequence[Any], heard: dict[str, Sequence[ListedMeeting]], accounts: dict[str, str]
) -> Iterator[Row]:
    known = {(row.connection_id, row.zoom_meeting_id): row for row in ours if row.zoom_meeting_id is not None}
    seen = set()
    for connection_id, found in heard.items():
        account = accounts.get(connection_id, "")
        for listed in found:
            row = known.get((connection_id, listed.id))
            if row is None:
                yield Row(
                    standing=Standing.ONLY_IN_ZOOM,
                    topic=listed.topic,
                    account=account,
                    zoom_start=listed.start,
                    zoom_minutes=listed.duration,
                )
            elif row.id not in seen:
                seen.add(row.id)
                yield _row(row, account, _standing(row, listed), listed)
    for row in ours:
        if row.id in seen or row.status != BookingStatus.CONFIRMED or not row.wanted or row.detached:
            continue
        list_of_it = heard.get(row.connection_id or "")
        if row.zoom_meeting_id is None:
            yield _row(row, accounts.get(row.connection_id or "", ""), Standing.NOT_MADE)
        elif list_of_it is not None and len(list_of_it) < MOST:
            yield _row(row, accounts.get(row.connection_id or "", ""), Standing.ONLY_HERE)


def _row(row: Any, account: str, standing: Standing, listed: ListedMeeting | None = None) -> Row:
    return Row(
        standing=standing,
        topic=row.title,
        account=account,
        start=row.starts_at,
        minutes=_minutes(row),
        zoom_start=listed.start if listed else None,
        zoom_minutes=listed.duration if listed else None,
        booking_id=row.id,
        name=row.name,
    )


def _standing(row: Any, listed: ListedMeeting) -> Standing:
    if row.status == BookingStatus.CANCELLED or not row.wanted:
        return Standing.LEFT
    is_same = (row.starts_at, _minutes(row)) == (listed.start, listed.duration)
    # While a request to move awaits its answer, Zoom keeps the time from before.
    return Standing.SAME if is_same or row.status == BookingStatus.PENDING else Standing.DIFFERS


def _minutes(row: Any) -> int:
    return int((row.ends_at - row.starts_at).total_seconds()) // 60

"""Key rotation: every sealed value is sealed anew with the newest key, in batches, while the app serves."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, or_, select, true, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.store.crypto import SealBroken

_BATCH = 100
_PASSES = 3


@dataclass(frozen=True)
class Rotated:
    """How many values were sealed anew, and how many were in use and kept their older key."""

    sealed: int
    left: int


@dataclass(frozen=True)
class _Place:
    """A sealed column: its row's key, and the name under which its values are sealed."""

    key: InstrumentedAttribute[str]
    column: InstrumentedAttribute[Any]
    name: str

    @property
    def table(self) -> str:
        return str(self.column.class_.__tablename__)


_PLACES = (
    _Place(models.Grant.connection_id, models.Grant.access_token_sealed, "access_token"),
    _Place(models.Grant.connection_id, models.Grant.refresh_token_sealed, "refresh_token"),
    _Place(models.Consent.id, models.Consent.verifier_sealed, "verifier"),
    _Place(models.Consent.id, models.Consent.grant_sealed, "grant"),
    _Place(models.Consent.id, models.Consent.zoom_user_sealed, "zoom_user"),
    _Place(models.Booking.id, models.Booking.details_sealed, "details"),
    _Place(models.Meeting.id, models.Meeting.join_url_sealed, "join_url"),
    _Place(models.Meeting.id, models.Meeting.passcode_sealed, "passcode"),
    _Place(models.CalendarEvent.id, models.CalendarEvent.join_url_sealed, "join_url"),
    _Place(models.Attendance.id, models.Attendance.name_sealed, "name"),
    _Place(models.LifecycleEvent.id, models.LifecycleEvent.payload_sealed, "payload"),
    _Place(models.ActionCall.id, models.ActionCall.answer_sealed, "answer"),
    _Place(models.Endpoint.id, models.Endpoint.url_sealed, "url"),
    _Place(models.Endpoint.id, models.Endpoint.secret_sealed, "secret"),
    _Place(models.Endpoint.id, models.Endpoint.former_secret_sealed, "former_secret"),
    _Place(models.WebhookEvent.id, models.WebhookEvent.payload_sealed, "payload"),
)


def rotate(state: State) -> Rotated:
    """Seal every value anew that an older key holds; safe to stop and to run again.

    A value that changes meanwhile is left as its writer made it: that one uses the newest key by itself. A grant that
    is being refreshed is left alone, because its refresher knows it by its sealed text.

    Raises:
        SealBroken: a value does not open with any of ``ZOOM_TOKEN_KEYS``.
    """
    sealed = left = 0
    for _ in range(_PASSES):
        found = [_column(state, place) for place in _PLACES]
        sealed += sum(done for done, _ in found)
        left = sum(skipped for _, skipped in found)
        if not left:
            break
    return Rotated(sealed, left)


def _column(state: State, place: _Place) -> tuple[int, int]:
    """Go through one column by its key; return how many values were sealed anew and how many could not be."""
    done = skipped = 0
    last = ""
    while batch := state.database.read(partial(_read, place, last)):
        last = batch[-1][0]
        stale = [(key, value) for key, value in batch if not state.cipher.is_newest(value)]
        if stale:
            changed = state.database.write(partial(_write, state, place, stale))
            done += changed
            skipped += len(stale) - changed
    return done, skipped


def unopened(state: State) -> list[str]:
    """Return the columns with a value that no key opens, as far as the first hundred values of each show it."""
    return [f"{place.table}.{place.name}" for place in _PLACES if not _opens(state, place)]


def _opens(state: State, place: _Place) -> bool:
    try:
        for key, value in state.database.read(partial(_read, place, "")):
            state.cipher.open(place.table, key, place.name, value)
    except SealBroken:
        return False
    return True


def _read(place: _Place, last: str, session: Session) -> list[tuple[str, str]]:
    query = (
        select(place.key, place.column)
        .where(place.column.is_not(None), place.key > last)
        .order_by(place.key)
        .limit(_BATCH)
    )
    return [(key, value) for key, value in session.execute(query)]


def _write(state: State, place: _Place, stale: list[tuple[str, str]], session: Session) -> int:
    changed = 0
    for key, value in stale:
        plain = state.cipher.open(place.table, key, place.name, value)
        updated = session.execute(
            update(place.column.class_)
            .where(place.key == key, place.column == value, _is_free(place))
            .values({place.column: state.cipher.seal(place.table, key, place.name, plain)})
            .returning(place.key)
            .execution_options(synchronize_session=False)
        )
        changed += updated.one_or_none() is not None
    return changed


def _is_free(place: _Place) -> ColumnElement[bool]:
    if place.column.class_ is not models.Grant:
        return true()
    return or_(models.Grant.lease_until.is_(None), models.Grant.lease_until < datetime.now(UTC))

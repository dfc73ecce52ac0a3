"""The inbox: webhook events are stored once, answered at once, and applied by ``drain()``."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime

import msgspec
from sqlalchemy import update
from sqlalchemy.orm import Session

from zoom_blueprint.events import EventName
from zoom_blueprint.services import changes, claims, endings
from zoom_blueprint.services.claims import Claimed
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.store.base import new_id
from zoom_blueprint.store.upserts import insert

_LOOK = frozenset({"meeting.updated", "meeting.deleted", "meeting.permanently_deleted", "meeting.recovered"})
_FACTS = {"meeting.started": EventName.MEETING_STARTED, "meeting.ended": EventName.MEETING_ENDED}
_DEAUTHORIZED = "app_deauthorized"
_NAME_LENGTH = 80
_LONGEST_ID = 18  # digits that surely fit into 64 bits; Zoom's have 11


def accept(state: State, body: bytes, name: str) -> bool:
    """Store a verified event, one insert and nothing else; False when it was stored before.

    ``body`` is the raw JSON text, an object with a text ``event``.
    """
    event_id = new_id()
    now = datetime.now(UTC)
    handled = name in _LOOK or name in _FACTS or name == _DEAUTHORIZED
    values = {
        "id": event_id,
        "digest": hashlib.sha256(body).hexdigest(),
        "name": name[:_NAME_LENGTH],
        "received_at": now,
        "payload_sealed": state.cipher.seal(
            models.WebhookEvent.__tablename__, event_id, "payload", body.decode(errors="replace")
        ),
        "due_at": now if handled else None,
        "outcome": None if handled else "ignored",
    }

    def work(session: Session) -> bool:
        statement = insert(session, models.WebhookEvent).values(**values)
        stored = session.execute(
            statement.on_conflict_do_nothing(index_elements=["digest"]).returning(models.WebhookEvent.id)
        )
        return stored.one_or_none() is not None

    is_new = state.database.write(work)
    if is_new:
        state.work.wake()
    return is_new


def apply(state: State, claimed: Claimed) -> None:
    """Apply one stored event; applying it twice changes nothing the second time."""

    def read(session: Session) -> tuple[str, str]:
        row = session.get_one(models.WebhookEvent, claimed.row_id)
        return row.name, row.payload_sealed or ""

    name, sealed = state.database.read(read)
    content = msgspec.json.decode(
        state.cipher.open(models.WebhookEvent.__tablename__, claimed.row_id, "payload", sealed)
    )
    payload = _mapping(content.get("payload"))
    if name == _DEAUTHORIZED:
        outcome = _deauthorize(state, content, payload)
        state.database.write(lambda session: _finish(session, claimed, outcome))
    else:
        state.database.write(lambda session: _finish(session, claimed, _about_meeting(state, session, name, payload)))
    state.work.wake()


def _deauthorize(state: State, content: Mapping[str, object], payload: Mapping[str, object]) -> str:
    happened_at = _instant(payload.get("deauthorization_time")) or _milliseconds(content.get("event_ts"))
    wiped = endings.deauthorize(state, str(payload.get("user_id") or ""), happened_at or datetime.now(UTC))
    return "applied" if wiped else "nothing of theirs here"


def _about_meeting(state: State, session: Session, name: str, payload: Mapping[str, object]) -> str:
    at_zoom = _mapping(payload.get("object"))
    number = str(at_zoom.get("id") or "")
    if not number.isascii() or not number.isdigit() or len(number) > _LONGEST_ID:
        return "no meeting id"
    which = models.Meeting.zoom_meeting_id == int(number)
    now = datetime.now(UTC)
    if name in _LOOK:
        marked = session.execute(
            update(models.Meeting).where(which).values(look_again=True).returning(models.Meeting.id)
        ).all()
        claims.wish(session, models.Meeting, which, now)
        return "applied" if marked else "not ours"
    column = models.Meeting.started_at if name == "meeting.started" else models.Meeting.ended_at
    moment = _instant(at_zoom.get("start_time" if name == "meeting.started" else "end_time")) or now
    noted = session.scalars(
        update(models.Meeting)
        .where(which, column.is_(None))
        .values({column: moment})
        .returning(models.Meeting.booking_id)
    ).one_or_none()
    if noted is None:
        return "not ours, or known"
    changes.tell(state, session, _FACTS[name], noted, now)
    return "applied"


def _finish(session: Session, claimed: Claimed, outcome: str) -> None:
    claims.finish(session, models.WebhookEvent, claimed, datetime.now(UTC))
    session.execute(update(models.WebhookEvent).where(models.WebhookEvent.id == claimed.row_id).values(outcome=outcome))


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _instant(value: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return found.astimezone(UTC) if found and found.tzinfo else None


def _milliseconds(value: object) -> datetime | None:
    try:
        return datetime.fromtimestamp(value / 1000, UTC) if isinstance(value, int) else None
    except (ValueError, OverflowError, OSError):
        return None

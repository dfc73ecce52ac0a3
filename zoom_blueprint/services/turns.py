"""Whose turn it is: among hosts, and among what one subscriber is owed about one booking."""

from collections.abc import Iterator
from datetime import datetime
from itertools import chain, zip_longest

from sqlalchemy import ColumnElement, and_, exists, or_, select, true, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from zoom_blueprint.store.models import CalendarEvent, Delivery, Duty, Meeting, WebhookEvent

DueModel = type[Meeting] | type[CalendarEvent] | type[Delivery] | type[WebhookEvent] | type[Duty]
_LANES: dict[DueModel, InstrumentedAttribute[str]] = {
    Meeting: Meeting.host_id,
    CalendarEvent: CalendarEvent.host_id,
    Delivery: Delivery.host_id,
    WebhookEvent: WebhookEvent.lane,
    Duty: Duty.subject,
}
_WINDOW = 200
_ENOUGH_LANES = 20


def due_ids(
    session: Session,
    model: DueModel,
    now: datetime,
    *,
    which: ColumnElement[bool] = true(),  # noqa: B008  # never changed
    by: ColumnElement[str] | None = None,
) -> list[str]:
    """Return the ids of some due rows: each host's first, then each host's second, and so on; reads only.

    ``which`` are meant where not all are, and ``by`` says by what else than hosts they take turns.

    They are read from those that are longest due. Where some hosts fill that window, it is opened again for others,
    until there are many hosts, so that some with thousands of due rows keep nobody else waiting.
    """
    lane = _LANES[model] if by is None else by
    found: dict[str, list[str]] = {}
    while len(found) < _ENOUGH_LANES:
        rows = session.execute(
            select(model.id, lane)
            .where(model.due_at <= now, which, lane.not_in(list(found)) if found else true(), has_come(model, now))
            .order_by(model.due_at, model.id)
            .limit(_WINDOW)
        ).all()
        for row_id, whose in rows:
            found.setdefault(whose, []).append(row_id)
        if len(rows) < _WINDOW:
            break
    return list(_in_turn(found))


def has_come(model: DueModel, now: datetime) -> ColumnElement[bool]:
    """Tell of a due row whether its turn has come: deliveries to one subscriber about one booking go one by one.

    The one that is due first goes first, and the next not before it was handed over or given back.
    """
    if model is not Delivery:
        return true()
    other = aliased(Delivery)
    is_first = tuple_(other.due_at, other.id) < tuple_(Delivery.due_at, Delivery.id)
    goes_before = or_(and_(other.claim.is_not(None), other.due_at > now), and_(other.due_at <= now, is_first))
    is_of_same = and_(other.booking_id == Delivery.booking_id, other.subscriber == Delivery.subscriber)
    return ~exists().where(is_of_same, other.id != Delivery.id, goes_before)


def _in_turn(lanes: dict[str, list[str]]) -> Iterator[str]:
    return (row_id for row_id in chain.from_iterable(zip_longest(*lanes.values())) if row_id is not None)

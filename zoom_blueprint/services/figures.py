"""Figures: how many took each step towards a booking, by day, event type, site and campaign."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from zoom_blueprint.services import tallies
from zoom_blueprint.services.tallies import Count, Step
from zoom_blueprint.state import State
from zoom_blueprint.store import models

STEPS = (Step.OPENED, Step.SUBMITTED, Step.BOOKED, Step.ATTENDED)
_MOST = 50
_LATELY = timedelta(days=1)

Steps: TypeAlias = "Counter[str]"
"""How often each step was taken."""


@dataclass(frozen=True)
class Figures:
    """The steps since some day; but for the days, at most the fifty of each kind that have most of them."""

    by_day: Mapping[date, Steps]
    by_event_type: Mapping[str, Steps]
    by_site: Mapping[str, Steps]
    by_campaign: Mapping[str, Steps]


@dataclass(frozen=True)
class Named:
    """An event type by what it is called."""

    id: str
    slug: str
    title: str


def event_types(state: State, host_id: str) -> list[Named]:
    """Return a host's event types, closed ones too, in their order."""
    event = models.EventType
    query = (
        select(event.id, event.slug, event.title)
        .where(event.host_id == host_id)
        .order_by(event.position, event.created_at)
    )
    return state.database.read(lambda session: [Named(*row) for row in session.execute(query)])


def of_host(state: State, host_id: str, *, since: date, event_type_id: str | None = None) -> Figures:
    """Return a host's figures, of one event type or all, what is not written down yet among them; four queries."""
    tally = models.Tally
    which = [tally.host_id == host_id, tally.day >= since, tally.step.in_(STEPS)]
    if event_type_id is not None:
        which.append(tally.event_type_id == event_type_id)
    waiting = [
        (key, number)
        for key, number in tallies.pending(state, host_id).items()
        if key.day >= since and key.step in STEPS and event_type_id in (None, key.event_type_id)
    ]
    of_campaigns = [one for one in waiting if one[0].campaign]
    return state.database.read(
        lambda session: Figures(
            by_day=_grouped(session, "day", which, waiting, most=None),
            by_event_type=_grouped(session, "event_type_id", which, waiting),
            by_site=_grouped(session, "site", which, waiting),
            by_campaign=_grouped(session, "campaign", [*which, tally.campaign != ""], of_campaigns),
        )
    )


def sites_lately(state: State, host_id: str) -> Mapping[str, Steps]:
    """Return on which sites a host's buttons were opened, or refused, today and yesterday; one query."""
    tally, since = models.Tally, datetime.now(UTC).date() - _LATELY
    steps = (Step.OPENED, Step.REFUSED)
    which = [tally.host_id == host_id, tally.day >= since, tally.step.in_(steps), tally.site != ""]
    waiting = [
        (key, number)
        for key, number in tallies.pending(state, host_id).items()
        if key.day >= since and key.step in steps and key.site
    ]
    return state.database.read(lambda session: _grouped(session, "site", which, waiting))


def _grouped(
    session: Session,
    name: str,
    which: Sequence[ColumnElement[bool]],
    waiting: Iterable[tuple[Count, int]],
    *,
    most: int | None = _MOST,
) -> dict[Any, Steps]:
    """Return the steps by one column, those with most steps first; one query."""
    tally = models.Tally
    column, total = getattr(tally, name), func.sum(tally.count)
    query = select(column, tally.step, total).where(*which).group_by(column, tally.step)
    if most is not None:
        first = select(column).where(*which).group_by(column).order_by(total.desc(), column).limit(most)
        query = query.where(column.in_(first))
    found: dict[Any, Steps] = {}
    for value, step, number in session.execute(query):
        found.setdefault(value, Counter())[step] += int(number)
    for key, number in waiting:
        found.setdefault(getattr(key, name), Counter())[key.step] += number
    ranked = sorted(found.items(), key=lambda one: (-one[1].total(), str(one[0])))
    return dict(ranked[:most])

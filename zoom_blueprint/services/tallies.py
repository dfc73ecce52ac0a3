"""Tallies: how often each step towards a booking was taken, by day and by where visitors came from.

Requests that come anyway are counted in memory, so that no visitor waits for a count; the work engine has it written
down some seconds later, and when the process is stopped. One that is killed loses the counts of these seconds.

There is nobody's trace in them: no address, no id, no time of day. Anybody may send requests that name a thousand
sites, so of each event type and day only the first fifty places are told apart, a place being a site and a campaign.
They outlive a connection to Zoom that is cut, for of Zoom's they say no more than how often somebody came.
"""

import os
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import select
from sqlalchemy.orm import Session

from zoom_blueprint.services import sites, snapshots
from zoom_blueprint.state import State
from zoom_blueprint.store import models, upserts
from zoom_blueprint.store.session import Database

OTHERS = "*"
MOST_PLACES = 50
_MOST_IN_MEMORY = 10_000
_LONGEST = 100  # the columns' width
_AT_ONCE = 500
_HTTPS = "https://"


class Step(StrEnum):
    """A step towards a meeting, in their order; ``refused``: opened on a site where the button does not work."""

    OPENED = "opened"
    SUBMITTED = "submitted"
    BOOKED = "booked"
    ATTENDED = "attended"
    REFUSED = "refused"


@dataclass(frozen=True)
class Place:
    """Where a visitor came from: the ``site`` of the page with the button, without ``https://``, and its campaign."""

    site: str = ""
    campaign: str = ""


class Count(NamedTuple):
    """What is counted together; the members are the columns of the table's key."""

    host_id: str
    event_type_id: str
    day: date
    step: str
    site: str
    campaign: str


_counts: "WeakKeyDictionary[Database, Counter[Count]]" = WeakKeyDictionary()
_lock = threading.Lock()


def count(state: State, host_id: str, event_type_id: str, step: Step, place: Place) -> None:
    """Count that a step was taken just now; returns at once."""
    key = Count(host_id, event_type_id, datetime.now(UTC).date(), str(step), place.site, place.campaign)
    with _lock:
        counts = _counts.get(state.database)
        if counts is None:
            counts = _counts[state.database] = Counter()
        if len(counts) >= _MOST_IN_MEMORY and key not in counts:
            key = _among_others(key)
        counts[key] += 1
    state.work.tidy_soon()


def count_of_booking(state: State, host_id: str, event_type_id: str, step: Step, context: Mapping[str, str]) -> None:
    """Count a step of a booking, of which its context says where it came from; the host's own tries do not count."""
    page = context.get("page_url", "")
    if page.partition("?")[0] != f"{state.links.base}/embed/preview":
        campaign = context.get("utm_source", "").lower()[:_LONGEST]
        place = Place(site_of(page or context.get("referrer", "")), campaign)
        count(state, host_id, event_type_id, step, place)


def count_attended(state: State, booking_ids: Sequence[str]) -> None:
    """Count that somebody came to the meetings of these bookings; not to those that the host made for somebody."""
    if not booking_ids:
        return
    query = select(models.Booking).where(models.Booking.id.in_(booking_ids))

    def work(session: Session) -> list[tuple[str, str, snapshots.Details]]:
        rows = session.scalars(query)
        return [(row.host_id, row.event_type_id, snapshots.open_details(state.cipher, row)) for row in rows]

    for host_id, event_type_id, details in state.database.read(work):
        if not details.by_host:
            count_of_booking(state, host_id, event_type_id, Step.ATTENDED, details.context)


@lru_cache(maxsize=1024)
def site_of(address: str) -> str:
    """Return a page's site as it is kept, "" when the address names none."""
    found = sites.origin(address) if "://" in address else None
    site = (found or "").removeprefix(_HTTPS)
    return site if len(site) <= _LONGEST else OTHERS


def origin_of(site: str) -> str | None:
    """Return the origin of a site as it is kept."""
    return sites.origin(site) if site and site != OTHERS else None


def pending(state: State, host_id: str) -> Counter[Count]:
    """Return what this process has counted of a host and not written down yet."""
    with _lock:
        counts = _counts.get(state.database, Counter())
        return Counter({key: number for key, number in counts.items() if key.host_id == host_id})


def write(state: State) -> None:
    """Write down what was counted in this process since the last time.

    Raises:
        StoreUnavailable: the database does not take it; it is kept for the next time.
    """
    with _lock:
        counts = _counts.pop(state.database, None)
    if not counts:
        return
    try:
        state.database.write(lambda session: _add(session, counts))
    except BaseException:
        with _lock:
            _counts.setdefault(state.database, Counter()).update(counts)
        raise


def _add(session: Session, counts: Counter[Count]) -> None:
    # In one order everywhere: two processes that count the same would wait for each other.
    told_apart = sorted(_told_apart(session, counts).items())
    for first in range(0, len(told_apart), _AT_ONCE):
        rows = [{**key._asdict(), "count": number} for key, number in told_apart[first : first + _AT_ONCE]]
        added = upserts.insert(session, models.Tally).values(rows)
        total = models.Tally.count + added.excluded.count
        session.execute(added.on_conflict_do_update(index_elements=Count._fields, set_={"count": total}))


def _told_apart(session: Session, counts: Counter[Count]) -> Counter[Count]:
    """Return the counts with those of places beyond the first fifty put together."""
    known = _places(session, counts)
    found: Counter[Count] = Counter()
    for key, number in counts.items():
        places = known.setdefault(_group(key), set())
        place = key.site, key.campaign
        is_apart = place in places or len(places) < MOST_PLACES
        if is_apart:
            places.add(place)
        found[key if is_apart else _among_others(key)] += number
    return found


def _places(session: Session, counts: Counter[Count]) -> dict[tuple[str, date, bool], set[tuple[str, str]]]:
    """Return the places that are known of the event types and days of some counts."""
    tally, known = models.Tally, dict[tuple[str, date, bool], set[tuple[str, str]]]()
    event_types, days = sorted({key.event_type_id for key in counts}), {key.day for key in counts}
    columns = [getattr(tally, name) for name in Count._fields]
    for first in range(0, len(event_types), _AT_ONCE):
        which = tally.event_type_id.in_(event_types[first : first + _AT_ONCE]), tally.day.in_(days)
        for row in session.execute(select(*columns).where(*which)):
            key = Count(*row)
            if key.site != OTHERS:
                known.setdefault(_group(key), set()).add((key.site, key.campaign))
    return known


def _group(key: Count) -> tuple[str, date, bool]:
    """Return within what places are told apart: where a button does not work takes no place from where it does."""
    return key.event_type_id, key.day, key.step == Step.REFUSED


def _among_others(key: Count) -> Count:
    return key._replace(site=OTHERS, campaign=OTHERS if key.campaign else "")


def _begin() -> None:
    global _lock  # noqa: PLW0603  # whoever held the parent's is not here
    _lock = threading.Lock()
    _counts.clear()  # the parent writes them down


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin)

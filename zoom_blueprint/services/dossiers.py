"""Dossiers: all that is kept of one person who books with a host, for that person."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from zoom_blueprint import values
from zoom_blueprint.events import EventName, LifecycleEvent, VisitorPayload
from zoom_blueprint.services import addresses, attendances, clients, journal
from zoom_blueprint.services.attendances import Stay
from zoom_blueprint.state import State
from zoom_blueprint.store import models

_AT_ONCE = 500


@dataclass(frozen=True, kw_only=True)
class Told:
    """One mail or call of a hook about a booking; ``outcome`` is None while it is owed."""

    about: str
    subscriber: str
    outcome: str | None
    done_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """One booking of the person: what has happened to it, who was told, and when they were in the room."""

    booking: values.Booking
    made_at: datetime
    changed_at: datetime
    events: tuple[LifecycleEvent, ...]
    told: tuple[Told, ...]
    stays: tuple[Stay, ...]


@dataclass(frozen=True, kw_only=True)
class Dossier:
    """What is kept of one person: their bookings, those in which they are a guest, and the codes mailed to them."""

    chapters: tuple[Chapter, ...]
    as_guest: tuple[values.Booking, ...]
    codes_asked_at: tuple[datetime, ...]
    address_shown_at: tuple[datetime, ...]


def of_person(state: State, host_id: str, email: str) -> Dossier:
    """Return what is kept of whoever has this address, as a host's client.

    A stay in the room is theirs if it has a name by which they booked: nothing else ties it to anybody. Other people's
    names are not theirs, those of their own guests aside. Not in it are counters of limits, which are fingerprints and
    last for hours, and what Zoom reported in the last days, of which the stays were made.
    """
    email = email.lower()
    booked, as_guest = [], []
    for booking in clients.every_booking(state, host_id):
        if booking.email == email:
            booked.append(booking)
        elif email in booking.guests:
            as_guest.append(booking)
    chapters: list[Chapter] = []
    for first in range(0, len(booked), _AT_ONCE):
        chapters += _chapters(state, booked[first : first + _AT_ONCE], {_plain(one.name) for one in booked})
    asked_at, shown_at = state.database.read(
        lambda session: (_codes(state, session, host_id, email), addresses.shown_at(state, session, email))
    )
    return Dossier(
        chapters=tuple(chapters),
        as_guest=tuple(as_guest),
        codes_asked_at=tuple(asked_at),
        address_shown_at=tuple(shown_at),
    )


def _chapters(state: State, bookings: Sequence[values.Booking], names: set[str]) -> list[Chapter]:
    ids = [booking.id for booking in bookings]
    booked, event, delivery = models.Booking, models.LifecycleEvent, models.Delivery

    def work(session: Session) -> list[Chapter]:
        moments = select(booked.id, booked.created_at, booked.changed_at).where(booked.id.in_(ids))
        made = {row_id: (made_at, changed_at) for row_id, made_at, changed_at in session.execute(moments)}
        events: defaultdict[str | None, list[LifecycleEvent]] = defaultdict(list)
        for row in session.scalars(
            select(event).where(event.booking_id.in_(ids)).order_by(event.occurred_at, event.id)
        ):
            events[row.booking_id].append(journal.opened(state, row))
        told: defaultdict[str | None, list[Told]] = defaultdict(list)
        for owed in session.scalars(select(delivery).where(delivery.booking_id.in_(ids)).order_by(delivery.id)):
            told[owed.booking_id].append(
                Told(about=owed.event_name, subscriber=owed.subscriber, outcome=owed.outcome, done_at=owed.done_at)
            )
        stays = attendances.stays_of(state, session, ids)
        return [
            Chapter(
                booking=one,
                made_at=made[one.id][0],
                changed_at=made[one.id][1],
                events=tuple(events[one.id]),
                told=tuple(told[one.id]),
                stays=tuple(stay for stay in stays.get(one.id, ()) if _plain(stay.name) in names),
            )
            for one in bookings
            if one.id in made
        ]

    return state.database.read(work)


def _codes(state: State, session: Session, host_id: str, email: str) -> list[datetime]:
    return [event.occurred_at for event in mailed_codes(state, session, host_id, email)]


def mailed_codes(state: State, session: Session, host_id: str, email: str) -> list[LifecycleEvent]:
    """Return the entries about codes that were mailed to an address; they are sealed, and kept for a day only."""
    entry = models.LifecycleEvent
    query = select(entry).where(entry.host_id == host_id, entry.name == EventName.VISITOR_CHECKED)
    found = [journal.opened(state, row) for row in session.scalars(query.order_by(entry.occurred_at))]
    return [
        event
        for event in found
        if isinstance(event.payload, VisitorPayload) and event.payload.email.lower() == email.lower()
    ]


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())

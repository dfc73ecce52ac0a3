"""Forgettings: one person's data, erased on their host's word, and the count of what that was."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import and_, delete, func, or_, select
from sqlalchemy.orm import Session

from zoom_blueprint import logs
from zoom_blueprint.errors import BookingEnded
from zoom_blueprint.events import BookingPayload
from zoom_blueprint.languages import said
from zoom_blueprint.services import changes, clients, dossiers, hosts, journal, purges, readers, snapshots
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.values import BookingStatus

_booking, _entry, _delivery = models.Booking, models.LifecycleEvent, models.Delivery
_log = logs.logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Held:
    """How much is held about one person, by kind; ``in_the_way`` counts what has to end before it can be erased.

    ``guest_of`` counts bookings of others in which they are a guest, ``guest_coming`` those of them that are to come.
    """

    bookings: int
    events: int
    mails: int
    stays: int
    coming: int
    unsent: int
    guest_of: int
    guest_coming: int

    @property
    def in_the_way(self) -> int:
        """Bookings to come, and mails about them that have yet to leave."""
        return self.coming + self.unsent + self.guest_coming


def held(state: State, host_id: str, email: str) -> Held:
    """Count what is held about whoever has this address, as a host's client."""
    as_guest, now = _as_guest(state, host_id, email), datetime.now(UTC)
    return state.database.read(lambda session: _count(session, _ids(session, host_id, email), as_guest, now))


def erase(state: State, host_id: str, email: str) -> Held:
    """Erase whoever has this address from a host's bookings, and return how much that was.

    The bookings stay, nobody's, so that they still count. What was told of them goes, with the answers, the guests and
    the names of who was there. The bookings of others in which they are a guest lose that guest, and the records of
    mails to their guests, who are known by their places in the list.

    Raises:
        BookingEnded: something is to come, or a mail about it has yet to leave; the text says what to do.
    """
    as_guest = _as_guest(state, host_id, email)

    def work(session: Session) -> Held:
        now = datetime.now(UTC)
        hosts.lock(session, host_id)
        ids = _ids(session, host_id, email)
        found = _count(session, ids, as_guest, now)
        if found.coming:
            raise BookingEnded(said("Cancel what is to come first: nobody could be told any more."))
        if found.unsent:
            raise BookingEnded(said("A mail to them is still on its way. Try again in a minute."))
        if found.guest_coming:
            raise BookingEnded(said("They are a guest of somebody who is yet to come. Erase them when that is over."))
        _strike_guest(state, session, as_guest, email.lower())
        if ids:
            entries = session.scalars(select(_entry.id).where(_entry.booking_id.in_(ids))).all()
            codes = [one.id for one in dossiers.mailed_codes(state, session, host_id, email)]
            purges.drop_entries(session, [*entries, *codes])
            purges.empty_bookings(state, session, ids, now)
        return found

    with logs.about(host=host_id):
        erased = state.database.write(work)
        _log.info("a client was erased: %d bookings", erased.bookings)
    state.database.checkpoint()
    return erased


def _ids(session: Session, host_id: str, email: str) -> Sequence[str]:
    query = select(_booking.id).where(_booking.host_id == host_id, _booking.email == email.lower())
    return session.scalars(query.where(_booking.purged_at.is_(None)).order_by(_booking.id)).all()


def _as_guest(state: State, host_id: str, email: str) -> list[str]:
    """Return the bookings of others in which somebody is a guest: guests are sealed, so each booking is opened."""
    mail = email.lower()
    return [one.id for one in clients.every_booking(state, host_id) if mail in one.guests and one.email != mail]


def _strike_guest(state: State, session: Session, ids: Sequence[str], mail: str) -> None:
    for row in session.scalars(select(_booking).where(_booking.id.in_(ids))):
        details = snapshots.open_details(state.cipher, row)
        row.details_sealed = snapshots.seal_details(
            state.cipher, row.id, replace(details, guests=_without(details.guests, mail))
        )
    for entry in session.scalars(select(_entry).where(_entry.booking_id.in_(ids))):
        payload = journal.opened(state, entry).payload
        if isinstance(payload, BookingPayload):
            booking = replace(payload.booking, guests=_without(payload.booking.guests, mail))
            journal.rewrite(state, entry, replace(payload, booking=booking))
    session.flush()
    told = and_(_delivery.booking_id.in_(ids), _delivery.subscriber.startswith(readers.GUEST))
    session.execute(delete(_delivery).where(told).execution_options(synchronize_session=False))


def _without(guests: tuple[str, ...], mail: str) -> tuple[str, ...]:
    return tuple(one for one in guests if one != mail)


def _count(session: Session, ids: Sequence[str], as_guest: Sequence[str], now: datetime) -> Held:
    is_coming = and_(
        _booking.ends_at > now,
        or_(
            _booking.status == BookingStatus.CONFIRMED,
            and_(_booking.status == BookingStatus.PENDING, _booking.hold_until > now),
        ),
    )
    # What was superseded since says nothing to anybody any more, and a reminder of what is cancelled neither.
    is_unsent = and_(
        _delivery.due_at.is_not(None),
        _delivery.parked_at.is_(None),
        _delivery.subscriber.startswith("mail:"),
        ~_delivery.subscriber.contains(changes.REMINDER),
        _delivery.sequence == select(_booking.sequence).where(_booking.id == _delivery.booking_id).scalar_subquery(),
    )
    stays = select(func.count()).select_from(models.Attendance).join(models.Meeting)

    def count(query: Any) -> int:  # SQLAlchemy 2.1 spells the type otherwise than 2.0
        return session.scalar(query) or 0

    mails = select(func.count()).select_from(_delivery).where(_delivery.booking_id.in_(ids))
    of_guests = _delivery.subscriber.startswith(readers.GUESTS) | _delivery.subscriber.startswith(readers.GUEST)
    to_guests = select(func.count()).select_from(_delivery).where(_delivery.booking_id.in_(as_guest), of_guests)
    return Held(
        bookings=len(ids),
        events=count(select(func.count()).select_from(_entry).where(_entry.booking_id.in_(ids))),
        mails=count(mails.where(_delivery.subscriber.startswith("mail:"), _delivery.done_at.is_not(None))),
        stays=count(stays.where(models.Meeting.booking_id.in_(ids))),
        coming=count(select(func.count()).select_from(_booking).where(_booking.id.in_(ids), is_coming)),
        unsent=count(mails.where(is_unsent)) + count(to_guests.where(is_unsent)),
        guest_of=len(as_guest),
        guest_coming=count(select(func.count()).select_from(_booking).where(_booking.id.in_(as_guest), is_coming)),
    )

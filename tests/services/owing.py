"""Due rows by the hundred, as an outage leaves them: of hosts that need not have had a visitor."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.fixtures.site import Site
from tests.services.looking import LONG_AGO
from zoom_blueprint import Host
from zoom_blueprint.events import BookingPayload, EventName, VisitorPayload
from zoom_blueprint.services import agendas, hosts, inbox, journal, snapshots
from zoom_blueprint.store import models
from zoom_blueprint.store.base import new_id

_SECOND = timedelta(seconds=1)


def host(site: Site, host_id: str) -> str:
    """Have a host of this id, who can be booked, and return the id."""
    hosts.put(site.state, Host(id=host_id, name=f"Host {host_id}", email=f"host{host_id}@example.com"))
    return host_id


def deliveries(site: Site, host_id: str, number: int, since: datetime = LONG_AGO) -> None:
    """Owe each hook that is told of codes so many calls, one after the other due from an instant on."""
    payload = VisitorPayload(host=hosts.get(site.state, host_id), email="bob@example.com", locale="en")

    def work(session: Session) -> None:
        for place in range(number):
            journal.record(site.state, session, EventName.VISITOR_CHECKED, payload, now=since + place * _SECOND)

    site.state.database.write(work)


def about(site: Site, booking_id: str, since: datetime) -> None:
    """Owe each hook that is told of confirmations one about a booking, due from an instant on."""
    payload = BookingPayload(booking=agendas.get(site.state, booking_id))
    site.state.database.write(
        lambda session: journal.record(site.state, session, EventName.BOOKING_CONFIRMED, payload, now=since)
    )


def meetings(site: Site, host_id: str, number: int, since: datetime = LONG_AGO) -> None:
    """Owe so many meetings of bookings that are over, for which nothing is asked of Zoom."""
    start = datetime(2025, 1, 1, tzinfo=UTC)

    def booking(event_type_id: str, place: int) -> models.Booking:
        booking_id = new_id()
        begins = start + place * timedelta(hours=1)
        return models.Booking(
            id=booking_id,
            host_id=host_id,
            event_type_id=event_type_id,
            status="confirmed",
            starts_at=begins,
            ends_at=begins + timedelta(minutes=30),
            busy_start=begins,
            busy_end=begins + timedelta(minutes=30),
            key=booking_id,
            body_hmac="",
            name="Bob Byrne",
            email="bob@example.com",
            time_zone="UTC",
            locale="en",
            details_sealed=snapshots.seal_details(site.state.cipher, booking_id, snapshots.Details()),
            created_at=start,
            changed_at=start,
        )

    event_query = select(models.EventType.id).where(models.EventType.host_id == host_id).limit(1)
    event_type_id = site.state.database.read(lambda session: session.scalars(event_query).one())
    booked = [booking(event_type_id, place) for place in range(number)]
    wanted = [
        models.Meeting(booking_id=one.id, host_id=host_id, due_at=since + place * _SECOND)
        for place, one in enumerate(booked)
    ]
    site.state.database.write(lambda session: session.add_all(booked))
    site.state.database.write(lambda session: session.add_all(wanted))


def webhooks(site: Site, account: str, number: int) -> None:
    """Have so many events of an account in the inbox, about meetings of nobody's."""
    for place in range(number):
        body = f'{{"event": "meeting.started", "payload": {{"account_id": "{account}", "n": {place}}}}}'
        assert inbox.accept(site.state, body.encode(), "meeting.started", account)

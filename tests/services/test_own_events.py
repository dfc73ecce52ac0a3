"""The events of our own bookings keep nobody busy, and are looked at when somebody has changed them in Google."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.fixtures.site import Site
from tests.services.calendaring import at, busy, google_id, put
from zoom_blueprint.google_api.event_requests import EventRequest, Notify
from zoom_blueprint.google_api.event_requests import event_id as event_id_of
from zoom_blueprint.services import by_hosts, syncs, tokens
from zoom_blueprint.store import models


@pytest.fixture
def site(google_site: Site) -> Site:
    """A site whose host's calendars have been read once."""
    google_site.drain()
    return google_site


def insert(site: Site, event_id: str, start: datetime, end: datetime) -> str:
    """Put an event with an id of our own into the calendar, by the host's access."""
    request = EventRequest(id=event_id, summary="Intro call", start=start, end=end)
    tokens.with_google(
        site.state, google_id(site), lambda client: client.insert("ada@example.com", request, Notify.NOBODY)
    )
    return event_id


def own_event(site: Site, booking: dict[str, Any], *, generation: int = 0) -> str:
    """Let the event of a booking stand in the calendar, as our own reconciling would have put it there."""
    booking_id = str(booking["id"])
    start, end = (datetime.fromisoformat(str(booking[name])) for name in ("start", "end"))
    event_id = insert(site, event_id_of(UUID(booking_id), generation), start, end)

    def work(session: Session) -> None:
        row = session.scalars(select(models.CalendarEvent).where(models.CalendarEvent.booking_id == booking_id)).one()
        row.calendar_id, row.event_id, row.generation = "ada@example.com", event_id, generation
        row.seen_start, row.seen_end = start, end

    site.state.database.write(work)
    return event_id


def looked_at(site: Site) -> bool:
    """Return whether an event of ours is to be looked at, and forget it."""

    def work(session: Session) -> bool:
        row = session.scalars(select(models.CalendarEvent)).one()
        was, row.look_again = row.look_again and row.due_at is not None, False
        row.due_at = None
        return was

    return site.state.database.write(work)


@pytest.mark.parametrize("generation", [0, 2])
def test_a_bookings_own_event_keeps_its_booking_from_nothing(site: Site, generation: int) -> None:
    booking = site.booked()
    own_event(site, booking, generation=generation)
    syncs.keep(site.state, google_id(site))
    assert busy(site) == []
    start = datetime.fromisoformat(str(booking["start"])) + timedelta(minutes=15)
    assert by_hosts.move(site.state, str(booking["id"]), start).start == start


def test_an_event_of_ours_that_changed_or_went_is_to_be_looked_at(site: Site) -> None:
    booking = site.booked()
    event_id = own_event(site, booking)
    syncs.keep(site.state, google_id(site))
    assert looked_at(site)
    syncs.keep(site.state, google_id(site))
    assert not looked_at(site)
    put(site, at("09:00"), at("09:30"), id=event_id)
    syncs.keep(site.state, google_id(site))
    assert looked_at(site)
    site.simulator.google.delete_event("ada", event_id)
    syncs.keep(site.state, google_id(site))
    assert looked_at(site)


@pytest.mark.parametrize("change", ["moved", "deleted", "nothing"])
def test_what_became_of_ours_while_the_sync_token_was_lost_is_found_out(site: Site, change: str) -> None:
    event_id = own_event(site, site.booked())
    syncs.keep(site.state, google_id(site))
    looked_at(site)
    if change == "moved":
        put(site, at("09:00"), at("09:30"), id=event_id)
    elif change == "deleted":
        site.simulator.google.delete_event("ada", event_id)
    site.simulator.google.forget_changes()
    syncs.keep(site.state, google_id(site))
    assert looked_at(site) == (change != "nothing")


def test_another_persons_booking_that_the_host_was_invited_to_keeps_the_time(site: Site) -> None:
    insert(site, "0123456789abcdef0123456789abcdef", at("09:00"), at("10:00"))
    syncs.keep(site.state, google_id(site))
    assert busy(site) == [(at("09:00"), at("10:00"))]

"""What the hot paths ask of the database, counted."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from sqlalchemy import event

from tests.fixtures.google import connect_google
from tests.fixtures.site import MakeSite, Site
from tests.races.fleet import together
from tests.services.looking import Letters
from zoom_blueprint import Host
from zoom_blueprint.errors import SlotTaken
from zoom_blueprint.events import LifecycleEvent
from zoom_blueprint.services import agendas, availability, bookables, bookings, event_types, hosts, tallies
from zoom_blueprint.services.availability import Offer, Range
from zoom_blueprint.services.bookings import Request

_ENDS_AND_BEGINNINGS = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA synchronous")


@contextmanager
def counted(site: Site) -> Iterator[list[str]]:
    """Collect the statements that the driver gets in a block, without those that begin and end transactions.

    What Zoom still has to tell of earlier steps arrives first, and what was counted by then is written down, for these
    statements are not the block's.
    """
    site.simulator.settle()
    tallies.write(site.state)
    statements: list[str] = []

    def note(statement: str) -> None:
        if not statement.startswith(_ENDS_AND_BEGINNINGS):
            statements.append(statement)

    class Noting(psycopg.Cursor[Any]):
        def execute(self, query: Any, *arguments: Any, **options: Any) -> Any:
            note(str(query))
            return super().execute(query, *arguments, **options)

    def begin(connection: Any, *_: object) -> None:
        if isinstance(connection, sqlite3.Connection):
            connection.set_trace_callback(note)
        else:
            connection.cursor_factory = Noting

    def end(connection: Any, *_: object) -> None:
        if isinstance(connection, sqlite3.Connection):
            connection.set_trace_callback(None)
        elif connection is not None:  # it is when it was dead
            connection.cursor_factory = psycopg.Cursor

    engine = site.state.database.engine
    event.listen(engine, "checkout", begin)
    event.listen(engine, "checkin", end)
    try:
        yield statements
    finally:
        event.remove(engine, "checkout", begin)
        event.remove(engine, "checkin", end)


def coming_weeks() -> Range:
    """Return four weeks from tomorrow on."""
    first = datetime.now(UTC).date() + timedelta(days=1)
    return Range(first, first + timedelta(days=27), "Europe/London")


def request(site: Site, place: int) -> Request:
    """Return a wish for an offered slot."""
    offered = offer(site)
    assert offered.starts is not None
    return Request(
        host_slug="ada",
        event_slug="intro-call",
        start=datetime.fromtimestamp(offered.starts[place], UTC),
        name="Bob Byrne",
        email="bob@example.com",
        time_zone="Europe/Paris",
        key=f"attempt-{place}",
        token=offered.token,
    )


def offer(site: Site, known: str = "") -> Offer:
    """Return what is offered, as the slots call does it."""
    bookable = bookables.look_up(site.state, "ada", "intro-call")
    return availability.offer(site.state, bookable, coming_weeks(), now=datetime.now(UTC), known=known)


def test_a_confirmation_takes_at_most_nine_queries(make_site: MakeSite) -> None:
    site = make_site()
    Letters(site)

    @site.zoom.on("booking.confirmed")
    def crm(_: LifecycleEvent) -> None:
        """Be owed a delivery."""

    site.connect()
    wish = request(site, 0)
    with counted(site) as statements:
        bookings.confirm(site.state, wish)
    assert len(statements) <= 9, statements
    first_write = next(one for one in statements if not one.startswith("SELECT"))
    assert first_write.startswith("UPDATE zoom_host")  # the lock comes before everything that is decided
    again = request(site, 0)
    with counted(site) as statements:
        bookings.confirm(site.state, wish)
    assert len(statements) <= 3, statements
    assert again.start != wish.start


def test_a_post_that_books_takes_at_most_twelve_queries_with_all_limits_counted(make_site: MakeSite) -> None:
    site = make_site(ZOOM_LIMITS="100 per minute; 1000 per day", ZOOM_FIRST_TRIES=0)
    Letters(site)
    site.connect()
    site.booked(email="bo@example.com")
    slots = site.slots()
    with counted(site) as statements:
        assert site.book(start=slots["slots"][3], token=slots["token"]).status_code == 201
    assert len(statements) <= 12, statements


def test_whoever_is_too_late_takes_no_lock(site: Site) -> None:
    first = request(site, 0)
    bookings.confirm(site.state, first)
    with counted(site) as statements, pytest.raises(SlotTaken):
        bookings.confirm(site.state, replace(first, key="another attempt"))
    assert all(one.startswith("SELECT") for one in statements), statements
    assert len(statements) <= 6, statements


def test_what_a_confirmation_returns_is_what_is_read_afterwards(site: Site) -> None:
    guests = ("guest@example.com",)
    booked = bookings.confirm(site.state, replace(request(site, 0), email="Bob@Example.com", guests=guests))
    assert agendas.get(site.state, booked.id) == booked


def test_slots_take_as_many_queries_with_many_bookings_as_with_none(site: Site) -> None:
    with counted(site) as few:
        offer(site)
    for place in (0, 3, 6, 9):
        bookings.confirm(site.state, request(site, place))
    with counted(site) as many:
        offer(site)
    assert len(many) <= len(few) <= 4  # what can be booked is known from the bookings just made


def test_an_answer_that_the_reader_holds_takes_one_query_at_most(site: Site) -> None:
    etag = offer(site).etag
    with counted(site) as statements:
        assert offer(site, etag).starts is None
    assert len(statements) <= 1
    bookings.confirm(site.state, request(site, 0))
    assert offer(site, etag).starts is not None


def test_a_visit_that_changes_nothing_only_reads(site: Site) -> None:
    host = hosts.get(site.state, "1")
    for said in (host, replace(host, name=f" {host.name} ")):  # as an app may keep it
        with counted(site) as statements:
            assert hosts.put(site.state, said) == host
        assert len(statements) == 1


def test_hosts_that_appear_at_once_in_several_processes_are_made_once(site: Site) -> None:
    same = Host(id="7", name="Mary Somerville", email="mary@example.com")
    assert len({host.slug for host in together(6, lambda _: hosts.put(site.state, same))}) == 1
    others = [Host(id=f"8-{number}", name="Mary Somerville", email="mary@example.com") for number in range(5)]
    slugs = {host.slug for host in together(5, lambda number: hosts.put(site.state, others[number]))}
    assert len(slugs) == 5
    assert len(event_types.all_of(site.state, "7")) == 1


@pytest.mark.parametrize("zone", ["+01:00", "+00:00"])
def test_the_same_instant_in_another_zone_is_the_same_attempt(site: Site, zone: str) -> None:
    wish = request(site, 0)
    first = bookings.confirm(site.state, wish)
    local = wish.start.astimezone(datetime.fromisoformat(f"2030-01-01T00:00:00{zone}").tzinfo)
    assert bookings.confirm(site.state, replace(wish, start=local)).id == first.id


def test_googles_keys_cost_whoever_has_not_connected_it_no_query_and_the_others_one(
    make_site: MakeSite, make_google_site: MakeSite
) -> None:
    numbers = []
    for make, connects in ((make_site, False), (make_google_site, False), (make_google_site, True)):
        site = make()
        Letters(site)
        site.connect()
        if connects:
            assert connect_google(site).status_code == 302
        wish = request(site, 0)
        with counted(site) as statements:
            booked = bookings.confirm(site.state, wish)
        numbers.append(len(statements))
        assert agendas.get(site.state, booked.id) == booked
    none, keys, connected = numbers
    assert (none, none + 1) == (keys, connected)

"""Google's calendars are read piece by piece, whole when that is lost, and by two at a time without harm."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.fixtures.site import Site
from tests.fixtures.waiting import wait_until
from tests.services.calendaring import asked, at, busy, calendar, google_id, put, sync
from tests.services.test_queries import counted
from zoom_blueprint.errors import ProviderError
from zoom_blueprint.services import bookables, endings, google_calendars, syncs
from zoom_blueprint.store import models


@pytest.fixture
def site(google_site: Site) -> Site:
    """A site whose host's calendars have been read once."""
    google_site.drain()
    return google_site


def revision(site: Site) -> int:
    return bookables.look_up_even_closed(site.state, "ada", "intro-call").revision


def test_only_what_changed_is_asked_for(site: Site) -> None:
    put(site, at("09:00"), at("10:00"))
    sync(site)
    last = site.simulator.calls("list_events")[-1]
    assert "synctoken" in {name.lower() for name in last["request"]["query"]}
    assert [one["start"]["dateTime"][11:16] for one in last["answer"]["json"]["items"]] == ["09:00"]


def test_what_changes_no_busy_time_touches_nothing_that_visitors_hold(site: Site) -> None:
    event_id = put(site, at("09:00"), at("10:00"))
    sync(site)
    before, then = revision(site), calendar(site).asked_at
    put(site, at("09:00"), at("10:00"), id=event_id, summary="Another dentist")
    sync(site)
    assert revision(site) == before
    now = calendar(site).asked_at
    assert then is not None
    assert now is not None
    assert now > then
    put(site, at("09:00"), at("10:30"), id=event_id)
    sync(site)
    assert revision(site) > before


def test_a_lost_sync_token_costs_no_moment_without_busy_times(site: Site) -> None:
    put(site, at("09:00"), at("10:00"))
    sync(site)
    gone = put(site, at("15:00"), at("16:00"))
    site.simulator.google.forget_changes()
    site.simulator.google.delete_event("ada", gone)
    put(site, at("11:00"), at("12:00"))
    seen: list[list[tuple[datetime, datetime]]] = []
    with _looking(lambda: seen.append(busy(site))):
        sync(site)
    assert busy(site) == [(at("09:00"), at("10:00")), (at("11:00"), at("12:00"))]
    assert seen
    assert all((at("09:00"), at("10:00")) in one for one in seen)


@contextmanager
def _looking(look: Callable[[], None]) -> Iterator[None]:
    """Look at what is committed again and again while something goes on."""
    is_over = threading.Event()

    def run() -> None:
        while not is_over.is_set():
            look()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


def test_of_two_who_read_at_once_the_older_answer_is_dropped(site: Site) -> None:
    site.simulator.fault(route="list_events", delay_after=1.5)
    late = threading.Thread(target=syncs.keep, args=(site.state, google_id(site)))
    late.start()
    wait_until(lambda: site.simulator.ask("GET", "faults")["faults"] == [], why="Google is being asked")
    put(site, at("09:00"), at("10:00"))
    syncs.keep(site.state, google_id(site))
    assert busy(site) == [(at("09:00"), at("10:00"))]
    token = calendar(site).sync_token
    late.join()
    assert busy(site) == [(at("09:00"), at("10:00"))]
    assert calendar(site).sync_token == token


def test_many_who_read_at_once_agree(site: Site) -> None:
    for number in range(3):
        put(site, at(f"{9 + number:02}:00"), at(f"{9 + number:02}:30"))
        readers = [threading.Thread(target=syncs.keep, args=(site.state, google_id(site))) for _ in range(4)]
        for one in readers:
            one.start()
        for one in readers:
            one.join()
    assert busy(site) == [(at(f"{9 + number:02}:00"), at(f"{9 + number:02}:30")) for number in range(3)]


def test_a_storm_at_google_leaves_what_is_known_and_ends_in_agreement(site: Site) -> None:
    put(site, at("09:00"), at("10:00"))
    sync(site)
    put(site, at("11:00"), at("12:00"))
    site.simulator.fault(route="list_events", status=503, times=1)
    with pytest.raises(ProviderError):
        syncs.keep(site.state, google_id(site))
    site.simulator.google.refuse("list_events", "rateLimitExceeded")
    with pytest.raises(ProviderError):
        syncs.keep(site.state, google_id(site))
    assert busy(site) == [(at("09:00"), at("10:00"))]
    sync(site)
    assert busy(site) == [(at("09:00"), at("10:00")), (at("11:00"), at("12:00"))]


def test_a_calendar_that_cannot_be_read_keeps_its_busy_times_and_says_why(site: Site) -> None:
    put(site, at("09:00"), at("10:00"))
    sync(site)
    site.simulator.google.refuse("list_events", "forbidden")
    sync(site)
    (row,) = google_calendars.of_host(site.state, "1")
    assert row.trouble == "forbidden"
    assert busy(site) == [(at("09:00"), at("10:00"))]
    sync(site)
    assert google_calendars.of_host(site.state, "1")[0].trouble is None


def test_all_of_it_is_read_again_after_a_day(site: Site) -> None:
    put(site, at("09:00"), at("10:00"))
    sync(site)
    before = asked(site)
    yesterday = datetime.now(UTC) - timedelta(days=1, seconds=1)

    def work(session: Session) -> None:
        session.scalars(select(models.Calendar)).one().read_at = yesterday

    site.state.database.write(work)
    sync(site)
    assert "syncToken" not in site.simulator.calls("list_events")[before]["request"]["query"]
    assert busy(site) == [(at("09:00"), at("10:00"))]


def test_it_is_looked_at_again_before_five_minutes_are_over_until_it_is_cut(site: Site) -> None:
    again = syncs.keep(site.state, google_id(site))
    assert again is not None
    assert timedelta(minutes=4) < again - datetime.now(UTC) < timedelta(minutes=5)
    connection = google_id(site)
    endings.disconnect(site.state, "1", connection)
    assert syncs.keep(site.state, connection) is None
    assert google_calendars.of_host(site.state, "1") == []


def test_nothing_is_written_where_nothing_changed_but_since_when_it_is_known(site: Site) -> None:
    with counted(site) as statements:
        syncs.keep(site.state, google_id(site))
    changed = {one.split()[1] for one in statements if one.startswith("UPDATE")}
    assert "zoom_host" not in changed, statements
    assert not [one for one in statements if one.startswith(("INSERT", "DELETE"))], statements

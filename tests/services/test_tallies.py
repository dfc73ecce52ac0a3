"""How often each step towards a booking was taken: counted once, written down later, told apart and bounded."""

import os
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.fixtures.site import Site
from tests.fixtures.waiting import wait_until
from tests.services.test_attendances import HOST, hear, joined, left, started
from tests.services.test_queries import counted, request
from tests.web.asking import days, wish
from tests.web.desk import ASKED
from zoom_blueprint.errors import BadLink, SlotTaken
from zoom_blueprint.services import approvals, bookings, by_hosts, figures, sites, tallies, upkeep
from zoom_blueprint.services.tallies import MOST_PLACES, OTHERS, Place, Step
from zoom_blueprint.store import models
from zoom_blueprint.work.thread import ThreadEngine
from zoom_blueprint.work.tidying import Tidying

NOW = datetime.now(UTC)
SHOP = "https://shop.example"
PAGE = {"page_url": f"{SHOP}/contact?x=1", "utm_source": "Newsletter"}


def kept(site: Site) -> Counter[tuple[str, str, str]]:
    """Return what is written down by step, site and campaign."""
    found: Counter[tuple[str, str, str]] = Counter()
    for row in site.state.database.read(lambda session: session.scalars(select(models.Tally)).all()):
        found[row.step, row.site, row.campaign] += row.count
    return found


def written(site: Site) -> Counter[tuple[str, str, str]]:
    """Write down what was counted and return all that is."""
    tallies.write(site.state)
    return kept(site)


def test_each_step_is_counted_once_with_its_place(site: Site) -> None:
    wish = replace(request(site, 0), context=PAGE)
    bookings.confirm(site.state, wish)
    bookings.confirm(site.state, wish)  # sent again, it is the same booking
    place = "shop.example", "newsletter"
    assert written(site) == {("submitted", *place): 1, ("booked", *place): 1}


def test_only_what_is_sent_whole_and_might_be_booked_was_submitted(site: Site) -> None:
    good = request(site, 0)
    with pytest.raises(BadLink):
        bookings.confirm(site.state, replace(good, token="forged"))
    assert not written(site)
    bookings.confirm(site.state, good)
    with pytest.raises(SlotTaken):
        bookings.confirm(site.state, replace(good, key="another attempt"))
    assert written(site) == {("submitted", "", ""): 2, ("booked", "", ""): 1}


def test_what_the_host_tries_in_the_preview_does_not_count(site: Site) -> None:
    preview = {"page_url": f"{site.base}/embed/preview?event=intro-call"}
    bookings.confirm(site.state, replace(request(site, 0), context=preview))
    assert not written(site)


def test_a_request_is_a_booking_when_the_host_approves_it_first(site: Site) -> None:
    with site.app.app_context():
        site.zoom.event_types.put("1", ASKED)
    offered = site.slots("ada/asked")
    booked = site.booked("ada/asked", start=offered["slots"][0], token=offered["token"], **PAGE)
    opened, place = {("opened", "", ""): 1}, ("shop.example", "newsletter")
    assert written(site) == opened | {("submitted", *place): 1}
    approvals.approve(site.state, booked["id"])
    approvals.approve(site.state, booked["id"])
    assert written(site) == opened | {("submitted", *place): 1, ("booked", *place): 1}


def attended(site: Site) -> Counter[tuple[str, str]]:
    """Return how often somebody came, by site and campaign."""
    return Counter({key[1:]: number for key, number in written(site).items() if key[0] == "attended"})


def test_somebody_besides_the_host_makes_a_meeting_attended_once(site: Site) -> None:
    booked = site.booked(**PAGE)
    site.drain()
    hear(site, booked, started(0), joined("ada", 1, **HOST))
    assert not attended(site), "the host alone is nobody"
    hear(site, booked, joined("bob", 2), joined("bob", 2), left("bob", 5), joined("bob", 6), joined("carol", 7))
    hear(site, booked, joined("dora", 8))
    assert attended(site) == {("shop.example", "newsletter"): 1}


def test_what_hosts_book_for_somebody_is_no_step_of_a_visitor(site: Site) -> None:
    start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=9)
    theirs = by_hosts.book(
        site.state, "1", "intro-call", start=start, name="Carol", email="c@example.com", key="from us"
    )
    site.drain()
    hear(site, {"id": theirs.id}, started(0), joined("carol", 7))
    assert not written(site)


def test_several_processes_add_up(site: Site) -> None:
    for number in (1, 2):
        for _ in range(number):
            tallies.count(site.state, "1", "event", Step.OPENED, Place("shop.example"))
        assert written(site) == {("opened", "shop.example", ""): 1 if number == 1 else 3}
    tallies.write(site.state)
    assert kept(site)["opened", "shop.example", ""] == 3


def test_no_more_than_fifty_places_a_day_are_told_apart_however_they_come(site: Site) -> None:
    for number in range(MOST_PLACES + 30):
        tallies.count(site.state, "1", "event", Step.OPENED, Place(f"{number:03}.example"))
        if number == MOST_PLACES // 2:
            tallies.write(site.state)
    tallies.count(site.state, "1", "event", Step.SUBMITTED, Place("000.example"))
    tallies.count(site.state, "1", "event", Step.SUBMITTED, Place("late.example", "spring"))
    tallies.count(site.state, "1", "other event", Step.OPENED, Place("late.example"))
    found = written(site)
    assert sum(found.values()) == MOST_PLACES + 33, "none is lost"
    assert len({place for _, place, _ in found} - {OTHERS, "late.example"}) == MOST_PLACES
    assert found["opened", OTHERS, ""] == 30
    assert found["submitted", "000.example", ""] == 1
    assert found["submitted", OTHERS, OTHERS] == 1
    assert found["opened", "late.example", ""] == 1


def test_the_memory_is_bounded(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tallies, "_MOST_IN_MEMORY", 3)
    for number in range(9):
        tallies.count(site.state, "1", "event", Step.OPENED, Place(f"{number}.example"))
    assert len(tallies.pending(site.state, "1")) == 4
    assert tallies.pending(site.state, "2") == Counter()
    assert sum(written(site).values()) == 9


def test_what_the_database_does_not_take_is_kept_for_the_next_time(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    tallies.count(site.state, "1", "event", Step.OPENED, Place())
    monkeypatch.setattr(tallies, "_AT_ONCE", 0)  # no batch of that size can be made
    with pytest.raises(ValueError, match="range"):
        tallies.write(site.state)
    monkeypatch.undo()
    tallies.count(site.state, "1", "event", Step.OPENED, Place())
    assert written(site) == {("opened", "", ""): 2}


def test_a_visitor_waits_for_no_statement_that_counts(site: Site) -> None:
    fields = wish(site)
    before = written(site)
    with counted(site) as statements:
        site.get("/api/v1/hosts/ada/intro-call/slots", params=days(0))
        assert site.post("/api/v1/hosts/ada/intro-call/bookings", data=fields).status_code == 201
    assert not [one for one in statements if "zoom_tally" in one]
    assert written(site) - before == {("opened", "", ""): 1, ("submitted", "", ""): 1, ("booked", "", ""): 1}


@pytest.mark.filterwarnings("ignore:This process.*is multi-threaded:DeprecationWarning")
def test_a_forked_child_begins_with_nothing_counted_and_each_writes_down_its_own(site: Site) -> None:
    tallies.count(site.state, "1", "event", Step.OPENED, Place("parent.example"))
    with tallies._lock:  # as if another thread were counting just then
        child = os.fork()
        if child == 0:
            failed = 1
            try:
                failed = tallies.pending(site.state, "1").total()
                tallies.count(site.state, "1", "event", Step.OPENED, Place("child.example"))
                site.state.work.stop()  # which writes down what it was asked to, by a thread of the child's own
            finally:
                os._exit(failed)
    assert os.waitpid(child, 0)[1] == 0
    assert kept(site) == {("opened", "child.example", ""): 1}
    assert tallies.pending(site.state, "1").total() == 1, "the parent's is still its own"
    site.state.work.stop()
    assert kept(site) == {("opened", "child.example", ""): 1, ("opened", "parent.example", ""): 1}


def test_a_stop_writes_down_what_was_counted(site: Site) -> None:
    tallies.count(site.state, "1", "event", Step.OPENED, Place())
    assert not kept(site)
    site.state.work.stop()
    assert kept(site) == {("opened", "", ""): 1}


def test_it_is_written_down_soon_and_again_until_it_succeeds() -> None:
    tries: list[int] = []

    def tidy() -> None:
        tries.append(len(tries))
        if len(tries) < 3:
            raise OSError("not yet")

    tidying = Tidying(tidy, seconds=0.01)
    tidying.ask()
    tidying.ask()
    wait_until(lambda: len(tries) == 3)
    tidying.ask()
    wait_until(lambda: len(tries) == 4)


def test_an_engine_whose_threads_do_not_run_writes_down_too() -> None:
    done: list[str] = []
    engine = ThreadEngine({}, lambda kind, limit: 0, tidy=lambda: done.append("done"))
    engine.stop()
    assert not done, "there was nothing to write"
    engine.tidy_soon()
    engine.tidy_soon()
    engine.stop()
    assert done == ["done"]


def test_counts_are_kept_for_400_days(site: Site) -> None:
    today = NOW.date()
    for age in (0, 400, 401):
        row = {"host_id": "1", "event_type_id": "e", "day": today - timedelta(days=age), "count": 1}
        tally = models.Tally(**row, step="opened", site="", campaign="")
        site.state.database.write(partial(Session.add, instance=tally))
    assert upkeep.purge(site.state, now=NOW).tallies == 1
    assert sum(kept(site).values()) == 2


def test_a_button_that_is_refused_takes_no_place_from_those_that_work(site: Site) -> None:
    sites.allow(site.state, "1", SHOP)
    for number in range(MOST_PLACES):
        tallies.count(site.state, "1", "event", Step.REFUSED, Place(f"{number}.example"))
    tallies.count(site.state, "1", "event", Step.OPENED, Place("shop.example"))
    assert written(site)["opened", "shop.example", ""] == 1


def test_figures_have_the_fifty_largest_and_what_is_not_written_down_yet(site: Site) -> None:
    for number in range(60):
        for _ in range(1 + (number == 59)):
            tallies.count(site.state, "1", f"event {number}", Step.OPENED, Place(f"{number}.example", f"c{number}"))
    tallies.count(site.state, "2", "event 1", Step.OPENED, Place())
    tallies.write(site.state)
    tallies.count(site.state, "1", "event 59", Step.BOOKED, Place("59.example"))
    today = datetime.now(UTC).date()
    found = figures.of_host(site.state, "1", since=today)
    assert found.by_day == {today: {"opened": 61, "booked": 1}}
    for name, of in (("event 59", found.by_event_type), ("59.example", found.by_site)):
        assert len(of) == 50
        assert next(iter(of.items())) == (name, {"opened": 2, "booked": 1})
    assert len(found.by_campaign) == 50
    assert figures.of_host(site.state, "1", since=today, event_type_id="event 1").by_site == {
        "1.example": {"opened": 1}
    }
    assert figures.of_host(site.state, "1", since=today + timedelta(days=1)).by_day == {}
    for _ in range(3):
        tallies.count(site.state, "1", "event 1", Step.REFUSED, Place("evil.example"))
    assert figures.sites_lately(site.state, "1")["evil.example"] == {"refused": 3}

"""Visitors see what Google knows now, wait for it a moment at most, and are told when nobody knows."""

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from tests.fixtures.google import connect_google
from tests.fixtures.site import MakeSite, Site
from tests.services.calendaring import age, asked, at, busy, google_id, list_again, prefer, put, sync
from tests.services.google_accounts import CALENDARS, GOOGLE
from tests.services.looking import turn
from tests.services.test_queries import counted
from tests.services.test_slot_requests import asking
from zoom_blueprint.services import google_calendars
from zoom_blueprint.store import models
from zoom_blueprint.values import CalendarPreferences, WhenStale

PATH = "/zoom/api/v1/hosts/ada/intro-call/slots"
SIX_MINUTES = timedelta(minutes=6)


@pytest.fixture
def site(google_site: Site) -> Site:
    """A site whose host's calendars have been read once."""
    google_site.drain()
    return google_site


def test_google_is_not_asked_while_what_is_known_is_fresh(site: Site) -> None:
    before = asked(site)
    put(site, at("09:00"), at("10:00"))
    site.booked()
    assert asked(site) == before


def test_what_is_five_minutes_old_is_renewed_before_times_are_offered(site: Site) -> None:
    put(site, at("00:00"), at("23:59"))
    age(site, SIX_MINUTES)
    before = asked(site)
    offered = site.slots(days=20)["slots"]
    assert not [one for one in offered if one.startswith(at("00:00").strftime("%Y-%m-%d"))]
    site.slots(days=19)
    assert asked(site) == before + 1


def test_a_held_answer_is_good_no_more_when_google_says_otherwise(site: Site) -> None:
    ask = asking(site, PATH)
    tag = ask().headers["ETag"]
    assert ask(**{"If-None-Match": tag}).status_code == 304
    put(site, at("00:00"), at("23:59"))
    age(site, SIX_MINUTES)
    assert ask(**{"If-None-Match": tag}).status_code == 200


def test_a_confirmation_asks_too(site: Site) -> None:
    offered = site.slots()
    start = offered["slots"][0]
    event_start = at(start[11:16]).replace(year=int(start[:4]), month=int(start[5:7]), day=int(start[8:10]))
    put(site, event_start, event_start + timedelta(minutes=30))
    age(site, SIX_MINUTES)
    assert site.book(start=start, token=offered["token"]).status_code == 409


def test_a_hanging_google_is_waited_for_once_and_then_not_until_the_next_try(site: Site) -> None:
    age(site, SIX_MINUTES)
    site.simulator.fault(route="list_events", delay=40, times=10)
    answers = []

    def ask() -> None:
        begun = time.monotonic()
        answers.append((len(site.slots()["slots"]), time.monotonic() - begun))

    together = [threading.Thread(target=ask) for _ in range(3)]
    for one in together:
        one.start()
    for one in together:
        one.join()
    for _ in range(4):
        ask()
    assert all(found for found, _ in answers), "older data is used meanwhile"
    (fault,) = site.simulator.ask("GET", "faults")["faults"]
    assert fault["remaining"] == 9, "only one of them had Google asked"
    with counted(site) as statements:
        site.slots()
    assert len(statements) <= 4, statements


def stale(make_site: MakeSite) -> Site:
    site = make_site(ZOOM_BUSY_MAX_AGE=3600)
    site.connect()
    connect_google(site)
    site.drain()
    age(site, timedelta(hours=2))
    site.simulator.fault(route="list_events", status=503, times=50)
    return site


def test_when_nobody_knows_for_too_long_it_is_closed_and_says_so(make_google_site: MakeSite) -> None:
    site = stale(make_google_site)
    answer = site.get("/api/v1/hosts/ada/intro-call")
    assert answer.status_code == 404
    words = "The calendar of Ada Lovelace cannot be read at the moment, so nobody knows which times are free."
    assert words in answer.json()["detail"]
    page = site.get("/book/ada/intro-call")
    assert page.status_code == 404
    assert words in page.text


def test_the_host_may_choose_to_stay_open(make_google_site: MakeSite) -> None:
    site = stale(make_google_site)
    prefer(site, CalendarPreferences(when_stale=WhenStale.OPEN))
    assert site.slots()["slots"]


def test_what_is_not_too_old_is_used(make_google_site: MakeSite) -> None:
    site = stale(make_google_site)
    age(site, timedelta(minutes=50))
    assert site.slots()["slots"]


def test_it_opens_again_by_itself_when_google_answers(make_google_site: MakeSite) -> None:
    site = stale(make_google_site)
    assert site.get("/api/v1/hosts/ada/intro-call").status_code == 404
    site.simulator.clear_faults()
    put(site, at("09:00"), at("10:00"))
    sync(site)
    assert busy(site) == [(at("09:00"), at("10:00"))]
    assert site.slots()["slots"]


def test_a_calendar_that_was_just_chosen_is_read_before_times_are_offered(site: Site) -> None:
    choir = site.simulator.google.put_calendar("ada", summary="Choir")
    put(site, at("00:00"), at("23:59"), calendar=choir)
    list_again(site)
    before = site.slots(days=20)["slots"]
    primary, other = google_calendars.of_host(site.state, "1")
    google_calendars.choose(site.state, "1", target=primary.id, blocking=[primary.id, other.id])
    assert len(site.slots(days=20)["slots"]) < len(before)


def test_whoever_has_just_connected_is_read_before_times_are_offered(google_site: Site) -> None:
    put(google_site, at("00:00"), at("23:59"))
    offered = google_site.slots(days=20)
    assert offered["slots"]
    assert not [one for one in offered["slots"] if one.startswith(at("00:00").strftime("%Y-%m-%d"))]
    assert google_site.book(start=offered["slots"][0], token=offered["token"]).status_code == 201


def test_an_offer_from_before_connecting_is_asked_about_at_google(make_google_site: MakeSite) -> None:
    site = make_google_site()
    site.connect()
    offered = site.slots(days=20)
    start = next(one for one in offered["slots"] if one.startswith(at("00:00").strftime("%Y-%m-%d")))
    put(site, at("00:00"), at("23:59"))
    connect_google(site)
    assert site.book(start=start, token=offered["token"]).status_code == 409


@pytest.mark.parametrize("route", ["list_calendars", "list_events"])
@pytest.mark.parametrize("wanted", [None, WhenStale.OPEN])
def test_a_new_account_that_cannot_be_read_yet_counts_as_one_that_nobody_knows(
    make_google_site: MakeSite, route: str, wanted: WhenStale | None
) -> None:
    site = make_google_site()
    site.connect()
    site.simulator.fault(route=route, status=503, times=50)
    connect_google(site)
    connect_google(site)
    if wanted is not None:
        turn(site.state, models.Connection, GOOGLE, preferences={"when_stale": wanted})
    answer = site.get("/api/v1/hosts/ada/intro-call")
    assert answer.status_code == (404 if wanted is None else 200)
    site.simulator.clear_faults()
    sync(site)
    assert site.slots()["slots"]


def test_calendars_that_google_may_not_list_close_nothing(make_google_site: MakeSite) -> None:
    site = make_google_site()
    site.connect()
    connect_google(site, withhold=[f"{CALENDARS}.calendarlist.readonly"])
    assert site.slots()["slots"]


def test_hosts_without_google_pay_nothing_for_it(site: Site, make_site: MakeSite) -> None:
    without = make_site()
    without.connect()
    counts = []
    for one in (site, without):
        ask = asking(one, PATH)
        ask()
        with counted(one) as statements:
            ask()
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_nobody_waits_for_a_renewal_of_access_that_hangs(site: Site) -> None:
    age(site, SIX_MINUTES)
    past = datetime.now(UTC) - timedelta(hours=1)
    grant = models.Grant.connection_id == google_id(site)
    site.state.database.write(
        lambda session: session.execute(update(models.Grant).where(grant).values(expires_at=past))
    )
    before = len(site.simulator.calls("google_token"))
    site.simulator.fault(route="google_token", delay=6)
    assert site.slots()["slots"]
    assert len(site.simulator.calls("google_token")) == before, "the answer was there before Google's"

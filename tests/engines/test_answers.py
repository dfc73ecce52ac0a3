"""What a visitor sees and does when the site refuses, fails, is slow or cannot be reached, in all three engines."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete
from werkzeug.wrappers import Response

from tests.engines import visits
from tests.engines.conftest import ALL_ENGINES
from tests.engines.front import Front, Held, lose_answer, lose_request, page_of_a_proxy
from tests.engines.pages import Page
from tests.engines.shop import Shop
from tests.fixtures.site import MakeSite, Site
from tests.fixtures.site_app import HOSTS, INTRO_CALL
from tests.fixtures.waiting import wait_until
from tests.services.looking import only, rows
from zoom_blueprint.services import counters
from zoom_blueprint.store import models
from zoom_blueprint.values import Draft

pytestmark = pytest.mark.parametrize("engine_name", ALL_ENGINES, indirect=True, scope="session")
WRITTEN = """(instants) => instants.map((one) => new Intl.DateTimeFormat("en-US", {
  weekday: "long", day: "numeric", month: "long", hour: "numeric", minute: "2-digit"
}).format(new Date(one)))"""
TIME_LIMITS = """(times = 1) => {
  globalThis.soonOver ??= AbortSignal.timeout.bind(AbortSignal);
  AbortSignal.timeout = (patience) => soonOver((globalThis.patience = patience) / times);
}"""
NOTICE, OTHERS = ".form .notice", ".form .time"


def ready_to_confirm(page: Page, address: str) -> None:
    """Go as far as the last press."""
    visits.open_dialog(page, address)
    visits.choose_time(page)
    visits.fill_in(page)


def keeps(page: Page, name: str = visits.NAME, email: str = visits.EMAIL) -> None:
    """Check that nothing typed is lost."""
    assert (page.see("#name").value, page.see("#email").value) == (name, email)


def booked_once(page: Page, site: Site) -> None:
    """Check that there is one booking, and that what is shown is the way to its only meeting."""
    page.see(visits.RESULT)
    visits.check_meeting(page, site)
    assert only(site.state, models.Booking).name == visits.NAME


def test_what_the_site_refuses_is_said_beside_each_field(bookable: Site, shop: Shop, page: Page) -> None:
    visits.open_dialog(page, shop.address)
    visits.choose_time(page)
    page.fill("#name", "Win at casino.example.com")
    page.fill("#email", "bob@localhost")  # browsers take this for an address
    page.click(visits.CONFIRM)
    page.read("#email-error", "does not look like a mail address")
    page.read("#name-error", "without a web address")
    page.focused("#name")
    for name in ("name", "email"):
        field = page.see(f"#{name}").attributes
        assert (field["aria-invalid"], f"{name}-error" in field["aria-describedby"]) == ("true", True)
    keeps(page, "Win at casino.example.com", "bob@localhost")
    assert rows(bookable.state, models.Booking) == []
    page.refill("#name", visits.NAME)
    page.gone("#name-error")
    page.refill("#email", visits.EMAIL)
    page.click(visits.CONFIRM)
    booked_once(page, bookable)


def test_a_time_that_is_lost_meanwhile_gives_way_to_the_nearest(bookable: Site, shop: Shop, page: Page) -> None:
    first, last = (datetime.now(UTC).date() + timedelta(days=days) for days in (1, 14))
    with bookable.app.app_context():
        # An hour, each half an hour: with a time go its neighbours.
        hour = replace(INTRO_CALL, first_day=first, last_day=last, duration_minutes=60)
        bookable.zoom.event_types.put(HOSTS["ada"].id, hour)
    visits.open_dialog(page, shop.address)
    visits.choose_time(page, 2)
    visits.fill_in(page)
    before = bookable.slots(tz="UTC")
    wanted = before["slots"][2]
    bookable.booked(email="faster@example.com", name="Faster Fay", start=wanted, token=before["token"])
    page.click(visits.CONFIRM)
    page.read(NOTICE, "Someone has just booked this time. Your details are kept")
    page.shot("taken")
    keeps(page)
    free = bookable.slots(tz="UTC")["slots"]
    nearest = [*[one for one in free if one < wanted][-2:], *[one for one in free if one > wanted][:2]]
    assert page.texts(OTHERS) == page.run(WRITTEN, nearest)
    page.click(OTHERS, 2)
    page.focused(visits.CONFIRM)
    page.engine.press("Enter")
    page.see(visits.RESULT)
    mine = only(bookable.state, models.Booking, models.Booking.name == visits.NAME)
    assert mine.starts_at == datetime.fromisoformat(nearest[2])
    wait_until(lambda: len(bookable.simulator.meetings("ada")) == 2, why="both have their meeting")


def test_after_too_many_attempts_one_is_told_when_to_come_back(make_bookable: MakeSite, shop: Shop, page: Page) -> None:
    site = make_bookable(ZOOM_LIMITS="1 per minute", ZOOM_READ_LIMITS="1 per minute")
    site.slots()
    page.engine.open(shop.address)
    page.click(visits.LINK)
    page.read("dialog .notice", "There were too many attempts. Please try again in 1 minute.")
    a_minute_passes(site)
    page.click(".retry")
    visits.choose_time(page)
    site.book(name="", start="", token="")
    visits.fill_in(page)
    page.click(visits.CONFIRM)
    page.read(NOTICE, "There were too many attempts. Please try again in 1 minute.")
    keeps(page)
    a_minute_passes(site)
    page.click(visits.CONFIRM)
    booked_once(page, site)


def a_minute_passes(site: Site) -> None:
    """Forget what was counted."""
    counters.memory.begin()
    site.state.database.write(lambda session: session.execute(delete(models.RateCounter)))


def test_what_fails_behind_the_page_is_said_in_words_and_tried_again(
    bookable: Site, front: Front, shop: Shop, page: Page
) -> None:
    broken = [True]

    @bookable.zoom.before_booking
    def break_down(_: Draft) -> None:
        if broken:
            broken.pop()
            raise OSError

    page.engine.open(shop.address)
    front.for_times = page_of_a_proxy(readable=True)
    page.click(visits.LINK)
    page.read("dialog .notice", "The free times could not be loaded.")
    front.for_times = Response.from_app
    page.click(".retry")
    visits.choose_time(page)
    visits.fill_in(page)
    elsewhere = "The connection failed. Nothing is lost"
    ours = "Something went wrong on our side. Nothing is lost"
    unreadable, readable = (page_of_a_proxy(readable=readable) for readable in (False, True))
    for trouble, words in ((unreadable, elsewhere), (readable, ours), (Response.from_app, ours)):
        front.for_posts = trouble
        page.click(visits.CONFIRM)
        page.read(NOTICE, words)
        page.read(visits.CONFIRM, "Try again")
        keeps(page)
    assert not broken
    page.click(visits.CONFIRM)
    booked_once(page, bookable)
    assert len({post["key"] for post in front.posted}) == 1


def test_a_slow_answer_is_waited_for_and_a_second_press_does_nothing(
    bookable: Site, front: Front, shop: Shop, page: Page
) -> None:
    ready_to_confirm(page, shop.address)
    page.run(TIME_LIMITS)
    front.for_posts = held = Held()
    page.click(visits.CONFIRM)
    try:
        assert held.arrived.wait(10)
        page.read(visits.CONFIRM, "Booking…")
        page.read("[role=status]", "Booking…")
        page.click(visits.CONFIRM)
        page.engine.press("Enter")
        page.click(".back")
        keeps(page)
        assert page.see(visits.CONFIRM).attributes["aria-disabled"] == "true"
    finally:
        held.let_go()
    booked_once(page, bookable)
    assert len(front.posted) == 1
    assert page.run("() => globalThis.patience > 8_000"), "eight seconds are no reason to give up"


def test_a_lost_request_and_a_lost_answer_come_to_one_booking(
    bookable: Site, front: Front, shop: Shop, page: Page
) -> None:
    ready_to_confirm(page, shop.address)
    front.for_posts = lose_request
    page.click(visits.CONFIRM)
    page.read(NOTICE, "Nothing is lost")
    assert rows(bookable.state, models.Booking) == []
    front.for_posts = lose_answer
    page.click(visits.CONFIRM)
    wait_until(lambda: rows(bookable.state, models.Booking), why="it is booked, though nobody has heard of it")
    page.read(NOTICE, "Nothing is lost")
    page.read(visits.CONFIRM, "Try again")
    keeps(page)
    front.for_posts = Response.from_app
    page.click(visits.CONFIRM)
    booked_once(page, bookable)
    assert len({post["key"] for post in front.posted}) == 1


def test_an_answer_that_never_comes_is_given_up_and_asked_for_again(
    bookable: Site, front: Front, shop: Shop, page: Page
) -> None:
    ready_to_confirm(page, shop.address)
    page.run(TIME_LIMITS, 100)
    front.for_posts = held = Held()
    page.click(visits.CONFIRM)
    page.read(NOTICE, "The connection failed. Nothing is lost")
    front.for_posts = Response.from_app
    page.run(TIME_LIMITS)
    page.click(visits.CONFIRM)
    page.see(visits.RESULT)
    held.let_go()
    assert wait_until(lambda: held.answers, why="the site has answered what was asked first, too") == [201]
    booked_once(page, bookable)

"""Why a time is not offered: the host reads every reason, with what is in the way, and the nearest times there are."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.fixtures.site import Site
from tests.fixtures.site_app import INTRO_CALL
from tests.services.looking import turn
from tests.services.test_queries import counted
from tests.web.browsing import Browser, words
from tests.web.desk import in_days
from tests.web.editing import send
from zoom_blueprint import Host, Schedule, Span, WithoutZoom
from zoom_blueprint.services import endings, event_types, schedules
from zoom_blueprint.store import models

OFFERED = "It is offered."
EARLY_AND_LATE = ((Span(8 * 60, 12 * 60), Span(13 * 60, 20 * 60)),) * 7
ALWAYS = Schedule("Europe/London", EARLY_AND_LATE)


@pytest.fixture
def ada(site: Site) -> Browser:
    """Ada's browser; she works from 8 to 12 and from 13 to 20, on every day."""
    schedules.put(site.state, "1", ALWAYS)
    return Browser(site)


def page_of(site: Site, slug: str = "intro-call") -> str:
    """Return the path of an event type's page."""
    ids = {one.slug: one_id for one_id, one in event_types.by_id(site.state, "1").items()}
    return f"/event-types/{ids[slug]}"


def offer(site: Site, **changes: Any) -> None:
    """Change what is offered."""
    with site.app.app_context():
        site.zoom.event_types.put("1", replace(INTRO_CALL, **changes))


def ask(site: Site, ada: Browser, day: str, clock: str) -> str:
    """Return the answer about a time in the host's zone."""
    page = ada.get(f"{page_of(site)}?why-date={day}&why-time={clock}")
    assert page.status_code == 200, page.text
    return words(page.text.partition('class="answer-of-why">')[2].partition("</section>")[0])


def at(day: str, clock: str) -> datetime:
    """Return an instant, as the host's zone has it."""
    return datetime.fromisoformat(f"{day}T{clock}:00").replace(tzinfo=ZoneInfo("Europe/London"))


def book(site: Site, day: str, clock: str, **fields: str) -> dict[str, Any]:
    """Book a time, as the host's zone has it."""
    start = at(day, clock).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return site.booked(start=start, token=site.slots()["token"], **fields)


def test_a_time_that_is_offered_is_said_to_be(site: Site, ada: Browser) -> None:
    told = ask(site, ada, in_days(5), "10:00")
    assert OFFERED in told
    assert "Offered before it" in told
    assert "9:30 AM" in told
    assert "10:30 AM" in told


@pytest.mark.parametrize(
    ("clock", "sentence"),
    [
        ("07:30", "It does not lie within your hours with all of its 30 minutes."),
        ("11:45", "8:00 AM – 12:00 PM, 1:00 PM – 8:00 PM."),
        (
            "10:10",
            "every 30 minutes, counted from the beginning of your hours. The nearest: 10:00 AM · 10:30 AM.",
        ),
    ],
)
def test_hours_and_steps_are_explained(site: Site, ada: Browser, clock: str, sentence: str) -> None:
    told = ask(site, ada, in_days(5), clock)
    assert sentence in told
    assert OFFERED not in told


def test_a_closed_day_is_explained(site: Site, ada: Browser) -> None:
    day = in_days(5)
    schedules.put(site.state, "1", replace(ALWAYS, overrides={date.fromisoformat(day): ()}))
    assert "is closed." in ask(site, ada, day, "10:00")


def test_what_is_over_is_over_and_nothing_else_about_notice(site: Site, ada: Browser) -> None:
    offer(site, notice_minutes=120)
    told = ask(site, ada, "2020-01-15", "10:00")
    assert "It is over." in told
    assert "too soon" not in told
    assert "Offered after it" in told
    assert "Offered before it" not in told


def test_the_notice_is_explained_by_its_end(site: Site, ada: Browser) -> None:
    offer(site, notice_minutes=30 * 1440)
    told = ask(site, ada, in_days(5), "10:00")
    assert "It is too soon: your notice lasts until" in told
    assert "Offered after it" in told, "though that is weeks later"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"horizon_days": 10}, "is the last day on which it can be booked."),
        (
            {"first_day": date(2041, 1, 15), "last_day": date(2041, 1, 31)},
            "It can be booked from Tuesday, January 15, 2041 to Thursday, January 31, 2041 only.",
        ),
    ],
)
def test_the_days_on_which_it_can_be_booked_are_explained(
    site: Site, ada: Browser, changes: dict[str, Any], sentence: str
) -> None:
    offer(site, **changes)
    told = ask(site, ada, "2042-01-15", "10:00")
    assert sentence in told
    assert "Offered before it" in told, "however far back that is"
    assert "Offered after it" not in told


def test_a_booking_in_the_way_is_named_and_linked(site: Site, ada: Browser) -> None:
    day = in_days(5)
    booking = book(site, day, "10:00")
    offer(site, duration_minutes=60)
    told = ask(site, ada, day, "09:30")
    assert "Bob Byrne has booked Intro call :" in told
    assert "10:00 AM – 10:30 AM." in told
    assert "kept free" not in told
    page = ada.get(f"{page_of(site)}?why-date={day}&why-time=09:30").text
    assert f'href="/zoom/host/bookings/{booking["id"]}"' in page


@pytest.mark.parametrize(("clock", "is_said"), [("10:30", True), ("09:30", True), ("10:00", False)])
def test_a_buffer_that_alone_is_in_the_way_is_said(site: Site, ada: Browser, clock: str, is_said: bool) -> None:
    day = in_days(5)
    offer(site, buffer_before=15, buffer_after=20)
    book(site, day, "10:00")
    offer(site)
    told = ask(site, ada, day, clock)
    assert "Bob Byrne has booked" in told
    minutes = {"09:30": 15, "10:30": 20}.get(clock)
    assert (f"{minutes} minutes beside it are kept free." in told) is is_said


def test_blocked_time_is_named(site: Site, ada: Browser) -> None:
    day = in_days(5)
    start = at(day, "09:00")
    with site.app.app_context():
        site.zoom.blocked_times.add("1", start, start + timedelta(hours=4), "Dentist")
        site.zoom.blocked_times.add("1", start, start + timedelta(days=2))
    told = ask(site, ada, day, "10:00")
    assert "You have blocked time for “ Dentist ”" in told
    assert told.count("You have blocked time") == 2, "everything in the way is there"


def test_another_calendar_is_said_to_be_busy(site: Site, ada: Browser) -> None:
    day = in_days(5)

    @site.zoom.busy_times
    def elsewhere(host: Host, first: datetime, last: datetime) -> list[tuple[datetime, datetime]]:
        del host, first, last
        start = at(day, "10:15")
        return [(start, start + timedelta(minutes=30))]

    told = ask(site, ada, day, "10:00")
    assert "Another calendar is busy:" in told
    assert "10:15 AM – 10:45 AM." in told


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"per_day": 2}, "That day has as many bookings as you allow: 2 of 2."),
        ({"per_week": 2}, "That week has as many bookings as you allow: 2 of 2."),
    ],
)
def test_limits_are_explained_with_the_count(site: Site, ada: Browser, changes: dict[str, Any], sentence: str) -> None:
    day = in_days(5)
    for clock in ("10:00", "11:00"):
        book(site, day, clock, email=f"at-{clock[:2]}@example.com")
    offer(site, **changes)
    assert sentence in ask(site, ada, day, "15:00")


def test_all_that_is_in_the_way_is_said_and_not_the_first_alone(site: Site, ada: Browser) -> None:
    day = in_days(5)
    book(site, day, "10:00")
    offer(site, per_day=1, horizon_days=1)
    told = ask(site, ada, day, "10:10")
    for part in ("the last day on which it can be booked", "every 30 minutes", "Bob Byrne has booked", "1 of 1"):
        assert part in told


def test_what_others_call_themselves_is_no_markup(site: Site, ada: Browser) -> None:
    day = in_days(5)
    book(site, day, "10:00", name="<b>Bob</b> & {when}")
    page = ada.get(f"{page_of(site)}?why-date={day}&why-time=10:00").text
    assert "<bdi>&lt;b&gt;Bob&lt;/b&gt; &amp; {when}</bdi> has booked" in page


def test_a_request_that_waits_is_told_from_a_booking(site: Site, ada: Browser) -> None:
    day = in_days(5)
    offer(site, approval=True)
    book(site, day, "10:00")
    assert "Bob Byrne asks for Intro call" in ask(site, ada, day, "10:00")


def test_a_booking_whose_people_are_forgotten_is_still_in_the_way(site: Site, ada: Browser) -> None:
    day = in_days(5)
    book(site, day, "10:00")
    turn(site.state, models.Booking, purged_at=datetime.now(UTC))
    told = ask(site, ada, day, "10:00")
    assert "A booking has this time:" in told
    assert "Bob" not in told


def test_what_is_switched_off_or_hidden_or_without_zoom_is_said(site: Site, ada: Browser) -> None:
    day = in_days(5)
    offer(site, hidden=True)
    told = ask(site, ada, day, "10:00")
    assert "It is hidden: only whoever has its address can book it." in told
    assert OFFERED in told
    offer(site, active=False)
    told = ask(site, ada, day, "10:00")
    assert "It is switched off: nobody can book it at any time." in told
    assert OFFERED not in told
    offer(site)
    endings.disconnect(site.state, "1", site.connection().id)
    told = ask(site, ada, day, "10:00")
    assert "Until Zoom is connected and works, this cannot be booked." in told
    assert OFFERED not in told
    offer(site, without_zoom=WithoutZoom.LATER)
    assert OFFERED in ask(site, ada, day, "10:00")


def test_what_is_typed_and_not_saved_is_explained_too(site: Site, ada: Browser) -> None:
    asked = {"why-date": in_days(5), "why-time": "10:15"}
    told = words(send(ada, page_of(site), do="why", step_minutes="15", **asked).text)
    assert OFFERED in told
    told = words(send(ada, page_of(site), do="why", **asked).text)
    assert OFFERED not in told


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"why-date": "", "why-time": ""}, "Choose a day."),
        ({"why-date": "2041-03-31", "why-time": "01:30"}, "Clocks are put forward then"),
        ({"why-date": "soon", "why-time": "10:00"}, "Give a day as YYYY-MM-DD."),
    ],
)
def test_a_time_that_is_none_is_refused_beside_its_field(
    site: Site, ada: Browser, asked: dict[str, str], sentence: str
) -> None:
    answer = send(ada, page_of(site), do="why", **asked)
    assert answer.status_code == 200
    assert sentence in words(answer.text)
    assert OFFERED not in words(answer.text)


def test_times_are_those_of_the_hosts_zone_whatever_the_schedules(site: Site, ada: Browser) -> None:
    schedules.put(site.state, "1", replace(ALWAYS, time_zone="Asia/Tokyo"))
    told = ask(site, ada, in_days(5), "12:00")
    assert "8:00 AM – 12:00 PM, 1:00 PM – 8:00 PM (Asia/Tokyo, UTC+09:00)." in told


def test_an_answer_takes_as_many_queries_whatever_is_in_the_way(site: Site, ada: Browser) -> None:
    day = in_days(5)

    def count(of: Callable[[], object]) -> int:
        of()
        with counted(site) as statements:
            of()
        return len(statements)

    free = count(lambda: ask(site, ada, day, "15:00"))
    book(site, day, "10:00")
    one = count(lambda: ask(site, ada, day, "10:00"))
    start = at(day, "09:00")
    for number in range(4):
        with site.app.app_context():
            site.zoom.blocked_times.add("1", start, start + timedelta(hours=4), f"Block {number}")
    many = count(lambda: ask(site, ada, day, "10:00"))
    assert one == many
    assert free <= many <= 14

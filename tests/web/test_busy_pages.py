"""What hosts see of their busy times in Google Calendar: in their week, when they ask about a time, at the doctor's."""

from datetime import timedelta

import pytest

from tests.fixtures.site import MakeSite, Site
from tests.services.calendaring import MONDAY, age, asked, at, prefer, put, sync
from tests.services.full_days import fill
from tests.services.test_queries import counted
from tests.web.browsing import Browser, words
from tests.web.test_calendar import entries
from tests.web.test_why_not_offered import page_of
from zoom_blueprint.errors import SlotTaken
from zoom_blueprint.services import doctors
from zoom_blueprint.services.findings import Verdict
from zoom_blueprint.values import CalendarPreferences, WhenStale

WEEK = f"/?date={MONDAY.isoformat()}"


@pytest.fixture
def site(google_site: Site) -> Site:
    """A site whose host's calendars have been read once."""
    google_site.drain()
    return google_site


@pytest.fixture
def ada(site: Site) -> Browser:
    """Ada's browser."""
    return Browser(site)


def test_a_week_shows_when_google_calendar_is_busy_and_nothing_of_by_what(site: Site, ada: Browser) -> None:
    put(site, at("09:00"), at("10:30"), summary="Surgeon")
    sync(site)
    page = ada.get(WEEK).text
    assert [words(one) for one in entries(page)] == ["9:00 AM – 10:30 AM Busy in Google Calendar"]
    assert "Surgeon" not in page
    assert "Busy in Google Calendar" not in ada.get(f"/?view=month&date={MONDAY.isoformat()}").text


def test_busy_times_crowd_no_booking_out_of_a_week(site: Site, ada: Browser) -> None:
    for number in range(40):
        start = at("00:00") + number * timedelta(minutes=20)
        put(site, start, start + timedelta(minutes=10))
    sync(site)
    fill(site.state, [at("22:00")])
    found = entries(ada.get(WEEK).text)
    assert "Bob Byrne" in found[-1]
    assert len(found) == 28


def test_a_week_takes_one_query_more_where_google_can_be_connected(site: Site, ada: Browser) -> None:
    ada.get(WEEK)
    with counted(site) as none:
        ada.get(WEEK)
    for number in range(3):
        put(site, at(f"{10 + number}:00"), at(f"{10 + number}:30"))
    sync(site)
    ada.get(WEEK)
    with counted(site) as some:
        ada.get(WEEK)
    assert len(some) == len(none)


def test_whoever_asks_is_told_that_google_calendar_is_busy(site: Site, ada: Browser) -> None:
    put(site, at("09:00"), at("10:30"), summary="Surgeon")
    sync(site)
    page = ada.get(f"{page_of(site)}?why-date={MONDAY.isoformat()}&why-time=09:30").text
    assert "Your Google Calendar says that you are busy" in words(page)
    assert "Surgeon" not in page


@pytest.mark.parametrize(
    ("when_stale", "sentence"),
    [
        (WhenStale.CLOSE, "Your Google Calendar cannot be read, so nobody can book you until it can."),
        (WhenStale.OPEN, "Your Google Calendar cannot be read. Bookings go on by what was last known of it."),
    ],
)
def test_whoever_asks_is_told_that_nobody_knows(site: Site, ada: Browser, when_stale: WhenStale, sentence: str) -> None:
    prefer(site, CalendarPreferences(when_stale=when_stale))
    path = f"{page_of(site)}?why-date={MONDAY.isoformat()}&why-time=09:30"
    assert sentence not in words(ada.get(path).text)
    age(site, timedelta(hours=2))
    before = asked(site)
    assert sentence in words(ada.get(path).text)
    assert asked(site) == before


def of_calendars(site: Site) -> tuple[Verdict, str]:
    """Return what the doctor found out about calendars."""
    (found,) = [one for one in doctors.look(site.state) if one.name == "Google calendars"]
    return found.state, found.words


def test_the_doctor_says_when_a_calendar_cannot_be_read_and_when_nobody_knows(site: Site) -> None:
    assert of_calendars(site) == (Verdict.OK, "1 host with busy times from Google")
    site.simulator.google.refuse("list_events", "forbidden")
    sync(site)
    assert of_calendars(site) == (Verdict.WARN, "Google does not show 1 calendar any more")
    age(site, timedelta(hours=2))
    assert of_calendars(site)[0] is Verdict.BAD


def test_the_doctor_of_a_site_without_google_says_nothing_of_it(make_site: MakeSite) -> None:
    site = make_site()
    assert [one for one in doctors.look(site.state) if one.name == "Google calendars"] == []


def test_a_time_that_google_calendar_takes_is_refused_to_its_host_by_that_name(site: Site) -> None:
    put(site, at("09:00"), at("10:30"), summary="Surgeon")
    sync(site)
    with site.app.app_context(), pytest.raises(SlotTaken) as refused:
        site.zoom.bookings.book("1", "intro-call", start=at("10:00"), name="Bob", email="bob@example.com", key="one")
    assert str(refused.value) == "Your Google Calendar says that you are busy then."
    with site.app.app_context():
        made = site.zoom.bookings.book(
            "1", "intro-call", start=at("08:00"), name="Bob", email="bob@example.com", key="one"
        )
        with pytest.raises(SlotTaken, match="Your Google Calendar"):
            site.zoom.bookings.reschedule("1", made.id, at("10:00"))
        with pytest.raises(SlotTaken, match="Your Google Calendar"):
            site.zoom.bookings.edit("1", made.id, duration_minutes=90)

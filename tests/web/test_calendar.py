"""The host's calendar over HTTP: its views, what leads where, and what it costs when it is full."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.fixtures.site import MakeSite, Site
from tests.fixtures.site_app import HOSTS
from tests.services.full_days import fill
from tests.services.looking import turn
from tests.services.test_queries import counted
from tests.web.browsing import Browser, words
from tests.web.desk import of
from zoom_blueprint.services import blocks
from zoom_blueprint.store import models
from zoom_blueprint.values import BookingStatus

MONDAY = datetime(2041, 1, 14, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WEEK, MONTH, LIST = "/?date=2041-01-16", "/?view=month&date=2041-01-16", "/?view=list&date=2041-01-14"
LARGEST = 150_000


@pytest.fixture
def site(make_site: MakeSite) -> Site:
    """A site whose host has no connection."""
    return make_site()


@pytest.fixture
def ada(site: Site) -> Browser:
    """Ada's browser."""
    return Browser(site)


def speaks(monkeypatch: pytest.MonkeyPatch, **changes: str) -> None:
    """Let the host app say something else of Ada."""
    monkeypatch.setitem(HOSTS, "ada", replace(HOSTS["ada"], **changes))


def entries(page: str) -> list[str]:
    """Return what each entry of a calendar says to a listener, in the order of the page."""
    return [words(one) for one in re.findall(r'<li class="entry.*?</li>', page, re.DOTALL)]


def days(page: str) -> list[str]:
    """Return the dates of a calendar."""
    return re.findall(r'data-day="([^"]+)"', page)


def link(page: str, label: str) -> str:
    """Return where a link leads, by its label or its text."""
    found = re.search(rf'<a [^>]*href="([^"]*)"[^>]*(?:aria-label="{label}"|>{label}</a>)', page)
    assert found, label
    return below(found[1])


def below(address: str) -> str:
    """Return an address in a page as it is below the blueprint's prefix."""
    plain = re.sub(r"^(?:http://[^/]+)?/zoom", "", address.replace("&amp;", "&"))
    return plain if plain.startswith("/") else f"/{plain}"


def test_a_week_shows_what_stands_and_what_waits(site: Site, ada: Browser) -> None:
    fill(site.state, [MONDAY + 9 * HOUR])
    asked = MONDAY + 33 * HOUR
    fill(site.state, [asked], name="Carol Cole", status=BookingStatus.PENDING, hold_until=asked)
    fill(site.state, [MONDAY + 10 * HOUR], name="Gone Gil", status=BookingStatus.CANCELLED)
    fill(site.state, [MONDAY + 7 * DAY], name="Next Week")
    blocks.add(site.state, "1", MONDAY + 2 * DAY, MONDAY + 3 * DAY, "Away")
    page = ada.get(WEEK).text
    assert "Jan 14 – 20, 2041" in words(page)
    assert days(page) == [f"2041-01-{day}" for day in range(14, 21)]
    assert entries(page) == [
        "9:00 AM – 9:30 AM Bob Byrne Intro call Its Zoom link is being made",
        "9:00 AM – 9:30 AM Carol Cole Intro call Waiting for your answer",
        "All day Away Blocked",
    ]


def test_a_week_begins_as_it_does_where_the_host_lives(
    site: Site, ada: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    speaks(monkeypatch, time_zone="America/New_York")
    assert days(ada.get(WEEK).text)[0] == "2041-01-13", "a Sunday"
    speaks(monkeypatch, locale="en-GB")
    assert days(ada.get(WEEK).text)[0] == "2041-01-14"
    speaks(monkeypatch, locale="de", time_zone="Europe/Berlin")
    assert "14.–20. Jan. 2041" in words(ada.get(WEEK).text)


def test_it_is_the_hosts_clock_that_counts_on_days_when_clocks_change(
    site: Site, ada: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    speaks(monkeypatch, time_zone="Europe/London")
    twice = datetime(2041, 10, 27, 0, 30, tzinfo=UTC)
    fill(site.state, [twice, twice + HOUR, twice + 9 * HOUR])
    fill(site.state, [datetime(2041, 3, 31, 8, tzinfo=UTC), datetime(2041, 3, 30, 23, 30, tzinfo=UTC)])
    autumn, spring = ada.get("/?date=2041-10-27").text, ada.get("/?date=2041-03-31").text
    assert [one.partition(" Bob")[0] for one in entries(autumn)] == [
        "1:30 AM (UTC+01:00) – 1:00 AM (UTC+00:00)",
        "1:30 AM (UTC+00:00) – 2:00 AM",
        "9:30 AM – 10:00 AM",
    ]
    assert [one.partition(" Bob")[0] for one in entries(spring)] == ["11:30 PM – 12:00 AM", "9:00 AM – 9:30 AM"]
    assert days(spring)[-2:] == ["2041-03-30", "2041-03-31"]
    by_day = spring.split('data-day="')
    assert "11:30 PM" in by_day[-2]
    assert "9:00 AM" in by_day[-1].partition("</ol>")[0]


def test_a_month_shows_the_first_three_of_a_day_and_leads_to_the_others(site: Site, ada: Browser) -> None:
    fill(site.state, [MONDAY + n * HOUR for n in range(8, 13)])
    page = ada.get(MONTH).text
    assert "January 2041" in words(page)
    assert (days(page)[0], days(page)[-1]) == ("2040-12-31", "2041-02-03")
    assert [one[:7] for one in entries(page)] == ["8:00 AM", "9:00 AM", "10:00 A"]
    more = link(page, "2 more on Monday, January 14, 2041")
    assert len(entries(ada.get(more).text)) == 5


def test_each_bin_says_which_booking_it_cancels(site: Site, ada: Browser) -> None:
    opened, *others = fill(site.state, [MONDAY + 9 * HOUR, MONDAY + 10 * HOUR, MONDAY + 33 * HOUR])
    long = ["Monday, January 14, 2041, 10:00 AM", "Tuesday, January 15, 2041, 9:00 AM"]
    short = ["Mon, Jan 14, 9:00 AM", "Mon, Jan 14, 10:00 AM", "Tue, Jan 15, 9:00 AM"]
    first = "Monday, January 14, 2041, 9:00 AM"
    for path, moments in (
        (WEEK, short),
        (MONTH, short),
        (LIST, [first, *long]),
        (f"{WEEK}&booking={opened}", [*short, *long]),
        (f"/host/bookings/{opened}", long),
        (f"/clients/{others[0]}", [first, *long]),
    ):
        named = re.findall(r'aria-label="Cancel booking with Bob Byrne: ([^"]+)"', ada.get(path).text)
        assert named == moments, path


def test_the_list_has_fifty_on_a_page(site: Site, ada: Browser) -> None:
    fill(site.state, [MONDAY + n * HOUR for n in range(60)])
    first = ada.get("/?view=list").text
    assert first.count('<li class="booking">') == 50
    assert "Earlier bookings" not in first
    assert 'rel="next" href="/zoom/?view=list&amp;page=2"' in first
    second = ada.get("/?view=list&page=2").text
    assert second.count('<li class="booking">') == 10
    assert "Later bookings" not in second
    assert 'rel="prev" href="/zoom/?view=list"' in second
    assert ada.get("/?view=list&date=2041-01-16").text.count('<li class="booking">') == 12


def test_the_ways_lead_to_the_time_beside_and_to_today(ada: Browser) -> None:
    week = ada.get(WEEK).text
    assert link(week, "Earlier") == "/?date=2041-01-07"
    assert link(week, "Later") == "/?date=2041-01-21"
    assert link(week, "Month") == MONTH
    assert link(week, "Today") == "/"
    month = ada.get(MONTH).text
    assert link(month, "Earlier") == "/?view=month&date=2040-12-31"
    assert link(month, "Later") == "/?view=month&date=2041-02-01"
    assert link(month, "Week") == WEEK
    today = ada.get("/").text
    assert datetime.now(ZoneInfo("Europe/London")).date().isoformat() in days(today)
    assert 'aria-current="date"' in today
    assert 'aria-current="date"' not in week


@pytest.mark.parametrize(("path", "leads"), [(WEEK, "/?date=2041-03-05"), (MONTH, "/?view=month&date=2041-03-05")])
def test_an_empty_week_or_month_leads_to_what_comes_next(site: Site, ada: Browser, path: str, leads: str) -> None:
    assert "Next:" not in ada.read(path)
    fill(site.state, [MONDAY - 40 * DAY, MONDAY + 50 * DAY + 9 * HOUR, MONDAY + 51 * DAY])
    page = ada.get(path).text
    assert link(page, "Next: Tuesday, March 5, 2041, 9:00 AM") == leads
    assert "Nothing is booked here yet." not in ada.read(leads)
    fill(site.state, [MONDAY + 9 * HOUR])
    assert "Next:" not in ada.read(path)


@pytest.mark.parametrize(
    "query", ["view=year", "date=2041-13-01", "date=0001-01-01", "date=9999-12-31", "date=", "page=-1", "booking=../x"]
)
def test_what_makes_no_sense_is_as_if_it_were_not_said(ada: Browser, query: str) -> None:
    assert days(ada.get(f"/?{query}").text) == days(ada.get("/").text)


def test_an_entry_opens_beside_the_calendar(site: Site, ada: Browser) -> None:
    (booking,) = fill(site.state, [MONDAY + 9 * HOUR])
    for path in (WEEK, MONTH, LIST):
        page = ada.get(path).text
        assert 'id="panel"' not in page
        opened = ada.get(below(re.findall(rf'href="([^"]*booking={booking})#panel"', page)[0])).text
        panel = opened.partition('id="panel"')[2]
        assert "bob@example.com" in panel
        assert link(panel, "Close") == path
    assert days(ada.get(f"/?booking={booking}").text)[0] == "2041-01-14", "its own week, where none is named"


def test_a_booking_of_another_host_opens_for_nobody_else(site: Site, ada: Browser) -> None:
    (booking,) = fill(site.state, [MONDAY], host_id="2")
    assert ada.get(f"/?booking={booking}").status_code == 404
    assert ada.get(f"/?booking={'0' * 32}").status_code == 404


def test_the_bin_leads_back_to_the_same_place(site: Site, ada: Browser) -> None:
    booking, other = fill(site.state, [MONDAY + 9 * HOUR, MONDAY + 10 * HOUR])
    for path in (WEEK, MONTH, LIST):
        address = next(one for one in re.findall(r'href="([^"]*/cancel[^"]*)"', ada.get(path).text) if booking in one)
        asked = ada.get(below(address)).text
        assert link(asked, "Keep booking") == path
        assert f'action="{address}"' in asked
    cancelled = ada.press(of({"id": booking}, "cancel") + MONTH[1:] + f"&booking={other}", WEEK, reason="")
    assert cancelled.headers["Location"] == f"{site.base}{MONTH}&booking={other}"
    assert "The booking with Bob Byrne is cancelled." in ada.read(MONTH)
    again = ada.press(of({"id": other}, "cancel") + f"?booking={other}&view=//evil.example", WEEK, reason="")
    assert again.headers["Location"] == f"{site.base}/"


def test_what_is_over_or_waits_has_no_bin_and_what_is_forgotten_no_name(site: Site, ada: Browser) -> None:
    yesterday = datetime.now(ZoneInfo("Europe/London")).replace(hour=9, minute=0, second=0, microsecond=0) - DAY
    path = f"/?date={yesterday.date()}"
    (past,) = fill(site.state, [yesterday.astimezone(UTC)])
    assert "/cancel" not in ada.get(path).text
    turn(site.state, models.Booking, models.Booking.id == past, name="", email="", purged_at=datetime.now(UTC))
    assert entries(ada.get(path).text) == ["9:00 AM – 9:30 AM Intro call Who booked it is no longer kept"]
    assert past not in ada.get(path).text
    fill(site.state, [MONDAY], status=BookingStatus.PENDING, hold_until=MONDAY)
    page = ada.get(WEEK).text
    assert "/cancel" not in page.partition("data-desk")[2]


def test_names_and_titles_stay_text(site: Site, ada: Browser) -> None:
    fill(site.state, [MONDAY], name="<b onclick=x>&\"'")
    blocks.add(site.state, "1", MONDAY + HOUR, MONDAY + 2 * HOUR, "<script>alert(1)</script>")
    for path in (WEEK, MONTH, "/?view=list"):
        page = ada.get(path).text
        assert "onclick=x>" not in page
        assert "<script>alert" not in page


@pytest.mark.parametrize("path", [WEEK, MONTH, "/?view=list&date=2041-01-01"])
def test_a_full_month_is_light_and_takes_as_many_queries_as_an_empty_one(site: Site, ada: Browser, path: str) -> None:
    # What people and events are called weighs as well.
    turn(
        site.state,
        models.EventType,
        models.EventType.host_id == "1",
        title="Consultation about the garden",
        colour="#0a7d4f",
    )
    fill(site.state, [MONDAY + n * HOUR for n in range(3)])
    ada.get(path)
    with counted(site) as few:
        ada.get(path)
    first = datetime(2041, 1, 1, tzinfo=UTC)
    a_day = [first + day * DAY + n * HOUR / 3 for day in range(31) for n in range(65)]
    fill(site.state, a_day[:2000], minutes=15, name="Maximiliane Musterfrau-Meier")
    with counted(site) as many:
        page = ada.get(path)
    assert len(page.content) <= LARGEST
    assert len(many) == len(few)
    assert "more on" in page.text or "Later bookings" in page.text


def test_all_that_happens_in_one_week_is_light_too(site: Site, ada: Browser) -> None:
    fill(site.state, [MONDAY + n * HOUR / 12 for n in range(2000)], minutes=5, name="Maximiliane Musterfrau-Meier")
    page = ada.get(WEEK)
    assert len(page.content) <= LARGEST
    assert "more on Monday, January 14, 2041" in page.text


def test_time_blocked_from_the_calendar_leads_back_to_it_and_else_to_the_list(site: Site, ada: Browser) -> None:
    page = ada.get(WEEK).text
    assert 'action="/zoom/host/blocked-times?date=2041-01-16"' in page.partition("data-block-dialog")[2]
    fields = {"first_day": "2041-01-18", "first_time": "14:00", "last_time": "15:30", "title": "Dentist"}
    made = ada.press("/host/blocked-times" + WEEK[1:], WEEK, **fields)
    assert made.headers["Location"] == f"{site.base}{WEEK}"
    assert "2:00 PM – 3:30 PM Dentist Blocked" in entries(ada.get(WEEK).text)
    wrong = ada.press("/host/blocked-times" + WEEK[1:], WEEK, **fields, last_day="2041-01-01")
    assert wrong.status_code == 422
    assert 'action="/zoom/host/blocked-times?date=2041-01-16"' in wrong.text
    plain = ada.press("/host/blocked-times", WEEK, **fields)
    assert plain.headers["Location"] == f"{site.base}/host/blocked-times"

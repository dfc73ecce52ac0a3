"""The page with the numbers: what it adds up, whom it shows it to, and that it stays as quick."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.fixtures.site import Site
from tests.fixtures.site_app import HOSTS, INTRO_CALL
from tests.services.looking import rows
from tests.services.test_queries import counted
from tests.web.asking import INTRO, days
from tests.web.browsing import Browser, words
from zoom_blueprint.services import tallies
from zoom_blueprint.services.tallies import Place, Step
from zoom_blueprint.store import models


@pytest.fixture
def database_kind() -> str:
    """One database will do for what pages look like."""
    return "sqlite"


@pytest.fixture
def ada(site: Site) -> Browser:
    """Ada's browser."""
    return Browser(site)


def of(site: Site, slug: str = "intro-call", host: str = "1") -> str:
    """Return an event type's id."""
    (row,) = rows(site.state, models.EventType, models.EventType.slug == slug, models.EventType.host_id == host)
    return row.id


def add(
    site: Site, number: int, step: Step = Step.OPENED, *, weeks: int = 0, at: str = "shop.example", **changes: str
) -> None:
    """Have a step counted so often, today or some weeks ago, at a site."""
    day = datetime.now(UTC).date() - timedelta(weeks=weeks)
    row = {"host_id": "1", "event_type_id": of(site), "site": at, "campaign": ""} | changes
    tally = models.Tally(step=str(step), day=day, count=number, **row)
    site.state.database.write(lambda session: session.add(tally))


def totals(page: str) -> list[str]:
    """Return what the cards say."""
    return re.findall(r'<p class="total">([^<]+)</p>', page)


def heads(page: str, table: str) -> list[str]:
    """Return what stands above a table's columns."""
    head = page[page.index(f'id="{table}"') :].partition("<thead>")[2].partition("</thead>")[0]
    return re.findall(r'<th scope="col">([^<]+)</th>', head)


def lines(page: str, table: str) -> list[str]:
    """Return the lines of a table's body."""
    body = page[page.index(f'id="{table}"') :].partition("<tbody>")[2].partition("</tbody>")[0]
    return [words(line) for line in body.split("</tr>") if line.strip()]


def test_what_was_counted_is_added_up_and_compared_with_the_step_before(site: Site, ada: Browser) -> None:
    add(site, 1200)
    add(site, 100, weeks=3, event_type_id=of(site, "30-minutes"))
    add(site, 26, Step.SUBMITTED, campaign="spring")
    add(site, 13, Step.BOOKED, campaign="spring")
    add(site, 7, at="")
    add(site, 5, at=tallies.OTHERS)
    add(site, 50, Step.REFUSED, at="evil.example")
    add(site, 9, weeks=60)
    tallies.count(site.state, "1", of(site), Step.OPENED, Place("new.example"))  # and not written down yet
    page = ada.get("/numbers").text
    assert totals(page) == ["1,313", "26", "13", "0"]
    assert "2% of: Opened" in words(page)
    assert "50% of: Submitted" in words(page)
    assert lines(page, "by-site") == [
        "shop.example 1,300 26 13 0",
        "Booking page, opened directly 7 0 0 0",
        "All others 5 0 0 0",
        "new.example 1 0 0 0",
    ]
    assert lines(page, "by-campaign") == ["spring 0 26 13 0"]
    assert lines(page, "by-event-type") == ["Intro call 1,213 26 13 0", "30-minute meeting 100 0 0 0"]
    assert "evil.example" not in page
    names = re.findall(r'<table aria-labelledby="([^"]+)">', page)
    assert len(names) == page.count("<table") == 4
    assert all(page.count(f'id="{name}"') == 1 for name in names)


def test_more_than_all_is_no_share(site: Site, ada: Browser) -> None:
    add(site, 4)
    add(site, 5, Step.SUBMITTED)
    add(site, 5, Step.BOOKED)
    page = ada.read("/numbers")
    assert "of: Opened" not in page
    assert "100% of: Submitted" in page


def test_one_event_type_and_another_span_can_be_chosen(site: Site, ada: Browser) -> None:
    add(site, 3)
    add(site, 4, event_type_id=of(site, "30-minutes"))
    add(site, 5, weeks=20)
    assert totals(ada.get("/numbers").text)[0] == "7"
    assert totals(ada.get("/numbers", params={"event": "intro-call"}).text)[0] == "3"
    assert totals(ada.get("/numbers", params={"weeks": "26"}).text)[0] == "12"
    assert totals(ada.get("/numbers", params={"event": "intro-call", "weeks": "52"}).text)[0] == "8"
    for odd in ({"weeks": "9999999"}, {"weeks": "x"}, {"event": "none"}):
        assert totals(ada.get("/numbers", params=odd).text)[0] == "7"


def test_a_chart_has_a_bar_for_each_week_with_something_and_a_table_says_the_same(site: Site, ada: Browser) -> None:
    add(site, 4)
    add(site, 1, weeks=1)
    page = ada.get("/numbers", params={"weeks": "4"}).text
    chart = page.partition('<svg class="chart"')[2].partition("</svg>")[0]
    heights = [float(height) for height in re.findall(r' height="([0-9.]+)"><title>', chart)]
    assert heights == [12.0, 48.0]
    assert re.findall(r"<title>[^<]+: ([0-9]+)</title>", chart) == ["1", "4"]
    assert 'role="img"' in chart
    table = page.partition("The numbers of each week")[2]
    assert re.findall(r'<th scope="row">[^<]+</th><td>([0-9]+)</td>', table)[:4] == ["0", "0", "1", "4"]


def test_by_campaign_no_opening_is_claimed_but_those_of_the_booking_page(site: Site, ada: Browser) -> None:
    site.get("/book/ada/intro-call", params={"utm_source": "spring"})
    landing = {"Referer": "https://shop.example/?utm_source=spring", "Origin": "https://shop.example"}
    site.get(f"{INTRO}/slots", params=days(0), headers=landing)
    page = ada.get("/numbers").text
    assert heads(page, "by-campaign") == ["utm_source", "Booking page opened", "Submitted", "Booked", "Attended"]
    assert heads(page, "by-site")[1] == "Opened"
    assert lines(page, "by-campaign") == ["spring 1 0 0 0"]
    assert totals(page)[0] == "2"
    assert "by campaign only the openings of the booking page are known" in words(page)


def test_numbers_are_the_hosts_own(site: Site, ada: Browser) -> None:
    add(site, 4, host_id="2", event_type_id=of(site, host="2"))
    tallies.count(site.state, "2", of(site, host="2"), Step.OPENED, Place())
    assert "Nothing is counted yet" in ada.read("/numbers")
    assert totals(Browser(site, "grace").get("/numbers").text)[0] == "5"
    assert ada.get("/numbers", params={"event": of(site, host="2")}).status_code == 200


def test_an_event_type_that_is_gone_keeps_its_numbers(site: Site, ada: Browser) -> None:
    add(site, 4)
    add(site, 2, event_type_id="gone")
    assert lines(ada.get("/numbers").text, "by-event-type") == [
        "Intro call 4 0 0 0",
        "An event type that is gone 2 0 0 0",
    ]


def test_numbers_are_written_as_their_reader_does(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(HOSTS, "ada", replace(HOSTS["ada"], locale="de"))
    add(site, 1234)
    assert totals(Browser(site).get("/numbers").text)[0] == "1.234"


def test_the_page_asks_as_often_and_shows_no_more_than_fifty_sites_however_many_there_are(
    site: Site, ada: Browser
) -> None:
    add(site, 1)
    ada.get("/numbers")
    with counted(site) as few:
        ada.get("/numbers")
    for number in range(70):
        add(site, number + 2, at=f"{number}.example", campaign=f"c{number}")
    with site.app.app_context():
        for number in range(9):
            site.zoom.event_types.put("1", replace(INTRO_CALL, slug=f"call-{number}"))
    with counted(site) as many:
        page = ada.get("/numbers").text
    assert len(few) == len(many)
    sites, campaigns = lines(page, "by-site"), lines(page, "by-campaign")
    assert len(sites) == len(campaigns) == 50
    assert sites[0] == "69.example 71 0 0 0"

"""What the dashboard tells of bookings that are over."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import expect

from tests.fixtures.browser import NewPage, PageErrors
from tests.fixtures.site import MakeSite, Site
from tests.services.looking import meeting_of, only, rows, turn
from tests.services.test_queries import counted
from tests.web.browsing import Browser
from zoom_blueprint import EventType
from zoom_blueprint.services import attendances, event_types, upkeep
from zoom_blueprint.store import models
from zoom_blueprint.store.base import new_id
from zoom_blueprint.values import BookingStatus, Location

NOW = datetime.now(UTC).replace(microsecond=0)
HALF = timedelta(minutes=30)


def past(site: Site, days: float, event: str = "ada/intro-call", **person: str) -> dict[str, Any]:
    """Return a booking that was over so many days ago."""
    place = len(rows(site.state, models.Booking))
    offered = site.slots(event)
    taken = {"start": offered["slots"][place * 4], "token": offered["token"], "key": f"past-number-{place}"}
    booking = site.booked(event, **taken, **person)
    end = NOW - timedelta(days=days)
    which = models.Booking.id == booking["id"]
    turn(site.state, models.Booking, which, starts_at=end - HALF, ends_at=end, busy_start=end - HALF, busy_end=end)
    return booking


def was_there(site: Site, booking: dict[str, Any], name: str, first: int, last: int, *, is_host: bool = False) -> None:
    """Let somebody have been in a booking's meeting, from one minute to another."""
    row = only(site.state, models.Booking, models.Booking.id == booking["id"])
    row_id = new_id()
    stay = models.Attendance(
        id=row_id,
        meeting_id=meeting_of(site, booking).id,
        digest=row_id,
        name_sealed=attendances.seal_name(site.state, row_id, name),
        is_host=is_host,
        joined_at=row.starts_at + timedelta(minutes=first),
        left_at=row.starts_at + timedelta(minutes=last),
    )
    site.state.database.write(lambda session: session.add(stay))


def all_kinds(site: Site) -> None:
    """Make one past booking of each outcome."""
    held, missed, opened = (
        past(site, days, name=name) for days, name in ((1, "Held Hal"), (1.1, "Absent Abe"), (2, "Ope N"))
    )
    past(site, 3, name="Silent Sam")
    was_there(site, held, "Ada Lovelace", -2, 30, is_host=True)
    was_there(site, held, "Hal 9000 <b>", 1, 29)
    was_there(site, missed, "Ada Lovelace", 0, 12, is_host=True)
    turn(site.state, models.Meeting, models.Meeting.booking_id == opened["id"], started_at=NOW - HALF, ended_at=NOW)


def section(site: Site) -> str:
    """Return the text of the section, empty if there is none."""
    return (
        Browser(site).read("/?view=list").partition("Recent The last 30 days")[2].partition("Cancel this booking?")[0]
    )


def test_each_outcome_is_said_in_words(site: Site) -> None:
    assert section(site) == ""
    all_kinds(site)
    text = section(site)
    parts = [text.index(name) for name in ("Held Hal", "Absent Abe", "Ope N", "Silent Sam")]
    assert parts == sorted(parts)
    held, missed, opened, silent = (text[begin:end] for begin, end in zip(parts, [*parts[1:], None], strict=True))
    assert "Held for 28 min" in held
    assert "Hal 9000 <b>" in held
    assert "Ada Lovelace (you)" in held
    assert "No-show: nobody but you joined" in missed
    assert "Open for 30 min; Zoom did not say who joined" in opened
    assert "Nothing known" in silent


def test_ten_of_the_last_thirty_days_are_shown_and_no_cancelled_ones(site: Site) -> None:
    for number in range(12):
        past(site, 29 - number, name=f"Number {number:02d}.")
    past(site, 30.1, name="Long Ago")
    past(site, 0.5, name="Called Off")
    turn(site.state, models.Booking, models.Booking.name == "Called Off", status=BookingStatus.CANCELLED)
    text = section(site)
    shown = [number for number in range(12) if f"Number {number:02d}." in text]
    assert shown == list(range(2, 12))
    assert "Long Ago" not in text
    assert "Called Off" not in text


def test_it_takes_two_queries_however_many_there_are(site: Site) -> None:
    all_kinds(site)
    with counted(site) as statements:
        assert len(attendances.recent(site.state, "1", now=NOW)) == 4
    assert len(statements) == 2


def test_a_booking_without_zoom_says_nothing_of_it_and_a_forgotten_one_that_it_is(make_site: MakeSite) -> None:
    site = make_site(ZOOM_BOOKING_RETENTION_DAYS=10)
    site.connect()
    event_types.put(site.state, "1", EventType(slug="call", title="A phone call", location=Location.PHONE))
    past(site, 2, "ada/call", name="Phoning Phil")
    assert "Phoning Phil" in section(site)
    assert "known" not in section(site)
    gone = past(site, 11, name="Gone Gwen")
    was_there(site, gone, "Gone Gwen", 0, 20)
    upkeep.purge(site.state)
    text = section(site)
    assert "Gwen" not in text
    assert "Who booked it is no longer kept" in text
    assert "Held for 20 min" in text


def test_after_a_disconnect_it_is_said_why_nothing_is_known(site: Site) -> None:
    booking = past(site, 1, name="Cut Carl")
    turn(site.state, models.Meeting, models.Meeting.booking_id == booking["id"], detached=True)
    assert "when Zoom was disconnected" in section(site)


def test_a_booking_that_never_got_a_meeting_says_nothing_of_it(site: Site) -> None:
    booking = past(site, 1, name="Linkless Lou")
    turn(site.state, models.Meeting, models.Meeting.booking_id == booking["id"], zoom_meeting_id=None)
    assert "Linkless Lou" in section(site)
    assert "known" not in section(site)


def test_another_hosts_bookings_are_not_shown(site: Site) -> None:
    past(site, 1, name="Mine Alone")
    assert "Mine Alone" not in Browser(site, "grace").read("/?view=list")


@pytest.mark.browser
@pytest.mark.parametrize("look", [(390, "light"), (390, "dark"), (1280, "light"), (1280, "dark")])
def test_the_section_passes_axe_and_is_no_wider_than_the_page(
    site: Site,
    new_page: NewPage,
    axe: Callable[..., None],
    screenshot: Callable[..., Path],
    page_errors: PageErrors,
    look: tuple[int, Literal["light", "dark"]],
) -> None:
    width, scheme = look
    page_errors.allow("favicon")
    all_kinds(site)
    page = new_page(viewport={"width": width, "height": 844}, color_scheme=scheme, extra_http_headers={"X-Host": "ada"})
    page.goto(f"{site.base}/?view=list")
    page.get_by_label("Who was there with Held Hal").click()
    expect(page.get_by_text("Hal 9000 <b>")).to_be_visible()
    axe(page)
    screenshot(page, f"recent-{width}-{scheme}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width

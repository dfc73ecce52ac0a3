"""A host makes something to book, with questions and hours of its own, and somebody books it; with scripts or not."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_host_desk import sign_in
from tests.fixtures.browser import NewPage, PageErrors
from tests.fixtures.site import Site
from tests.web.desk import in_days
from zoom_blueprint import EventType
from zoom_blueprint.services import event_types, schedules

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_kind", ["sqlite"])]


@pytest.fixture(autouse=True)
def _no_icon(page_errors: PageErrors) -> None:
    page_errors.allow("favicon")  # the small host app has none


def save(page: Page) -> None:
    """Press the Save at the end of the form."""
    page.get_by_role("button", name="Save").last.click()


def make_hours(page: Page, *, has_scripts: bool) -> None:
    """Keep hours for evenings, looking at the times they give."""
    page.get_by_role("link", name="Hours").click()
    page.get_by_role("link", name="New hours").click()
    page.get_by_label("Name", exact=False).first.fill("Evenings")
    before = page.locator("[data-summary]").inner_text()
    page.get_by_label("Monday from").fill("18:00")
    page.get_by_label("Monday until").fill("20:00")
    page.get_by_role("button", name="Copy to Tuesday – Friday").click()
    expect(page.get_by_label("Friday until")).to_have_value("20:00")
    if has_scripts:  # without a press
        page.get_by_label("Friday until").fill("18:30")
    else:
        page.get_by_label("Friday until").fill("18:30")
        page.get_by_role("button", name="Preview").click()
    expect(page.locator("[data-summary]")).not_to_have_text(before)
    expect(page.locator("[data-rest]")).to_contain_text("6:00 PM")
    expect(page.locator("[data-rest]")).not_to_contain_text("9:00 AM")
    page.get_by_role("button", name="Add hours to Sunday").click()
    expect(page.get_by_label("Sunday from")).to_be_focused()
    page.get_by_role("button", name="Remove hours 1 of Sunday").click()
    expect(page.get_by_label("Sunday from")).to_have_count(0)
    expect(page.get_by_role("button", name="Add hours to Sunday")).to_be_focused()
    save(page)
    expect(page.locator(".notice[role=status]")).to_contain_text("Your hours are saved.")


def make_event_type(page: Page) -> None:
    """Make an event type that asks something and has these hours."""
    page.get_by_role("link", name="Event types").click()
    page.get_by_role("link", name="New event type").click()
    page.get_by_label("Title", exact=True).fill("House viewing")
    page.get_by_label("Your hours").select_option("Evenings")
    page.get_by_label("Place", exact=True).select_option("in_person")
    page.get_by_label("Link, number or address").fill("12 High Street")
    page.get_by_role("button", name="Add a question").click()
    expect(page.get_by_label("What you ask", exact=True)).to_be_focused()
    page.get_by_label("What you ask", exact=True).fill("Which house?")
    page.get_by_label("Answer", exact=True).select_option("choice")
    page.get_by_label("Choices").fill("The red one\nThe green one")
    page.get_by_role("button", name="Add a question").click()
    expect(page.get_by_label("What you ask", exact=True)).to_have_count(2)
    page.get_by_label("What you ask", exact=True).last.fill("Who comes?")
    page.get_by_role("button", name="Move question 2 up").click()
    expect(page.get_by_label("What you ask", exact=True).first).to_have_value("Who comes?")
    expect(page.get_by_label("What you ask", exact=True).first).to_be_focused()
    save(page)
    expect(page.locator(".notice[role=status]")).to_contain_text("“House viewing” is saved.")


def ask_why(page: Page) -> None:
    """Ask about a time at noon, which is outside these hours."""
    page.get_by_label("Day", exact=True).fill(in_days(5))
    page.get_by_label("Time", exact=True).fill("12:00")
    page.get_by_role("button", name="Explain").click()
    why = page.get_by_role("region", name="Why is this time not offered?")
    expect(why).to_contain_text("It does not lie within your hours")
    expect(why).to_contain_text("6:00 PM")
    expect(page.get_by_label("Title", exact=True)).to_have_value("House viewing")


def book(page: Page, address: str) -> None:
    """Book on the hosted page, answering the questions."""
    page.goto(address)
    page.locator("a.time").first.click()
    page.get_by_label("Your name").fill("Bob Byrne")
    page.get_by_label("Email address", exact=True).fill("bob@example.com")
    page.get_by_label("Which house?").select_option("The green one")
    page.get_by_label("Who comes?").fill("The two of us")
    page.get_by_role("button", name="Confirm booking").click()
    expect(page.get_by_role("main")).to_contain_text("12 High Street")


@pytest.mark.parametrize("has_scripts", [True, False])
def test_event_types_are_put_in_order_by_keys_alone(site: Site, new_page: NewPage, *, has_scripts: bool) -> None:
    with site.app.app_context():
        for number in range(2):
            site.zoom.event_types.put("1", EventType(slug=f"more-{number}", title=f"More {number}"))
    page = new_page(java_script_enabled=has_scripts)
    sign_in(site, page, "/event-types")
    titles = page.get_by_role("heading", level=2)
    page.get_by_role("button", name="Move More 1 up, now 4 of 4").focus()
    for place in (3, 2):
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name=f"Move More 1 up, now {place} of 4")).to_be_focused()
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Move More 1 down, now 1 of 4")).to_be_focused()
    expect(titles).to_have_text(["More 1", "30-minute meeting", "Intro call", "More 0"])
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Move More 1 down, now 2 of 4")).to_be_focused()
    assert [one.slug for one in event_types.all_of(site.state, "1")][1] == "more-1"


@pytest.mark.parametrize("has_scripts", [True, False])
def test_what_a_host_makes_is_booked(
    site: Site, new_page: NewPage, screenshot: Callable[..., Path], *, has_scripts: bool
) -> None:
    page = new_page(java_script_enabled=has_scripts, viewport={"width": 390, "height": 844})
    sign_in(site, page)
    make_hours(page, has_scripts=has_scripts)
    make_event_type(page)
    ask_why(page)
    screenshot(page, f"editor-390-scripts-{has_scripts}")
    stored = event_types.all_of(site.state, "1")[-1]
    assert (stored.schedule, [one.name for one in stored.questions]) == ("Evenings", ["who-comes", "which-house"])
    assert schedules.all_of(site.state, "1")["Evenings"].weekly[4][0].end == 18 * 60 + 30
    book(new_page(java_script_enabled=has_scripts), f"{site.base}/book/ada/house-viewing")
    page.goto(f"{site.base}/?view=list")
    expect(page.get_by_role("main")).to_contain_text("Bob Byrne")

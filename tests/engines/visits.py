"""What a visitor does with the widget, step by step, and what must come of it."""

from tests.engines.pages import Page
from tests.fixtures.site import Site

NAME, EMAIL = "Bob Byrne", "bob@example.com"
LINK, TIME, CONFIRM, RESULT, JOIN = "a.book-now", ".picker .time", ".confirm", ".result-heading", "a.join"


def open_dialog(page: Page, address: str) -> None:
    """Go to a page and press its button."""
    page.engine.open(address)
    page.see(f"{LINK}[role=button]")
    page.click(LINK)
    page.see(TIME)


def choose_time(page: Page, number: int = 0) -> None:
    """Choose one of the times that are shown."""
    page.click(TIME, number)
    page.see(CONFIRM)


def fill_in(page: Page) -> None:
    """Say who books."""
    page.fill("#name", NAME)
    page.fill("#email", EMAIL)


def book(page: Page, address: str) -> None:
    """Book the first time on a page."""
    open_dialog(page, address)
    choose_time(page)
    fill_in(page)
    page.click(CONFIRM)
    page.see(RESULT)


def check_meeting(page: Page, site: Site) -> None:
    """Check that what is shown is the way to the only meeting that Zoom has."""
    shown = page.see(JOIN).attributes["href"]
    (meeting,) = site.simulator.meetings("ada")
    assert shown == meeting["join_url"]
    assert meeting["topic"] == f"Intro call: {NAME}"

"""What a visitor and a host see while the database is away: kind words, and a button that loses nothing they typed."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.fixtures.browser import NewPage, PageErrors
from tests.fixtures.databases import PostgresServer
from tests.fixtures.site import MakeSite
from tests.web.database_away import open_again, shut
from tests.web.desk import of

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_kind", ["postgresql"])]
Axe = Callable[..., None]


@pytest.fixture
def phone(new_page: NewPage, page_errors: PageErrors) -> Page:
    """A page on a German phone without scripts."""
    page_errors.allow("503|favicon")
    return new_page(viewport={"width": 390, "height": 844}, locale="de-DE", java_script_enabled=False)


def busy(page: Page) -> None:
    """See that the page says to try again."""
    expect(page.get_by_role("heading", name="Bitte versuchen Sie es gleich noch einmal")).to_be_visible()


def again(page: Page) -> None:
    """Press the button that asks for the same once more."""
    page.locator("main .primary").filter(has_text="Noch einmal versuchen").click()


def test_a_visitor_books_by_pressing_try_again_without_typing_anything_twice(
    make_site: MakeSite, postgres_server: PostgresServer, phone: Page
) -> None:
    site = make_site()
    site.connect()
    phone.goto(f"{site.base}/book/ada/intro-call?tz=Europe/Berlin&utm_source=letter")
    phone.locator("main .times a").first.click()
    name = "Bob „Bobby“ <Byrne>"
    phone.locator("#name").fill(name)
    phone.locator("#email").fill("bob@example.com")
    shut(site, postgres_server)
    phone.get_by_role("button", name="Buchung bestätigen").click()
    for _ in range(2):
        busy(phone)
        expect(phone.get_by_role("link", name="Freie Termine ansehen")).to_be_visible()
        again(phone)
    open_again(site, postgres_server)
    again(phone)
    expect(phone.get_by_role("heading", name="Ihr Termin ist gebucht")).to_be_visible()
    (meeting,) = site.simulator.meetings("ada")
    assert meeting["topic"] == f"Intro call: {name}"


def test_links_and_buttons_of_a_booking_are_tried_again_where_they_lead(
    make_site: MakeSite, postgres_server: PostgresServer, phone: Page, axe: Axe, new_page: NewPage
) -> None:
    site = make_site()
    site.connect()
    booking = site.booked(lang="de")
    phone.goto(booking["manage_url"])
    phone.locator("summary").click()
    phone.locator("#reason").fill("Ich bin krank.")
    desk = new_page(viewport={"width": 390, "height": 844})
    desk.context.add_cookies([{"name": "host", "value": "ada", "url": site.base}])
    shut(site, postgres_server)
    desk.goto(f"{site.base}{of(booking)}")
    axe(desk)
    phone.get_by_role("button", name="Buchung stornieren").click()
    busy(phone)
    expect(phone.get_by_role("link", name="Zurück zur Buchung")).to_be_visible()
    open_again(site, postgres_server)
    again(phone)
    expect(phone.get_by_text("Ich bin krank.")).to_be_visible()
    desk.get_by_role("link", name="Try again").click()
    expect(desk.get_by_text("Ich bin krank.")).to_be_visible()
    assert desk.url == f"{site.base}{of(booking)}"

"""A host's stories with one booking and with the person behind it, with scripts and without."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_host_desk import outcome, sign_in
from tests.fixtures.browser import NewPage, PageErrors
from tests.fixtures.site import MakeSite, Site
from tests.services.looking import Letters, turn
from zoom_blueprint.services import agendas
from zoom_blueprint.store import models

pytestmark = pytest.mark.browser
OWN = "https://rooms.example.org/ada"


@pytest.fixture
def database_kind() -> str:
    """One database will do for what pages look like."""
    return "sqlite"


@pytest.fixture
def office(make_site: MakeSite, page_errors: PageErrors) -> Site:
    """A host with a client who booked three times, once in the past, and with another one."""
    page_errors.allow("favicon")
    site = make_site()
    Letters(site)
    site.connect()
    offered = site.slots()

    def book(place: int, name: str, email: str) -> str:
        start = offered["slots"][place]
        made = site.booked(start=start, token=offered["token"], name=name, email=email, utm_campaign="May")
        booking_id: str = made["id"]
        return booking_id

    past = book(0, "Zelda Zeta", "zelda@example.com")
    book(3, "Zelda Zeta", "zelda@example.com")
    book(6, "Zelda Zeta", "zelda@example.com")
    book(9, "Bob Byrne", "bob@example.com")
    site.drain()
    end = datetime.now(UTC) - timedelta(days=2)
    begin = end - timedelta(minutes=30)
    which = models.Booking.id == past
    turn(site.state, models.Booking, which, starts_at=begin, ends_at=end, busy_start=begin, busy_end=end)
    return site


def test_beside_the_calendar_a_link_is_copied_another_booking_cancelled_and_this_one_edited(
    office: Site, page: Page
) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    first, second, *_ = agendas.upcoming(office.state, "1")
    sign_in(office, page, f"/?view=list&date={first.start.date()}")
    page.locator(f"a[href*='{first.id}'][href$='#panel']").first.click()
    panel = page.locator("[data-panel]")
    expect(panel).to_contain_text(re.compile(r"Campaign\s*May"))
    panel.get_by_role("button", name="Copy the link of the meeting with Zelda Zeta").click()
    expect(page.locator("[data-announce]")).to_have_text("The link is copied.")
    assert page.evaluate("navigator.clipboard.readText()") == first.join_url

    panel.get_by_role("link", name="Cancel booking with Zelda Zeta").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("This cancels it here and deletes its meeting in Zoom.")
    dialog.get_by_role("button", name="Cancel booking").click()
    expect(outcome(page)).to_contain_text("The booking with Zelda Zeta is cancelled.")
    expect(page.locator("[data-panel]")).to_contain_text("Past and cancelled")
    coming = [one.id for one in agendas.upcoming(office.state, "1")]
    assert (first.id in coming, second.id in coming) == (True, False)

    page.locator("[data-panel]").get_by_role("link", name="Edit").click()
    page.get_by_label("Topic").fill("The roof")
    page.get_by_label("Length in minutes").fill("45")
    page.get_by_label("Waiting room").select_option("On")
    page.get_by_role("button", name="Save").click()
    expect(outcome(page)).to_contain_text("Zelda Zeta is told by mail.")
    office.drain()
    at_zoom = next(one for one in office.simulator.meetings("ada") if one["topic"] == "The roof")
    assert (at_zoom["duration"], at_zoom["settings"]["waiting_room"]) == (45, True)


def test_without_scripts_a_booking_gets_a_link_and_a_person_is_found_and_erased(
    office: Site, new_page: NewPage
) -> None:
    page = new_page(java_script_enabled=False)
    sign_in(office, page, "/clients")
    page.get_by_label("Name or mail address").fill("zelda@")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("list", name="Clients").get_by_role("link").click()
    coming = page.get_by_role("list", name="To come")
    expect(coming.get_by_role("listitem")).to_have_count(2)
    coming.get_by_role("link").first.click()
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Link", exact=True).fill(OWN)
    page.get_by_role("button", name="Use this link").click()
    expect(outcome(page)).to_contain_text("has your own link now.")
    expect(page.get_by_text(OWN, exact=True)).to_be_visible()

    page.get_by_role("link", name="Zelda Zeta among your clients").click()
    for _ in range(2):
        page.get_by_role("link", name="Cancel booking with Zelda Zeta").first.click()
        page.get_by_role("button", name="Cancel booking").click()
        expect(outcome(page)).to_contain_text("is cancelled.")
    office.drain()
    page.get_by_role("link", name="Erase this person").click()
    expect(page.get_by_role("listitem").filter(has_text="3 bookings lose their names")).to_be_visible()
    page.get_by_role("button", name="Erase for good").click()
    expect(outcome(page)).to_contain_text("Zelda Zeta is erased: 3 bookings have no names")
    clients = page.get_by_role("list", name="Clients")
    expect(clients.get_by_role("listitem")).to_have_count(1)
    expect(clients).to_contain_text("Bob Byrne")
    assert len(office.simulator.meetings("ada")) == 2, "of the past one, and of the other client's"

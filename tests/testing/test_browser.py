from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.testing.app import App
from tests.testing.google_app import connect
from zoom_blueprint.testing import Simulator

pytestmark = pytest.mark.browser
NewPage = Callable[..., Page]


@pytest.fixture
def returning(connected: App) -> App:
    """An app whose redirect address is a page that exists: the simulator's own front page."""
    connected.zoom.set_app(redirect_uris=[f"{connected.zoom.url}/"])
    return connected


def test_a_person_allows_an_app_without_javascript(returning: App, new_page: NewPage) -> None:
    page = new_page(java_script_enabled=False)
    page.goto(returning.authorize_url(redirect_uri=f"{returning.zoom.url}/"))
    page.get_by_label("You are signed in as").select_option("grace")
    page.get_by_role("button", name="Allow").click()
    page.wait_for_url(f"{returning.zoom.url}/?code=*")
    assert "state=st-1" in page.url


def test_a_person_declines_by_keyboard(returning: App, new_page: NewPage) -> None:
    page = new_page()
    page.goto(returning.authorize_url(redirect_uri=f"{returning.zoom.url}/"))
    page.get_by_role("button", name="Decline").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/?error=access_denied*")


def test_a_person_moves_deletes_and_removes_without_javascript(connected: App, new_page: NewPage) -> None:
    connected.create(topic="Intro call")
    page = new_page(java_script_enabled=False)
    page.goto(f"{connected.zoom.url}/users/ada")
    page.get_by_label("New start (UTC)").fill("2040-06-01T10:30")
    page.get_by_role("button", name="Move Intro call").click()
    expect(page.get_by_text("2040-06-01 10:30 UTC")).to_be_visible()
    page.get_by_role("button", name="Delete Intro call").click()
    expect(page.get_by_text("No meetings.")).to_be_visible()
    page.get_by_role("button", name="Remove app").click()
    expect(page.get_by_text("No app is connected")).to_be_visible()
    assert connected.call("GET", "/users/me").status_code == 401


def test_a_person_looks_after_a_google_calendar_without_javascript(google: Simulator, new_page: NewPage) -> None:
    connect(google)
    page = new_page(java_script_enabled=False)
    page.goto(f"{google.url}/users/grace/google")
    page.get_by_text("Add an event").click()
    page.get_by_label("Title").fill("Lunch")
    page.get_by_label("Start", exact=True).fill("2040-06-01T12:00")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("12:00 – 13:00")).to_be_visible()
    page.get_by_label("New start").fill("2040-06-02T10:30")
    page.get_by_role("button", name="Move Lunch").click()
    expect(page.get_by_role("heading", name="Saturday, 2 June 2040")).to_be_visible()
    page.get_by_role("button", name="Delete Lunch").click()
    expect(page.get_by_text("No events from today on.")).to_be_visible()
    page.get_by_role("button", name="Remove access").click()
    expect(page.get_by_text("No app has access.")).to_be_visible()


def furnish_google(zoom: Simulator) -> None:
    """Give Grace two calendars and events of every kind, one with Ada as a guest."""
    zoom.google.put_calendar("grace", summary="Team")
    start, end = ({"dateTime": f"2030-01-15T14:{minute}:00Z"} for minute in ("00", "30"))
    guests = [{"email": "ada@example.com"}, {"email": f"{'introducti' * 5}@example.test"}]
    meet = {"createRequest": {"requestId": "r", "conferenceSolutionKey": {"type": "hangoutsMeet"}}}
    told = {"location": f"https://example.test/{'j' * 90}", "description": "Moved twice.\nhttps://example.test/change"}
    made = zoom.google.put_event("grace", start=start, end=end, attendees=guests, conferenceData=meet, **told)
    zoom.google.respond("ada", made["id"], "ada@example.com", "tentative")
    zoom.google.put_event("grace", summary="Introducti" * 18, start={"date": "2030-01-15"}, end={"date": "2030-01-17"})
    daily = ["RRULE:FREQ=DAILY;COUNT=2"]
    zoom.google.put_event("grace", summary="Focus", start=start, end=end, recurrence=daily, transparency="transparent")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_every_page_is_accessible_and_fits(
    connected: App,
    new_page: NewPage,
    axe: Callable[..., None],
    screenshot: Callable[..., Path],
    page_errors: Any,
    *,
    scheme: str,
    width: int,
) -> None:
    page_errors.allow("status of 40[0-9]")
    running = connected.create(topic="Policy review with the Byron family", duration=45)
    connected.zoom.press("ada", running["id"], "start")
    for guest in ("Byron", "Introducti" * 6):
        connected.zoom.join(running["id"], guest)
    made = connected.create(topic="Introducti" * 18)
    furnish_google(connected.zoom)
    page = new_page(viewport={"width": width, "height": 844}, color_scheme=scheme)
    addresses = {
        "consent": connected.authorize_url(),
        "invalid-scope": connected.authorize_url(scope="x"),
        "front": connected.zoom.url,
        "person": f"{connected.zoom.url}/users/ada",
        "nothing": f"{connected.zoom.url}/users/grace",
        "join": made["join_url"],
        "room": running["join_url"],
        "start": made["start_url"],
        "calendar": f"{connected.zoom.url}/users/grace/google",
        "invited": f"{connected.zoom.url}/users/ada/google",
    }
    for name, address in addresses.items():
        page.goto(address)
        if name == "consent":
            page.get_by_text("For testing: withhold something").click()
        if name == "calendar":
            page.get_by_text("Add an event").click()
        axe(page)
        screenshot(page, f"simulator-{name}-{width}-{scheme}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name

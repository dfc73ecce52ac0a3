"""What pages show of Google Calendar, in a browser: accessible, inside its room, in every state there is."""

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_all_kinds_of_visitors import fits
from tests.browser.test_every_page import LOOKS, with_large_text
from tests.fixtures.browser import NewPage, PageErrors
from tests.fixtures.google import connect_google
from tests.fixtures.site import MakeSite, Site
from tests.services.looking import turn
from tests.web.calendared import put_event
from zoom_blueprint import EventType, WithoutZoom
from zoom_blueprint.services import connections, event_types
from zoom_blueprint.store import models
from zoom_blueprint.values import Provider

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_kind", ["sqlite"])]
Scheme = Literal["light", "dark"]
BUSY = "https://www.googleapis.com/auth/calendar.freebusy"


@pytest.fixture
def site(make_google_site: MakeSite) -> Site:
    """Serve a site whose host ``ada`` has connected Zoom, and could connect Google."""
    made = make_google_site()
    made.connect()
    return made


@pytest.fixture
def host(site: Site, new_page: NewPage, page_errors: PageErrors, width: int, scheme: Scheme) -> Page:
    """A screen of that width, in that scheme, on which Ada is signed in."""
    page_errors.allow("favicon")  # the small host app has none
    page = new_page(viewport={"width": width, "height": 844}, color_scheme=scheme)
    page.context.add_cookies([{"name": "host", "value": "ada", "url": site.base}])
    return page


def google_id(site: Site) -> str:
    """Return the id of the host's connection to Google."""
    found = connections.current(site.state, "1", Provider.GOOGLE)
    assert found is not None
    return found.id


def not_connected(site: Site) -> dict[str, str]:
    """Leave Google as it is: a button, and the texts about it."""
    return {"connection-none": "/connection", "guide": "/guide", "review": "/review"}


def connected(site: Site) -> dict[str, str]:
    """Connect Google; one booking stands in the calendar, one is met in Google Meet and was declined."""
    site.simulator.google.put_calendar("ada", summary="Work with a rather long name, as some people have it")
    connect_google(site)
    with site.app.app_context():
        site.zoom.event_types.put("1", EventType(slug="talk", title="Talk", without_zoom=WithoutZoom.CALENDAR))
    slots = site.slots()
    one, two = [
        site.booked(start=start, token=slots["token"], email=f"{n}@example.com")
        for n, start in enumerate(slots["slots"][:2])
    ]
    site.drain()
    put_event(site, one["id"], response="accepted")
    put_event(site, two["id"], in_meet=True, response="declined", conflict=two["start"])
    talk = next(key for key, event in event_types.by_id(site.state, "1").items() if event.slug == "talk")
    return {
        "connection": "/connection",
        "disconnect": f"/connections/{google_id(site)}/disconnect",
        "booking": f"/host/bookings/{one['id']}",
        "booking-in-meet": f"/host/bookings/{two['id']}",
        "list": "/?view=list",
        "event-type": f"/event-types/{talk}",
        "manage-in-meet": two["manage_url"],
    }


def lacking(site: Site) -> dict[str, str]:
    """Connect Google without one of the permissions."""
    connect_google(site, withhold=[BUSY])
    return {"connection-lacking": "/connection"}


def lost(site: Site) -> dict[str, str]:
    """Let Google have ended the access."""
    connect_google(site)
    turn(site.state, models.Connection, models.Connection.provider == "google", status="unhealthy", reason="lost")
    return {"connection-lost": "/connection", "dashboard-lost": "/"}


STATES = [not_connected, connected, lacking, lost]


def address(site: Site, path: str) -> str:
    """Return where a page is."""
    return path if path.startswith("http") else site.base + path


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
@pytest.mark.parametrize("state", STATES)
def test_what_is_shown_of_google_is_accessible_and_fits_also_with_large_text(
    site: Site, host: Page, state: Callable[[Site], dict[str, str]], axe: Callable[..., None]
) -> None:
    for path in state(site).values():
        host.goto(address(site, path))
        axe(host)
        fits(host)
        with_large_text(host)
        fits(host)


@pytest.mark.parametrize(("width", "scheme"), LOOKS[:1])
def test_whoever_types_minutes_has_chosen_them(site: Site, host: Page) -> None:
    connect_google(site)
    site.drain()
    host.goto(f"{site.base}/connection")
    host.get_by_label("Minutes before it begins, with commas between them").fill("30")
    host.get_by_role("button", name="Save calendars").click()
    expect(host.get_by_role("status").filter(has_text="Your calendars are saved.")).to_be_visible()
    expect(host.get_by_role("radio", name="Minutes before it begins:")).to_be_checked()
    expect(host.get_by_label("Minutes before it begins, with commas between them")).to_have_value("30")


@pytest.mark.deep
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("state", STATES)
def test_what_is_shown_of_google_has_its_picture(
    site: Site,
    host: Page,
    state: Callable[[Site], dict[str, str]],
    screenshot: Callable[..., Path],
    width: int,
    scheme: str,
) -> None:
    for name, path in state(site).items():
        host.goto(address(site, path))
        assert screenshot(host, f"google-{name}-{width}-{scheme}").exists()

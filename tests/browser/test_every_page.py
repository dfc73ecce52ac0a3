"""Every page of a host, as the app's URL map has them, in a browser: accessible, and inside its room."""

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page

from tests.browser.test_all_kinds_of_visitors import fits
from tests.fixtures.browser import NewPage, PageErrors
from tests.fixtures.site import MakeSite, Site
from tests.services.parking import TRIES
from tests.web.furnished import Ids, address, furnish, host_rules
from zoom_blueprint.services import agendas

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_kind", ["sqlite"])]
Scheme = Literal["light", "dark"]
LOOKS = [(390, "light"), (1280, "dark")]
OTHER_LOOKS = [(390, "dark"), (1280, "light"), (320, "light")]


@pytest.fixture
def desk(make_site: MakeSite) -> tuple[Site, Ids]:
    """A site whose host has something of everything, the clock of a bounded sign-in too."""
    site = make_site(ZOOM_TRIES=TRIES)
    site.zoom.sign_out(lambda: None)
    return site, furnish(site)


@pytest.fixture
def host(desk: tuple[Site, Ids], new_page: NewPage, page_errors: PageErrors, width: int, scheme: Scheme) -> Page:
    """A screen of that width, in that scheme, on which Ada is signed in."""
    page_errors.allow("favicon")  # the small host app has none
    page = new_page(viewport={"width": width, "height": 844}, color_scheme=scheme)
    page.context.add_cookies([{"name": "host", "value": "ada", "url": desk[0].base}])
    return page


def pages(desk: tuple[Site, Ids]) -> dict[str, str]:
    """Return the address of each page, by its endpoint."""
    site, ids = desk
    found = {rule.endpoint.partition(".")[2]: site.base + address(rule, ids) for rule in host_rules(site, "GET")}
    # The one has words only for who comes back from Zoom, the others are for programs; and files are no pages.
    beside = {"callback", "connection_health", "session_left"}
    found = {name: path for name, path in found.items() if name not in beside and not path.endswith((".csv", ".json"))}
    day = agendas.get(site.state, ids["booking_id"]).start.date()
    views = {view: f"{site.base}/?view={view}&date={day}" for view in ("week", "month", "list")}
    return found | views | {"panel": f"{views['week']}&booking={ids['booking_id']}"}


def with_large_text(page: Page) -> None:
    """Make the text of a page twice as large, and unfold whatever is folded in it."""
    page.evaluate(
        """() => {
            document.documentElement.style.fontSize = "200%";
            for (const one of document.querySelectorAll("details")) one.open = true;
        }"""
    )


@pytest.mark.parametrize(
    ("width", "scheme"), [*LOOKS, *(pytest.param(*look, marks=pytest.mark.deep) for look in OTHER_LOOKS)]
)
def test_every_page_of_a_host_is_accessible_and_fits_also_with_large_text(
    desk: tuple[Site, Ids], host: Page, axe: Callable[..., None]
) -> None:
    for path in pages(desk).values():
        host.goto(path)
        axe(host)
        fits(host)
        with_large_text(host)
        fits(host)


@pytest.mark.deep
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_every_page_of_a_host_has_its_picture(
    desk: tuple[Site, Ids], host: Page, screenshot: Callable[..., Path], width: int, scheme: Scheme
) -> None:
    for name, path in pages(desk).items():
        host.goto(path)
        assert screenshot(host, f"host-{name}-{width}-{scheme}").exists()

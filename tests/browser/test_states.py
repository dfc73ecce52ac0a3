"""Every state of the widget, in every language, on every screen: accessible, and inside its room."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page

from tests.browser import states
from tests.browser.test_all_kinds_of_visitors import fits
from tests.fixtures.browser import NewPage, PageErrors
from tests.fixtures.site import MakeSite, Site
from tests.services.looking import Letters
from zoom_blueprint.languages import CODES

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_kind", ["sqlite"])]
Scheme = Literal["light", "dark"]
Axe = Callable[..., None]
HEIGHT = 844
TOUCHED_BELOW = 1000
EXPECTED = [
    *("button", "loading", "failed", "times", "no-times", "form", "invalid", "taken", "code", "coming", "booked"),
    *("questions", "pending"),
]


def deep(*values: object) -> Iterator[object]:
    """Mark values for the long form."""
    return (pytest.param(value, marks=pytest.mark.deep) for value in values)


@pytest.fixture
def shop(make_site: MakeSite) -> tuple[Site, Letters]:
    """Serve a page with the widget."""
    site = make_site(**states.SETTINGS)
    return site, states.prepare(site)


@pytest.fixture
def visitor(new_page: NewPage, page_errors: PageErrors, width: int, scheme: Scheme) -> Page:
    """Open a screen of that width, in that scheme."""
    page_errors.allow("409|422|net::ERR_FAILED")
    return new_page(viewport={"width": width, "height": HEIGHT}, color_scheme=scheme, has_touch=width < TOUCHED_BELOW)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280, *deep(320)])
@pytest.mark.parametrize("lang", ["en", "ar", *deep(*(code for code in CODES if code not in {"en", "ar"}))])
def test_every_state_is_accessible_and_fits(shop: tuple[Site, Letters], visitor: Page, axe: Axe, lang: str) -> None:
    seen = []
    for state in states.walk(*shop, visitor, lang):
        seen.append(state)
        axe(visitor)
        fits(visitor)
    assert seen == EXPECTED


@pytest.mark.deep
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_every_state_has_its_picture(
    shop: tuple[Site, Letters], visitor: Page, screenshot: Callable[..., Path], width: int, scheme: Scheme
) -> None:
    pictures = [
        screenshot(visitor, f"widget-{state}-{width}-{scheme}", full_page=False)
        for state in states.walk(*shop, visitor, "en")
    ]
    assert len(pictures) == len(EXPECTED)

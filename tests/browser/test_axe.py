"""What a prospect and a host see passes axe on a phone and on a desk, in light and in the dark."""

from collections.abc import Callable
from typing import Literal

import pytest
from playwright.sync_api import expect

from tests.browser import prospect
from tests.fixtures.browser import NewPage
from tests.fixtures.demo import Demo

pytestmark = pytest.mark.browser
Axe = Callable[..., None]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_every_state_passes_axe(
    demo: Demo, new_page: NewPage, axe: Axe, width: int, scheme: Literal["light", "dark"]
) -> None:
    page = new_page(viewport={"width": width, "height": 844}, color_scheme=scheme)
    page.goto(demo.origin)
    axe(page)
    dialog = prospect.open_dialog(page)
    axe(page)
    prospect.choose_time(dialog)
    dialog.get_by_role("button", name="Confirm booking").click()
    expect(dialog.get_by_label("Your name")).to_have_attribute("aria-invalid", "true")
    axe(page)
    prospect.fill_in(dialog)
    prospect.confirm(dialog)
    axe(page)
    address = dialog.get_by_role("link", name="Reschedule or cancel").get_attribute("href") or ""
    for path in (address, f"{address}?move=1", f"{demo.origin}/zoom/book/ada/intro-call"):
        page.goto(path)
        axe(page)
    page.goto(f"{demo.origin}/sign-in")
    page.get_by_role("button", name="Ada Lovelace").click()
    axe(page)
    page.get_by_role("link", name="List", exact=True).click()
    axe(page)
    page.get_by_role("link", name="Cancel booking with Bob Byrne").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    axe(page)

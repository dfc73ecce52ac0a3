"""The story of a host who gives a program a key, loses sight of it, and takes it back."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_all_kinds_of_visitors import fits
from tests.browser.test_every_page import with_large_text
from tests.fixtures.browser import NewPage, PageErrors
from tests.fixtures.receivers import Receiver
from tests.fixtures.site import MakeSite, Site
from zoom_blueprint.services import api_keys, endpoints

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_kind", ["sqlite"])]


def asked(site: Site, text: str) -> int:
    """Ask with a key whose Zoom account it is, and return the status."""
    headers = {"Authorization": f"Bearer {text}"}
    return site.post("/api/v1/actions/get_user", json={}, headers=headers).status_code


@pytest.mark.parametrize(("has_scripts", "width"), [(True, 390), (False, 1280)])
def test_a_host_makes_a_key_copies_it_and_revokes_it(
    site: Site, new_page: NewPage, axe: Callable[..., None], page_errors: PageErrors, has_scripts: bool, width: int
) -> None:
    page_errors.allow("favicon")  # the small host app has none
    page_errors.allow("422")
    page = new_page(java_script_enabled=has_scripts, viewport={"width": width, "height": 844})
    page.context.add_cookies([{"name": "host", "value": "ada", "url": site.base}])
    page.goto(f"{site.base}/api-keys")
    page.get_by_role("link", name="New key").click()
    page.get_by_role("button", name="Make the key").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose what the key may do.")
    look_at(page, axe, has_scripts)
    page.get_by_label("Name").fill("CRM")
    page.get_by_label("See whose Zoom account is connected").check()
    page.get_by_role("button", name="Make the key").click()
    expect(page.get_by_role("heading", name="Your new key")).to_be_visible()
    look_at(page, axe, has_scripts)
    text = page.locator("#text").inner_text()
    assert asked(site, text) == 200
    if has_scripts:
        page.get_by_role("button", name="Copy").click()
        expect(page.get_by_role("button", name="Copied").or_(page.get_by_text("Press Ctrl+C"))).to_be_visible()
    page.get_by_role("link", name="I have it").click()
    expect(page.get_by_role("listitem").filter(has_text="CRM")).to_contain_text("Used last")
    assert text not in page.content()
    page.get_by_role("link", name="Revoke CRM").click()
    page.get_by_role("button", name="Revoke the key").click()
    expect(page.get_by_role("status").filter(has_text="revoked")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="CRM")).to_contain_text("Revoked")
    assert asked(site, text) == 401


@pytest.mark.parametrize("place", ["key", "secret"])
def test_what_is_shown_once_is_neither_shown_nor_made_again_by_back_or_reload(
    make_site: MakeSite, new_page: NewPage, page_errors: PageErrors, receiver: Receiver, place: str
) -> None:
    page_errors.allow("favicon")
    site = make_site(ZOOM_ENDPOINTS_ON_LOOPBACK="on")
    page = new_page()
    page.context.add_cookies([{"name": "host", "value": "ada", "url": site.base}])
    page.goto(f"{site.base}/{'api-keys' if place == 'key' else 'endpoints'}/new")
    page.get_by_label("Name").fill("CRM")
    if place == "key":
        page.get_by_label("Make bookings").check()
    else:
        page.get_by_label("Address").fill(receiver.url)
    button = page.get_by_role("button", name="Make the")
    note, below = page.locator("#next").bounding_box(), button.bounding_box()
    assert note
    assert below
    assert below["y"] - note["y"] - note["height"] >= 8, "the note does not stick to the button"
    button.click()
    text = page.locator("#text").inner_text()
    kept = page.get_by_role("heading", name="API keys" if place == "key" else "CRM", level=1)
    page.wait_for_load_state()  # with its script, which a person does not outrun
    page.reload()
    expect(kept).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="New")).to_be_visible()
    page.go_forward()
    expect(kept).to_be_visible()
    assert text not in page.content()
    made = (api_keys if place == "key" else endpoints).all_of(site.state, "1")
    assert len(made) == 1


def look_at(page: Page, axe: Callable[..., None], has_scripts: bool) -> None:
    """Check that a page which only a POST shows is accessible, and fits with large text."""
    if has_scripts:
        axe(page)
        fits(page)
        with_large_text(page)
        fits(page)


def test_everybody_can_read_what_actions_need_on_a_phone(
    site: Site, new_page: NewPage, axe: Callable[..., None], page_errors: PageErrors
) -> None:
    page_errors.allow("favicon")
    page = new_page(viewport={"width": 320, "height": 844})
    page.goto(f"{site.base}/guide/actions")
    axe(page)
    fits(page)
    with_large_text(page)
    fits(page)

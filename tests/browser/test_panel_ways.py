"""A host edits the booking that is open beside the calendar, and finds the calendar again as they left it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_host_desk import outcome, sign_in
from tests.fixtures.browser import NewPage, PageErrors
from tests.fixtures.site import MakeSite, Site
from tests.services.full_days import fill

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_kind", ["sqlite"])]
MONDAY = datetime(2041, 1, 14, tzinfo=UTC)
VIEWS = {"week": "/?date=2041-01-16", "month": "/?view=month&date=2041-01-20"}


@pytest.fixture(autouse=True)
def _no_icon(page_errors: PageErrors) -> None:
    page_errors.allow("favicon")  # the small host app has none


@pytest.fixture
def desk(make_site: MakeSite) -> Site:
    """A booking some years ahead."""
    site = make_site()
    fill(site.state, [MONDAY + timedelta(hours=10)], name="Bob Byrne")
    return site


def is_open(page: Page, view: str) -> None:
    """Expect the view that the host began with, and the booking open beside it."""
    plain = re.escape(VIEWS[view])
    expect(page).to_have_url(re.compile(rf"/zoom{plain}&booking=[0-9a-f]{{32}}(#panel)?$"))
    expect(page.get_by_role("complementary", name="Bob Byrne")).to_be_visible()


@pytest.mark.parametrize("has_scripts", [True, False])
@pytest.mark.parametrize("view", VIEWS)
def test_what_is_edited_from_the_panel_leads_back_to_it_and_back_leads_out(
    desk: Site, new_page: NewPage, view: str, *, has_scripts: bool
) -> None:
    page = new_page(java_script_enabled=has_scripts)
    sign_in(desk, page, VIEWS[view])
    page.locator(".entry").filter(has_text="Bob Byrne").locator("a").first.click()
    is_open(page, view)
    edit = page.get_by_role("link", name="Edit", exact=True)
    for way in ("Change nothing", "Back to the booking"):
        edit.click()
        page.get_by_role("link", name=way).click()
        is_open(page, view)
    edit.click()
    page.get_by_label("Length in minutes").fill("25")
    page.get_by_role("button", name="Save").click()
    expect(outcome(page)).to_contain_text("The booking with Bob Byrne is changed.")
    is_open(page, view)
    edit.click()
    page.get_by_label("Link", exact=True).fill("https://rooms.example.org/ada")
    page.get_by_role("button", name="Use this link").click()
    is_open(page, view)
    expect(page.get_by_role("complementary")).to_contain_text("https://rooms.example.org/ada")
    seen = []
    for _ in range(10):
        page.go_back()
        page.wait_for_load_state("load")
        seen.append(page.url.removeprefix(desk.base).partition("#")[0])
        if seen[-1] == VIEWS[view]:
            break
    assert seen[-1] == VIEWS[view], seen
    expect(page.get_by_role("complementary")).to_have_count(0)
    edits, panels = seen[:-1:2], seen[1:-1:2]
    assert all("/edit?" in one for one in edits), seen
    assert all("booking=" in one for one in panels), seen
    assert len(seen) == 9, "each page once, as it was gone through"

"""What a prospect sees when something goes wrong on the way: never an integration's error, and nothing is lost."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlencode

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser import prospect
from tests.fixtures.browser import NewPage, PageErrors
from tests.fixtures.demo import Demo
from tests.fixtures.waiting import wait_until
from zoom_blueprint.links import Links

pytestmark = pytest.mark.browser
Axe = Callable[..., None]


def test_a_late_link_is_announced_and_fills_itself_in(demo: Demo, page: Page, axe: Axe) -> None:
    busy = {"status": 503, "body": "<html>busy</html>", "content_type": "text/html"}
    demo.zoom.fault(route="create_meeting", times=100, **busy)
    page.goto(demo.origin)
    dialog = prospect.book(page)
    expect(dialog.get_by_text("Your Zoom link is on its way")).to_be_visible()
    expect(dialog.get_by_text("It takes a little longer than usual")).to_be_visible()
    axe(page)
    address = dialog.get_by_role("link", name="Reschedule or cancel").get_attribute("href") or ""
    manage = page.context.new_page()
    manage.goto(address)
    expect(manage.get_by_text("Your Zoom link is on its way")).to_be_visible()
    axe(manage)
    demo.zoom.clear_faults()
    expect(dialog.get_by_role("link", name="Join Zoom meeting")).to_be_visible(timeout=60_000)
    expect(manage.get_by_role("link", name="Join Zoom meeting")).to_be_visible(timeout=60_000)
    assert len(demo.zoom.meetings("ada")) == 1

    def mailed() -> bool:
        page.goto(f"{demo.origin}/demo/mail")
        return page.get_by_role("link", name="Intro call with Ada Lovelace").count() > 0

    wait_until(mailed, 15, why="a mail with the link has arrived")


def test_an_expired_list_of_times_is_renewed_without_a_word(demo: Demo, page: Page, page_errors: PageErrors) -> None:
    page_errors.allow("422")
    page.goto(demo.origin)
    dialog = prospect.open_dialog(page)
    prospect.choose_time(dialog, 2)
    prospect.fill_in(dialog)
    sent: list[str] = []

    def send_an_old_token_first(route: Route) -> None:
        fields = {name: found[0] for name, found in parse_qs(route.request.post_data or "").items()}
        sent.append(fields["key"])
        if len(sent) == 1:
            fields["token"] = an_hour_old(demo, fields["token"])
        route.continue_(post_data=urlencode(fields))

    page.route("**/bookings", send_an_old_token_first)
    prospect.confirm(dialog)
    assert len(sent) == 2
    assert sent[0] == sent[1]


def test_a_time_taken_meanwhile_keeps_what_was_typed_and_offers_others(
    demo: Demo, page: Page, page_errors: PageErrors, axe: Axe
) -> None:
    page_errors.allow("409")
    page.goto(demo.origin)
    dialog = prospect.open_dialog(page)
    prospect.choose_time(dialog, 4)
    prospect.fill_in(dialog, "Slow Sam", "sam@example.com")
    faster = page.context.new_page()
    faster.goto(demo.origin)
    prospect.book(faster, 4)
    dialog.get_by_role("button", name="Confirm booking").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Someone has just booked this time")
    expect(dialog.get_by_label("Your name")).to_have_value("Slow Sam")
    axe(page)
    dialog.locator(".form .time").first.click()
    prospect.confirm(dialog)


def test_a_broken_connection_is_retried_with_one_booking(demo: Demo, page: Page, page_errors: PageErrors) -> None:
    page_errors.allow("ERR_INTERNET_DISCONNECTED|Failed to fetch|ERR_FAILED")
    before = len(demo.zoom.meetings("ada"))
    page.goto(demo.origin)
    dialog = prospect.open_dialog(page)
    prospect.choose_time(dialog, 6)
    prospect.fill_in(dialog)
    page.context.set_offline(True)
    dialog.get_by_role("button", name="Confirm booking").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Nothing is lost")
    page.context.set_offline(False)
    dialog.get_by_role("button", name="Try again").click()
    expect(dialog.get_by_role("heading", name="You’re booked")).to_be_visible()
    assert len(demo.zoom.meetings("ada")) == before + 1


def an_hour_old(demo: Demo, token: str) -> str:
    """Return the token that the server gave for the same event type an hour ago."""
    keys = json.loads((demo.folder / "keys.json").read_text(encoding="utf-8"))
    links = Links((keys["SECRET_KEY"],), "")
    content = token.partition(".")[0]
    event_type_id, _ = json.loads(base64.urlsafe_b64decode(content + "=" * (-len(content) % 4)))
    return links.slot_token(event_type_id, datetime.now(UTC) - timedelta(hours=1))


def test_without_javascript_a_time_taken_meanwhile_costs_no_typing(
    demo: Demo, new_page: NewPage, page: Page, page_errors: PageErrors
) -> None:
    page_errors.allow("409")
    slow = new_page(java_script_enabled=False)
    slow.goto(f"{demo.origin}/zoom/book/ada/intro-call?tz=UTC")
    slow.locator("main .times a").last.click()
    slow.get_by_label("Your name").fill("Slow Sam")
    slow.get_by_label("Email address", exact=True).fill("sam@example.com")
    page.goto(slow.url)
    page.get_by_label("Your name").fill("Fast Fred")
    page.get_by_label("Email address", exact=True).fill("fred@example.com")
    page.get_by_role("button", name="Confirm booking").click()
    expect(page.get_by_role("heading", name="You’re booked")).to_be_visible()
    slow.get_by_role("button", name="Confirm booking").click()
    expect(slow.get_by_text("This time is not available any more")).to_be_visible()
    expect(slow.get_by_label("Your name")).to_have_value("Slow Sam")
    slow.get_by_role("radio").first.check(force=True)
    slow.get_by_role("button", name="Confirm booking").click()
    expect(slow.get_by_role("heading", name="You’re booked")).to_be_visible()

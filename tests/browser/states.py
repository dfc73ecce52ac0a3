"""Every state of the widget, one after the other, on a page in a language."""

import re
from collections.abc import Iterator

from playwright.sync_api import Locator, Page, Route, expect

from tests.fixtures.site import Site
from tests.fixtures.site_app import HOSTS
from tests.services.looking import Letters, make_due
from tests.web.test_guards import code_in
from zoom_blueprint import EventType, Question
from zoom_blueprint.store import models

PAGE = """<!doctype html><html lang="{lang}" dir="{dir}"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><link rel="icon" href="data:,"><title>A shop</title>
<main><h1>A shop</h1><script src="{base}/widget/v1/book-now.js"></script>
<book-now><a class="book-now" href="{base}/book/ada/{event}">Book Now</a></book-now></main></html>"""
QUESTIONS = (
    Question(name="topic", label="What is it about?", kind="choice", required=True, choices=("Pensions", "Taxes")),
    Question(name="words", label="What else shall I know?", kind="textarea"),
    Question(name="terms", label="I have read the terms", kind="checkbox", required=True),
)
SETTINGS = {"ZOOM_MAIL_CODES": "first"}


def prepare(site: Site) -> Letters:
    """Give a site that was made with ``SETTINGS`` the page, a host with Zoom, and a mail box."""

    def page(lang: str, event: str) -> str:
        return PAGE.format(base=site.base, lang=lang, dir="rtl" if lang == "ar" else "ltr", event=event)

    site.app.add_url_rule("/states/<lang>/<event>", view_func=page)
    site.connect()
    with site.app.app_context():
        review = EventType(slug="review", title="Policy review", approval=True, notice_minutes=0, questions=QUESTIONS)
        site.zoom.event_types.put(HOSTS["ada"].id, review)
    return Letters(site)


def walk(site: Site, letters: Letters, page: Page, lang: str) -> Iterator[str]:
    """Lead a page through the states, and yield the name of each that is reached."""
    _go(site, page, lang, "intro-call")
    yield "button"
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/slots?*", hold)
    page.locator("a.book-now").click()
    dialog = page.locator("dialog")
    expect(dialog.locator(".body")).to_have_attribute("aria-busy", "true")
    yield "loading"
    page.route("**/slots?*", lambda route: route.abort())
    held.pop().abort()
    expect(dialog.locator(".notice")).to_be_visible()
    yield "failed"
    page.unroute("**/slots?*")
    dialog.locator(".retry").click()
    expect(dialog.locator(".picker .time").first).to_be_visible()
    yield "times"
    yield from _without_times(dialog)
    yield from _form(dialog)
    yield from _taken(site, page, dialog)
    yield from _code(site, letters, dialog)
    yield from _result(site, dialog)
    _go(site, page, lang, "review")
    yield from _on_approval(page)


def _go(site: Site, page: Page, lang: str, event: str) -> None:
    page.goto(f"{site.base.removesuffix('/zoom')}/states/{lang}/{event}")


def _without_times(dialog: Locator) -> Iterator[str]:
    pagers = dialog.locator(".month .icon")
    turned = 0
    while not dialog.locator(".picker .note").first.is_visible():
        pagers.last.click()
        turned += 1
        expect(dialog.locator(".calendar")).to_have_attribute("aria-busy", "false")
    yield "no-times"
    for _ in range(turned):
        pagers.first.click()
    dialog.locator(".day-free").first.click()


def _form(dialog: Locator) -> Iterator[str]:
    dialog.locator(".picker .time").first.click()
    expect(dialog.locator("#name")).to_be_visible()
    yield "form"
    dialog.locator(".confirm").click()
    expect(dialog.locator("#name")).to_have_attribute("aria-invalid", "true")
    yield "invalid"
    dialog.locator("#name").fill("Bob Byrne")
    dialog.locator("#email").fill(f"bob.{dialog.get_attribute('lang')}@example.com")


def _taken(site: Site, page: Page, dialog: Locator) -> Iterator[str]:
    def refuse(route: Route) -> None:
        body = {"status": 409, "reason": "taken", "detail": "taken", "slots": site.slots()["slots"]}
        route.fulfill(status=409, content_type="application/problem+json", json=body)

    page.route("**/bookings", refuse)
    dialog.locator(".confirm").click()
    expect(dialog.locator(".form .time").first).to_be_visible()
    yield "taken"
    page.unroute("**/bookings")
    dialog.locator(".form .time").first.click()


def _code(site: Site, letters: Letters, dialog: Locator) -> Iterator[str]:
    dialog.locator(".confirm").click()
    expect(dialog.locator("#code")).to_be_focused()
    yield "code"
    site.drain()
    dialog.locator("#code").fill(code_in(letters.texts(dialog.locator("#email").input_value())[-1]))


def _result(site: Site, dialog: Locator) -> Iterator[str]:
    site.simulator.fault(route="create_meeting", status=503)
    dialog.locator(".confirm").click()
    expect(dialog.locator(".coming")).to_be_visible()
    yield "coming"
    site.simulator.clear_faults()
    make_due(site.state, models.Meeting)
    site.drain()
    expect(dialog.locator(".join")).to_be_visible()
    assert not re.search(r"[{}]|undefined", dialog.inner_text())
    yield "booked"


def _on_approval(page: Page) -> Iterator[str]:
    page.locator("a.book-now").click()
    dialog = page.locator("dialog")
    dialog.locator(".picker .time").first.click()
    dialog.locator("#name").fill("Bob Byrne")
    dialog.locator("#email").fill(f"bob.{dialog.get_attribute('lang')}@example.com")
    dialog.locator(".confirm").click()
    expect(dialog.locator(".tick")).to_have_attribute("aria-invalid", "true")
    yield "questions"
    dialog.locator("select").select_option(index=1)
    dialog.locator(".tick").check()
    dialog.locator(".confirm").click()
    expect(dialog.locator(".result-heading")).to_be_focused()
    expect(dialog.locator(".join")).to_have_count(0)
    yield "pending"

"""What a site may ask of visitors, as the widget shows it: guests, a mailed code, a proof of work; in any language."""

import re
from collections.abc import Callable
from urllib.parse import parse_qsl

import pytest
from playwright.sync_api import Locator, Page, Request, Route, expect

from tests.browser.test_all_kinds_of_visitors import fits
from tests.fixtures.browser import NewPage, PageErrors
from tests.fixtures.site import MakeSite, Site
from tests.fixtures.site_app import HOSTS
from tests.services.looking import Letters
from tests.web.test_guards import code_in
from zoom_blueprint import EventType, Question
from zoom_blueprint.services import agendas, proofs

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_kind", ["sqlite"])]
BITS = 12
SHOP = """<!doctype html><html lang="{lang}" dir="{dir}"><meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,"><title>A shop</title><main><h1>A shop</h1>
<script src="{base}/widget/v1/book-now.js"></script>
<book-now><a class="book-now" href="{base}/book/ada/{event}">Book Now</a></book-now></main></html>"""
Shop = Callable[..., Site]
Axe = Callable[..., None]
Shot = Callable[..., object]


@pytest.fixture
def shop(make_site: MakeSite) -> Shop:
    """Serve a site that has a page with the widget, ``/shop/<lang>/<event>``: ``shop(ZOOM_MAIL_CODES="first")``."""

    def make(**settings: object) -> Site:
        site = make_site(**settings)

        def page(lang: str, event: str) -> str:
            return SHOP.format(base=site.base, lang=lang, dir="rtl" if lang == "ar" else "ltr", event=event)

        site.app.add_url_rule("/shop/<lang>/<event>", view_func=page)
        site.connect()
        return site

    return make


def opened(site: Site, page: Page, lang: str = "en", event: str = "intro-call", query: str = "") -> Locator:
    """Go to the page, press the button and return the dialog with its times."""
    page.goto(f"{site.base.removesuffix('/zoom')}/shop/{lang}/{event}{query}")
    page.locator("a.book-now").click()
    dialog = page.locator("dialog")
    expect(dialog.locator(".picker .time").first).to_be_visible()
    return dialog


def fill_in(dialog: Locator) -> None:
    """Choose the first time and say who books."""
    dialog.locator(".picker .time").first.click()
    dialog.locator("#name").fill("Bob Byrne")
    dialog.locator("#email").fill("bob@example.com")


def posted(dialog: Locator) -> dict[str, str]:
    """Confirm, and return what was sent."""
    with dialog.page.expect_request("**/bookings") as sent:
        dialog.locator(".confirm").click()
    return sent_with(sent.value)


def sent_with(request: Request) -> dict[str, str]:
    """Return the fields of a form post."""
    return dict(parse_qsl(request.post_data or "", keep_blank_values=True))


def test_a_mailed_code_is_asked_for_beside_what_was_typed(
    shop: Shop, page: Page, page_errors: PageErrors, axe: Axe
) -> None:
    page_errors.allow("422")
    site = shop(ZOOM_MAIL_CODES="first")
    letters = Letters(site)
    dialog = opened(site, page)
    fill_in(dialog)
    expect(dialog.locator("#code")).to_have_count(0)
    first = posted(dialog)
    code = dialog.get_by_label("Code from our email")
    expect(code).to_be_focused()
    expect(dialog.locator("#code-error")).to_contain_text("six digits")
    axe(page)
    code.fill("000000")
    assert posted(dialog)["key"] != first["key"]
    expect(dialog.locator("#code-error")).to_contain_text("not right")
    site.drain()
    code.fill(code_in(letters.texts("bob@example.com")[-1]))
    assert posted(dialog) | {"key": "", "code": ""} == first | {"key": "", "code": ""}
    expect(dialog.locator(".result-heading")).to_be_focused()


def test_an_empty_code_is_not_sent(shop: Shop, page: Page, page_errors: PageErrors) -> None:
    page_errors.allow("422")
    site = shop(ZOOM_MAIL_CODES="first")
    Letters(site)
    dialog = opened(site, page)
    fill_in(dialog)
    posted(dialog)
    expect(dialog.locator("#code")).to_be_focused()
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    dialog.locator(".confirm").click()
    expect(dialog.locator("#code-error")).to_have_text("Please fill this in.")
    assert requests == []


def test_a_proof_of_work_is_found_and_taken(shop: Shop, page: Page) -> None:
    site = shop(ZOOM_PROOF_OF_WORK=BITS)
    dialog = opened(site, page)
    fill_in(dialog)
    sent = posted(dialog)
    expect(dialog.locator(".result-heading")).to_be_visible()
    assert proofs.holds(sent["token"], sent["key"], sent["proof"], BITS)


def test_a_new_token_gets_a_new_proof(shop: Shop, page: Page, page_errors: PageErrors) -> None:
    page_errors.allow("422")
    site = shop(ZOOM_PROOF_OF_WORK=BITS)

    def age(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, json={**answer.json(), "token": "one that is long gone"})

    page.route("**/slots?*", age)
    dialog = opened(site, page)
    fill_in(dialog)
    with page.expect_response(lambda response: response.status == 201) as made:
        first = posted(dialog)
    second = sent_with(made.value.request)
    assert first["key"] == second["key"]
    assert first["token"] != second["token"]
    assert proofs.holds(second["token"], second["key"], second["proof"], BITS)
    expect(dialog.locator(".result-heading")).to_be_visible()


def test_guests_are_checked_and_told_and_where_the_visitor_came_from_is_kept(shop: Shop, page: Page) -> None:
    site = shop()
    dialog = opened(site, page, query="?utm_source=letter&gclid=one&wbraid=two&li_fat_id=three&clid_x=no&id=7")
    fill_in(dialog)
    guests = dialog.get_by_label("Guests’ email addresses")
    guests.fill("carol@example.com, dave")
    dialog.locator(".confirm").click()
    expect(guests).to_be_focused()
    expect(dialog.locator("#guests-error")).to_contain_text("email address")
    guests.fill("carol@example.com, Dave@example.com")
    sent = posted(dialog)
    expect(dialog.locator(".result-heading")).to_be_visible()
    (booking,) = agendas.upcoming(site.state, HOSTS["ada"].id)
    assert booking.guests == ("carol@example.com", "dave@example.com")
    kept = {"utm_source": "letter", "gclid": "one", "wbraid": "two", "li_fat_id": "three", "page_lang": "en"}
    assert {**booking.context, "page_url": "", "referrer": ""} == {**kept, "page_url": "", "referrer": ""}
    assert not {"clid_x", "id"} & sent.keys()


@pytest.mark.parametrize("lang", ["de", "ar"])
def test_a_tick_stands_before_its_words_and_what_is_wrong_with_it_below(
    shop: Shop, new_page: NewPage, lang: str
) -> None:
    site = shop()
    asked = Question(name="terms", label="I have read all of the terms, " * 3, kind="checkbox", required=True)
    with site.app.app_context():
        site.zoom.event_types.put(HOSTS["ada"].id, EventType(slug="terms", title="Terms", questions=(asked,)))
    page = new_page(viewport={"width": 390, "height": 844})
    dialog = opened(site, page, lang, "terms")
    fill_in(dialog)
    dialog.locator(".confirm").click()
    boxes = [dialog.locator(f".checkbox {part}").bounding_box() for part in (".tick", ".label", ".error")]
    tick, words, wrong = (box for box in boxes if box)
    assert tick["x"] > words["x"] if lang == "ar" else tick["x"] + tick["width"] <= words["x"]
    assert abs(tick["y"] - words["y"]) < words["height"] / 2
    assert wrong["y"] >= words["y"] + words["height"]
    looks = dialog.locator(".checkbox .label").evaluate(
        "at => [getComputedStyle(at).textAlign, getComputedStyle(at).unicodeBidi]"
    )
    assert lang != "ar" or looks == ["right", "plaintext"], "an English question ends with its question mark"


@pytest.mark.parametrize("lang", ["de", "fr", "ar", "ja"])
def test_every_step_fits_a_phone_in_the_language_of_the_page(
    shop: Shop, new_page: NewPage, page_errors: PageErrors, axe: Axe, screenshot: Shot, lang: str
) -> None:
    page_errors.allow("422")
    site = shop(ZOOM_MAIL_CODES="first")
    letters = Letters(site)
    asked = Question(name="why", label="Worum geht es?", kind="choice", required=True, choices=("A", "B" * 60))
    with site.app.app_context():
        site.zoom.event_types.put(HOSTS["ada"].id, EventType(slug="long", title="Beratung " * 8, questions=(asked,)))
    # What the page says counts, not what the browser would rather read.
    page = new_page(viewport={"width": 390, "height": 844}, locale="en-US", has_touch=True, is_mobile=True)
    dialog = opened(site, page, lang, "long")
    expect(dialog).to_have_attribute("lang", lang)
    expect(dialog).to_have_attribute("dir", "rtl" if lang == "ar" else "ltr")

    def looks_right(name: str) -> None:
        fits(page)
        axe(page)
        screenshot(page, f"widget-{lang}-{name}")

    looks_right("times")
    fill_in(dialog)
    dialog.locator("select[id='answers.why']").select_option(index=2)
    assert posted(dialog)["lang"] == f"{lang}-US"
    expect(dialog.locator("#code")).to_be_focused()
    looks_right("code")
    site.drain()
    dialog.locator("#code").fill(code_in(letters.texts("bob@example.com")[-1]))
    posted(dialog)
    expect(dialog.locator(".result-heading")).to_be_focused()
    looks_right("result")
    words = dialog.locator(".result").inner_text()
    assert not re.search(r"[{}]", words)


def test_in_arabic_the_arrow_keys_follow_the_eye(shop: Shop, new_page: NewPage) -> None:
    page = new_page(viewport={"width": 390, "height": 844})
    dialog = opened(shop(), page, "ar")
    picked = dialog.locator("[aria-selected=true] button")
    picked.focus()
    before = picked.bounding_box()
    page.keyboard.press("ArrowLeft")
    after = dialog.locator(".day[tabindex='0']")
    expect(after).to_be_focused()
    place = after.bounding_box()
    assert before is not None
    assert place is not None
    assert place["x"] < before["x"] or place["y"] > before["y"]

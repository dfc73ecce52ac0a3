"""The widget in unsteady, large and unseen hands: everything is in reach, closes, and says what it does once."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import states
from tests.browser.shops import ELEMENT, LINK, POPUP, SCRIPT, Shop, times_of
from tests.browser.test_all_kinds_of_visitors import fits
from tests.browser.test_states import EXPECTED, deep
from tests.fixtures.browser import NewPage, PageErrors
from tests.fixtures.site import MakeSite, Site
from tests.services.looking import Letters

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_kind", ["sqlite"])]
Launch = Callable[..., Browser]
DOUBLE = "--blink-settings=defaultFontSize=32"  # what a reader sets in the browser
# What is too small to be hit, and what cannot be hit at all or is cut off when it is scrolled to.
FAULTS = """() => {
  const faults = [];
  const told = (one, why) => faults.push(`${one.localName}.${one.className} ${one.textContent.slice(0, 20)}: ${why}`);
  const root = document.querySelector("book-now").shadowRoot;
  const dialog = root.querySelector("dialog[open]");
  const body = dialog?.querySelector(".body");
  const around = body ?? document.documentElement;
  const left = body ? body.getBoundingClientRect().left : 0;
  for (const one of dialog?.querySelectorAll("*") ?? document.querySelectorAll("a")) {
    if (!one.checkVisibility() || one.matches("option, datalist, .unseen")) continue;
    const isTarget = one.matches("a, button, input, select, textarea");
    if (isTarget) one.scrollIntoView({ block: "center" });
    const { x, y, width, height } = one.getBoundingClientRect();
    if (!isTarget) {
      const text = [...one.childNodes].some((node) => node.nodeType === Node.TEXT_NODE);
      if (text && one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== "inline") told(one, "cut");
      if (text && body?.contains(one) && (x < left || x + width > left + body.clientWidth + 1)) told(one, "outside");
      continue;
    }
    if (width < 24 || height < 24) told(one, `${width} × ${height}`);
    if (x < 0 || x + width > innerWidth || y < 0 || y + height > innerHeight) told(one, "out of sight");
    for (const [across, down] of [[0.5, 0.5], [0.1, 0.1], [0.9, 0.9]]) {
      const hit = (dialog ? root : document).elementFromPoint(x + width * across, y + height * down);
      if (!one.contains(hit)) told(one, `below ${hit?.className}`);
    }
    if (one.matches("button, select, .control") && one.scrollWidth > one.clientWidth + 1) told(one, "cut");
  }
  return faults;
}"""


# Everything that the announcer says, and what is said beside it because it is urgent.
LISTEN = """(dialog) => {
  window.said = [];
  const hear = (one) => one.textContent && said.push(`${one.role || one.getAttribute("role")}: ${one.textContent}`);
  new MutationObserver((changes) => {
    const elements = changes.map(({ target }) => target.closest ? target : target.parentElement);
    const regions = new Set(elements.map((element) => element.closest("[role=status], [role=alert]")));
    for (const one of regions) if (one) hear(one);
    for (const one of changes.flatMap(({ addedNodes }) => [...addedNodes])) {
      for (const inner of one.querySelectorAll?.("[role=alert]") ?? []) hear(inner);
    }
  }).observe(dialog, { childList: true, characterData: true, subtree: true });
}"""


@pytest.fixture
def shop(make_site: MakeSite) -> Shop:
    """Serve a shop."""
    return Shop(make_site())


@pytest.fixture
def walkers(make_site: MakeSite, page_errors: PageErrors) -> tuple[Site, Letters]:
    """Serve the page that is led through all states."""
    page_errors.allow("409|422|net::ERR_FAILED")
    site = make_site(**states.SETTINGS)
    return site, states.prepare(site)


@pytest.mark.parametrize("bigger", ["zoom", *deep("zoom twice", "text")])
def test_at_twice_the_size_everything_is_whole_and_large_enough_to_be_hit(
    walkers: tuple[Site, Letters], new_page: NewPage, launch_browser: Launch, bigger: str
) -> None:
    if bigger == "text":
        page = new_page(launch_browser(DOUBLE))
    else:
        scale = 2 if bigger == "zoom" else 4
        page = new_page(viewport={"width": 1280 // scale, "height": 1024 // scale}, device_scale_factor=scale)
    for state in states.walk(*walkers, page, "en"):
        fits(page)
        assert page.evaluate(FAULTS) == [], state


def test_escape_leaves_every_state_for_the_button_and_enter_leads_back_to_it(
    walkers: tuple[Site, Letters], page: Page
) -> None:
    left = []
    for state in states.walk(*walkers, page, "en"):
        if state == "button":
            continue
        dialog, link = page.locator("dialog"), page.locator("a.book-now")
        before = dialog.inner_text()
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
        expect(link).to_be_focused()
        page.keyboard.press("Enter")
        expect(dialog).to_have_js_property("innerText", before)
        left.append(state)
    assert left == EXPECTED[1:]


def test_what_lies_behind_is_out_of_reach_and_gets_the_focus_back(shop: Shop, page: Page) -> None:
    calling = "onclick=\"BookNow.open({ event: 'ada/intro-call' })\""
    callers = f"<button id='own' {calling}>Talk to us</button><a id='nowhere' href='#' {calling}>Or here</a>"
    shop.visit(page, f"{SCRIPT}{ELEMENT}{LINK}{callers}")
    for opener in (*page.locator("a.book-now").all(), page.locator("#own"), page.locator("#nowhere")):
        opener.focus()
        page.keyboard.press("Enter")
        dialog = page.locator("dialog[open]")
        expect(dialog.locator("[aria-selected=true] button")).to_be_focused()
        assert "What comes below" not in in_reach(page)
        for _ in range(8):
            page.keyboard.press("Shift+Tab")
            assert page.evaluate("document.activeElement.matches('book-now, body')")
        page.locator("#below").click(force=True)  # which follows no link that lies there
        assert page.url == shop.address
        page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
        expect(opener).to_be_focused()
    assert "What comes below" in in_reach(page)


def in_reach(page: Page) -> str:
    """Return the names of all that a screen reader finds."""
    nodes = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    return " ".join(str(node.get("name", {}).get("value", "")) for node in nodes if not node["ignored"])


def test_a_booking_by_keyboard_says_each_thing_once(shop: Shop, page: Page, page_errors: PageErrors) -> None:
    page_errors.allow("net::ERR_FAILED")
    shop.visit(page, POPUP)
    press = page.keyboard.press
    press("Tab")
    press("Enter")
    dialog = times_of(page)
    expect(dialog.locator("[aria-selected=true] button")).to_be_focused()
    dialog.evaluate(LISTEN)
    press("ArrowRight")
    press("Enter")
    day = dialog.locator("[aria-selected=true] button").get_attribute("aria-label")
    press("PageDown")  # which the focus says
    press("PageUp")
    dialog.get_by_role("button", name="Next month").press("Enter")
    month = dialog.locator(".month-name").inner_text()
    expect(dialog.get_by_role("status")).not_to_contain_text("times")
    dialog.get_by_role("button", name="Previous month").press("Enter")
    back = dialog.locator(".month-name").inner_text()
    expect(dialog.get_by_role("status")).to_have_text(back)
    dialog.locator(".picker .time").nth(1).press("Enter")
    expect(dialog.get_by_label("Your name")).to_be_focused()
    page.keyboard.type("Kay Keyes")
    press("Tab")
    page.keyboard.type("kay@example.com")
    page.route("**/bookings", lambda route: route.abort())
    press("Enter")
    expect(dialog.locator(".notice")).not_to_be_empty()
    lost = dialog.locator(".notice").inner_text()
    page.unroute("**/bookings")
    dialog.locator(".confirm").press("Enter")
    expect(dialog.get_by_role("heading", name="You’re booked")).to_be_focused()
    said = page.evaluate("said")
    assert [text.partition(": ")[2] for text in said] == [day, month, back, "Booking…", lost, "Booking…"]
    assert [text.partition(": ")[0] for text in said] == [*["status"] * 4, "alert", "status"]

"""What a booking asks of the network and leaves on the device, wherever the widget stands: little, and nothing."""

import pytest
from playwright.sync_api import Error, Page, expect

from tests.browser.prospect import choose_time, confirm, fill_in
from tests.browser.shops import INLINE, LINK, POPUP, SCRIPT, Shop, times_of
from tests.fixtures.browser import NewPage, PageErrors
from tests.fixtures.site import MakeSite

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_kind", ["sqlite"])]
CALLED = SCRIPT + """<button class="opens" onclick="BookNow.open({ event: 'ada/intro-call' })">Talk to us</button>"""
MODES = {"popup": POPUP, "inline": INLINE, "script": CALLED, "bare": SCRIPT + LINK}
LOAD, OPEN, SUBMIT = (
    ("GET", "/widget/v1/book-now.js"),
    ("GET", "/api/v1/hosts/ada/intro-call/slots"),
    ("POST", "/api/v1/hosts/ada/intro-call/bookings"),
)
# Not only is nothing kept: nobody even looks. What is in the way of a name is called by that name.
WATCH = """(() => {
  if (top !== self) return;
  globalThis.touched = [];
  const ways = [[Storage.prototype, "setItem"], [Storage.prototype, "getItem"], [IDBFactory.prototype, "open"],
    [globalThis.CacheStorage?.prototype, "open"], [globalThis.ServiceWorkerContainer?.prototype, "register"],
    [StorageManager.prototype, "persist"], [StorageManager.prototype, "getDirectory"]];
  for (const [owner, name] of ways) {
    if (owner) owner[name] = () => { touched.push(name); throw Error(name); };
  }
  for (const [owner, name] of [[Document.prototype, "cookie"], [window, "localStorage"], [window, "sessionStorage"]]) {
    const look = () => { touched.push(name); return ""; };
    Object.defineProperty(owner, name, { get: look, set: look, configurable: true });
  }
})()"""
KEPT = """async () => [
  ...Object.keys(frames.bare.localStorage), ...Object.keys(frames.bare.sessionStorage),
  ...(await indexedDB.databases()), ...(await caches.keys()),
  ...(await navigator.serviceWorker.getRegistrations()), ...document.fonts, ...touched,
]"""


@pytest.fixture
def shop(make_site: MakeSite) -> Shop:
    """Serve a shop."""
    return Shop(make_site())


@pytest.mark.parametrize("mode", MODES)
def test_a_booking_is_three_requests_and_nothing_is_kept(shop: Shop, page: Page, mode: str) -> None:
    page.add_init_script(WATCH)
    kinds: set[str] = set()
    page.on("request", lambda request: kinds.add(request.resource_type))
    page.context.add_cookies([{"name": "host", "value": "ada", "url": shop.site.base}])
    shop.visit(page, MODES[mode], near=mode in {"inline", "script"})
    if mode != "inline":
        assert shop.asked == [LOAD]
        page.locator("a.book-now, .opens").click()
    dialog = times_of(page)
    assert shop.asked == [LOAD, OPEN]
    dialog.locator(".day-free").nth(1).click()
    choose_time(dialog)
    fill_in(dialog)
    confirm(dialog)
    assert shop.asked == [LOAD, OPEN, SUBMIT]
    assert kinds == {"document", "script", "fetch"}
    assert shop.cookies == {""}, "where a cookie could be sent, too"
    assert [cookie["name"] for cookie in page.context.cookies()] == ["host"]
    page.evaluate("document.body.append(Object.assign(document.createElement('iframe'), { name: 'bare' }))")
    assert page.evaluate(KEPT) == []


@pytest.mark.parametrize(("mode", "by"), [("popup", "hover"), ("bare", "focus"), ("popup", "touch"), ("bare", "touch")])
def test_whoever_is_about_to_open_it_finds_the_times_there(shop: Shop, new_page: NewPage, mode: str, by: str) -> None:
    page = new_page(has_touch=by == "touch")
    shop.visit(page, MODES[mode])
    link = page.locator("a.book-now")
    box = link.bounding_box()
    assert box is not None
    finger = page.context.new_cdp_session(page)
    with page.expect_response("**/slots?*"):
        if by == "hover":
            link.hover()
        elif by == "focus":
            page.keyboard.press("Tab")
        else:
            points = [{"x": box["x"] + 5, "y": box["y"] + 5}]
            finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": points})
    assert shop.asked == [LOAD, OPEN]
    expect(page.locator("dialog[open]")).to_have_count(0)
    if by == "hover":
        link.click()
    elif by == "focus":
        page.keyboard.press("Enter")
    else:
        finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    times_of(page)
    assert shop.asked == [LOAD, OPEN]


def test_a_frame_that_may_store_nothing_books(shop: Shop, page: Page, page_errors: PageErrors) -> None:
    page_errors.allow(
        "Blocked autofocusing"
    )  # Chromium's note on any frame of others; the dialog gets the focus anyway
    shop.visit(
        page,
        f"<iframe sandbox='allow-scripts allow-forms' width='900' height='700' srcdoc='{POPUP}'></iframe>",
        works=False,
    )
    frame = page.frames[1]
    assert frame.evaluate("origin") == "null"
    for name in ("localStorage", "sessionStorage", "document.cookie"):
        with pytest.raises(Error, match="sandboxed"):
            frame.evaluate(name)
    frame.wait_for_function("!!customElements.get('book-now')")
    frame.locator("a.book-now").click()
    dialog = frame.locator("dialog")
    expect(dialog.locator("[aria-selected=true] button")).to_be_focused()
    choose_time(dialog)
    fill_in(dialog)
    confirm(dialog)
    assert shop.asked == [LOAD, OPEN, SUBMIT]

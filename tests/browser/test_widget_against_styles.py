"""The widget under style sheets that were made for everything in a page, by people who do not know of it."""

from base64 import b64encode
from typing import Any

import pytest
from playwright.sync_api import Locator, Page

from tests.browser.prospect import choose_time, confirm, fill_in
from tests.browser.shops import LINK, POPUP, Shop, opened
from tests.fixtures.site import MakeSite

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_kind", ["sqlite"])]
HOSTILE = """
*, *::before, *::after { all: unset !important; display: block !important; float: left !important }
* { font-size: 50px !important }
body * {
  position: fixed !important; width: 7px !important; min-height: 99px !important; margin: 5em !important;
  color: lime !important; visibility: hidden !important; pointer-events: none !important; cursor: none !important;
  font-style: italic !important; font-weight: 900 !important; line-height: 3 !important; direction: rtl !important;
  text-align: right !important; text-transform: uppercase !important; text-shadow: 0 0 9px red !important;
  letter-spacing: 9px !important; word-spacing: 1em !important; text-indent: 5em !important;
  word-break: break-all !important; hyphens: auto !important; white-space: pre !important; quotes: "?" !important;
  writing-mode: vertical-rl !important;
  list-style: square !important; border-collapse: collapse !important; user-select: none !important;
  animation: spin 9s infinite !important; accent-color: red !important;
}
@keyframes spin { to { rotate: 1turn; opacity: 0 } }
dialog, header, section, form, h2, h3, h4, p, table, th, td, ul, li, slot { display: none !important }
button, input, select, textarea, label, svg, a { padding: 3em !important; border: 9px solid red !important }
.dialog, .body, .icon, .day, .time, .control, .form, .error, .unseen, [hidden] { display: inline !important }
:root, * { --bg: red !important; --fg: lime !important; --accent: red !important; --radius: 99px !important }
dialog::backdrop { background: red !important }
main { transform: rotate(20deg) scale(0.2) !important; filter: blur(3px) !important; opacity: 0.3 !important;
  contain: strict !important; overflow: hidden !important; clip-path: inset(0 99% 99% 0) !important }
"""
LINKS = """a, a:link, main a.book-now { color: red !important; background: yellow !important; padding: 0 !important;
  text-decoration: underline !important; border: 5px solid !important; font-weight: 100 !important }"""
SWITCH = """(css) => {
  const found = document.querySelector("#hostile");
  if (found) return found.remove();
  const style = Object.assign(document.createElement("style"), { id: "hostile", textContent: css });
  document.head.append(style);
}"""
# Where everything stands, and how the first of each kind looks. A page's font is meant to come in.
LOOKS = """(dialog) => {
  const looks = { styles: {}, places: [] };
  for (const one of [dialog, ...dialog.querySelectorAll(":not(option)")]) {
    const { x, y, width, height } = one.getBoundingClientRect();
    const kind = `${one.tagName} ${one.className}`;
    const style = getComputedStyle(one);
    looks.places.push([kind, x, y, width, height].join(" "));
    looks.styles[kind] ??= [...style].filter((name) => name !== "font-family").map((name) => `${name}: ${style[name]}`);
  }
  return looks;
}"""
# Edges are painted a shade lighter or darker from time to time.
DIFFER = """async (pictures) => {
  const [one, other] = await Promise.all(pictures.map(async (picture) => {
    const image = new Image();
    image.src = `data:image/png;base64,${picture}`;
    await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d");
    canvas.drawImage(image, 0, 0);
    return canvas.getImageData(0, 0, image.width, image.height).data;
  }));
  if (one.length !== other.length) throw Error("They are not of one size.");
  return one.filter((shade, at) => Math.abs(shade - other[at]) > 20).length;
}"""
BUTTON = """(link) => {
  const style = getComputedStyle(link);
  const { padding, border, borderRadius, background, color, fontWeight, lineHeight, textDecoration } = style;
  return { padding, border, borderRadius, background, color, fontWeight, lineHeight, textDecoration };
}"""


@pytest.fixture
def shop(make_site: MakeSite) -> Shop:
    """Serve a shop."""
    return Shop(make_site())


def looks(dialog: Locator) -> dict[str, Any]:
    """Return what can be seen of a dialog, as words and as a picture."""
    dialog.page.mouse.move(1, 1)
    found: dict[str, Any] = dialog.evaluate(LOOKS)
    return found


def picture(dialog: Locator) -> str:
    """Return what is in the dialog as a picture."""
    return b64encode(dialog.locator(".body > *").screenshot()).decode()


def test_every_step_looks_the_same_under_rules_for_everything(shop: Shop, page: Page) -> None:
    shop.visit(page, POPUP)
    dialog = opened(page)
    page.evaluate(SWITCH, HOSTILE)

    def stays_as_it_is() -> None:
        hostile, painted = looks(dialog), picture(dialog)
        page.evaluate(SWITCH, HOSTILE)
        assert page.locator("h1").is_visible()
        alone, pictures = looks(dialog), [painted, picture(dialog)]
        page.evaluate(SWITCH, HOSTILE)
        assert not page.locator("h1").is_visible()
        assert len(alone["places"]) > 20
        assert hostile == alone
        assert page.evaluate(DIFFER, pictures) == 0

    stays_as_it_is()
    choose_time(dialog)
    stays_as_it_is()
    fill_in(dialog)
    confirm(dialog)
    stays_as_it_is()


def test_the_button_keeps_its_look_unless_the_page_wants_its_own(shop: Shop, page: Page) -> None:
    shop.visit(page, f"{POPUP}<book-now unstyled>{LINK}</book-now>{LINK}")
    dressed, own, bare = page.locator("a.book-now").all()
    before = dressed.evaluate(BUTTON)
    page.evaluate(SWITCH, LINKS)
    assert dressed.evaluate(BUTTON) == before
    assert before["color"] == "rgb(255, 255, 255)"
    assert own.evaluate(BUTTON)["color"] == bare.evaluate(BUTTON)["color"] == "rgb(255, 0, 0)"

"""The HTML mails in a real browser: nothing hangs over the edge, and everybody can read them, by day and by night."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.fixtures.browser import AXE_TAGS
from tests.mail.samples import CASES
from zoom_blueprint.languages import CODES, language
from zoom_blueprint.state import State

RULES = {"runOnly": {"type": "tag", "values": [tag for tag in AXE_TAGS if tag != "best-practice"]}}
WRITTEN_FROM_RIGHT = [code for code in CODES if language(code).dir == "rtl"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("code", ["en", *WRITTEN_FROM_RIGHT])
def test_every_mail_fits_a_phone_and_can_be_read(state: State, browser: Browser, code: str, scheme: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 700}, color_scheme=scheme)  # type: ignore[arg-type]
    try:
        page = context.new_page()
        for name, case in CASES.items():
            for reader, _, letter in case.letters(state, code):
                found = letter.message.get_body(("html",))
                assert found is not None
                page.set_content(found.get_content())
                assert page.evaluate("document.documentElement.scrollWidth") <= 390, (name, reader)
                side = page.locator("h1").evaluate("element => getComputedStyle(element).textAlign")
                assert side == ("right" if code in WRITTEN_FROM_RIGHT else "left")
                if reader != case.readers[0]:
                    continue  # the others' mails are made of the same parts
                broken = Axe().run(page, options=RULES).response["violations"]
                assert [one["id"] for one in broken] == [], (name, reader)
    finally:
        context.close()

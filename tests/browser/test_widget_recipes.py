"""What the widget's README tells pages to do by themselves, done as it stands there."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_widget_modes import POPUP, Shop, shop, times_of, visit

__all__ = ["shop"]
pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_kind", ["sqlite"])]
README = (Path(__file__).parents[2] / "widget" / "README.md").read_text(encoding="utf-8")
SHOWN_BY_VIDEO = f"<video></video>{POPUP.replace('<book-now', '<book-now hidden')}"
PLAY = """([name, value]) => {
  Object.defineProperty(video, "currentTime", { value, configurable: true });
  video.dispatchEvent(new Event(name));
}"""


def recipe(language: str, words: str) -> str:
    """Return the block in a language that has these words in it."""
    blocks: list[str] = re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)
    (found,) = [block for block in blocks if words in block]
    return found


@pytest.mark.parametrize(("moment", "at"), [("timeupdate", 30), ("ended", 12)])
def test_a_video_shows_the_button_at_its_moment(
    shop: Shop, page: Page, axe: Callable[..., None], moment: str, at: int
) -> None:
    site = shop(f"{SHOWN_BY_VIDEO}<script>{recipe('js', 'timeupdate')}</script>")
    visit(site, page)
    button = page.locator("a.book-now")
    page.evaluate(PLAY, ["timeupdate", 12])
    expect(button).to_be_hidden()
    page.evaluate(PLAY, [moment, at])
    button.click()
    times_of(page)
    axe(page)


def test_a_corner_of_the_window_holds_the_button_wherever_the_page_is(shop: Shop, page: Page) -> None:
    tall = "<div style='height: 3000px'></div>"
    site = shop(f"<style>{recipe('css', 'position: fixed')}</style>{tall}{POPUP}{tall}")
    visit(site, page)
    button = page.locator("a.book-now")
    before = button.bounding_box()
    page.evaluate("scrollTo(0, 2000)")
    assert button.bounding_box() == before
    button.click()
    times_of(page)

"""Chromium as one more engine, for what is told of all three in one piece of code."""

from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.engines.driving import HEIGHT, PATIENCE, WIDTH


class Chromium:
    """See ``Engine``."""

    name = "chromium"

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._page: Page | None = None

    @property
    def page(self) -> Page:
        """The page of now."""
        assert self._page is not None
        return self._page

    def fresh(self, width: int = WIDTH, height: int = HEIGHT) -> None:
        """Open a page in a context of its own, which ends the one before."""
        self.close()
        context = self._browser.new_context(viewport={"width": width, "height": height})
        context.set_default_timeout(PATIENCE * 1000)
        self._page = context.new_page()

    def open(self, url: str) -> None:
        """Go to an address and wait until it is loaded."""
        self.page.goto(url)

    def evaluate(self, code: str) -> str:
        """Run an expression in the page."""
        return str(self.page.evaluate(code))

    def click(self, x: float, y: float) -> None:
        """Press the mouse at a point of what is seen."""
        self.page.mouse.click(x, y)

    def press(self, *keys: str) -> None:
        """Press a key, with the modifiers named before it held down."""
        self.page.keyboard.press("+".join(keys))

    def type(self, text: str) -> None:
        """Type into whatever has the focus."""
        self.page.keyboard.type(text)

    def screenshot(self, path: Path) -> None:
        """Keep what is seen as a PNG file."""
        self.page.screenshot(path=path)

    def close(self) -> None:
        """Leave nothing of it."""
        if self._page is not None:
            self._page.context.close()
        self._page = None

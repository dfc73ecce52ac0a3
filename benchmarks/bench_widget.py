"""What a visitor waits for the widget: bytes to load, and from a click until times are seen on a phone's network.

Each visit is one of a browser that holds nothing yet, to a page of another site, in which the widget's script has run.
"""

import contextlib
import statistics
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from browsing import browsers, shop
from measure import record, take_turns
from playwright.sync_api import Browser, CDPSession, Page
from prepare import is_ready

from zoom_blueprint.web import bundles

ROUNDS = 9
LATENCY = 150
HOVERED = 300
_MEGABIT = 1_000_000 / 8 * 0.9
_NETWORK = {  # but for the latency what Chromium's developer tools call a fast 4G
    "offline": False,
    "latency": LATENCY,
    "downloadThroughput": 9 * _MEGABIT,
    "uploadThroughput": 1.5 * _MEGABIT,
}
_PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "locale": "en-US"}
_LIMITS = {bundles.IDENTITY: ("minified", 24_000), "gzip": ("gzip", 9_000), "br": ("brotli", 8_000)}
_FETCH = """
async (address) => {
  const begun = performance.now();
  await (await fetch(address, { credentials: "omit" })).json();
  return performance.now() - begun;
}
"""


def main() -> None:
    for coding, body in bundles.current().bodies.items():
        name, limit = _LIMITS[coding]
        record(f"widget-{name}", ours=len(body.content), unit=" bytes", goal=f"≤ {limit:,} bytes")
    if not is_ready("widget"):
        return
    with shop() as address, browsers() as launch, launch() as browser:
        visits = _Visits(browser, f"{address}/popup")
        visits.cold()  # which tells the address that is fetched
        turns = {"fetch": visits.fetch, "cold": visits.cold, "warmed": visits.warmed}
        found = take_turns(turns, rounds=ROUNDS)
    if found["fetch"] < LATENCY:
        raise RuntimeError(f"A fetch took {found['fetch']:.0f} ms: this Chromium does not slow its network down.")
    record("widget-click-cold", ours=found["cold"], baseline=found["fetch"], goal="≤ 400 ms")
    record("widget-click-warmed", ours=found["warmed"], baseline=found["fetch"], goal="≤ 200 ms")
    # The latency here is one of requests. On a real network a connection with TLS takes two more of them.
    record("widget-click-connections", ours=statistics.mean(visits.connected), unit="")


@dataclass
class _Visit:
    """A page, what has been asked for since it was there, and whether a new connection was made for that."""

    page: Page
    asked: list[str] = field(default_factory=list)
    connected: list[bool] = field(default_factory=list)

    def listen(self, session: CDPSession) -> None:
        def answered(event: dict[str, Any]) -> None:
            self.connected.append(not event["response"]["connectionReused"])

        session.on("Network.requestWillBeSent", lambda event: self.asked.append(event["request"]["url"]))
        session.on("Network.responseReceived", answered)


class _Visits:
    """Visits to a page, each of which returns milliseconds."""

    def __init__(self, browser: Browser, address: str) -> None:
        self._browser, self._address = browser, address
        self._slots = ""
        self.connected: list[bool] = []
        """Of each opening, whether it needed a connection beside those of the page's load."""

    def fetch(self) -> float:
        """Ask by a script for what an opening asks for: the least that it can take."""
        with self._visit() as visit:
            taken: float = visit.page.evaluate(_FETCH, self._slots)
        return taken

    def cold(self) -> float:
        """Click by a script, so that nothing has pointed at the button before; no finger is that quick."""
        with self._visit() as visit:
            visit.page.evaluate("document.querySelector('a.book-now').click()")
            return self._seen(visit)

    def warmed(self) -> float:
        """Click with the mouse, some time after it has come to the button."""
        with self._visit() as visit:
            button = visit.page.locator("a.book-now")
            button.hover()
            visit.page.wait_for_timeout(HOVERED)
            if not visit.asked:
                raise RuntimeError("Nothing was asked for when the mouse came.")
            button.click()
            return self._seen(visit)

    def _seen(self, visit: _Visit) -> float:
        visit.page.wait_for_function("window.seenAfter")
        taken: float = visit.page.evaluate("window.seenAfter")
        if len(visit.asked) != 1:
            raise RuntimeError(f"An opening asks once, not for: {visit.asked}")
        self._slots = visit.asked[0]
        self.connected += visit.connected
        return taken

    @contextlib.contextmanager
    def _visit(self) -> Iterator[_Visit]:
        """Go there as somebody new, and wait until the widget's script has run."""
        context = self._browser.new_context(**_PHONE)
        try:
            visit = _Visit(context.new_page())
            session = context.new_cdp_session(visit.page)
            session.send("Network.enable")
            session.send("Network.emulateNetworkConditions", _NETWORK)
            visit.page.goto(self._address)
            visit.page.wait_for_function("document.querySelector('book-now').shadowRoot")
            visit.listen(session)
            yield visit
        finally:
            context.close()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main()

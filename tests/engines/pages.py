"""A page as somebody before it sees and uses it, in whichever engine: what counts is in sight and can be hit."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.engines.driving import Engine
from tests.fixtures.waiting import wait_until

_PATIENCE = 15
_LOOK = """(selector, number) => {
  const within = (root) => [...root.querySelectorAll("*")].flatMap((one) => [
    ...(one.matches(selector) ? [one] : []),
    ...(one.shadowRoot ? within(one.shadowRoot) : []),
  ]);
  const shown = within(document).filter((one) => one.checkVisibility() && one.getClientRects().length);
  const element = shown.at(number);
  if (!element) return null;
  const root = element.getRootNode();
  const isFocused = root.activeElement === element && (!root.host || document.activeElement === root.host);
  let box = element.getBoundingClientRect();
  const at = () => [box.x + box.width / 2, box.y + box.height / 2];
  const isHit = () => {
    const hit = root.elementFromPoint(...at());
    return !!hit && element.contains(hit);
  };
  if (!isHit()) {
    element.scrollIntoView({ block: "center", behavior: "instant" });
    box = element.getBoundingClientRect();
  }
  const [x, y] = at();
  return {
    count: shown.length,
    text: element.innerText.trim(),
    value: `${element.value ?? ""}`,
    attributes: Object.fromEntries([...element.attributes].map(({ name, value }) => [name, value])),
    focused: isFocused,
    hit: isHit(),
    width: box.width,
    x,
    y,
  };
}"""
_PAINT = """() => {
  globalThis.painted = false;
  requestAnimationFrame(() => requestAnimationFrame(() => { globalThis.painted = true }));
}"""


@dataclass(frozen=True)
class Seen:
    """An element that can be seen, how many like it there are, and whether a click at its middle reaches it."""

    count: int
    text: str
    value: str
    attributes: dict[str, str]
    focused: bool
    hit: bool
    width: float
    x: float
    y: float


class Page:
    """The page of an engine; selectors reach into open shadow roots."""

    def __init__(self, engine: Engine, shots: Path) -> None:
        self.engine = engine
        self._shots = shots

    def run(self, source: str, *given: object) -> Any:
        """Call a JavaScript function that is synchronous, with values that JSON has."""
        call = f"({source})(...{json.dumps(given)})"
        return json.loads(self.engine.evaluate(f"(JSON.stringify({call}) ?? 'null')"))

    def look(self, selector: str, number: int = 0) -> Seen | None:
        """Return an element as it is now, None when it cannot be seen; what is out of sight is scrolled to."""
        found = self.run(_LOOK, selector, number)
        return None if found is None else Seen(**found)

    def see(self, selector: str, number: int = 0) -> Seen:
        """Wait until an element can be seen."""
        found = wait_until(lambda: self.look(selector, number), _PATIENCE, why=f"{selector} is seen", every=0.05)
        assert found is not None
        return found

    def texts(self, selector: str) -> list[str]:
        """Return what all such elements say."""
        return [self.see(selector, number).text for number in range(self.see(selector).count)]

    def read(self, selector: str, words: str) -> None:
        """Wait until an element says these words among others."""
        wait_until(lambda: words in self.see(selector).text, _PATIENCE, why=f"{selector} says {words!r}", every=0.05)

    def gone(self, selector: str) -> None:
        """Wait until no such element can be seen."""
        wait_until(lambda: self.look(selector) is None, _PATIENCE, why=f"{selector} is gone", every=0.05)

    def focused(self, selector: str) -> None:
        """Wait until an element has the focus."""
        wait_until(lambda: self.see(selector).focused, _PATIENCE, why=f"{selector} has the focus", every=0.05)

    def click(self, selector: str, number: int = 0) -> None:
        """Click an element as soon as nothing lies over it."""

        def reachable() -> Seen | None:
            seen = self.look(selector, number)
            return seen if seen and seen.hit else None

        seen = wait_until(reachable, _PATIENCE, why=f"{selector} can be clicked", every=0.05)
        assert seen is not None
        self.engine.click(seen.x, seen.y)

    def tab_to(self, selector: str, *modifiers: str) -> None:
        """Press the tab key until an element has the focus."""
        for _ in range(40):
            if self.see(selector).focused:
                return
            self.engine.press(*modifiers, "Tab")
        raise AssertionError(f"The tab key does not reach {selector}")

    def fill(self, selector: str, text: str) -> None:
        """Click a field and type into it."""
        self.click(selector)
        self.focused(selector)
        self.engine.type(text)

    def refill(self, selector: str, text: str) -> None:
        """Type into a field in place of what stands there."""
        self.click(selector)
        self.focused(selector)
        self.engine.press("Control", "a")
        self.engine.type(text)

    def shot(self, name: str) -> None:
        """Keep a picture of what is seen; WebKit would give the frame before."""
        self.run(_PAINT)
        wait_until(lambda: self.run("() => globalThis.painted"), why="the page is painted")
        self.engine.screenshot(self._shots / f"{self.engine.name}-{name}.png")

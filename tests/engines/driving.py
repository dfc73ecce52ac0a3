"""What the tests ask of a browser engine: so little that two of them can be driven by one piece of code."""

from pathlib import Path
from typing import Protocol

WIDTH, HEIGHT = 1280, 800
PATIENCE = 30


class Engine(Protocol):
    """A running browser with one page; keys are named as in ``KeyboardEvent.key``."""

    name: str

    def fresh(self, width: int = WIDTH, height: int = HEIGHT) -> None:
        """Begin with an empty page of this size."""

    def open(self, url: str) -> None:
        """Go to an address and wait until it is loaded."""

    def evaluate(self, code: str) -> str:
        """Run a synchronous expression that gives a string, in the page or beside it."""

    def click(self, x: float, y: float) -> None:
        """Press the mouse at a point of what is seen."""

    def press(self, *keys: str) -> None:
        """Press a key, with the modifiers named before it held down."""

    def type(self, text: str) -> None:
        """Type into whatever has the focus."""

    def screenshot(self, path: Path) -> None:
        """Keep what is seen as a PNG file."""

    def close(self) -> None:
        """Leave nothing running."""

"""Follow a list from page to page."""

from collections.abc import Callable, Iterator
from typing import Protocol, TypeVar

_MOST_PAGES = 1000


class Page(Protocol):
    """A part of a list."""

    @property
    def next_token(self) -> str:
        """What leads to the next part, empty on the last."""


P = TypeVar("P", bound=Page)


def follow(fetch: Callable[[str], P], lost: Callable[[str, P], Exception]) -> Iterator[P]:
    """Yield all pages; ``fetch`` gets the one behind a token, the first behind an empty one.

    Raises:
        What ``lost`` makes of a sentence and the last page: the list runs in a circle, or has no end.
    """
    token = ""
    seen = {token}
    while True:
        found = fetch(token)
        yield found
        token = found.next_token
        if not token:
            return
        if token in seen or len(seen) >= _MOST_PAGES:
            raise lost("runs in a circle" if token in seen else "has no end", found)
        seen.add(token)

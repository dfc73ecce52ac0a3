"""A site with free times, a shop of somebody else whose pages have its widget in them, and the browser of a visitor."""

import contextlib
from collections.abc import Callable, Iterator

from databases import databases
from playwright.sync_api import Browser, sync_playwright
from serving import serve
from shop import page, pages
from sites import EVENT, SETTINGS, make

from tests.fixtures.browser import FLAGS
from tests.fixtures.chromium import find_chromium
from zoom_blueprint.web import snippets

# Nothing beyond this machine is found.
_LOOPBACK = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"
_SETTINGS = {"ZOOM_READ_LIMITS": "1000000 per minute"}  # counted, and nobody is refused


@contextlib.contextmanager
def shop() -> Iterator[str]:
    """Yield the address of a shop: ``/without`` the widget, ``/popup`` with it, ``/inline`` in the page itself."""
    with databases("sqlite") as new:
        state, address = make(0, address=new())
        with serve("served:app", {"BENCH_DATABASE": address, **_SETTINGS}) as port:
            snippet = snippets.snippet(state, "ada", EVENT.slug)
            snippet = snippet.replace(SETTINGS["ZOOM_PUBLIC_URL"], f"http://127.0.0.1:{port}")
            inline = snippet.replace("<book-now ", '<book-now mode="inline" ')
            with pages({"/without": page(), "/popup": page(snippet), "/inline": page(inline)}) as there:
                yield there


@contextlib.contextmanager
def browsers() -> Iterator[Callable[..., Browser]]:
    """Yield what starts the Chromium of the tests, with more flags."""
    with sync_playwright() as playwright:
        path = find_chromium()
        yield lambda *flags: playwright.chromium.launch(executable_path=path, args=[*FLAGS, _LOOPBACK, *flags])

"""A host's browser: keeps cookies, reads CSRF tokens out of pages, and follows a consent."""

import html
import re
from collections.abc import Sequence
from typing import Any

from tests.fixtures.site import Answer, Site, Visitor

_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Browser(Visitor):
    """A browser in which ``who`` is signed in to the host app."""

    def __init__(self, site: Site, who: str = "ada") -> None:
        super().__init__(site.base)
        self.site = site
        self.sign_in(who)

    def sign_in(self, who: str) -> None:
        """Be somebody else from now on; nobody with an empty name."""
        self.who = who
        self.session.headers["X-Host"] = who

    def csrf_token(self, path: str = "/connection") -> str:
        """Return the token of a page with a form."""
        page = self.get(path)
        assert page.status_code == 200, page.text
        found = _TOKEN.search(page.text)
        assert found, page.text
        return found[1]

    def press(self, path: str, on: str = "/connection", **fields: str) -> Answer:
        """Press a button on one of the pages."""
        return self.post(path, data={"csrf_token": self.csrf_token(on), **fields})

    def begin(self) -> str:
        """Press Connect Zoom and return where it leads."""
        # A working connection has no such button; whoever kept the page open still may press it.
        answer = self.press("/connect")
        assert answer.status_code == 303, answer.text
        return answer.headers["Location"]

    def consent(self, user: str = "ada", decision: str = "allow", withhold: Sequence[str] = ()) -> str:
        """Press Connect Zoom, decide on Zoom's page, and return where Zoom leads back to."""
        return self.site.simulator.consent(self.begin(), user, decision, withhold)

    def come_back(self, address: str, **changes: Any) -> str:
        """Open the address that Zoom leads to and return the text of the page on which the host ends."""
        answer = self.get(address, **changes)
        assert answer.status_code == 302, answer.text
        assert answer.headers["Location"] == f"{self.base}/connection"
        return self.read("/connection")

    def connect(self, user: str = "ada", decision: str = "allow", withhold: Sequence[str] = ()) -> str:
        """Connect Zoom and return the text of the page on which the host ends."""
        return self.come_back(self.consent(user, decision, withhold))

    def read(self, path: str) -> str:
        """Return the text of a page as a person reads it."""
        page = self.get(path)
        assert page.status_code == 200, page.text
        return words(page.text)


def words(page: str) -> str:
    """Return the text of a page without its markup."""
    text = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL)
    return " ".join(html.unescape(text).split())

"""What a host's browser does with the long forms: reads every field of a page, changes some, and sends all of it."""

from html.parser import HTMLParser

from tests.fixtures.site import Answer
from tests.web.browsing import Browser


class _Fields(HTMLParser):
    """The successful controls of a page's editor, as a browser without JavaScript sends them."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self._is_inside = False
        self._select = self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._is_inside = found.get("id") == "editor"
        if not self._is_inside:
            return
        name, kind = found.get("name", ""), found.get("type", "text")
        if tag == "input" and name and (kind not in ("checkbox", "radio") or "checked" in found):
            assert name not in self.fields, name
            self.fields[name] = found.get("value", "")
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and ("selected" in found or self._select not in self.fields):
            self.fields[self._select] = found["value"]
        elif tag == "textarea":
            self._area = name
            self.fields[name] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""
        elif tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.fields[self._area] += data


def fields_of(page: str) -> dict[str, str]:
    """Return what the form of a page would send."""
    found = _Fields()
    found.feed(page)
    return found.fields


def open_form(browser: Browser, path: str) -> dict[str, str]:
    """Open a page and return what its form would send."""
    answer = browser.get(path)
    assert answer.status_code == 200, answer.text
    return fields_of(answer.text)


def send(browser: Browser, path: str, **changes: str | None) -> Answer:
    """Open a form, change some of its fields, take away those that are None, and send it."""
    fields = {**open_form(browser, path), **changes}
    return browser.post(path, data={name: value for name, value in fields.items() if value is not None})

"""What a host's browser does at the desk."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.fixtures.site import Answer, Site
from tests.web.browsing import Browser, words
from zoom_blueprint import EventType

ASKED = EventType(slug="asked", title="Consultation", notice_minutes=0, approval=True)
_KEY = re.compile(r'name="key" value="([^"]+)"')
_ANYWAY = re.compile(r'name="anyway" value="([^"]+)"')


def with_approval(site: Site) -> Browser:
    """Let Ada approve consultations, and return her browser."""
    with site.app.app_context():
        site.zoom.event_types.put("1", ASKED)
    return Browser(site)


def ask(site: Site, place: int = 0, **fields: str) -> dict[str, Any]:
    """Ask for one of the offered consultations."""
    offered = site.slots("ada/asked")
    return site.booked("ada/asked", start=offered["slots"][place], token=offered["token"], **fields)


def of(booking: dict[str, Any], action: str = "") -> str:
    """Return the address of a booking's page on the host's side, or of one of its actions."""
    return f"/host/bookings/{booking['id']}{'/' if action else ''}{action}"


def press(browser: Browser, path: str, on: str, **fields: str) -> str:
    """Press a button and return the text of the page on which the host ends, whatever it is."""
    return text_after(browser, browser.press(path, on, **fields))


def text_after(browser: Browser, answer: Answer) -> str:
    """Return the text of an answer, or of the page to which it leads."""
    if answer.status_code == 303:
        answer = browser.get(answer.headers["Location"])
        assert answer.status_code == 200, answer.text
    return words(answer.text)


def in_days(days: int) -> str:
    """Return a date from today on, on a Monday to Friday from that day on."""
    found = datetime.now(UTC).date() + timedelta(days=days)
    while found.weekday() > 4:
        found += timedelta(days=1)
    return found.isoformat()


def details(browser: Browser, event: str = "intro-call", **changes: str) -> dict[str, str]:
    """Return the fields of a booking for somebody, with the tokens of the form."""
    page = browser.get(f"/host/book/details?event={event}")
    assert page.status_code == 200, page.text
    found = _KEY.search(page.text)
    assert found is not None
    fields = {"event": event, "key": found[1], "date": in_days(3), "time": "10:00", "name": "Dora Dell"}
    fields |= {"email": "dora@example.com", "tz": "Europe/Berlin", "lang": "de"}
    return fields | {"csrf_token": browser.csrf_token(f"/host/book/details?event={event}")} | changes


def anyway(page: str) -> str:
    """Return what the button "anyway" of a page sends."""
    found = _ANYWAY.search(page)
    assert found is not None, words(page)
    return found[1]

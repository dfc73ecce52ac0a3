"""No secret reaches a log, a traceback, a repr, a page or an address while an account lives and ends."""

import logging
import traceback
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest

from tests.fixtures.site import Site
from tests.services.looking import LONG_AGO, make_due, only, rows, turn
from tests.web.browsing import Browser
from tests.web.test_secrecy import ACCESS_LINES, held_tokens, holds, of_browsers, tells
from zoom_blueprint import MeetingChange, MeetingRequest, ZoomError
from zoom_blueprint.services import doctors, health, pending_grants
from zoom_blueprint.store import models

ROUTES = ("me", "list_meetings", "get_meeting", "create_meeting", "update_meeting", "delete_meeting", "token")
FAULTS: tuple[dict[str, Any], ...] = (
    {"status": 500, "body": "<html>broken</html>"},
    {"status": 429, "body": {"code": 429, "message": "daily rate limit"}},
    {"drop": "before"},
)


def pending_tokens(site: Site) -> dict[str, str]:
    """Return the tokens that wait in consents."""
    waiting = [pending_grants.open_pending(site.state, row) for row in rows(site.state, models.Consent)]
    (held,) = [one.tokens_at(datetime.now(UTC)) for one in waiting if one is not None]
    return {"pending 0": held.access_token, "pending 1": held.refresh_token}


def life(site: Site) -> dict[str, str]:
    """Live through what may become of an account, and return every secret that occurred, by name."""
    browser = Browser(site)
    booking = site.booked()
    site.drain()
    secrets = {f"token {place}": token for place, token in enumerate(sorted(held_tokens(site.state)))}
    start = browser.press(f"/host/bookings/{booking['id']}/start").headers["Location"]
    secrets["start link's key"] = parse_qs(urlsplit(start).query)["zak"][0]
    secrets["passcode"] = str(site.simulator.meetings("ada")[0]["password"])
    browser.press(f"/connections/{site.connection().id}/check")
    site.simulator.fault(route="me", times=10, status=503, body="<html>no</html>")
    question = browser.consent("grace")
    secrets["code"] = parse_qs(urlsplit(question).query)["code"][0]
    browser.get(question)
    secrets |= pending_tokens(site)
    site.simulator.clear_faults()
    make_due(site.state, models.Duty)
    site.drain()
    path = f"/consents/{only(site.state, models.Consent, models.Consent.grant_sealed.is_not(None)).id}"
    browser.read(path)
    browser.press(f"{path}/keep", on=path)
    site.drain()
    turn(site.state, models.Grant, expires_at=LONG_AGO)
    site.simulator.fault(route="token", drop="after", times=2)
    make_due(site.state, models.Duty)
    site.drain()
    browser.read("/")
    return secrets


def test_no_log_holds_a_secret_of_an_account(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for name in [*logging.root.manager.loggerDict, "urllib3", "authlib", "sqlalchemy.engine", "zoom_blueprint"]:
        caplog.set_level(logging.DEBUG, logger=name)
    secrets = life(site)
    assert {"start link's key", "passcode", "pending 0", "pending 1"} <= secrets.keys()
    ours = [record for record in caplog.records if record.name != ACCESS_LINES and not of_browsers(record)]
    assert any("/v2/users/me" in record.getMessage() for record in ours)
    assert {(name, one.name) for one in ours for name, secret in secrets.items() if tells(one, secret)} == set()


def test_no_page_and_no_answer_for_programs_holds_a_secret_of_an_account(site: Site) -> None:
    secrets = life(site)
    browser = Browser(site)
    connection_id = site.connection().id
    for path in ("/", f"/connections/{connection_id}/health", f"/connections/{connection_id}/disconnect"):
        text = browser.get(path).text
        assert [name for name, secret in secrets.items() if name != "passcode" and secret in text] == [], path
    with site.app.app_context():
        report = msgspec.json.encode(doctors.examine(site.state)).decode()
    assert [name for name, secret in secrets.items() if holds(report, secret)] == []


@pytest.mark.parametrize("route", ROUTES)
def test_no_traceback_and_no_repr_holds_a_secret(site: Site, route: str) -> None:
    secrets = held_tokens(site.state) | {site.simulator.client_secret, site.simulator.webhook_secret}
    with site.app.app_context():
        meetings = site.zoom.meetings("1")
        request = MeetingRequest(topic="Call", start=datetime.now(UTC) + timedelta(days=1), duration=30)
        made = meetings.create(request)
        secrets |= {str(made.password), made.join_url}
        shown = [repr(made), repr(request), repr(meetings), repr(meetings.me()), repr(list(meetings.list()))]
        shown.append(repr(health.check(site.state, site.connection().id)))
        calls: dict[str, Callable[[], object]] = {
            "me": meetings.me,
            "list_meetings": lambda: list(meetings.list()),
            "get_meeting": lambda: meetings.get(made.id),
            "create_meeting": lambda: meetings.create(request),
            "update_meeting": lambda: meetings.update(made.id, MeetingChange(duration=45)),
            "delete_meeting": lambda: meetings.delete(made.id),
        }
        for fault in FAULTS:
            if route == "token":
                turn(site.state, models.Grant, expires_at=LONG_AGO)
            site.simulator.fault(route=route, times=4, **fault)
            with pytest.raises(ZoomError) as caught:
                calls.get(route, meetings.me)()
            site.simulator.clear_faults()
            shown += [repr(caught.value), "".join(traceback.format_exception(caught.value))]
    secrets |= held_tokens(site.state)
    assert [secret for secret in secrets for text in shown if holds(text, secret)] == []

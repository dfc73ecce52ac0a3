"""No secret reaches a log record, a repr, or a page or address in which it does not belong."""

import json
import logging
import re
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select, update

from tests.fixtures.site import MakeSite, Site, api
from tests.fixtures.site_app import HOSTS
from tests.web.asking import days, wish
from tests.web.browsing import Browser
from zoom_blueprint.services import agendas, bookables, bookings, consents, grants
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.testing.signing import sign_webhook

ACCESS_LINES = "werkzeug"  # the server's own record of each path; not ours


def of_browsers(record: logging.LogRecord) -> bool:
    """Tell the records of this test's own browsers, which share our process."""
    asked = ('"GET /zoom/', '"POST /zoom/', '"GET /oauth/authorize?', '"POST /oauth/authorize', "/__sim__/")
    return record.name.startswith("urllib3") and any(text in record.getMessage() for text in asked)


def tells(record: logging.LogRecord, secret: str) -> bool:
    """Tell whether a secret stands in a record."""
    fields = getattr(record, "zoom", None)  # what JSON formatters print
    return holds(f"{logging.Formatter().format(record)} {record.msg!r} {record.args!r} {fields!r}", secret)


def holds(text: str, secret: str) -> bool:
    """Tell whether a secret stands in a text; six digits may do so by chance, in a clock or a longer number."""
    if secret.isdigit():
        text = re.sub(r"datetime\.datetime\([^)]*\)|\.\d+|\d{7,}|0x[0-9a-f]+", "", text)
    return secret in text


def held_tokens(state: State) -> set[str]:
    """Return the tokens that are stored now."""
    rows = state.database.read(lambda session: session.scalars(select(models.Grant)).all())
    held = [grants.open_tokens(state, row) for row in rows]
    return {text for one in held for text in (one.access_token, one.refresh_token)}


def story(site: Site) -> dict[str, str]:
    """Live through everything once, troubles included, and return every secret that occurred, by name."""
    secrets = {"client secret": site.simulator.client_secret, "webhook secret": site.simulator.webhook_secret}
    browser = Browser(site)
    address = browser.consent()
    secrets["browser secret"] = browser.session.cookies["zoom_consent"]
    query = parse_qs(urlsplit(address).query)
    secrets["state"], secrets["code"] = query["state"][0], query["code"][0]
    row = site.state.database.read(lambda session: session.scalars(select(models.Consent)).one())
    sealed = row.verifier_sealed
    secrets["verifier"] = site.state.cipher.open("zoom_consent", row.id, "verifier", sealed)
    browser.come_back(address)
    secrets |= {f"token {number}": token for number, token in enumerate(sorted(held_tokens(site.state)))}
    site.simulator.fault(route="create_meeting", status=500, body={"code": 1, "message": "no"})
    fields = wish(site)
    booking = site.post("/api/v1/hosts/ada/intro-call/bookings", data=fields).json()
    secrets["manage token"] = booking["manage_url"].rpartition("/")[2]
    site.drain()
    site.state.database.write(lambda session: session.execute(update(models.Meeting).values(due_at=datetime.now(UTC))))
    site.drain()
    made = agendas.get(site.state, booking["id"])
    secrets["passcode"], secrets["join link"] = str(made.passcode), str(made.join_url)
    secrets["start_url"] = start_url(site)
    expired = models.Grant.__table__.update().values(expires_at=models.Grant.refreshed_at)  # type: ignore[attr-defined]
    site.state.database.write(lambda session: session.execute(expired))
    offer = site.get(f"{api(booking)}/slots", params=days()).json()
    site.post(f"{api(booking)}/reschedule", data={"start": offer["slots"][3], "token": offer["token"]})
    site.drain()
    secrets |= {f"newer token {number}": token for number, token in enumerate(sorted(held_tokens(site.state)))}
    site.post("/webhook", data=b"{}", headers=sign_webhook("wrong", b"{}"))
    body = json.dumps({"event": "meeting.updated", "payload": {"object": {"id": "1"}}}).encode()
    site.post("/webhook", data=body, headers=sign_webhook(site.simulator.webhook_secret, body))
    site.get(booking["manage_url"])
    site.get(booking["ics_url"])
    browser.get(f"/callback?state={secrets['state']}&code={secrets['code']}")
    site.post(f"{api(booking)}/cancel", data={"reason": "none"})
    site.drain()
    path = f"/connections/{site.connection().id}/disconnect"
    site.simulator.fault(route="revoke", status=500, body={"reason": "no"})
    browser.press(path, on=path)
    return secrets


def start_url(site: Site) -> str:
    """Return how every address begins that starts the one meeting as its host."""
    (meeting,) = site.simulator.meetings("ada")
    return f"/s/{meeting['id']}?"


@pytest.fixture
def site(make_site: MakeSite) -> Site:
    """Serve a site that tells of nothing but is asked for everything."""
    return make_site()


def test_no_secret_reaches_a_log_record_at_any_level(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for name in [*logging.root.manager.loggerDict, "urllib3", "authlib", "sqlalchemy.engine", "zoom_blueprint"]:
        caplog.set_level(logging.DEBUG, logger=name)
    secrets = story(site)
    assert {"passcode", "start_url", "newer token 0"} <= secrets.keys()
    assert any(record.name.startswith("urllib3") for record in caplog.records)
    assert any(record.name.startswith("sqlalchemy") for record in caplog.records)
    assert any(record.name.startswith("zoom_blueprint") for record in caplog.records)
    ours = [record for record in caplog.records if record.name != ACCESS_LINES and not of_browsers(record)]
    assert any("/v2/users/me" in record.getMessage() for record in ours), "calls to Zoom are looked at"
    leaks = {(name, record.name) for record in ours for name, secret in secrets.items() if tells(record, secret)}
    assert leaks == set()


def test_no_secret_stands_in_a_repr(site: Site) -> None:
    site.connect()
    secrets = held_tokens(site.state) | {site.simulator.client_secret, site.simulator.webhook_secret}
    secrets |= set(site.state.config.token_keys) | set(site.state.config.link_keys)
    site.booked()
    booking = site.state.database.read(lambda session: session.scalars(select(models.Booking.id)).one())
    now = agendas.get(site.state, booking)
    secrets |= {str(now.join_url), str(now.passcode), site.state.links.manage_token(booking)}
    attempt = consents.begin(site.state, HOSTS["ada"].id)
    secrets |= {attempt.browser_secret, parse_qs(urlsplit(attempt.authorize_url).query)["state"][0]}
    grant = site.state.database.read(lambda session: session.scalars(select(models.Grant)).one())
    request = bookings.Request(
        host_slug="ada",
        event_slug="intro-call",
        start=now.start,
        name="Bob",
        email="bob@example.com",
        time_zone="UTC",
        key="some-key",
        token=site.slots()["token"],
        answers={"goal": "a secret plan"},
    )
    secrets |= {request.token, "a secret plan"}
    shown = [
        *(site.state, site.state.config, site.state.links, site.state.cipher, site.state.oauth, site.state.transport),
        *(now, attempt, grant, grants.open_tokens(site.state, grant), request, site.connection()),
        site.state.zoom(site.simulator.api_url, grants.open_tokens(site.state, grant).access_token),
        replace(now, name="Eve"),
        bookables.look_up(site.state, "ada", "intro-call"),
    ]
    for one in shown:
        found = [secret for secret in secrets if secret in repr(one) or secret in str(one)]
        assert found == [], type(one)


def test_pages_show_only_what_belongs_there(site: Site) -> None:
    site.connect()
    booking = site.booked()
    (meeting,) = site.simulator.meetings("ada")
    browser = Browser(site)
    manage_token = booking["manage_url"].rpartition("/")[2]
    secrets = held_tokens(site.state) | {site.simulator.client_secret, site.simulator.webhook_secret}
    secrets.add(start_url(site))
    dashboard = browser.get("/?view=list").text
    assert meeting["join_url"] in dashboard.replace("&amp;", "&")
    assert manage_token not in dashboard, "the invitee's link is the invitee's"
    for path in (
        "/",
        "/?view=list",
        "/guide",
        "/book/ada/intro-call",
        booking["manage_url"],
        api(booking),
        booking["ics_url"],
    ):
        text = browser.get(path).text
        assert [secret for secret in secrets if secret in text] == []


def test_pages_of_a_manage_link_send_no_referrer(site: Site) -> None:
    site.connect()
    booking = site.booked()
    page = site.get(booking["manage_url"])
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    assert not re.findall(r'<(?:script|link|img)[^>]+(?:src|href)="https?://', page.text)
    ours = Browser(site).get(f"/host/bookings/{booking['id']}/cancel")
    assert ours.headers["Referrer-Policy"] == "same-origin", "CSRF protection over https asks for the referrer"


def test_no_address_that_leads_to_zoom_holds_a_secret(site: Site) -> None:
    story(site)
    for call in site.simulator.calls():
        secrets = {"token", "access_token", "refresh_token", "code", "client_secret"}
        assert not secrets & set(call["request"]["query"]), call

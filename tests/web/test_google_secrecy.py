"""No secret of Google's reaches a log record, a label of a metric, or what monitoring may read."""

import logging
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.fixtures.google import consent_google
from tests.fixtures.site import MakeSite, Site
from tests.fixtures.site_app import INTRO_CALL
from tests.services.calendaring import at, list_again, put
from tests.services.eventful import event, hurry
from tests.services.looking import only, turn
from tests.web.browsing import Browser
from tests.web.test_secrecy import ACCESS_LINES, held_tokens, of_browsers, tells
from zoom_blueprint.services import endings, event_types
from zoom_blueprint.store import models
from zoom_blueprint.values import WithoutZoom


def story(site: Site) -> dict[str, str]:
    """Connect, be read, be told of changes, book in Meet, fail, and disconnect; return the secrets by name."""
    google = site.simulator.google
    secrets = {"client secret": google.client_secret}
    browser = Browser(site)
    address = consent_google(browser)
    query = parse_qs(urlsplit(address).query)
    secrets |= {"state": query["state"][0], "code": query["code"][0]}
    secrets["browser secret"] = browser.session.cookies["google_consent"]
    row = only(site.state, models.Consent)
    secrets["verifier"] = site.state.cipher.open("zoom_consent", row.id, "verifier", row.verifier_sealed)
    browser.come_back(address)
    site.drain()
    event_types.put(site.state, "1", replace(INTRO_CALL, without_zoom=WithoutZoom.CALENDAR))
    site.simulator.fault(route="insert_event", status=500, body={"error": {"code": 500, "message": "no"}})
    site.booked()
    hurry(site)
    secrets["Meet link"] = event(site)["hangoutLink"]
    put(site, at("09:00"), at("10:00"))
    site.post("/google/push", headers={"X-Goog-Channel-ID": "x"})
    site.simulator.fault(route="list_calendars", drop="before")
    list_again(site)
    turn(site.state, models.Grant, expires_at=models.Grant.refreshed_at)
    list_again(site)
    secrets |= {f"channel token {one['id']}": str(one["token"]) for one in google.channels()}
    secrets |= {f"token {number}": token for number, token in enumerate(sorted(held_tokens(site.state)))}
    endings.disconnect(site.state, "1", only(site.state, models.Connection).id)
    return secrets


def test_no_secret_of_google_reaches_a_log_record_or_what_monitoring_reads(
    make_google_site: MakeSite, caplog: pytest.LogCaptureFixture
) -> None:
    site = make_google_site()
    with caplog.at_level(logging.DEBUG):
        secrets = story(site)
    assert len(secrets) >= 9
    records = [one for one in caplog.records if one.name != ACCESS_LINES and not of_browsers(one)]
    ours = [one for one in records if '"GET /google/oauth/auth' not in one.getMessage()]
    assert [one for one in ours if "google" in one.name], "Google's calls are logged"
    found = {name: one.getMessage() for name, secret in secrets.items() for one in ours if tells(one, secret)}
    assert found == {}
    read = "".join(site.get(path).text for path in ("/readyz", "/healthz"))
    assert [name for name, secret in secrets.items() if secret in read] == []

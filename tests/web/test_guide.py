"""The public guide and the page for Zoom's reviewers: all that a listing asks for, from the settings as they are."""

import re
from datetime import timedelta

import pytest

from tests.fixtures.site import MakeSite, Site
from tests.services.test_queries import counted
from tests.web.browsing import Browser, words
from zoom_blueprint import EventType, Location, WithoutZoom
from zoom_blueprint.google_api import scopes as of_google
from zoom_blueprint.services import consents, purges
from zoom_blueprint.services.inbox import SUBSCRIBED
from zoom_blueprint.store.base import Base
from zoom_blueprint.zoom_api.scopes import missing

#: The row of the guide that tells what is in a table and for how long. A new table belongs here, and into the guide.
ROWS = {
    "zoom_api_key": "keys",
    "zoom_attendance": "attendance",
    "zoom_blocked_time": "host",
    "zoom_booking": "bookings",
    "zoom_connection": "profile",
    "zoom_action_call": "calls",
    "zoom_consent": "attempts",
    "zoom_delivery": "bookings",
    "zoom_endpoint": "endpoints",
    "zoom_event_type": "host",
    "zoom_grant": "access",
    "zoom_host": "host",
    "zoom_known_address": "codes",
    "zoom_lifecycle_event": "bookings",
    "zoom_meeting": "meetings",
    "zoom_quota": "quota",
    "zoom_rate_counter": "limits",
    "zoom_schedule": "host",
    "zoom_tally": "numbers",
    "zoom_webhook_event": "messages",
}
#: The same of what is there only where hosts can connect Google Calendar.
ROWS_OF_GOOGLE = {
    "zoom_busy_time": "busy",
    "zoom_calendar": "calendars",
    "zoom_calendar_event": "events",
    "zoom_timetable": "busy",
}
GOOGLE = {"ZOOM_GOOGLE_CLIENT_ID": "id.apps.googleusercontent.com", "ZOOM_GOOGLE_CLIENT_SECRET": "secret"}
#: Those that hold nothing of anybody: ids of rows, and processes.
NOBODYS = {"zoom_duty", "zoom_worker_heartbeat"}
SUPPORT = {
    "ZOOM_SUPPORT_EMAIL": "help@example.com",
    "ZOOM_SUPPORT_URL": "https://www.example.com/help?topic=zoom",
    "ZOOM_SUPPORT_HOURS": "Monday to Friday, 9 to 17 h <CET>",
    "ZOOM_SUPPORT_ANSWER": "Within one working day",
    "ZOOM_PRIVACY_URL": "https://www.example.com/privacy",
    "ZOOM_TERMS_URL": "https://www.example.com/terms",
}


@pytest.fixture
def database_kind() -> str:
    """One database will do for what pages look like."""
    return "sqlite"


def test_the_guide_tells_everybody_all_that_a_listing_asks_for(make_site: MakeSite) -> None:
    site = make_site(**SUPPORT, ZOOM_RETENTION_DAYS=17)
    page = site.get("/guide").text
    for part in ("add", "use", "scopes", "data", "remove", "troubleshooting", "support", "legal", "operators"):
        assert f'href="#{part}"' in page
        assert f'id="{part}"' in page
    text = words(page)
    assert "Forgotten 17 days after you disconnect" in text
    assert "Monday to Friday, 9 to 17 h <CET>" in text
    assert "Within one working day" in text
    for link in ("mailto:help@example.com", *(SUPPORT[f"ZOOM_{name}_URL"] for name in ("SUPPORT", "PRIVACY", "TERMS"))):
        assert f'href="{link}"' in page
    for one in missing(()):
        assert one.scope in page
    assert "Still to be set" not in text
    assert "Set-Cookie" not in site.get("/guide").headers


def test_the_guide_says_of_every_table_what_is_in_it(make_site: MakeSite) -> None:
    known = {*ROWS, *ROWS_OF_GOOGLE, *NOBODYS}
    assert set(Base.metadata.tables) == known, "Say in the guide what is stored there, and for how long."
    assert _rows(make_site()) == set(ROWS.values())
    # The access to Google stands beside that to Zoom in one table.
    assert _rows(make_site(**GOOGLE)) == {*ROWS.values(), *ROWS_OF_GOOGLE.values(), "google"}


def _rows(site: Site) -> set[str]:
    return set(re.findall(r'<dt id="data-([^"]+)"', site.get("/guide").text))


def test_where_google_can_be_connected_the_guide_says_why_what_is_stored_and_how_to_remove_it(
    make_site: MakeSite,
) -> None:
    site = make_site(**GOOGLE)
    page = site.get("/guide").text
    text = words(page)
    for one in of_google.missing(()):
        assert f"<code>{one.scope}</code>" in page
    for link in ("https://developers.google.com/terms/api-services-user-data-policy", "https://myaccount.google.com/"):
        assert f'href="{link}' in page
    assert "Limited Use" in text
    for address in (f"{site.base}/google/callback", f"{site.base}/google/push"):
        assert f"<code>{address}</code>" in page
    assert "Disconnect Google Calendar" in text
    assert 'id="google-lost"' in page
    review = Browser(site).get("/review").text
    for one in of_google.missing(()):
        assert one.scope in review


def test_without_its_keys_nothing_of_google_is_said(make_site: MakeSite) -> None:
    site = make_site()
    site.connect()
    ada = Browser(site)
    for path in ("/guide", "/review", "/connection", "/event-types/new", "/"):
        assert "google" not in ada.get(path).text.lower(), path


def test_the_guide_takes_its_periods_from_those_that_the_purge_keeps(
    make_site: MakeSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = sorted(name for name in vars(purges) if name.endswith("_KEPT"))
    days = {name: 31 + number for number, name in enumerate(kept)}
    for name, number in days.items():
        monkeypatch.setattr(purges, name, timedelta(days=number))
    monkeypatch.setattr(consents, "CONSENT_SECONDS", 13 * 60)
    page = make_site().get("/guide").text
    found = {
        row: [int(number) for number in re.findall(r"Kept for (\d+) days", told)]
        for row, told in re.findall(r'<dt id="data-([^"]+)">.*?<dd>(.*?)</dd>', page, re.DOTALL)
    }
    del days["HEARTBEATS_KEPT"]  # of processes, and of nobody
    assert {row: periods for row, periods in found.items() if periods} == {
        "attempts": [days.pop("CONSENTS_KEPT")],
        "quota": [days.pop("QUOTAS_KEPT")],
        "messages": [days.pop("WEBHOOKS_KEPT")],
        "codes": [days.pop("KNOWN_KEPT"), days.pop("CODES_KEPT")],
        "numbers": [days.pop("TALLIES_KEPT")],
        "keys": [days.pop("KEYS_KEPT")],
        "calls": [days.pop("CALLS_KEPT")],
        "endpoints": [days.pop("ENDPOINTS_KEPT")],
    }
    assert not days, "the guide tells of each"
    assert "An attempt lasts 13 minutes" in page


def test_without_the_settings_the_guide_says_whom_to_ask_and_the_operator_what_is_missing(make_site: MakeSite) -> None:
    text = words(make_site().get("/guide").text)
    assert "ask the operator of this site" in text
    missing_keys = "ZOOM_SUPPORT_EMAIL , ZOOM_SUPPORT_HOURS , ZOOM_SUPPORT_ANSWER , ZOOM_PRIVACY_URL , ZOOM_TERMS_URL"
    assert f"Still to be set before a listing {missing_keys}" in text


@pytest.mark.parametrize("keys", [{}, GOOGLE])
def test_each_link_within_the_guide_leads_to_a_part_of_it(make_site: MakeSite, keys: dict[str, object]) -> None:
    page = make_site(**keys).get("/guide").text
    parts = re.findall(r'id="([^"]+)"', page)
    assert len(parts) == len(set(parts))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(parts)
    assert {"code-needed", "proof-needed", "too-many", "not-open"} <= set(parts), "problems lead there"


def test_the_reviewers_page_has_this_sites_own_addresses(make_site: MakeSite) -> None:
    notes = "Account: reviewer@example.com\nAsk us for <the> password."
    site = make_site(ZOOM_REVIEW_NOTES=notes, ZOOM_LOGIN_ENDPOINT="sign_in")
    site.app.add_url_rule("/sign-in", "sign_in", lambda: "please")
    site.connect()
    ada = Browser(site)
    page = ada.get("/review").text
    origin = site.base.removesuffix("/zoom")
    for address in ("/", "/connection", "/guide", "/book/ada/30-minutes"):
        assert f'href="{site.base}{address}"' in page
    for address in (f"{site.base}/callback", f"{site.base}/webhook", f"{origin}/sign-in", *SUBSCRIBED):
        assert f">{address}<" in page
    text = words(page)
    assert "Ask us for <the> password." in text
    assert "The app was removed in the Zoom App Marketplace." in text
    for one in missing(()):
        assert one.scope in text
    assert f'href="{site.base.removeprefix(origin)}/review"' in ada.get("/connection").text
    assert f'href="{site.base}/review"' in site.get("/guide").text
    for path in re.findall(rf'href="{site.base}([^"]*)"', page):
        assert ada.get(path).status_code == 200


def test_the_reviewers_page_links_a_booking_page_only_where_one_can_book(make_site: MakeSite) -> None:
    site = make_site()
    ada = Browser(site)
    page = ada.get("/review").text
    assert site.get("/book/ada/30-minutes").status_code == 404
    assert f'href="{site.base}/book/' not in page
    assert f"<code>{site.base}/book/ada/30-minutes</code>" in page
    assert "First connect Zoom, as said above" in words(page)
    with site.app.app_context():
        later = EventType(slug="later", title="Call", without_zoom=WithoutZoom.LATER)
        site.zoom.event_types.put("1", later)
    page = ada.get("/review").text
    assert f'href="{site.base}/book/ada/later"' in page
    assert "First connect Zoom" not in words(page)


def test_the_reviewers_page_is_for_who_is_signed_in(make_site: MakeSite) -> None:
    assert make_site().get("/review").status_code == 401


def test_the_reviewers_page_says_so_when_nothing_takes_place_in_zoom(make_site: MakeSite) -> None:
    site = make_site()
    with site.app.app_context():
        for slug in ("30-minutes", "intro-call"):
            site.zoom.event_types.put("1", EventType(slug=slug, title="Call", location=Location.PHONE))
    text = Browser(site).read("/review")
    assert "Make an event type that takes place in Zoom" in text
    assert "Nothing is noted about a test account." in text


def test_more_event_types_take_no_more_queries(make_site: MakeSite) -> None:
    site = make_site()
    assert _statements(site) == (few := _statements(site))
    with site.app.app_context():
        for number in range(5):
            site.zoom.event_types.put("1", EventType(slug=f"more-{number}", title="More"))
    assert _statements(site) == few


def _statements(site: Site) -> int:
    with counted(site) as statements:
        Browser(site).read("/review")
    return len(statements)

"""The whole life of a connection, each request and each answer of it judged by the tables."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.fixtures.site import Site
from tests.services.looking import LONG_AGO, cancel, look, make_due, meeting_of, move, turn
from tests.web.browsing import Browser
from tests.wire.judge import answer_faults, consent_faults, request_faults, route_of, webhook_faults
from zoom_blueprint.services import tokens
from zoom_blueprint.store import models


def sent(site: Site) -> list[dict[str, Any]]:
    """Return the calls that the product made: those of the consent page are made by its reader."""
    return [call for call in site.simulator.calls() if call["route"] != "decide"]


def judged(site: Site) -> list[str]:
    """Return what is wrong with any request or answer; an answer that a fault replaced is not Zoom's."""
    found = []
    for call in sent(site):
        found += request_faults(call)
        found += [] if call["fault"] else answer_faults(call)
    return found


def live_through(site: Site) -> None:
    """Book, move here and at Zoom, meet, cancel; lose an answer and a token; disconnect."""
    booking = site.booked(name="Zoë “Z” Ångström")
    number = meeting_of(site, booking).zoom_meeting_id or 0
    move(site, booking, 3)
    site.drain()
    later = datetime.fromisoformat(look(site, booking)["start"]) + timedelta(hours=5)
    site.simulator.press("ada", number, "move", start=later.astimezone(UTC).strftime("%Y-%m-%dT%H:%M"))
    site.drain()
    site.simulator.press("ada", number, "start")
    site.simulator.join(number, "Zoë")
    site.simulator.press("ada", number, "end")
    site.drain()
    cancel(site, booking)
    site.drain()

    site.simulator.fault(route="create_meeting", drop="after")
    lost = site.booked(email="lost@example.com")
    make_due(site.state, models.Meeting)
    site.drain()
    assert look(site, lost)["meeting_status"] == "ready"

    turn(site.state, models.Grant, expires_at=LONG_AGO)
    assert tokens.with_zoom(site.state, site.connection().id, lambda zoom: zoom.me()).email
    path = f"/connections/{site.connection().id}/disconnect"
    Browser(site).press(path, on=path)
    site.drain()


def test_each_request_of_a_whole_life_and_each_answer_to_it_is_as_documented(site: Site) -> None:
    live_through(site)
    assert judged(site) == []
    routes = [route_of(call["method"], call["path"]) for call in sent(site)]
    names = {route.name for route in routes if route is not None}
    assert {"authorize", "token", "revoke", "me", "list", "create", "get", "change", "delete"} <= names
    grant_types = {call["request"]["form"]["grant_type"] for call in site.simulator.calls("token")}
    assert grant_types == {"authorization_code", "refresh_token"}


def test_each_webhook_of_a_whole_life_is_as_documented(site: Site) -> None:
    live_through(site)
    deliveries = site.simulator.webhooks()
    secret = site.simulator.webhook_secret
    attempts = [(attempt["headers"], one["body"].encode()) for one in deliveries for attempt in one["attempts"]]
    assert [fault for headers, body in attempts for fault in webhook_faults(secret, headers, body)] == []
    assert {delivery["event"] for delivery in deliveries} >= {
        *("meeting.created", "meeting.updated", "meeting.deleted", "meeting.started", "meeting.ended"),
        *("meeting.participant_joined", "meeting.participant_left", "app_deauthorized"),
    }
    assert {delivery["state"] for delivery in deliveries} == {"delivered"}


def test_the_way_back_from_the_consent_carries_code_and_state(site: Site) -> None:
    for decision in ("allow", "decline"):
        asked = Browser(site, "grace").begin()
        came_back = site.simulator.consent(asked, "grace", decision)
        assert consent_faults(asked, came_back) == []


def test_what_the_longest_booking_sends_keeps_zooms_limits(site: Site) -> None:
    site.booked(name="Ångström " * 11, email="x" * 50 + "@example.com")
    assert judged(site) == []
    (create,) = site.simulator.calls("create_meeting")
    assert len(create["request"]["json"]["topic"]) > 50

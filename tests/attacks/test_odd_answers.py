"""Events and answers of Zoom's that no honest Zoom would send: none takes a page, a mail or the work away."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.fixtures.site import Site
from tests.fixtures.site_app import HOSTS, INTRO_CALL
from tests.services.looking import LONG_AGO, Letters, make_due, meeting_of, move, only, rows, turn
from tests.web.browsing import Browser
from zoom_blueprint import AutoRecording, MeetingSettings, ZoomUnknown
from zoom_blueprint.services import connections, health
from zoom_blueprint.store import models
from zoom_blueprint.values import ConnectionStatus
from zoom_blueprint.zoom_api.client import Page, read_on

EDGES = ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"]
ADA = HOSTS["ada"]


@pytest.fixture(params=["Asia/Tokyo", "America/New_York"])
def _far_away(request: pytest.FixtureRequest, site: Site) -> None:
    """Let the host live where the last or the first day of the calendar lies outside it."""
    site.state.hooks.host_loader = lambda: replace(ADA, time_zone=request.param)


def hear(site: Site, booking: dict[str, Any], name: str, **about: object) -> None:
    """Let Zoom tell this of a booking's meeting."""
    number = str(meeting_of(site, booking).zoom_meeting_id)
    site.simulator.send_webhook(name, payload={"object": {"id": number, "uuid": "instance==", **about}})
    site.drain()


def answer(site: Site, booking: dict[str, Any], **changes: object) -> None:
    """Let Zoom show a booking's meeting like this when it is looked at, which happens now."""
    number = meeting_of(site, booking).zoom_meeting_id
    (shown,) = [one for one in site.simulator.meetings("ada") if int(one["id"]) == number]
    body = json.dumps({**shown, **changes})
    site.simulator.fault(route="get_meeting", status=200, body=body, content_type="application/json")
    turn(site.state, models.Meeting, look_again=True, due_at=LONG_AGO)
    site.drain()


@pytest.mark.usefixtures("_far_away")
@pytest.mark.parametrize("when", EDGES)
def test_no_time_in_a_webhook_breaks_the_dashboard(site: Site, when: str) -> None:
    booking = site.booked()
    hear(site, booking, "meeting.started", start_time=when)
    hear(site, booking, "meeting.ended", end_time=when)
    guest = {"participant_uuid": "a", "user_name": "Eve"}
    hear(site, booking, "meeting.participant_joined", participant={**guest, "join_time": when})
    hear(site, booking, "meeting.participant_left", participant={**guest, "leave_time": when})
    now = datetime.now(UTC)
    over = {"ends_at": now - timedelta(hours=1), "busy_end": now - timedelta(hours=1)}
    turn(site.state, models.Booking, starts_at=now - timedelta(hours=2), **over)
    assert "Eve" in Browser(site).read("/")


@pytest.mark.usefixtures("_far_away")
@pytest.mark.parametrize("odd", [*({"start_time": when} for when in EDGES), {"duration": 10**12}])
def test_no_time_of_a_meeting_moves_a_booking_out_of_the_calendar(site: Site, odd: dict[str, object]) -> None:
    booking = site.booked()
    answer(site, booking, **odd)
    seen = meeting_of(site, booking)
    assert (seen.last_error, seen.due_at) == (None, None)
    assert only(site.state, models.Booking).starts_at == datetime.fromisoformat(booking["start"])
    told = "was moved to" if "duration" in odd else "has no fixed time any more"
    assert f"In Zoom this meeting {told}" in Browser(site).read("/?view=list")


@pytest.mark.parametrize("odd", ["\ud800<b>", "\x00", "long " * 100_000, ["deep", {"deep": [1] * 100_000}]])
def test_no_setting_that_is_read_back_breaks_page_or_mail(site: Site, letters: Letters, odd: object) -> None:
    settings = MeetingSettings(waiting_room=True, auto_recording=AutoRecording.CLOUD)
    with site.app.app_context():
        site.zoom.event_types.put(ADA.id, replace(INTRO_CALL, settings=settings))
    booking = site.booked()
    answer(site, booking, settings={"waiting_room": odd, "auto_recording": odd})
    for path in ("/", "/?view=list", f"/host/bookings/{booking['id']}"):
        page = Browser(site).get(path)
        assert page.status_code == 200
        assert len(page.content) < 50_000
    letters.sent.clear()
    move(site, booking, 3)
    make_due(site.state, models.Delivery)
    site.drain()
    assert [row.last_error for row in rows(site.state, models.Delivery) if row.last_error] == []
    assert len(letters.texts("ada@example.com")) == 1


def test_no_date_of_an_answer_breaks_a_check(site: Site) -> None:
    odd = "Fri, 31 Dec 9999 23:59:59 -2359"
    body = {"id": "whoever", "email": "ada@example.test", "type": 2, "status": "active"}
    site.simulator.fault(route="me", status=200, body=body, headers={"Date": odd})
    found = health.check(site.state, site.connection().id)
    assert (found.clock_skew, found.unanswered, found.account_active) == (None, None, True)


def test_a_list_that_names_a_next_page_for_ever_is_given_up() -> None:
    """Else one account would keep the thread that tends all of them."""
    tokens = map(str, range(1, 100_000))
    with pytest.raises(ZoomUnknown, match="no end"):
        list(read_on(lambda _: Page((), next(tokens), None)))


def test_the_removal_of_another_app_wipes_nothing_and_has_ours_looked_at(site: Site) -> None:
    """Two apps may share an address while a site changes from one to the other, and the old one is removed then."""
    user, now = site.simulator.grants()[0]["user_id"], datetime.now(UTC).isoformat()
    notice = {"user_id": user, "account_id": "account", "client_id": "AnotherAppOfOurs", "deauthorization_time": now}
    make_due(site.state, models.Duty)
    site.drain()
    before = len(site.simulator.calls("me"))
    site.simulator.send_webhook("app_deauthorized", payload=notice)
    site.drain()
    (event,) = rows(site.state, models.WebhookEvent, models.WebhookEvent.name == "app_deauthorized")
    assert event.payload_sealed is None, "it names the user"
    assert connections.get(site.state, ADA.id, site.connection().id).status is ConnectionStatus.ACTIVE
    assert len(site.simulator.calls("me")) == before + 1

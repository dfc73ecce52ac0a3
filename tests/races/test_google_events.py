"""Several programs of one site bring the same things in line with Google at once: each is done once."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from typing import cast

import pytest

from tests.fixtures.google import consent_google, google_keys
from tests.fixtures.site import Site, StartSite
from tests.fixtures.site_app import INTRO_CALL
from tests.fixtures.waiting import wait_until
from tests.races.fleet import beside, connect, run, together
from tests.services.calendaring import at, busy, put
from tests.services.looking import LONG_AGO, look, only, rows, turn
from tests.web.browsing import Browser
from zoom_blueprint.services import channels, drain, endings, event_types, moves
from zoom_blueprint.services.duties import DutyName
from zoom_blueprint.store import models
from zoom_blueprint.testing import Simulator
from zoom_blueprint.values import Provider, WithoutZoom

BOTH = pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])


@BOTH
def test_bookings_at_three_programs_have_one_event_each_that_invites_once(
    start_site: StartSite, zoom_simulator: Simulator
) -> None:
    programs = start_site(**google_keys(zoom_simulator))
    google = zoom_simulator.google
    google.set_client(redirect_uris=[f"{programs.base}/google/callback"])
    visitors = run(programs, 3)
    browser = Browser(cast(Site, programs))
    browser.come_back(consent_google(browser))
    with beside(programs) as state:
        connect(state, zoom_simulator)
        turn(state, models.Duty, models.Duty.name == DutyName.CALENDAR, due_at=LONG_AGO)
        wait_until(lambda: all(one.asked_at for one in rows(state, models.Timetable)), why="the calendars are read")
        offered = visitors[0].slots()
        starts = offered["slots"][:18:3]

        def book(number: int) -> str:
            fields = {"start": starts[number], "token": offered["token"], "email": f"bob{number}@example.com"}
            return str(visitors[number % 3].booked(**fields)["id"])

        made = together(len(starts), book)
        wait_until(lambda: len(google.events("ada")) == len(made), why="each has its event")
        wait_until(lambda: not rows(state, models.CalendarEvent, models.CalendarEvent.due_at.is_not(None)))
        assert {event["id"] for event in google.events("ada")} == set(made)
        invited = Counter(one["email"] for one in google.invitations("invited"))
        assert invited == {f"bob{number}@example.com": 1 for number in range(len(made))}


def test_one_event_that_ten_reconcile_at_once_is_written_once(google_site: Site) -> None:
    google_site.drain()
    booking = google_site.booked()
    event_id = only(google_site.state, models.CalendarEvent).id
    for _ in range(3):
        turn(google_site.state, models.CalendarEvent, due_at=LONG_AGO, claim=None)
        together(10, lambda _: drain.drain_one(google_site.state, "calendar", event_id))
        google_site.drain()
    (event,) = google_site.simulator.google.events("ada")
    assert event["id"] == booking["id"]
    assert len(google_site.simulator.google.invitations("invited")) == 1


def test_two_that_open_a_channel_at_once_leave_none_open_that_nobody_knows(google_site: Site) -> None:
    google_site.drain()
    state, google = google_site.state, google_site.simulator.google
    row = only(state, models.Connection, models.Connection.provider == Provider.GOOGLE)
    turn(state, models.Calendar, channel_expires_at=LONG_AGO)
    google_site.simulator.fault(route="watch_events", delay_after=1, times=2)
    opened = together(2, lambda _: channels.renew(state, row.id, datetime.now(UTC)))
    assert sorted(opened) == [False, True]
    known = {one.channel_id for one in rows(state, models.Calendar, models.Calendar.channel_id.is_not(None))}
    assert {one["id"] for one in google.channels() if one["stopped_at"] is None} == known
    assert len(known) == 1


def test_what_is_written_while_google_is_disconnected_leaves_nothing_claimed(google_site: Site) -> None:
    google_site.drain()
    google_site.booked()
    state = google_site.state
    row = only(state, models.Connection, models.Connection.provider == Provider.GOOGLE)
    event_id = only(state, models.CalendarEvent).id
    turn(state, models.CalendarEvent, due_at=LONG_AGO)
    google_site.simulator.fault(route="insert_event", delay_after=1)
    with ThreadPoolExecutor(2) as pool:
        writing = pool.submit(drain.drain_one, state, "calendar", event_id)
        wait_until(lambda: rows(state, models.CalendarEvent, models.CalendarEvent.claim.is_not(None)))
        endings.disconnect(state, "1", row.id)
        writing.result()
    google_site.drain()
    event = only(state, models.CalendarEvent)
    assert (event.claim, event.due_at) == (None, None)
    calls = len(google_site.simulator.calls("insert_event"))
    google_site.drain()
    assert len(google_site.simulator.calls("insert_event")) == calls
    assert len(google_site.simulator.google.events("ada")) <= 1


def test_busy_times_that_several_read_at_once_are_those_of_google(google_site: Site) -> None:
    google_site.drain()
    put(google_site, at("09:00"), at("10:00"))
    put(google_site, at("13:00"), at("14:00"))

    def read(number: int) -> None:
        turn(google_site.state, models.Duty, models.Duty.name == DutyName.CALENDAR, due_at=LONG_AGO)
        drain.drain(google_site.state, "duty")

    together(6, read)
    google_site.drain()
    assert busy(google_site) == [(at("09:00"), at("10:00")), (at("13:00"), at("14:00"))]


def test_several_who_press_move_to_zoom_make_one_meeting(google_site: Site) -> None:
    event_types.put(google_site.state, "1", replace(INTRO_CALL, without_zoom=WithoutZoom.CALENDAR))
    cut(google_site)
    google_site.drain()
    booking = google_site.booked()
    google_site.drain()
    assert look(google_site, booking)["join_name"] == "Join Google Meet"
    google_site.connect()
    made = len(google_site.simulator.calls("create_meeting"))
    together(8, lambda _: moves.to_zoom(google_site.state, booking["id"]))
    together(3, lambda _: drain.drain(google_site.state, "meeting"))
    google_site.drain()
    assert look(google_site, booking)["join_name"] == "Join Zoom meeting"
    assert len(google_site.simulator.calls("create_meeting")) == made + 1
    assert len(google_site.simulator.meetings("ada")) == 1


def cut(site: Site) -> None:
    """Disconnect Ada's Zoom."""
    endings.disconnect(site.state, "1", site.connection().id)

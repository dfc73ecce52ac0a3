"""An option that a host leaves to Zoom again is there what it was before they decided on it."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.fixtures.site import Site
from tests.services.looking import only, turn
from tests.services.pending import book, meetings, reconcile, starts
from zoom_blueprint import MeetingSettings, values
from zoom_blueprint.services import agendas, edits, restorations
from zoom_blueprint.store import models
from zoom_blueprint.values import AutoRecording
from zoom_blueprint.zoom_api.payloads import MeetingChange

ON = MeetingSettings(waiting_room=False, host_video=True, mute_upon_entry=True, auto_recording=AutoRecording.CLOUD)
NAMES = ("waiting_room", "host_video", "mute_upon_entry", "auto_recording")


@pytest.fixture
def booking(site: Site) -> values.Booking:
    """A booking with its meeting."""
    made = book(site, starts(site)[0])
    reconcile(site)
    return made


def decide(site: Site, booking: values.Booking, **changes: Any) -> dict[str, Any]:
    """Decide on options, and return what Zoom has of them then."""
    edits.edit(site.state, booking.id, **changes)
    reconcile(site)
    return at_zoom(site)


def at_zoom(site: Site) -> dict[str, Any]:
    """Return the options that Zoom has."""
    (found,) = site.simulator.meetings("ada")
    return {name: found["settings"][name] for name in NAMES}


def change_in_zoom(site: Site, booking: values.Booking, **settings: object) -> None:
    """Change options in Zoom itself."""
    (row,) = meetings(site, booking)
    with site.app.app_context():
        site.zoom.meetings("1").update(row.zoom_meeting_id or 0, MeetingChange(settings=settings))


def test_what_is_left_to_zoom_again_is_as_zoom_had_it(site: Site, booking: values.Booking) -> None:
    change_in_zoom(site, booking, mute_upon_entry=True)
    before = at_zoom(site)
    assert before == {"waiting_room": True, "host_video": False, "mute_upon_entry": True, "auto_recording": "none"}
    decided = decide(site, booking, settings=replace(ON, mute_upon_entry=False))
    assert decided == {"waiting_room": False, "host_video": True, "mute_upon_entry": False, "auto_recording": "cloud"}
    assert restorations.lasting(site.state, agendas.get(site.state, booking.id)) == frozenset()
    some = decide(site, booking, settings=MeetingSettings(host_video=True, auto_recording=AutoRecording.LOCAL))
    assert some == before | {"host_video": True, "auto_recording": "local"}
    assert decide(site, booking, settings=MeetingSettings()) == before
    assert only(site.state, models.Meeting).settings_before is None
    assert agendas.get(site.state, booking.id).setting_changes == ()


def test_what_was_given_back_is_zooms_own_again(site: Site, booking: values.Booking) -> None:
    decide(site, booking, settings=ON)
    decide(site, booking, settings=MeetingSettings())
    change_in_zoom(site, booking, host_video=True)
    assert decide(site, booking, topic="The roof")["host_video"] is True, "a change in Zoom since then is not undone"
    decide(site, booking, settings=MeetingSettings(host_video=False))
    assert decide(site, booking, settings=MeetingSettings())["host_video"] is True, "and is what Zoom had"


def test_what_zoom_had_is_known_though_the_first_call_had_no_answer(site: Site, booking: values.Booking) -> None:
    before = at_zoom(site)
    site.simulator.fault(route="update_meeting", status=500, times=1, effect=True)
    assert decide(site, booking, settings=ON) != before, "it took effect"
    turn(site.state, models.Meeting, due_at=datetime.now(UTC))
    reconcile(site)
    assert len(site.simulator.calls("update_meeting")) == 2, "when nobody knew"
    assert decide(site, booking, settings=MeetingSettings()) == before


def test_what_a_meeting_was_made_with_is_kept_by_zoom_and_said_to_be(site: Site) -> None:
    made = book(site, starts(site)[0])
    edited = edits.edit(site.state, made.id, settings=MeetingSettings(host_video=True))
    assert restorations.lasting(site.state, edited) == frozenset(), "there is no meeting yet"
    reconcile(site)
    assert restorations.lasting(site.state, agendas.get(site.state, made.id)) == {"host_video"}
    assert decide(site, made, settings=MeetingSettings(host_video=False))["host_video"] is False
    assert restorations.lasting(site.state, agendas.get(site.state, made.id)) == {"host_video"}
    assert decide(site, made, settings=MeetingSettings())["host_video"] is False

"""Meeting settings: asked for by event type and hook, and what Zoom made of them is read back and shown."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.fixtures.site import MakeSite, Site
from tests.fixtures.site_app import HOSTS, INTRO_CALL
from tests.services.looking import LONG_AGO, Letters, move, rows, turn
from tests.web.browsing import Browser
from zoom_blueprint import AutoRecording, Booking, EventType, MeetingSettings, SettingChange, WithoutZoom
from zoom_blueprint.errors import BadInput
from zoom_blueprint.services import agendas
from zoom_blueprint.store import models
from zoom_blueprint.values import LinkReason

ADA = HOSTS["ada"].id
ALL = MeetingSettings(
    waiting_room=False,
    join_before_host=True,
    host_video=True,
    participant_video=False,
    mute_upon_entry=True,
    auto_recording=AutoRecording.CLOUD,
    alternative_hosts=("grace@example.com", "mary@example.com"),
)


def offers(site: Site, **changes: Any) -> None:
    """Offer the intro call otherwise."""
    with site.app.app_context():
        site.zoom.event_types.put(ADA, replace(INTRO_CALL, **changes))


def sent(site: Site, route: str = "create_meeting") -> dict[str, Any]:
    """Return the body of the last call."""
    body: dict[str, Any] = site.simulator.calls(route)[-1]["request"]["json"]
    return body


def changes_of(site: Site, booking: dict[str, Any]) -> tuple[SettingChange, ...]:
    """Return what Zoom stored otherwise than asked."""
    return agendas.get(site.state, booking["id"]).setting_changes


def test_an_event_types_settings_reach_zoom(site: Site) -> None:
    offers(site, settings=ALL)
    booking = site.booked()
    assert sent(site)["default_password"] is True
    assert sent(site)["settings"] == {
        "waiting_room": False,
        "join_before_host": True,
        "host_video": True,
        "participant_video": False,
        "mute_upon_entry": True,
        "auto_recording": "cloud",
        "alternative_hosts": "grace@example.com;mary@example.com",
        "use_pmi": False,
    }
    assert changes_of(site, booking) == ()


def test_what_is_left_open_is_not_sent(site: Site) -> None:
    site.booked()
    assert sent(site)["settings"] == {"use_pmi": False}


def test_the_hook_has_the_last_word_but_for_the_personal_meeting_id(make_site: MakeSite) -> None:
    site = make_site()

    @site.zoom.meeting_options
    def options(booking: Booking) -> dict[str, Any]:
        assert booking.name == "Bob Byrne"
        return {"mute_upon_entry": False, "use_pmi": True, "audio": "voip"}

    site.connect()
    offers(site, settings=ALL)
    site.booked()
    settings = sent(site)["settings"]
    assert (settings["mute_upon_entry"], settings["use_pmi"], settings["audio"]) == (False, False, "voip")
    assert settings["auto_recording"] == "cloud"


def test_what_the_accounts_policy_changed_is_shown_to_the_host(site: Site) -> None:
    offers(site, settings=ALL)
    site.simulator.knobs(locked_settings={"auto_recording": "none", "waiting_room": True})
    booking = site.booked()
    assert set(changes_of(site, booking)) == {
        SettingChange(name="auto_recording", asked="cloud", stored="none"),
        SettingChange(name="waiting_room", asked=False, stored=True),
        SettingChange(name="join_before_host", asked=True, stored=False),
    }
    page = Browser(site).read("/?view=list")
    assert "Automatic recording: Zoom stored none instead of cloud" in page
    assert "Waiting room: Zoom stored on instead of off" in page


def test_a_look_at_zoom_reads_them_again(site: Site) -> None:
    offers(site, settings=MeetingSettings(mute_upon_entry=True))
    booking = site.booked()
    assert changes_of(site, booking) == ()
    (meeting,) = site.simulator.meetings("ada")
    changed = {**meeting, "settings": {**meeting["settings"], "mute_upon_entry": False}}
    for body, seen in (
        (changed, (SettingChange(name="mute_upon_entry", asked=True, stored=False),)),
        (meeting, ()),
    ):
        site.simulator.fault(route="get_meeting", status=200, body=body)
        turn(site.state, models.Meeting, look_again=True, due_at=LONG_AGO)
        site.drain()
        assert changes_of(site, booking) == seen
    move(site, booking, 4)
    site.drain()
    assert set(sent(site, "update_meeting")) == {"start_time", "duration", "timezone"}


def test_a_meeting_with_neither_passcode_nor_waiting_room_is_warned_of(make_site: MakeSite) -> None:
    site = make_site()
    letters = Letters(site)
    site.connect()
    answer = {"id": 81234567890, "join_url": "https://us02web.zoom.us/j/81234567890", "settings": {}}
    site.simulator.fault(route="create_meeting", status=201, body=answer)
    booking = site.booked()
    assert changes_of(site, booking) == (SettingChange(name="protection", asked=True, stored=False),)
    assert "neither a passcode nor a waiting room" in Browser(site).read("/?view=list")
    site.drain()
    assert "neither a passcode nor a waiting room" in letters.texts("ada@")[0]
    assert "waiting room" not in letters.texts("bob@")[0]


@pytest.mark.parametrize("protection", [{"password": "123456"}, {"settings": {"waiting_room": True}}])
def test_either_of_them_is_enough(site: Site, protection: dict[str, object]) -> None:
    answer = {"id": 81234567890, "join_url": "https://us02web.zoom.us/j/81234567890", **protection}
    site.simulator.fault(route="create_meeting", status=201, body=answer)
    assert changes_of(site, site.booked()) == ()


def test_a_hook_that_fails_leaves_the_booking_and_a_reason(make_site: MakeSite) -> None:
    site = make_site()
    answers: list[Any] = [ZeroDivisionError(), "no settings", {"audio": object()}]

    @site.zoom.meeting_options
    def options(_: Booking) -> dict[str, Any]:
        answer = answers.pop() if answers else {}
        if isinstance(answer, Exception):
            raise answer
        found: dict[str, Any] = answer
        return found

    site.connect()
    booking = site.booked()
    for _ in range(2):
        seen = agendas.get(site.state, booking["id"])
        assert (seen.meeting_reason, seen.meeting_status) == (LinkReason.SITE, "coming")
        turn(site.state, models.Meeting, due_at=LONG_AGO)
        site.drain()
    assert "own settings for meetings failed" in Browser(site).read("/?view=list")
    assert site.simulator.calls("create_meeting") == []


def test_a_hook_that_fails_keeps_nobody_from_following_the_host(make_site: MakeSite) -> None:
    site = make_site()
    fails: list[bool] = []

    @site.zoom.meeting_options
    def options(_: Booking) -> dict[str, Any]:
        if fails:
            raise ZeroDivisionError
        return {}

    site.connect()
    booking = site.booked()
    fails.append(True)
    (meeting,) = site.simulator.meetings("ada")
    later = datetime.fromisoformat(booking["start"]) + timedelta(hours=1)
    site.simulator.press("ada", meeting["id"], "move", start=later.strftime("%Y-%m-%dT%H:%M"), duration=30)
    site.drain()
    assert agendas.get(site.state, booking["id"]).start == later


@pytest.mark.parametrize(
    ("event", "field"),
    [
        (replace(INTRO_CALL, settings=MeetingSettings(alternative_hosts=("grace",))), "alternative_hosts"),
        (replace(INTRO_CALL, settings=MeetingSettings(alternative_hosts=("a@b.c;d@e.f",))), "alternative_hosts"),
        (replace(INTRO_CALL, without_zoom=WithoutZoom.MANUAL), "location_text"),
        (replace(INTRO_CALL, without_zoom=WithoutZoom.MANUAL, location_text="http://x.example"), "location_text"),
        (replace(INTRO_CALL, without_zoom=WithoutZoom.MANUAL, location_text="https://"), "location_text"),
        (replace(INTRO_CALL, without_zoom=WithoutZoom.MANUAL, location_text='https://x.example/">'), "location_text"),
        (replace(INTRO_CALL, connection_id="of-nobody"), "connection_id"),
    ],
)
def test_a_malformed_event_type_is_refused_by_field(site: Site, event: EventType, field: str) -> None:
    with site.app.app_context():
        with pytest.raises(BadInput) as refused:
            site.zoom.event_types.put(ADA, event)
        assert set(refused.value.errors) == {field}
        with pytest.raises(BadInput):
            site.zoom.event_types.put(HOSTS["grace"].id, replace(INTRO_CALL, connection_id=site.connection().id))
    assert [row.connection_id for row in rows(site.state, models.EventType, models.EventType.slug == "intro-call")] == [
        None,
        None,
    ]

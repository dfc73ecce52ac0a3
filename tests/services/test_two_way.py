"""Both sides change a meeting: three values decide whom to follow, and whoever is unsure asks."""

import json
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.fixtures.site import MakeSite, Site
from tests.fixtures.waiting import wait_until
from tests.services.looking import Letters, cancel, look, meeting_of, move, only, rows, take, turn
from zoom_blueprint import EventType
from zoom_blueprint.services import agendas, drain, event_types, meetings
from zoom_blueprint.store import models


def press_move(site: Site, booking: dict[str, Any], to: datetime) -> None:
    """Move a booking's meeting on the host's page at Zoom."""
    number = meeting_of(site, booking).zoom_meeting_id
    assert number is not None
    site.simulator.press("ada", number, "move", start=to.strftime("%Y-%m-%dT%H:%M"), duration=30)


def start_of(booking: dict[str, Any]) -> datetime:
    """Return a booking's start."""
    return datetime.fromisoformat(booking["start"])


def conflict_of(site: Site, booking: dict[str, Any]) -> str | None:
    """Return what the host is told about a change that was not followed."""
    return agendas.get(site.state, booking["id"]).conflict


def told(site: Site, name: str) -> int:
    """Return how often an event was recorded."""
    return len(rows(site.state, models.LifecycleEvent, models.LifecycleEvent.name == name))


def changes_at_zoom(site: Site) -> int:
    """Return the number of calls that create, move or delete."""
    routes = ("create_meeting", "update_meeting", "delete_meeting")
    return sum(len(site.simulator.calls(route)) for route in routes)


def test_a_move_in_zoom_to_a_taken_time_is_flagged_and_a_reschedule_resolves_it(site: Site) -> None:
    first = site.booked()
    other = site.booked(start=site.slots()["slots"][2], token=site.slots()["token"], email="carol@example.com")
    press_move(site, first, start_of(other))
    site.drain()
    assert look(site, first)["start"] == first["start"]
    assert "moved to" in (conflict_of(site, first) or "")
    assert told(site, "meeting.conflict") == 1
    assert len(site.simulator.calls("update_meeting")) == 0  # nothing was overwritten
    moved = move(site, first, 8)
    site.drain()
    assert conflict_of(site, first) is None
    at_zoom = {meeting["id"]: meeting["start_time"] for meeting in site.simulator.meetings("ada")}
    assert at_zoom[meeting_of(site, first).zoom_meeting_id or 0] == moved["start"]


def test_a_change_on_both_sides_is_flagged_and_neither_is_overwritten(site: Site) -> None:
    booking = site.booked()
    in_zoom = start_of(booking) + timedelta(hours=2)
    site.simulator.knobs(webhook_hold=True)
    press_move(site, booking, in_zoom)
    here = move(site, booking, 6)
    site.drain()
    (meeting,) = site.simulator.meetings("ada")
    assert datetime.fromisoformat(meeting["start_time"]) == in_zoom
    assert look(site, booking)["start"] == here["start"]
    assert conflict_of(site, booking) is not None
    site.simulator.release_webhooks("reversed")
    site.drain()
    assert told(site, "meeting.conflict") == 1
    assert look(site, booking)["start"] == here["start"]


def test_a_flag_goes_when_the_meeting_is_moved_back_in_zoom(site: Site) -> None:
    first = site.booked()
    other = site.booked(start=site.slots()["slots"][2], token=site.slots()["token"], email="carol@example.com")
    press_move(site, first, start_of(other))
    site.drain()
    press_move(site, first, start_of(first))
    site.drain()
    assert conflict_of(site, first) is None


def test_a_move_in_zoom_is_followed_although_the_event_type_was_closed(site: Site) -> None:
    booking = site.booked()
    event_types.put(site.state, "1", EventType(slug="intro-call", title="Intro call", active=False))
    press_move(site, booking, start_of(booking) + timedelta(hours=1))
    site.drain()
    assert start_of(look(site, booking)) == start_of(booking) + timedelta(hours=1)


@pytest.mark.parametrize("order", ["kept", "reversed", "shuffled"])
def test_late_doubled_and_reordered_webhooks_end_in_the_same_state(site: Site, order: str) -> None:
    booking = site.booked()
    site.simulator.knobs(webhook_hold=True, webhook_duplicates=1)
    for hours in (1, 2, 3):
        press_move(site, booking, start_of(booking) + timedelta(hours=hours))
    number = meeting_of(site, booking).zoom_meeting_id or 0
    for action in ("start", "end"):
        site.simulator.press("ada", number, action)
    site.simulator.release_webhooks(order, seed=7)
    site.drain()
    assert start_of(look(site, booking)) == start_of(booking) + timedelta(hours=3)
    names = ("booking.rescheduled", "meeting.started", "meeting.ended")
    assert [told(site, name) for name in names] == [1, 1, 1]
    row = meeting_of(site, booking)
    assert row.started_at is not None
    assert row.ended_at is not None
    assert row.started_at <= row.ended_at


def test_echoes_of_our_own_calls_change_nothing(make_site: MakeSite) -> None:
    site = make_site()
    letters = Letters(site)
    site.connect()
    site.simulator.knobs(webhook_hold=True)  # our calls are all over before Zoom tells of any
    booking = site.booked()
    site.drain()

    def stands() -> tuple[object, ...]:
        row = only(site.state, models.Booking)
        return changes_at_zoom(site), row.sequence, row.status, row.starts_at, row.changed_at, len(letters.sent)

    def echo(name: str) -> None:
        before = stands()
        assert name in [one["event"] for one in site.simulator.webhooks()]
        site.simulator.release_webhooks()
        site.drain()
        assert stands() == before
        site.simulator.send_webhook(raw=json.dumps(echoes[name]))  # and once more, long after
        site.drain()
        assert stands() == before

    number = meeting_of(site, booking).zoom_meeting_id
    echoes = {
        name: {"event": name, "payload": {"object": {"id": number}}, "event_ts": 1}
        for name in ("meeting.created", "meeting.updated", "meeting.deleted")
    }
    echo("meeting.created")
    move(site, booking, 4)
    site.drain()
    echo("meeting.updated")
    cancel(site, booking)
    site.drain()
    echo("meeting.deleted")
    assert changes_at_zoom(site) == 3
    assert [told(site, f"booking.{what}") for what in ("confirmed", "rescheduled", "cancelled")] == [1, 1, 1]


def test_a_meeting_deleted_in_zoom_ends_the_booking_and_the_invitee_is_told(make_site: MakeSite) -> None:
    site = make_site(ZOOM_ON_REMOTE_DELETE="cancel")
    letters = Letters(site)
    site.connect()
    booking = site.booked()
    site.drain()
    site.simulator.press("ada", meeting_of(site, booking).zoom_meeting_id or 0, "delete")
    site.drain()
    row = only(site.state, models.Booking)
    assert (row.status, row.ended_reason) == ("cancelled", "remote")
    assert len(letters.texts("bob@")) == 2
    assert "cancelled" in letters.texts("bob@")[-1].lower()


def test_a_meeting_deleted_in_zoom_is_made_anew_when_the_site_wants_it_so(make_site: MakeSite) -> None:
    site = make_site(ZOOM_ON_REMOTE_DELETE="relink")
    letters = Letters(site)
    site.connect()
    booking = site.booked()
    site.drain()
    old = booking["join_url"]
    assert old in letters.texts("bob@")[0]
    site.simulator.press("ada", meeting_of(site, booking).zoom_meeting_id or 0, "delete")
    site.drain()
    now = look(site, booking)
    assert (now["status"], now["meeting_status"]) == ("confirmed", "ready")
    assert now["join_url"] != old
    assert [now["join_url"] in text for text in letters.texts("bob@")] == [False, True]


def test_a_reschedule_of_a_meeting_that_is_gone_brings_a_new_one_with_a_mail_of_its_link(make_site: MakeSite) -> None:
    site = make_site()
    letters = Letters(site)
    site.connect()
    booking = site.booked()
    site.drain()
    site.simulator.knobs(webhook_hold=True)  # we are not told
    site.simulator.press("ada", meeting_of(site, booking).zoom_meeting_id or 0, "delete")
    moved = move(site, booking, 3)
    site.drain()
    now = look(site, booking)
    (meeting,) = site.simulator.meetings("ada")
    assert now["join_url"] == meeting["join_url"] != booking["join_url"]
    assert meeting["start_time"] == moved["start"]
    assert now["join_url"] in letters.texts("bob@")[-1]
    site.simulator.release_webhooks()  # the deletion of the old one is no news any more
    site.drain()
    assert look(site, booking)["status"] == "confirmed"


def test_a_changed_passcode_brings_a_mail_with_the_new_link(make_site: MakeSite) -> None:
    site = make_site()
    letters = Letters(site)
    site.connect()
    booking = site.booked()
    site.drain()
    row = meeting_of(site, booking)
    seal = site.state.cipher.seal
    other = seal("zoom_meeting", row.id, "join_url", "https://us02web.zoom.us/j/81234567890?pwd=another")
    turn(site.state, models.Meeting, join_url_sealed=other)  # as if we had recorded it before the passcode changed
    site.simulator.send_webhook("meeting.updated", payload={"object": {"id": row.zoom_meeting_id}})
    site.drain()
    assert [booking["join_url"] in text for text in letters.texts("bob@")] == [True, True]


def test_what_zoom_said_about_an_older_wish_does_not_undo_a_newer_one(site: Site) -> None:
    booking = site.booked()
    press_move(site, booking, start_of(booking) + timedelta(hours=4))
    site.simulator.settle()
    turn(site.state, models.Meeting, look_again=True, due_at=datetime.now(UTC))
    row = meeting_of(site, booking)
    claimed = take(site.state, models.Meeting, row.id)
    # Between our look at Zoom and the record of it the invitee moves the booking, then cancels it.
    site.simulator.fault(route="get_meeting", delay_after=1)
    looking = threading.Thread(target=meetings.reconcile, args=(site.state, claimed))
    looking.start()
    here = move(site, booking, 9)
    looking.join()
    assert look(site, booking)["start"] == here["start"]
    site.drain()
    assert look(site, booking)["start"] == here["start"]
    assert conflict_of(site, booking) is not None


def test_a_change_heard_of_while_we_record_is_not_forgotten(site: Site) -> None:
    booking = site.booked()
    moved = move(site, booking, 4)
    row = meeting_of(site, booking)
    claimed = take(site.state, models.Meeting, row.id)
    site.simulator.fault(route="update_meeting", delay_after=1)
    pushing = threading.Thread(target=meetings.reconcile, args=(site.state, claimed))
    pushing.start()
    wait_until(lambda: site.simulator.meetings("ada")[0]["start_time"] == moved["start"])
    press_move(site, booking, start_of(moved) + timedelta(hours=5))
    site.simulator.settle()
    drain.drain(site.state, "inbox")
    pushing.join()
    site.drain()
    assert start_of(look(site, booking)) == start_of(moved) + timedelta(hours=5)

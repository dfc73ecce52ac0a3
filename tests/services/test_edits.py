"""Hosts edit one booking: what Zoom calls it, how long it lasts, and its options."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest

from tests.fixtures.site import MakeSite, Site
from tests.fixtures.site_app import INTRO_CALL
from tests.services.looking import only, turn
from tests.services.pending import ON_APPROVAL, book, events, meetings, reconcile, site_with, starts
from tests.services.pending import move as move_as_invitee
from zoom_blueprint import Host, MeetingSettings, values
from zoom_blueprint.errors import BadInput, BookingEnded, NotFound, SlotTaken
from zoom_blueprint.services import agendas, by_hosts, edits
from zoom_blueprint.store import models
from zoom_blueprint.values import AutoRecording, BookingStatus
from zoom_blueprint.zoom_api.payloads import MeetingChange

OPTIONS = MeetingSettings(waiting_room=False, mute_upon_entry=True, auto_recording=AutoRecording.CLOUD)


@pytest.fixture
def office(make_site: MakeSite) -> Site:
    """A site whose event type has its own wishes."""
    return site_with(make_site, replace(INTRO_CALL, settings=MeetingSettings(host_video=True, mute_upon_entry=False)))


def made(site: Site, place: int = 0) -> values.Booking:
    """Book, and let the meeting be made."""
    booking = book(site, starts(site)[place])
    reconcile(site)
    return agendas.get(site.state, booking.id)


def updates(site: Site) -> int:
    """Return how often Zoom was told of a change."""
    return len(site.simulator.calls("update_meeting"))


def rename_in_zoom(site: Site, booking: values.Booking, topic: str) -> None:
    """Call the meeting otherwise in Zoom itself."""
    (row,) = meetings(site, booking)
    with site.app.app_context():
        site.zoom.meetings("1").update(row.zoom_meeting_id or 0, MeetingChange(topic=topic))


def test_topic_and_options_reach_zoom_once_and_nobody_is_written_to(office: Site) -> None:
    booking = made(office)
    edited = edits.edit(office.state, booking.id, topic="The roof,  and the garden\x00", settings=OPTIONS)
    assert (edited.topic, edited.settings) == ("The roof, and the garden", OPTIONS)
    assert edited.sequence == booking.sequence
    assert events(office, booking) == events(office, edited)
    reconcile(office)
    (at_zoom,) = office.simulator.meetings("ada")
    assert at_zoom["topic"] == "The roof, and the garden"
    stored = at_zoom["settings"]
    assert (stored["waiting_room"], stored["mute_upon_entry"], stored["auto_recording"]) == (False, True, "cloud")
    assert stored["host_video"] is True, "what was not decided here is the event type's"
    assert updates(office) == 1
    edits.edit(office.state, booking.id, topic="The roof, and the garden", settings=OPTIONS)
    reconcile(office)
    assert updates(office) == 1, "nothing new is not told again"
    assert events(office, booking) == ["booking.confirmed", "meeting.ready"]


def test_what_is_edited_before_there_is_a_meeting_is_in_the_call_that_makes_it(office: Site) -> None:
    booking = book(office, starts(office)[0])
    edits.edit(office.state, booking.id, topic="The roof", settings=OPTIONS)
    reconcile(office)
    (at_zoom,) = office.simulator.meetings("ada")
    assert (at_zoom["topic"], at_zoom["settings"]["mute_upon_entry"]) == ("The roof", True)
    assert updates(office) == 0


def test_an_edit_while_zoom_is_away_is_told_when_it_is_back(office: Site) -> None:
    booking = made(office)
    office.simulator.fault(route="update_meeting", status=500, times=1)
    edits.edit(office.state, booking.id, topic="The roof")
    reconcile(office)
    assert office.simulator.meetings("ada")[0]["topic"] == "Intro call: Bob Byrne"
    turn(office.state, models.Meeting, due_at=datetime.now(UTC))
    reconcile(office)
    assert office.simulator.meetings("ada")[0]["topic"] == "The roof"
    assert not only(office.state, models.Meeting).edited


def test_an_edit_takes_back_alternative_hosts_and_what_is_not_decided_any_more(office: Site) -> None:
    office.simulator.put_user("work")
    booking = made(office)
    edits.edit(office.state, booking.id, settings=replace(OPTIONS, alternative_hosts=("work@example.com",)))
    reconcile(office)
    edits.edit(office.state, booking.id, settings=replace(OPTIONS, mute_upon_entry=None))
    reconcile(office)
    (at_zoom,) = office.simulator.meetings("ada")
    assert (at_zoom["settings"]["alternative_hosts"], at_zoom["settings"]["mute_upon_entry"]) == ("", False)
    assert agendas.get(office.state, booking.id).setting_changes == ()


def test_what_the_account_does_not_allow_is_told_the_host(office: Site) -> None:
    booking = made(office)
    office.simulator.knobs(locked_settings={"mute_upon_entry": False})
    edits.edit(office.state, booking.id, settings=OPTIONS)
    reconcile(office)
    assert [one.name for one in agendas.get(office.state, booking.id).setting_changes] == ["mute_upon_entry"]
    assert updates(office) == 1


def test_a_topic_that_is_changed_in_zoom_is_adopted_and_not_fought_over(office: Site) -> None:
    booking = made(office)
    edits.edit(office.state, booking.id, topic="The roof")
    reconcile(office)
    rename_in_zoom(office, booking, "Roof, urgent")
    before = updates(office)
    reconcile(office)
    assert agendas.get(office.state, booking.id).topic == "Roof, urgent"
    by_hosts.move(office.state, booking.id, starts(office)[5])
    reconcile(office)
    assert office.simulator.meetings("ada")[0]["topic"] == "Roof, urgent"
    edits.edit(office.state, booking.id, settings=OPTIONS)
    reconcile(office)
    assert office.simulator.meetings("ada")[0]["topic"] == "Roof, urgent"
    assert updates(office) == before + 2, "the move and the options, and nothing more"


def test_what_was_edited_here_since_wins_over_what_was_edited_in_zoom(office: Site) -> None:
    booking = made(office)
    office.simulator.knobs(webhook_hold=True)
    rename_in_zoom(office, booking, "Zoom's")
    edits.edit(office.state, booking.id, topic="Ours")
    office.simulator.release_webhooks()
    office.simulator.knobs(webhook_hold=False)
    reconcile(office)
    assert office.simulator.meetings("ada")[0]["topic"] == "Ours"
    assert agendas.get(office.state, booking.id).topic == "Ours"


def test_another_length_is_told_as_a_move_is_and_zoom_follows(office: Site) -> None:
    letters: list[EmailMessage] = []
    office.state.hooks.mailer = letters.append
    booking = made(office)
    office.drain()
    edited = edits.edit(office.state, booking.id, duration_minutes=50, topic="The roof")
    assert (edited.start, edited.end) == (booking.start, booking.start + timedelta(minutes=50))
    assert edited.sequence == booking.sequence + 1
    assert events(office, booking).count("booking.rescheduled") == 1
    office.drain()
    (at_zoom,) = office.simulator.meetings("ada")
    assert (at_zoom["duration"], at_zoom["topic"]) == (50, "The roof")
    assert updates(office) == 1, "both in one call"
    last = next(letter for letter in letters[::-1] if letter["To"] == "Bob Byrne <bob@example.com>")
    assert "Before: " in str(last.get_body(("plain",)))
    invite = next(part for part in last.walk() if part.get_content_type() == "text/calendar").get_content()
    assert f"DTEND:{edited.end:%Y%m%dT%H%M%SZ}" in invite
    assert "SEQUENCE:1" in invite
    row = only(office.state, models.Booking)
    assert row.busy_end == edited.end
    edits.edit(office.state, booking.id, duration_minutes=50)
    assert events(office, booking).count("booking.rescheduled") == 1


def test_a_longer_booking_keeps_others_out_and_its_length_when_it_moves(office: Site) -> None:
    first, second = starts(office)[0], starts(office)[1]
    booking = made(office)
    edits.edit(office.state, booking.id, duration_minutes=60)
    assert second not in starts(office)
    with pytest.raises(SlotTaken):
        book(office, second, who="eve")
    later = [start for start in starts(office) if start > first + timedelta(hours=2)]
    moved = by_hosts.move(office.state, booking.id, later[0])
    assert moved.end - moved.start == timedelta(minutes=60)
    again = move_as_invitee(office, moved, later[1])
    assert again.end - again.start == timedelta(minutes=60)


def test_a_length_that_reaches_into_something_else_is_refused_and_nothing_is_changed(office: Site) -> None:
    booking = made(office)
    other = book(office, booking.start + timedelta(minutes=60), who="eve")
    assert edits.edit(office.state, booking.id, duration_minutes=60).end == other.start
    with pytest.raises(SlotTaken):
        edits.edit(office.state, booking.id, duration_minutes=61, topic="Longer")
    busy = booking.start + timedelta(minutes=30)

    @office.zoom.busy_times
    def elsewhere(host: Host, start: datetime, end: datetime) -> Sequence[tuple[datetime, datetime]]:
        assert host.id == "1"
        assert start < end
        return [(busy, busy + timedelta(minutes=1))]

    assert edits.edit(office.state, booking.id, duration_minutes=45).end == booking.start + timedelta(minutes=45)
    with pytest.raises(SlotTaken):
        edits.edit(office.state, booking.id, duration_minutes=50)
    now = agendas.get(office.state, booking.id)
    assert (now.topic, now.end - now.start) == (None, timedelta(minutes=45))


def test_a_request_keeps_waiting_when_its_length_changes(make_site: MakeSite) -> None:
    site = site_with(make_site, ON_APPROVAL)
    asked = book(site, starts(site)[0])
    edited = edits.edit(site.state, asked.id, duration_minutes=45, topic="The roof")
    assert (edited.status, edited.topic) == (BookingStatus.PENDING, "The roof")
    assert events(site, asked) == ["booking.requested", "booking.requested"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"topic": "x" * 201}, "topic"),
        ({"duration_minutes": 0}, "duration_minutes"),
        ({"duration_minutes": 1441}, "duration_minutes"),
        ({"settings": MeetingSettings(alternative_hosts=("bob",))}, "alternative_hosts"),
    ],
)
@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_malformed_fields_are_named(office: Site, wrong: dict[str, object], field: str) -> None:
    booking = made(office)
    with pytest.raises(BadInput) as refused:
        edits.edit(office.state, booking.id, **wrong)  # type: ignore[arg-type]  # each is of its own kind
    assert set(refused.value.errors) == {field}


def test_what_is_over_or_another_hosts_is_not_edited(office: Site) -> None:
    booking = made(office)
    with office.app.app_context(), pytest.raises(NotFound):
        office.zoom.bookings.edit("2", booking.id, topic="Mine")
    begun = datetime.now(UTC) - timedelta(minutes=5)
    turn(office.state, models.Booking, starts_at=begun, ends_at=begun + timedelta(minutes=30))
    with pytest.raises(BookingEnded):
        edits.edit(office.state, booking.id, duration_minutes=60)
    with office.app.app_context():
        assert office.zoom.bookings.edit("1", booking.id, topic="Now").topic == "Now"
    turn(office.state, models.Booking, ends_at=begun)
    with pytest.raises(BookingEnded):
        edits.edit(office.state, booking.id, topic="Later")

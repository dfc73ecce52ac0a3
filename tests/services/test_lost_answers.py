"""Zoom did what was asked and the answer never came: found again by our own marker, never made twice."""

from datetime import UTC, datetime, timedelta

from tests.fixtures.site import Site
from tests.services.looking import LONG_AGO, cancel, look, make_due, meeting_of, take, turn
from zoom_blueprint.services import meetings, tokens
from zoom_blueprint.services.meetings import marker
from zoom_blueprint.store import models
from zoom_blueprint.zoom_api.payloads import MeetingRequest


def settle(site: Site) -> None:
    """Let the time pass in which a create without an answer may still surface."""
    turn(site.state, models.Meeting, models.Meeting.unsure_until.is_not(None), unsure_until=LONG_AGO)
    make_due(site.state, models.Meeting)
    site.drain()


def test_a_meeting_whose_answer_was_lost_is_adopted(site: Site) -> None:
    site.simulator.fault(route="create_meeting", drop="after")
    booking = site.booked()
    assert booking["meeting_status"] == "coming"
    make_due(site.state, models.Meeting)
    site.drain()
    (meeting,) = site.simulator.meetings("ada")
    assert look(site, booking)["join_url"] == meeting["join_url"]
    settle(site)
    assert len(site.simulator.meetings("ada")) == 1
    row = meeting_of(site, booking)
    assert (row.unsure_until, row.due_at) == (None, None)


def test_a_meeting_that_surfaces_late_is_deleted_again(site: Site) -> None:
    site.simulator.fault(route="create_meeting", drop="before")
    booking = site.booked()
    make_due(site.state, models.Meeting)
    site.drain()
    (linked,) = site.simulator.meetings("ada")
    # What the lost create leaves when it takes effect at last: a meeting with our marker that we know nothing of.
    late = meeting_like(site, booking["id"])
    assert late != linked["id"]
    settle(site)
    assert [meeting["id"] for meeting in site.simulator.meetings("ada")] == [linked["id"]]
    assert look(site, booking)["join_url"] == linked["join_url"]


def test_several_that_are_found_become_one(site: Site) -> None:
    site.simulator.fault(route="create_meeting", drop="after")
    booking = site.booked()
    meeting_like(site, booking["id"])
    assert len(site.simulator.meetings("ada")) == 2
    make_due(site.state, models.Meeting)
    site.drain()
    (meeting,) = site.simulator.meetings("ada")
    assert look(site, booking)["join_url"] == meeting["join_url"]


def test_a_booking_cancelled_after_a_lost_create_leaves_no_meeting(site: Site) -> None:
    site.simulator.fault(route="create_meeting", drop="after")
    booking = site.booked()
    assert len(site.simulator.meetings("ada")) == 1
    cancel(site, booking)
    site.drain()
    assert site.simulator.meetings("ada") == []
    meeting_like(site, booking["id"])  # one more surfaces after that
    settle(site)
    assert site.simulator.meetings("ada") == []
    assert meeting_of(site, booking).due_at is None


def test_a_clear_no_leaves_nothing_to_look_for(site: Site) -> None:
    site.simulator.fault(route="create_meeting", status=400, body={"code": 3161, "message": "Not allowed."})
    booking = site.booked()
    row = meeting_of(site, booking)
    assert (row.unsure_until, row.reason) == (None, "not_allowed")
    make_due(site.state, models.Meeting)
    site.drain()
    assert look(site, booking)["meeting_status"] == "ready"
    searches = [
        call for call in site.simulator.calls("list_meetings") if call["request"]["query"]["type"] != "upcoming"
    ]
    assert searches == []  # a check of the account asks for what is upcoming


def test_no_call_that_changes_begins_with_little_of_the_claim_left(site: Site) -> None:
    site.simulator.fault(route="create_meeting", status=503)
    booking = site.booked()
    make_due(site.state, models.Meeting)
    row = meeting_of(site, booking)
    now = datetime.now(UTC)
    claimed = take(site.state, models.Meeting, row.id, seconds=14)
    before = len(site.simulator.calls("create_meeting"))
    meetings.reconcile(site.state, claimed)
    assert len(site.simulator.calls("create_meeting")) == before
    due = meeting_of(site, booking).due_at
    assert due is not None
    assert due < now + timedelta(seconds=5)


def meeting_like(site: Site, booking_id: str) -> int:
    """Make a meeting in Zoom with a booking's marker, as an unanswered create of ours does."""
    start = datetime.now(UTC) + timedelta(days=3)
    request = MeetingRequest(topic="Late", start=start, duration=30, agenda=marker(booking_id))
    made = tokens.with_zoom(site.state, site.connection().id, lambda zoom: zoom.create(request))
    return made.id

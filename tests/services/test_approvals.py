"""A booking that awaits approval: approved, declined, lapsed, cancelled."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.fixtures.site import MakeSite, Site
from tests.services.looking import make_due, only, rows, turn
from tests.services.pending import (
    ON_APPROVAL,
    at_zoom,
    book,
    events,
    meetings,
    offer,
    owed,
    reconcile,
    run_out,
    site_with,
    starts,
)
from tests.services.test_queries import counted
from zoom_blueprint.errors import BookingEnded, SlotTaken
from zoom_blueprint.services import agendas, approvals, bookings, drain, event_types, journal, upkeep
from zoom_blueprint.store import models
from zoom_blueprint.values import BookingStatus, EndedReason, Location, MeetingStatus, WithoutZoom


@pytest.fixture
def asking(make_site: MakeSite) -> Site:
    """A site whose event type is booked on approval."""
    return site_with(make_site, ON_APPROVAL)


def test_a_request_holds_its_time_and_has_no_meeting(asking: Site) -> None:
    start = starts(asking)[0]
    booking = book(asking, start, guests="carol@example.com")
    assert (booking.status, booking.confirmed_at, booking.join_url) == (BookingStatus.PENDING, None, None)
    assert booking.meeting_status is MeetingStatus.NONE
    assert booking.hold_until is not None
    assert abs(booking.hold_until - datetime.now(UTC) - timedelta(hours=48)) < timedelta(minutes=1)
    assert start not in starts(asking)
    reconcile(asking)
    assert (meetings(asking, booking), at_zoom(asking)) == ([], [])
    assert events(asking, booking) == ["booking.requested"]
    assert set(owed(asking, booking)) == {"mail:invitee", "mail:host"}
    assert [one.id for one in agendas.waiting(asking.state, "1")] == [booking.id]
    assert agendas.upcoming(asking.state, "1") == []


def test_the_same_key_answers_with_the_same_request(asking: Site) -> None:
    start = starts(asking)[0]
    assert book(asking, start).id == book(asking, start).id
    assert len(rows(asking.state, models.Booking)) == 1


def test_a_request_holds_its_time_no_longer_than_until_its_start(make_site: MakeSite) -> None:
    site = make_site(ZOOM_APPROVAL_HOURS=24 * 30)
    site.connect()
    event_types.put(site.state, "1", ON_APPROVAL)
    booking = book(site, starts(site)[0])
    assert booking.hold_until == booking.start


def test_an_approved_request_gets_its_meeting_and_everybody_is_told(asking: Site) -> None:
    asked = book(asking, starts(asking)[-1], guests="carol@example.com")
    approved = approvals.approve(asking.state, asked.id)
    assert (approved.status, approved.sequence, approved.hold_until) == (BookingStatus.CONFIRMED, 1, None)
    assert approved.confirmed_at is not None
    assert approved.meeting_status is MeetingStatus.COMING
    assert events(asking, asked) == ["booking.confirmed", "booking.requested"]
    told = owed(asking, approved)
    readers = ("mail:invitee", "mail:host", "mail:guests")
    assert set(told) == {*readers, *(f"{one}:remind:{minutes}" for one in readers for minutes in (1440, 60))}
    assert told["mail:invitee:remind:60"] == approved.start - timedelta(minutes=60)
    assert all(at > datetime.now(UTC) for at in told.values() if at)  # the first mail waits for the link
    reconcile(asking)
    assert at_zoom(asking) == [approved.start]
    assert agendas.get(asking.state, asked.id).join_url is not None
    assert agendas.waiting(asking.state, "1") == []
    assert [one.id for one in agendas.upcoming(asking.state, "1")] == [asked.id]


def test_an_approval_is_told_as_one(asking: Site) -> None:
    asked = book(asking, starts(asking)[0])
    approvals.approve(asking.state, asked.id)
    entry = only(asking.state, models.LifecycleEvent, models.LifecycleEvent.name == "booking.confirmed")
    event = asking.state.database.read(lambda session: journal.read(asking.state, session, entry.id))
    assert getattr(event.payload, "was_pending", None) is True


def test_approving_twice_changes_nothing_more(asking: Site) -> None:
    asked = book(asking, starts(asking)[0])
    first, second = (approvals.approve(asking.state, asked.id) for _ in range(2))
    assert first == second
    assert events(asking, asked) == ["booking.confirmed", "booking.requested"]


def test_what_the_host_did_not_see_is_not_approved(asking: Site) -> None:
    asked = book(asking, starts(asking)[0])
    bookings.reschedule(asking.state, asked.id, starts(asking)[3], offer(asking).token)
    with pytest.raises(SlotTaken):
        approvals.approve(asking.state, asked.id, sequence=asked.sequence)
    now = agendas.get(asking.state, asked.id)
    assert approvals.approve(asking.state, asked.id, sequence=now.sequence).status == BookingStatus.CONFIRMED


def test_a_declined_request_gives_its_time_back_and_only_who_knew_is_told(asking: Site) -> None:
    start = starts(asking)[0]
    asked = book(asking, start, guests="carol@example.com")
    declined = approvals.decline(asking.state, asked.id, words="Too soon for me.")
    assert (declined.status, declined.ended_reason) == (BookingStatus.CANCELLED, EndedReason.DECLINED)
    assert declined.cancel_reason == "Too soon for me."
    assert start in starts(asking)
    assert set(owed(asking, declined)) == {"mail:invitee", "mail:host"}
    assert events(asking, asked) == ["booking.cancelled", "booking.requested"]
    assert approvals.decline(asking.state, asked.id) == declined
    with pytest.raises(BookingEnded, match="cancelled"):
        approvals.approve(asking.state, asked.id)


def test_an_approved_booking_cannot_be_declined(asking: Site) -> None:
    asked = book(asking, starts(asking)[0])
    approvals.approve(asking.state, asked.id)
    with pytest.raises(BookingEnded, match="approved already"):
        approvals.decline(asking.state, asked.id)


def test_a_request_that_nobody_answers_lapses_and_the_invitee_is_told(asking: Site) -> None:
    start = starts(asking)[0]
    asked = book(asking, start)
    run_out(asking, asked, is_noticed=True)
    row = only(asking.state, models.Booking)
    assert (row.status, row.ended_reason) == ("cancelled", "lapsed")
    assert set(owed(asking, agendas.get(asking.state, asked.id))) == {"mail:invitee", "mail:host"}
    assert start in starts(asking)
    assert only(asking.state, models.Duty, models.Duty.name == "lapse").due_at is None


def test_duties_that_are_done_are_swept_away_and_others_are_not(asking: Site) -> None:
    asked, other = book(asking, starts(asking)[0]), book(asking, starts(asking)[4], who="carol")
    run_out(asking, asked, is_noticed=True)
    upkeep.purge(asking.state)
    assert only(asking.state, models.Duty, models.Duty.name == "lapse").subject == other.id


def test_a_request_lapses_by_time_alone(asking: Site) -> None:
    start = starts(asking)[0]
    asked = book(asking, start)
    run_out(asking, asked, is_noticed=False)
    now = agendas.get(asking.state, asked.id)
    assert (now.status, now.ended_reason, now.meeting_reason) == (BookingStatus.CANCELLED, EndedReason.LAPSED, None)
    assert agendas.waiting(asking.state, "1") == []
    assert start in starts(asking)
    with pytest.raises(BookingEnded, match="in time"):
        approvals.approve(asking.state, asked.id)
    with pytest.raises(BookingEnded, match="in time"):
        bookings.reschedule(asking.state, asked.id, starts(asking)[3], offer(asking).token)
    assert bookings.cancel(asking.state, asked.id, by=EndedReason.INVITEE).ended_reason is EndedReason.LAPSED
    assert approvals.decline(asking.state, asked.id).ended_reason is EndedReason.LAPSED
    other = book(asking, start, who="carol")
    make_due(asking.state, models.Duty, models.Duty.name == "lapse")
    drain.drain(asking.state, "duty")
    assert agendas.get(asking.state, asked.id).ended_reason is EndedReason.LAPSED
    assert agendas.get(asking.state, other.id).status is BookingStatus.PENDING


def test_a_duty_that_comes_early_comes_again_when_the_time_has_run_out(asking: Site) -> None:
    asked = book(asking, starts(asking)[0])
    assert approvals.lapse(asking.state, asked.id) == asked.hold_until
    make_due(asking.state, models.Duty, models.Duty.name == "lapse")
    drain.drain(asking.state, "duty")
    assert only(asking.state, models.Duty, models.Duty.name == "lapse").due_at == asked.hold_until
    assert agendas.get(asking.state, asked.id).status is BookingStatus.PENDING
    approvals.approve(asking.state, asked.id)
    assert approvals.lapse(asking.state, asked.id) is None
    assert approvals.lapse(asking.state, "no such booking") is None


def test_a_lapse_of_somebody_forgotten_tells_nobody(asking: Site) -> None:
    asked = book(asking, starts(asking)[0])
    turn(asking.state, models.Booking, purged_at=datetime.now(UTC), email="", name="")
    run_out(asking, asked, is_noticed=True)
    assert only(asking.state, models.Booking).status == "cancelled"
    assert events(asking, asked) == ["booking.requested"]


def test_a_request_can_be_withdrawn(asking: Site) -> None:
    start = starts(asking)[0]
    asked = book(asking, start, guests="carol@example.com")
    gone = bookings.cancel(asking.state, asked.id, by=EndedReason.INVITEE, words="Never mind.")
    assert (gone.status, gone.ended_reason) == (BookingStatus.CANCELLED, EndedReason.INVITEE)
    assert set(owed(asking, gone)) == {"mail:invitee", "mail:host"}
    assert start in starts(asking)


@pytest.mark.parametrize("first", [0, 1])
def test_of_two_overlapping_requests_one_can_be_approved(asking: Site, first: int) -> None:
    asked = [book(asking, starts(asking)[place], who=who) for place, who in ((0, "bob"), (4, "carol"))]
    overlapping = asked[0].start + timedelta(minutes=15)
    turn(
        asking.state,
        models.Booking,
        models.Booking.id == asked[1].id,
        starts_at=overlapping,
        ends_at=overlapping + timedelta(minutes=30),
        busy_start=overlapping,
        busy_end=overlapping + timedelta(minutes=30),
    )
    approvals.approve(asking.state, asked[first].id)
    with pytest.raises(SlotTaken, match="overlaps"):
        approvals.approve(asking.state, asked[1 - first].id)


@pytest.mark.parametrize(("minutes", "is_free"), [(9, False), (10, True)])
def test_buffers_lie_between_what_is_approved(asking: Site, minutes: int, is_free: bool) -> None:
    asked = [book(asking, starts(asking)[place], who=who) for place, who in ((0, "bob"), (4, "carol"))]
    later = asked[0].end + timedelta(minutes=minutes)
    shifts = {"starts_at": later, "ends_at": later + timedelta(minutes=30), "busy_start": later}
    turn(asking.state, models.Booking, models.Booking.id == asked[1].id, **shifts, busy_end=later + timedelta(hours=1))
    turn(
        asking.state,
        models.Booking,
        models.Booking.id == asked[0].id,
        busy_end=asked[0].end + timedelta(minutes=10),
    )
    approvals.approve(asking.state, asked[1].id)
    if is_free:
        approvals.approve(asking.state, asked[0].id)
    else:
        with pytest.raises(SlotTaken):
            approvals.approve(asking.state, asked[0].id)


def test_without_zoom_an_approval_gives_the_hosts_own_link(make_site: MakeSite) -> None:
    own = "https://meet.example.com/ada"
    manual = replace(ON_APPROVAL, without_zoom=WithoutZoom.MANUAL, location_text=own)
    site = make_site()
    event_types.put(site.state, "1", manual)
    asked, other = book(site, starts(site)[0]), book(site, starts(site)[3], who="carol")
    assert (asked.join_url, asked.is_own_link) == (None, False)
    assert approvals.approve(site.state, asked.id).join_url == own
    assert meetings(site, asked) == []
    site.connect()  # what is approved from now on is in Zoom
    approvals.approve(site.state, other.id)
    reconcile(site)
    assert at_zoom(site) == [other.start]
    assert agendas.get(site.state, asked.id).join_url == own


def test_what_takes_place_elsewhere_is_approved_without_a_meeting(make_site: MakeSite) -> None:
    site = make_site()
    event_types.put(site.state, "1", replace(ON_APPROVAL, location=Location.PHONE, location_text="+44 20 7946 0000"))
    asked = book(site, starts(site)[0])
    assert asked.meeting_reason is None
    assert approvals.approve(site.state, asked.id).status is BookingStatus.CONFIRMED
    assert meetings(site, asked) == []


def test_whoever_holds_the_offered_times_learns_of_every_answer(asking: Site) -> None:
    for answer in (approvals.approve, approvals.decline):
        asked = book(asking, starts(asking)[0], who=answer.__name__)
        known = offer(asking)
        assert offer(asking, known=known.etag).starts is None
        answer(asking.state, asked.id)
        assert offer(asking, known=known.etag).etag != known.etag
    asked = book(asking, starts(asking)[0])
    known = offer(asking)
    run_out(asking, asked, is_noticed=True)
    assert offer(asking, known=known.etag).etag != known.etag


def test_requests_and_approvals_take_few_queries(asking: Site) -> None:
    bookable = starts(asking)[0]
    token = offer(asking).token  # made outside of what is counted
    wish = bookings.Request(
        host_slug="ada",
        event_slug="intro-call",
        start=bookable,
        name="Bob",
        email="bob@example.com",
        time_zone="UTC",
        key="a key of ours",
        token=token,
        guests=("carol@example.com",),
    )
    with counted(asking) as statements:
        asked = bookings.confirm(asking.state, wish)
    assert len(statements) <= 12, statements
    with counted(asking) as statements:
        approvals.approve(asking.state, asked.id)
    assert len(statements) <= 12, statements
    writes = [one for one in statements if not one.startswith("SELECT")]
    assert writes[0].startswith("UPDATE zoom_host")

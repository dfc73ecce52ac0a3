"""Bookings on approval that are moved, and what becomes of their Zoom meetings until the host has answered."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.fixtures.site import MakeSite, Site
from tests.services.looking import make_due, only, rows, turn
from tests.services.pending import (
    ASKED_AGAIN,
    ON_APPROVAL,
    at_zoom,
    book,
    events,
    meetings,
    move,
    offer,
    owed,
    reconcile,
    run_out,
    site_with,
    starts,
)
from tests.services.test_queries import counted
from zoom_blueprint import values
from zoom_blueprint.services import agendas, approvals, bookings, by_hosts, connections, drain, endings, event_types
from zoom_blueprint.store import models
from zoom_blueprint.values import BookingStatus, EndedReason, LinkReason


@pytest.fixture
def again(make_site: MakeSite) -> Site:
    """A site whose event type asks for approval again when an invitee moves."""
    return site_with(make_site, ASKED_AGAIN)


def approved(site: Site, place: int = 0, guests: str = "") -> values.Booking:
    """Return a booking that was approved and has its meeting."""
    asked = book(site, starts(site)[place], guests=guests)
    approvals.approve(site.state, asked.id)
    reconcile(site)
    return agendas.get(site.state, asked.id)


def changes_at_zoom(site: Site) -> list[int]:
    """Return how often meetings were created, changed and deleted."""
    return [len(site.simulator.calls(route)) for route in ("create_meeting", "update_meeting", "delete_meeting")]


def test_a_request_that_is_moved_awaits_approval_anew(again: Site) -> None:
    old, new = starts(again)[0], starts(again)[4]
    asked = book(again, old)
    turn(again.state, models.Booking, hold_until=datetime.now(UTC) + timedelta(hours=1))
    moved = move(again, asked, new)
    assert (moved.status, moved.start, moved.sequence) == (BookingStatus.PENDING, new, 1)
    assert moved.hold_until is not None
    assert moved.hold_until > datetime.now(UTC) + timedelta(hours=47)
    assert events(again, asked) == ["booking.requested"] * 2
    assert set(owed(again, moved)) == {"mail:invitee", "mail:host"}
    assert old in starts(again)
    assert new not in starts(again)
    assert move(again, moved, new) == moved
    assert approvals.approve(again.state, asked.id).start == new


def test_a_request_that_the_host_moves_still_awaits_approval(again: Site) -> None:
    asked = book(again, starts(again)[0])
    moved = by_hosts.move(again.state, asked.id, starts(again)[4])
    assert (moved.status, moved.sequence) == (BookingStatus.PENDING, 1)


def test_an_approved_booking_moves_freely_unless_the_event_type_asks_again(make_site: MakeSite) -> None:
    site = site_with(make_site, ON_APPROVAL)
    booking = approved(site, guests="carol@example.com")
    moved = move(site, booking, starts(site)[-1])
    assert (moved.status, moved.sequence) == (BookingStatus.CONFIRMED, booking.sequence + 1)
    readers = ("mail:invitee", "mail:host", "mail:guests")
    assert set(owed(site, moved)) == {*readers, *(f"{one}:remind:{n}" for one in readers for n in (1440, 60))}
    reconcile(site)
    assert (at_zoom(site), changes_at_zoom(site)) == ([moved.start], [1, 1, 0])


def test_the_hosts_own_move_asks_nobody(again: Site) -> None:
    booking = approved(again)
    moved = by_hosts.move(again.state, booking.id, starts(again)[4])
    assert moved.status is BookingStatus.CONFIRMED
    reconcile(again)
    assert at_zoom(again) == [moved.start]


def test_an_event_type_that_no_longer_asks_for_approval_does_not_ask_again(again: Site) -> None:
    booking = approved(again)
    event_types.put(again.state, "1", values.EventType(slug="intro-call", title="Intro call", approval_when_moved=True))
    assert move(again, booking, starts(again)[4]).status is BookingStatus.CONFIRMED


def test_a_move_that_awaits_approval_leaves_the_meeting_as_it_is(again: Site) -> None:
    booking = approved(again, guests="carol@example.com")
    moved = move(again, booking, starts(again)[4])
    assert (moved.status, moved.join_url) == (BookingStatus.PENDING, None)
    assert (moved.meeting_reason, moved.confirmed_at) == (LinkReason.APPROVAL, booking.confirmed_at)
    # The guests have the old time in their calendars.
    assert set(owed(again, moved)) == {"mail:invitee", "mail:host", "mail:guests"}
    reconcile(again)
    make_due(again.state, models.Meeting)
    turn(again.state, models.Meeting, due_at=datetime.now(UTC))
    reconcile(again)
    assert (at_zoom(again), changes_at_zoom(again)) == ([booking.start], [1, 0, 0])


def test_an_approved_move_moves_the_meeting(again: Site) -> None:
    booking = approved(again, guests="carol@example.com")
    moved = move(again, booking, starts(again)[4])
    reconcile(again)
    confirmed = approvals.approve(again.state, moved.id)
    assert (confirmed.status, confirmed.confirmed_at) == (BookingStatus.CONFIRMED, booking.confirmed_at)
    assert confirmed.join_url == booking.join_url
    assert {"mail:guests", "mail:guests:remind:60"} <= set(owed(again, confirmed))
    reconcile(again)
    assert (at_zoom(again), changes_at_zoom(again)) == ([moved.start], [1, 1, 0])


@pytest.mark.parametrize("end", ["decline", "lapse", "cancel"])
def test_a_move_that_is_not_approved_ends_the_booking_and_its_meeting(again: Site, end: str) -> None:
    booking = approved(again, guests="carol@example.com")
    moved = move(again, booking, starts(again)[4])
    reconcile(again)
    if end == "decline":
        approvals.decline(again.state, moved.id)
    elif end == "lapse":
        run_out(again, moved, is_noticed=False)
        turn(again.state, models.Meeting, due_at=datetime.now(UTC))
        reconcile(again)
        assert changes_at_zoom(again) == [1, 0, 0]  # nothing is done before it is recorded
        run_out(again, moved, is_noticed=True)
    else:
        bookings.cancel(again.state, moved.id, by=EndedReason.INVITEE)
    ended = agendas.get(again.state, moved.id)
    assert ended.status is BookingStatus.CANCELLED
    assert set(owed(again, ended)) == {"mail:invitee", "mail:host", "mail:guests"}
    reconcile(again)
    assert (at_zoom(again), changes_at_zoom(again)) == ([], [1, 0, 1])


def test_what_the_host_does_in_zoom_meanwhile_is_not_followed_before_the_answer(again: Site) -> None:
    booking = approved(again)
    moved = move(again, booking, starts(again)[4])
    (meeting,) = meetings(again, booking)
    elsewhere = booking.start + timedelta(hours=3)
    assert meeting.zoom_meeting_id is not None
    number = meeting.zoom_meeting_id
    again.simulator.press("ada", number, "move", start=elsewhere.strftime("%Y-%m-%dT%H:%M"), duration=30)
    reconcile(again)
    seen = agendas.get(again.state, booking.id)
    assert (seen.start, seen.status, seen.conflict) == (moved.start, BookingStatus.PENDING, None)
    approvals.approve(again.state, booking.id)
    reconcile(again)
    assert at_zoom(again) == [elsewhere]  # both sides have changed: it is flagged, and nothing is overwritten
    assert "moved to" in (agendas.get(again.state, booking.id).conflict or "")


@pytest.mark.parametrize("is_told", [True, False])
@pytest.mark.parametrize("is_moved_back", [True, False])
def test_a_meeting_deleted_in_zoom_meanwhile_does_not_end_the_request(
    make_site: MakeSite, is_moved_back: bool, is_told: bool
) -> None:
    site = make_site(ZOOM_ON_REMOTE_DELETE="relink")
    site.connect()
    event_types.put(site.state, "1", ASKED_AGAIN)
    booking = approved(site)
    moved = move(site, booking, starts(site)[4])
    if is_moved_back:
        moved = move(site, moved, booking.start)
    site.simulator.knobs(webhook_hold=not is_told)
    site.simulator.press("ada", meetings(site, booking)[0].zoom_meeting_id or 0, "delete")
    reconcile(site)
    assert agendas.get(site.state, booking.id).status is BookingStatus.PENDING
    approvals.approve(site.state, booking.id)
    reconcile(site)
    assert at_zoom(site) == [moved.start]
    assert agendas.get(site.state, booking.id).join_url not in (None, booking.join_url)


def test_a_link_that_arrives_while_the_host_has_yet_to_answer_is_told_to_nobody(again: Site) -> None:
    asked = book(again, starts(again)[0])
    target = starts(again)[4]
    approvals.approve(again.state, asked.id)

    @again.zoom.meeting_options
    def during_the_create(_: values.Booking) -> dict[str, object]:
        if agendas.get(again.state, asked.id).status is BookingStatus.CONFIRMED:
            move(again, asked, target)
        return {}

    reconcile(again)
    assert changes_at_zoom(again) == [1, 0, 0]
    now = agendas.get(again.state, asked.id)
    assert (now.status, now.start, now.join_url) == (BookingStatus.PENDING, target, None)
    assert "meeting.ready" not in events(again, asked)
    again.zoom.hooks.meeting_options = None
    approvals.approve(again.state, asked.id)
    reconcile(again)
    assert (at_zoom(again), changes_at_zoom(again)) == ([target], [1, 1, 0])
    assert agendas.get(again.state, asked.id).join_url is not None


def test_a_move_in_zoom_is_not_adopted_by_whoever_was_just_looking(again: Site) -> None:
    booking = approved(again)
    target, elsewhere = starts(again)[4], booking.start + timedelta(hours=3)

    @again.zoom.meeting_options
    def during_the_look(_: values.Booking) -> dict[str, object]:
        if agendas.get(again.state, booking.id).status is BookingStatus.CONFIRMED:
            move(again, booking, target)
        return {}

    number = meetings(again, booking)[0].zoom_meeting_id or 0
    again.simulator.press("ada", number, "move", start=elsewhere.strftime("%Y-%m-%dT%H:%M"), duration=30)
    reconcile(again)
    now = agendas.get(again.state, booking.id)
    assert (now.status, now.start) == (BookingStatus.PENDING, target)
    assert events(again, booking).count("booking.rescheduled") == 0


def test_a_create_without_an_answer_is_settled_with_the_hosts_answer_and_not_before(again: Site) -> None:
    asked = book(again, starts(again)[0])
    approvals.approve(again.state, asked.id)
    again.simulator.fault(route="create_meeting", drop="after")
    reconcile(again)
    assert len(at_zoom(again)) == 1
    move(again, asked, starts(again)[4])
    turn(again.state, models.Meeting, unsure_until=datetime.now(UTC) - timedelta(minutes=1), due_at=datetime.now(UTC))
    assert drain.drain(again.state, "meeting") == 1
    assert only(again.state, models.Meeting).due_at is None  # else it would be looked at without end
    approvals.decline(again.state, asked.id)
    reconcile(again)
    assert at_zoom(again) == []


def test_a_disconnect_meanwhile_leaves_the_meeting_and_the_request(again: Site) -> None:
    booking = approved(again)
    moved = move(again, booking, starts(again)[4])
    endings.disconnect(again.state, "1", connections.all_of(again.state, "1")[0].id)
    reconcile(again)
    confirmed = approvals.approve(again.state, moved.id)
    reconcile(again)
    assert (confirmed.is_detached, confirmed.join_url) == (True, booking.join_url)
    assert at_zoom(again) == [booking.start]


def test_a_move_that_asks_again_takes_few_queries(again: Site) -> None:
    booking = approved(again)
    target, token = starts(again)[4], offer(again).token
    with counted(again) as statements:
        bookings.reschedule(again.state, booking.id, target, token)
    assert len(statements) <= 15, statements
    with counted(again) as statements:
        approvals.approve(again.state, booking.id)
    assert len(statements) <= 12, statements
    assert len(rows(again.state, models.Duty, models.Duty.name == "lapse")) == 1

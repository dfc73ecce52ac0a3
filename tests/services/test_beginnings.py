"""A visitor's meeting is made by what is in hand, and nothing that happens meanwhile is overlooked."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.fixtures.site import Site
from tests.fixtures.waiting import wait_until
from tests.services.looking import Letters, only, rows, take, turn
from tests.services.test_queries import counted, request
from zoom_blueprint import values
from zoom_blueprint.services import agendas, beginnings, bookings, connections, endings, first_tries
from zoom_blueprint.services.beginnings import Beginning
from zoom_blueprint.services.quotas import CALLS_A_DAY
from zoom_blueprint.store import models
from zoom_blueprint.values import EndedReason, MeetingStatus

_SOON = timedelta(seconds=30)


@pytest.fixture
def booking(site: Site) -> values.Booking:
    """A booking that was just made, with a host who is connected."""
    Letters(site)
    site.connect()
    return bookings.confirm(site.state, request(site, 0))


def begun(site: Site, booking: values.Booking) -> Beginning:
    """Begin, and be sure of it."""
    found = beginnings.begin(site.state, booking)
    assert found is not None
    return found


def test_what_a_first_try_returns_is_what_is_read_afterwards(site: Site, booking: values.Booking) -> None:
    linked = first_tries.with_link(site.state, booking)
    assert linked.meeting_status is MeetingStatus.READY
    assert linked == agendas.get(site.state, booking.id)
    row = only(site.state, models.Meeting)
    assert (row.due_at, row.claim, row.attempts, row.unsure_until) == (None, None, 0, None)
    assert [one["id"] for one in site.simulator.meetings("ada")] == [row.zoom_meeting_id]


def test_a_first_try_takes_at_most_ten_queries(site: Site, booking: values.Booking) -> None:
    site.drain()  # the call before has been noted
    another = bookings.confirm(site.state, request(site, 3))
    with counted(site) as statements:
        assert first_tries.with_link(site.state, another).join_url
    assert len(statements) <= 10, statements


def cancel(site: Site, booking: values.Booking) -> None:
    """Cancel as the invitee does."""
    bookings.cancel(site.state, booking.id, by=EndedReason.INVITEE)


def move(site: Site, booking: values.Booking) -> None:
    """Move to another time."""
    wish = request(site, 5)
    bookings.reschedule(site.state, booking.id, wish.start, wish.token)


def claim(site: Site, booking: values.Booking) -> None:
    """Claim the meeting as a worker does."""
    take(site.state, models.Meeting, only(site.state, models.Meeting).id)


def use_up(site: Site, booking: values.Booking) -> None:
    """Let today's calls be used up."""
    connection, today = site.connection().id, datetime.now(UTC).date()
    row = models.ZoomQuota(connection_id=connection, day=today, used=CALLS_A_DAY)
    site.state.database.write(lambda session: session.add(row))


def age(site: Site, booking: values.Booking) -> None:
    """Let the access token be at its end."""
    turn(site.state, models.Grant, expires_at=datetime.now(UTC) + _SOON)


def disconnect(site: Site, booking: values.Booking) -> None:
    """Unlink the account."""
    endings.disconnect(site.state, "1", site.connection().id)


@pytest.mark.parametrize("happens", [cancel, move, claim, use_up, age, disconnect])
def test_what_is_not_as_its_booking_has_left_it_is_not_begun_and_not_counted(
    site: Site, booking: values.Booking, happens: Callable[[Site, values.Booking], None]
) -> None:
    happens(site, booking)
    assert beginnings.begin(site.state, booking) is None
    assert only(site.state, models.Meeting).unsure_until is None
    assert [row.used for row in rows(site.state, models.ZoomQuota)] in ([], [CALLS_A_DAY])


def test_a_meeting_is_begun_once(site: Site, booking: values.Booking) -> None:
    first = begun(site, booking)
    assert beginnings.begin(site.state, booking) is None
    row = only(site.state, models.Meeting)
    assert row.claim == first.claimed.nonce
    assert row.unsure_until is not None
    assert [row.used for row in rows(site.state, models.ZoomQuota)] == [1]


def test_what_is_cancelled_while_zoom_makes_it_is_taken_away_again(site: Site, booking: values.Booking) -> None:
    beginning = begun(site, booking)
    cancel(site, booking)
    beginnings.make(site.state, beginning)
    site.drain()
    assert site.simulator.meetings("ada") == []
    assert only(site.state, models.Meeting).due_at is None


def test_what_is_moved_while_zoom_makes_it_follows(site: Site, booking: values.Booking) -> None:
    beginning = begun(site, booking)
    move(site, booking)
    assert beginnings.make(site.state, beginning) is None
    site.drain()
    moved = agendas.get(site.state, booking.id)
    (made,) = site.simulator.meetings("ada")
    assert made["start_time"] == moved.start.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert moved.start != booking.start


def test_what_is_cut_off_while_zoom_makes_it_follows_no_change(site: Site, booking: values.Booking) -> None:
    beginning = begun(site, booking)
    disconnect(site, booking)
    beginnings.make(site.state, beginning)
    assert only(site.state, models.Meeting).claim is None
    assert agendas.get(site.state, booking.id).is_detached or not only(site.state, models.Meeting).zoom_meeting_id


def test_what_is_cut_off_before_zooms_answer_is_no_meeting_of_ours(site: Site, booking: values.Booking) -> None:
    beginning = begun(site, booking)
    site.simulator.fault(route="create_meeting", effect=True, delay_after=2)
    with ThreadPoolExecutor(1) as hands:
        made = hands.submit(beginnings.make, site.state, beginning)
        wait_until(lambda: site.simulator.meetings("ada"), why="Zoom has made it, and has not said so")
        disconnect(site, booking)
        assert made.result() is None
    row = only(site.state, models.Meeting)
    assert row.claim is None
    assert row.detached or row.join_url_sealed is None


def test_whoever_lost_the_claim_records_nothing(site: Site, booking: values.Booking) -> None:
    beginning = begun(site, booking)
    turn(site.state, models.Meeting, claim="somebody else's")
    assert beginnings.make(site.state, beginning) is None
    row = only(site.state, models.Meeting)
    assert (row.claim, row.zoom_meeting_id) == ("somebody else's", None)


def test_a_claim_that_is_nearly_over_begins_no_call(site: Site, booking: values.Booking) -> None:
    beginning = begun(site, booking)
    late = replace(beginning, claimed=replace(beginning.claimed, until=datetime.now(UTC) + timedelta(seconds=5)))
    assert beginnings.make(site.state, late) is None
    assert site.simulator.meetings("ada") == []


def test_the_account_is_the_one_that_the_event_type_asks_for(site: Site, booking: values.Booking) -> None:
    chosen = site.state.database.read(lambda session: connections.chosen(session, "1", None))
    assert chosen is not None
    assert begun(site, booking).connection_id == chosen.id

"""What a host's Zoom has beside the bookings: each difference is found, and nothing is asked for long."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.fixtures.site import Site
from tests.services.looking import cancel, make_due, meeting_of, turn
from tests.services.test_queries import counted
from zoom_blueprint.errors import NotConnected, NotFound
from zoom_blueprint.services import mirrors
from zoom_blueprint.services.deadlines import TooLate
from zoom_blueprint.services.mirrors import Mirror, Standing
from zoom_blueprint.store import models
from zoom_blueprint.zoom_api.payloads import MeetingRequest


def booked(site: Site, place: int = 0) -> dict[str, Any]:
    """Book one of the offered slots, and let the meeting be made."""
    offered = site.slots()
    made = site.booked(start=offered["slots"][place], token=offered["token"], email=f"b{place}@example.com")
    site.drain()
    return made


def standings(found: Mirror) -> list[tuple[str, str | None]]:
    """Return how each row stands, and whose booking it is."""
    return [(row.standing, row.booking_id) for row in found.rows]


def test_each_difference_is_found_and_all_else_is_the_same(site: Site) -> None:
    same, moved, gone, left, coming = (booked(site, place) for place in (0, 4, 8, 12, 16))
    site.simulator.knobs(webhook_hold=True)  # so that nobody tells of what is done in Zoom
    zoom = {booking["id"]: meeting_of(site, booking).zoom_meeting_id or 0 for booking in (same, moved, gone, left)}
    there = datetime.fromisoformat(moved["start"]) + timedelta(hours=1)
    site.simulator.press("ada", zoom[moved["id"]], "move", start=there.strftime("%Y-%m-%dT%H:%M"))
    site.simulator.press("ada", zoom[gone["id"]], "delete")
    site.simulator.fault(route="delete_meeting", status=503, times=50)
    cancel(site, left)
    with site.app.app_context():
        start = datetime.now(UTC).replace(microsecond=0) + timedelta(days=5)
        site.zoom.meetings("1").create(MeetingRequest(topic="Dentist", start=start, duration=45, agenda="private"))
    turn(site.state, models.Meeting, models.Meeting.booking_id == coming["id"], zoom_meeting_id=None)
    found = mirrors.look(site.state, "1")
    by_booking = {row.booking_id: row for row in found.rows if row.booking_id}
    assert {key: row.standing for key, row in by_booking.items()} == {
        same["id"]: Standing.SAME,
        moved["id"]: Standing.DIFFERS,
        gone["id"]: Standing.ONLY_HERE,
        left["id"]: Standing.LEFT,
        coming["id"]: Standing.NOT_MADE,
    }
    assert by_booking[moved["id"]].zoom_start == there
    foreign = [row for row in found.rows if row.standing is Standing.ONLY_IN_ZOOM]
    assert ("Dentist", start, 45) in [(row.topic, row.zoom_start, row.zoom_minutes) for row in foreign]
    assert "private" not in repr(found)
    assert "zoom.us/j/" not in repr(found)
    assert [row.at for row in found.rows] == sorted(row.at for row in found.rows)
    assert (found.troubles, found.is_connected, found.is_cut) == ((), True, False)


def test_a_meeting_of_another_length_differs(site: Site) -> None:
    booking = booked(site)
    mine = models.Booking.id == booking["id"]
    end = datetime.fromisoformat(booking["start"]) + timedelta(minutes=50)
    turn(site.state, models.Booking, mine, ends_at=end)
    (row,) = mirrors.look(site.state, "1").rows
    assert (row.standing, row.minutes, row.zoom_minutes) == (Standing.DIFFERS, 50, 30)


def test_looking_again_brings_both_in_line(site: Site) -> None:
    booking = booked(site)
    site.simulator.knobs(webhook_hold=True)
    site.simulator.press("ada", meeting_of(site, booking).zoom_meeting_id or 0, "delete")
    assert standings(mirrors.look(site.state, "1")) == [(Standing.ONLY_HERE, booking["id"])]
    mirrors.look_again(site.state, "1", booking["id"])
    site.drain()
    assert mirrors.look(site.state, "1").rows == (), "it was deleted in Zoom, so the booking is cancelled"
    for host_id, booking_id in (("2", booking["id"]), ("1", "nothing")):
        with pytest.raises(NotFound):
            mirrors.look_again(site.state, host_id, booking_id)


def test_an_account_that_does_not_answer_is_a_trouble_and_no_difference(site: Site) -> None:
    booked(site)
    site.simulator.fault(route="list_meetings", status=503, times=9)
    found = mirrors.look(site.state, "1")
    assert (found.rows, len(found.troubles)) == ((), 1)
    site.simulator.clear_faults()
    turn(site.state, models.Grant, lost_at=datetime.now(UTC))
    (trouble,) = mirrors.look(site.state, "1").troubles
    assert isinstance(trouble.error, NotConnected)
    assert mirrors.look(site.state, "2") == Mirror((), (), is_connected=False, is_cut=False)


def test_who_hangs_is_left_behind(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mirrors, "SECONDS", 0.3)
    site.simulator.fault(route="list_meetings", delay=5, times=1)
    (trouble,) = mirrors.look(site.state, "1").troubles
    assert isinstance(trouble.error, TooLate)


def test_many_take_no_more_queries_than_few(site: Site) -> None:
    booked(site)
    mirrors.look(site.state, "1")
    with counted(site) as few:
        mirrors.look(site.state, "1")
    for place in (4, 8, 12):
        booked(site, place)
    make_due(site.state, models.Delivery)
    with counted(site) as many:
        assert len(mirrors.look(site.state, "1").rows) == 4
    assert len(many) == len(few) <= 6, many

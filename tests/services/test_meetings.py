"""A booking's meeting in Zoom: made once, moved and deleted with the booking, in both directions."""

from datetime import datetime, timedelta

from tests.fixtures.site import Site, api


def test_a_booking_gets_one_meeting_with_its_topic_and_link(site: Site) -> None:
    """The visitor holds the link of the one meeting in the host's own account."""
    booking = site.booked()
    (meeting,) = site.simulator.meetings("ada")
    assert booking["meeting_status"] == "ready"
    assert booking["join_url"] == meeting["join_url"]
    assert meeting["topic"] == "Intro call: Bob Byrne"
    assert meeting["start_time"] == booking["start"]


def test_a_move_here_moves_the_same_meeting(site: Site) -> None:
    """Reschedule is an update of the one meeting."""
    booking = site.booked()
    (before,) = site.simulator.meetings("ada")
    slots = site.get(f"{api(booking)}/slots", params=site_days()).json()
    moved = site.post(f"{api(booking)}/reschedule", data={"start": slots["slots"][5], "token": slots["token"]}).json()
    site.drain()
    (after,) = site.simulator.meetings("ada")
    assert after["id"] == before["id"]
    assert after["start_time"] == moved["start"] == slots["slots"][5]


def test_a_cancellation_here_deletes_the_meeting(site: Site) -> None:
    """Nothing is left in Zoom."""
    booking = site.booked()
    site.post(f"{api(booking)}/cancel", data={"reason": "No time"})
    site.drain()
    assert site.simulator.meetings("ada") == []


def test_a_deletion_in_zoom_cancels_the_booking(site: Site) -> None:
    """The signed webhook tells us, and a look confirms it."""
    booking = site.booked()
    (meeting,) = site.simulator.meetings("ada")
    site.simulator.press("ada", meeting["id"], "delete")
    site.drain()
    assert site.get(api(booking)).json()["status"] == "cancelled"


def test_a_move_in_zoom_moves_the_booking(site: Site) -> None:
    """The booking follows the host."""
    booking = site.booked()
    (meeting,) = site.simulator.meetings("ada")
    later = datetime.fromisoformat(booking["start"]) + timedelta(hours=1)
    site.simulator.press("ada", meeting["id"], "move", start=later.strftime("%Y-%m-%dT%H:%M"), duration=45)
    site.drain()
    now = site.get(api(booking)).json()
    assert datetime.fromisoformat(now["start"]) == later
    assert datetime.fromisoformat(now["end"]) == later + timedelta(minutes=45)


def site_days() -> dict[str, str]:
    """Return the query for the next two weeks."""
    first = datetime.now().astimezone().date() + timedelta(days=1)
    return {"from": first.isoformat(), "to": (first + timedelta(days=14)).isoformat(), "tz": "Europe/London"}

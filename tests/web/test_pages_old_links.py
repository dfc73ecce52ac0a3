"""A booking's link answers politely for ever: while it waits, when it was declined, when it is over or forgotten."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from tests.fixtures.site import Site, api
from tests.fixtures.site_app import HOSTS
from tests.web.asking import days
from tests.web.browsing import words
from zoom_blueprint import EventType
from zoom_blueprint.services import approvals
from zoom_blueprint.store import models

ASKED = EventType(slug="asked", title="On request", notice_minutes=0, approval=True, approval_when_moved=True)


@pytest.fixture
def asking(site: Site) -> Site:
    """A site with an event type that needs its host's approval."""
    with site.app.app_context():
        site.zoom.event_types.put(HOSTS["ada"].id, ASKED)
    return site


def change(site: Site, **columns: object) -> None:
    """Write into every booking."""
    site.state.database.write(lambda session: session.execute(update(models.Booking).values(**columns)))


def test_a_request_says_who_has_to_accept_it_and_how_long_it_is_held(asking: Site) -> None:
    form = words(asking.get("/book/ada/asked", params={"start": asking.slots("ada/asked")["slots"][0]}).text)
    assert "Send request" in form
    assert "Ada Lovelace has to accept it first." in form
    booking = asking.booked("ada/asked")
    assert booking["status"] == "pending"
    assert datetime.fromisoformat(booking["hold_until"]) > datetime.now(UTC)
    page = words(asking.get(booking["manage_url"]).text)
    assert "Request sent" in page
    assert "Held until" in page
    assert "Join" not in page
    assert "Add to calendar" not in page
    approvals.approve(asking.state, booking["id"])
    asking.drain()
    approved = asking.get(api(booking)).json()
    assert (approved["status"], approved["hold_until"]) == ("confirmed", None)
    assert "Join Zoom meeting" in words(asking.get(booking["manage_url"]).text)


def test_an_approved_booking_that_is_moved_waits_again_and_says_so(asking: Site) -> None:
    booking = asking.booked("ada/asked")
    approvals.approve(asking.state, booking["id"])
    choosing = asking.get(f"{booking['manage_url']}?move=1")
    assert "Ada Lovelace has to accept the new time." in words(choosing.text)
    offer = asking.get(f"{api(booking)}/slots", params=days()).json()
    wished = {"start": offer["slots"][5], "token": offer["token"]}
    assert asking.post(f"{booking['manage_url']}/reschedule", data=wished).status_code == 303
    assert "Ada Lovelace has to accept the new time first." in words(asking.get(booking["manage_url"]).text)


def test_a_declined_request_says_so_with_the_hosts_words(asking: Site) -> None:
    booking = asking.booked("ada/asked")
    approvals.decline(asking.state, booking["id"], words="I am away.")
    page = words(asking.get(booking["manage_url"]).text)
    assert "This request was declined" in page
    assert "Ada Lovelace could not accept this time." in page
    assert "I am away." in page
    assert asking.get(api(booking)).json()["ended_reason"] == "declined"


def test_a_request_nobody_answered_has_lapsed_though_nobody_recorded_it_yet(asking: Site) -> None:
    booking = asking.booked("ada/asked")
    change(asking, hold_until=datetime.now(UTC) - timedelta(seconds=1))
    page = words(asking.get(booking["manage_url"]).text)
    assert "This request has lapsed" in page
    assert "Book another time" in page
    assert asking.get(api(booking)).json()["ended_reason"] == "lapsed"
    moved = asking.post(f"{booking['manage_url']}/reschedule", data={"start": booking["start"], "token": "any"})
    assert moved.status_code in (303, 410)
    assert "This request has lapsed" in words(asking.get(booking["manage_url"]).text)


@pytest.mark.parametrize("state", ["cancelled", "over", "lapsed"])
def test_no_old_link_of_an_ended_booking_is_a_dead_end(asking: Site, state: str) -> None:
    booking = asking.booked("ada/asked")
    if state == "cancelled":
        asking.post(f"{booking['manage_url']}/cancel")
    elif state == "over":
        approvals.approve(asking.state, booking["id"])
        start = datetime.now(UTC) - timedelta(days=1)
        change(asking, starts_at=start, ends_at=start + timedelta(minutes=30))
    else:
        change(asking, hold_until=datetime.now(UTC) - timedelta(seconds=1))
    page = booking["manage_url"]
    wished = {"start": "2031-01-15T09:00:00Z", "token": asking.slots("ada/asked")["token"]}
    for answer in (
        asking.get(page),
        asking.get(f"{page}?move=1"),
        asking.get(f"{page}?new=1"),
        asking.post(f"{page}/reschedule", data=wished),
    ):
        assert answer.status_code in (200, 410)
        assert "Book another time" in words(answer.text)
    assert asking.post(f"{page}/cancel").status_code in (303, 410)
    assert asking.get(booking["ics_url"]).status_code == 200


def test_a_forgotten_booking_says_so_on_every_link_and_in_a_page_where_people_look(asking: Site) -> None:
    booking = asking.booked("ada/asked")
    change(asking, purged_at=datetime.now(UTC))
    page, browser = booking["manage_url"], {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    for answer in (
        asking.get(page),
        asking.post(f"{page}/reschedule", data={"start": booking["start"], "token": "any"}),
        asking.post(f"{page}/cancel"),
        asking.get(booking["ics_url"], headers=browser),
    ):
        assert answer.status_code == 404
        assert answer.headers["Content-Type"].startswith("text/html")
        assert "This booking is long over." in words(answer.text)
        assert "ask them for a new one" not in words(answer.text)
    assert asking.get(booking["ics_url"]).headers["Content-Type"] == "application/problem+json"
    assert asking.get(api(booking)).headers["Content-Type"] == "application/problem+json"


def test_a_list_of_times_that_is_too_old_still_moves_a_booking_to_a_free_one(asking: Site) -> None:
    booking = asking.booked("ada/intro-call")
    offer = asking.get(f"{api(booking)}/slots", params=days()).json()
    with_id = asking.state.links
    event_id = asking.state.database.read(lambda session: session.query(models.Booking.event_type_id).scalar())
    old = with_id.slot_token(event_id, datetime.now(UTC) - timedelta(hours=2))
    answer = asking.post(f"{booking['manage_url']}/reschedule", data={"start": offer["slots"][5], "token": old})
    assert answer.status_code == 303
    assert asking.get(api(booking)).json()["start"] == offer["slots"][5]

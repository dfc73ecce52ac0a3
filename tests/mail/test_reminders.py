"""Reminders: sent as often as they are owed, of what still stands, with the link as it is then."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.fixtures.site import Site
from tests.mail.conftest import Post, remind, send_all
from tests.mail.test_mails import ADA, BOB, EVE, only
from tests.services.looking import cancel, move, rows, turn
from zoom_blueprint.store import models

DAY, HOUR = 1440, 60


@pytest.fixture
def booking(site: Site, post: Post) -> dict[str, Any]:
    """Return a booking with a guest a week ahead, of which everybody has been told."""
    offer = site.slots()
    made = site.booked(guests=EVE, start=offer["slots"][-1], token=offer["token"])
    send_all(site)
    post.clear()
    return made


def addressed(post: Post) -> list[str]:
    """Return to whom the mails went."""
    return sorted(one.rcpt_tos[0] for one in post.envelopes)


def starts_in(site: Site, booking: dict[str, Any], minutes: int) -> None:
    """Let time go by until a booking is so near."""
    start = datetime.now(UTC) + timedelta(minutes=minutes)
    times = {"starts_at": start, "ends_at": start + timedelta(minutes=30)}
    turn(site.state, models.Booking, models.Booking.id == booking["id"], **times)


def test_everybody_is_reminded_a_day_and_an_hour_before(site: Site, post: Post, booking: dict[str, Any]) -> None:
    start = datetime.fromisoformat(booking["start"])
    owed = rows(site.state, models.Delivery, models.Delivery.subscriber.contains(":remind:"))
    assert {(row.subscriber, row.due_at) for row in owed} == {
        (f"mail:{reader}:remind:{minutes}", start - timedelta(minutes=minutes))
        for reader in ("invitee", "host", "guests")
        for minutes in (DAY, HOUR)
    }
    for minutes in (DAY, HOUR):
        post.clear()
        remind(site, minutes)
        assert addressed(post) == [ADA, BOB, EVE]
        for address in (ADA, BOB, EVE):
            message = only(post, address)
            assert str(message["Subject"]).startswith("Reminder: Intro call with")
            assert list(message.iter_attachments()) == [], "no calendar changes"
            text = message.get_body(("plain",))
            assert text is not None
            assert booking["join_url"] in text.get_content()
            assert (booking["manage_url"] in text.get_content()) == (address == BOB)


def test_nobody_is_reminded_of_what_was_cancelled(site: Site, post: Post, booking: dict[str, Any]) -> None:
    cancel(site, booking)
    send_all(site)
    post.clear()
    remind(site, DAY)
    remind(site, HOUR)
    assert post.messages == []


def test_after_a_move_there_is_one_reminder_of_the_new_time(site: Site, post: Post, booking: dict[str, Any]) -> None:
    moved = move(site, booking, 40)
    send_all(site)
    post.clear()
    remind(site, DAY)
    assert addressed(post) == [ADA, BOB, EVE]
    text = only(post, BOB).get_body(("plain",))
    assert text is not None
    assert str(datetime.fromisoformat(moved["start"]).day) in text.get_content()


@pytest.mark.usefixtures("booking")
def test_a_reminder_says_that_the_link_is_still_on_its_way(site: Site, post: Post) -> None:
    site.simulator.fault(route="create_meeting", status=500, body={"code": 500, "message": "Zoom is on fire"}, times=9)
    offer = site.slots()
    site.booked(email="max@example.com", start=offer["slots"][-2], token=offer["token"])
    send_all(site)
    remind(site, DAY)
    (message,) = [one for one in post.to("max@example.com") if str(one["Subject"]).startswith("Reminder")]
    text = message.get_body(("plain",))
    assert text is not None
    assert "Your Zoom link is on its way" in text.get_content()


def test_after_an_outage_the_nearer_reminder_is_enough(site: Site, post: Post, booking: dict[str, Any]) -> None:
    starts_in(site, booking, 30)
    remind(site, DAY)
    assert post.messages == []
    remind(site, HOUR)
    assert addressed(post) == [ADA, BOB, EVE]


def test_nobody_is_reminded_of_what_has_begun(site: Site, post: Post, booking: dict[str, Any]) -> None:
    starts_in(site, booking, -1)
    remind(site, HOUR)
    assert post.messages == []
    late = rows(site.state, models.Delivery, models.Delivery.subscriber == "mail:invitee:remind:60")
    assert [row.outcome for row in late] == ["too late"]


def test_who_books_within_the_hour_is_not_reminded(site: Site, post: Post) -> None:
    made = site.booked()
    offered = datetime.fromisoformat(made["start"])
    owed = rows(site.state, models.Delivery, models.Delivery.subscriber.contains(":remind:"))
    assert all(row.due_at is not None and row.due_at > datetime.now(UTC) for row in owed)
    day_before = offered - timedelta(days=1) > datetime.now(UTC)
    assert {row.subscriber.rpartition(":")[2] for row in owed} == ({"60", "1440"} if day_before else {"60"})
    del post

"""What is sent once more, and what is not: the same row again, with what is true then."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.fixtures.site import Site
from tests.races.fleet import together
from tests.services.looking import LONG_AGO, Letters, cancel, make_due, move, only, rows, turn
from zoom_blueprint import LifecycleEvent
from zoom_blueprint.errors import NotFound
from zoom_blueprint.events import EventName
from zoom_blueprint.services import addresses, drain, hosts, replays
from zoom_blueprint.services.replays import Replay
from zoom_blueprint.store import models

NOW = datetime.now(UTC)


@pytest.fixture
def letters(site: Site) -> Letters:
    """The mails of the site."""
    return Letters(site)


def mail(site: Site, subscriber: str, event_name: str = EventName.BOOKING_CONFIRMED) -> models.Delivery:
    """Return the row of a mail."""
    delivery = models.Delivery
    return only(site.state, delivery, delivery.subscriber == subscriber, delivery.event_name == event_name)


def send_again(site: Site, row: models.Delivery) -> bool:
    """Press the button and let the mail leave."""
    found = replays.find(site.state, "1", row.id, datetime.now(UTC))
    assert isinstance(found, Replay), found
    is_begun = replays.begin(site.state, found)
    site.drain()
    return is_begun


def why_not(site: Site, row: models.Delivery) -> str:
    """Return why a mail is not sent again."""
    found = replays.find(site.state, "1", row.id, datetime.now(UTC))
    assert not isinstance(found, Replay)
    return str(found)


def test_a_mail_leaves_again_to_the_same_reader_with_what_is_true_now(site: Site, letters: Letters) -> None:
    booking = site.booked()
    for row in (mail(site, "mail:invitee"), mail(site, "mail:host")):
        turn(site.state, models.Delivery, models.Delivery.id == row.id, due_at=LONG_AGO)
    drain.drain(site.state, "delivery")  # before there is a link
    site.drain()
    before = [one for one in letters.sent if "bob@" in one["To"]]
    assert booking["join_url"] is None or before
    assert send_again(site, mail(site, "mail:invitee"))
    again = [one for one in letters.sent if "bob@" in one["To"]]
    assert len(again) == len(before) + 1
    (meeting,) = site.simulator.meetings("ada")
    assert meeting["join_url"] in letters.texts("bob@")[-1]
    row = mail(site, "mail:invitee")
    assert (row.outcome, row.replays, row.due_at) == ("sent", 1, None)
    assert again[-1]["Message-ID"] == before[0]["Message-ID"].replace(row.id, f"{row.id}.1"), (
        "mail programs drop what they have seen"
    )


def test_a_hook_is_called_again_with_what_it_got(site: Site) -> None:
    told: list[LifecycleEvent] = []

    @site.zoom.on("booking.confirmed")
    def crm(event: LifecycleEvent) -> None:
        told.append(event)

    site.booked()
    site.drain()
    assert send_again(site, mail(site, "hook:crm"))
    assert [one.id for one in told] == [told[0].id] * 2
    assert told[0] == told[1]
    del site.zoom.hooks.told[EventName.BOOKING_CONFIRMED]["crm"]
    assert "no such program" in why_not(site, mail(site, "hook:crm"))


def test_pressing_at_once_sends_one_mail(site: Site, letters: Letters) -> None:
    site.booked()
    site.drain()
    found = replays.find(site.state, "1", mail(site, "mail:invitee").id, datetime.now(UTC))
    assert isinstance(found, Replay)
    before = len(letters.sent)
    assert together(6, lambda _: replays.begin(site.state, found)).count(True) == 1
    assert "not been sent yet" in why_not(site, mail(site, "mail:invitee"))
    site.drain()
    assert len(letters.sent) == before + 1
    assert not replays.begin(site.state, found), "what was seen then is old by now"


def test_nothing_is_sent_again_of_what_is_over_cancelled_or_changed(site: Site, letters: Letters) -> None:
    offered = site.slots()
    booking = site.booked(start=offered["slots"][60], token=offered["token"])
    site.drain()
    make_due(site.state, models.Delivery, models.Delivery.subscriber == "mail:invitee:remind:1440")
    site.drain()
    reminder, first = mail(site, "mail:invitee:remind:1440"), mail(site, "mail:invitee")
    assert reminder.outcome == "sent"
    mine = models.Booking.id == booking["id"]
    starts_at = only(site.state, models.Booking).starts_at
    turn(site.state, models.Booking, mine, starts_at=NOW - timedelta(minutes=1))
    assert "over" in why_not(site, reminder), "never a reminder of what has begun"
    turn(site.state, models.Booking, mine, ends_at=NOW - timedelta(minutes=1))
    assert "over" in why_not(site, first)
    turn(site.state, models.Booking, mine, starts_at=starts_at, ends_at=starts_at + timedelta(minutes=30))
    move(site, booking, 3)
    site.drain()
    assert "changed since" in why_not(site, first)
    cancel(site, booking)
    site.drain()
    for row in (reminder, first, mail(site, "mail:invitee", EventName.BOOKING_RESCHEDULED)):
        assert "cancelled" in why_not(site, row)
    assert send_again(site, mail(site, "mail:invitee", EventName.BOOKING_CANCELLED))
    assert len(letters.texts("bob@")) == 5
    make_due(site.state, models.Delivery, models.Delivery.subscriber == "mail:host:remind:60")
    site.drain()
    delivery = models.Delivery
    late = rows(site.state, delivery, delivery.subscriber == "mail:host:remind:60")
    assert {why_not(site, row) for row in late} == {"This was not sent, because it was not needed any more."}


def test_a_booking_that_is_cancelled_before_it_leaves_again_keeps_the_mail_here(site: Site, letters: Letters) -> None:
    booking = site.booked()
    site.drain()
    found = replays.find(site.state, "1", mail(site, "mail:invitee").id, datetime.now(UTC))
    assert isinstance(found, Replay)
    assert replays.begin(site.state, found)
    cancel(site, booking)
    site.drain()
    assert mail(site, "mail:invitee").outcome == "superseded"
    assert len(letters.texts("bob@")) == 2


def test_a_code_is_not_sent_again_and_a_stranger_asks_in_vain(site: Site, letters: Letters) -> None:
    addresses.ask(site.state, hosts.get(site.state, "1"), "bob@example.com", "en", datetime.now(UTC))
    site.drain()
    row = only(site.state, models.Delivery)
    assert (row.outcome, len(letters.sent)) == ("sent", 1)
    assert "code" in why_not(site, row)
    with pytest.raises(NotFound):
        replays.find(site.state, "2", row.id, NOW)

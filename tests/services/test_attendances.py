"""Who was there: comings and goings arrive late, doubled and in any order, and end in the same stays."""

import random
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from tests.fixtures.site import MakeSite, Site
from tests.services.looking import meeting_of, only, rows, turn
from zoom_blueprint.errors import NotFound
from zoom_blueprint.services import attendances, drain
from zoom_blueprint.services.attendances import Attendance, Outcome
from zoom_blueprint.store import models

NINE = datetime(2030, 1, 15, 9, 0, tzinfo=UTC)
Sent = tuple[str, dict[str, Any]]
_times = count(1)


def at(minute: float) -> datetime:
    """Return an instant after nine."""
    return NINE + timedelta(minutes=minute)


def written(minute: float) -> str:
    """Return it as Zoom writes it."""
    return at(minute).strftime("%Y-%m-%dT%H:%M:%SZ")


def joined(who: str, minute: float, **details: str) -> Sent:
    """Return that somebody came."""
    person = {"participant_uuid": who, "user_name": who.title(), "join_time": written(minute), **details}
    return "meeting.participant_joined", {"participant": person}


def left(who: str, minute: float, **details: str) -> Sent:
    """Return that somebody went."""
    person = {"participant_uuid": who, "user_name": who.title(), "leave_time": written(minute), **details}
    return "meeting.participant_left", {"participant": person}


def started(minute: float) -> Sent:
    """Return that the meeting began."""
    return "meeting.started", {"start_time": written(minute)}


def ended(minute: float) -> Sent:
    """Return that the meeting ended."""
    return "meeting.ended", {"end_time": written(minute)}


HOST = {"email": "Ada@example.test", "id": "whoever"}


def hear(site: Site, booking: dict[str, Any], *sent: Sent) -> None:
    """Let Zoom tell these of a booking's meeting, in this order."""
    number = meeting_of(site, booking).zoom_meeting_id
    for name, about in sent:
        shown = {"id": str(number), "uuid": "instance==", "host_email": "ada@example.test", **about}
        site.simulator.send_webhook(name, payload={"object": shown}, event_ts=next(_times))
    site.simulator.settle()
    drain.drain(site.state, "inbox")


def known(site: Site, booking: dict[str, Any], *, is_over: bool = True) -> Attendance:
    """Return what is known of a booking's meeting."""
    end = datetime.fromisoformat(booking["end"])
    found = attendances.of_booking(site.state, booking["id"], now=end if is_over else end - timedelta(seconds=1))
    assert found is not None
    return found


def stays(site: Site, booking: dict[str, Any]) -> list[tuple[str, bool, datetime | None, datetime | None]]:
    """Return all stays."""
    return [(one.name, one.is_host, one.joined_at, one.left_at) for one in known(site, booking).stays]


def test_a_meeting_that_was_held_says_for_how_long_and_with_whom(site: Site) -> None:
    booking = site.booked()
    hear(site, booking, started(-2), joined("ada", -2, **HOST), joined("bob", 1), left("bob", 29))
    hear(site, booking, left("ada", 30, **HOST), ended(30))
    found = known(site, booking)
    assert (found.outcome, found.minutes) == (Outcome.HELD, 28)
    assert (found.started_at, found.ended_at) == (at(-2), at(30))
    assert stays(site, booking) == [("Ada", True, at(-2), at(30)), ("Bob", False, at(1), at(29))]


def test_names_are_sealed_and_no_address_of_a_participant_is_stored(site: Site) -> None:
    booking = site.booked()
    hear(site, booking, joined("zelda", 1, email="zelda@elsewhere.example", public_ip="203.0.113.77"))
    row = only(site.state, models.Attendance)
    assert "elda" not in repr([row.name_sealed, row.digest])
    assert site.state.cipher.open("zoom_attendance", row.id, "name", row.name_sealed) == "Zelda"
    told = only(site.state, models.WebhookEvent, models.WebhookEvent.name == "meeting.participant_joined")
    assert told.payload_sealed is None
    assert told.connection_id == site.connection().id


@pytest.mark.parametrize("seed", range(4))
def test_any_order_of_doubled_comings_and_goings_ends_in_the_same_stays(site: Site, seed: int) -> None:
    booking = site.booked()
    came = [joined("bob", 1), left("bob", 9), joined("bob", 12), left("bob", 29), joined("eve", 3), left("eve", 5)]
    sent = came * 2
    random.Random(seed).shuffle(sent)
    hear(site, booking, *sent)
    assert stays(site, booking) == [
        ("Bob", False, at(1), at(9)),
        ("Eve", False, at(3), at(5)),
        ("Bob", False, at(12), at(29)),
    ]
    assert known(site, booking).minutes == 8 + 17


def test_who_leaves_late_after_coming_back_has_two_stays(site: Site) -> None:
    """Zoom notices a lost line after a minute or more, when the person is back already."""
    booking = site.booked()
    hear(site, booking, joined("bob", 1), joined("bob", 10), left("bob", 11.5), left("bob", 29))
    assert stays(site, booking) == [("Bob", False, at(1), at(11.5)), ("Bob", False, at(10), at(29))]
    assert known(site, booking).minutes == 28


def test_a_going_without_a_coming_counts_from_the_start_and_one_that_never_ends_to_the_end(site: Site) -> None:
    booking = site.booked()
    hear(site, booking, left("bob", 10))
    assert (known(site, booking).outcome, known(site, booking).minutes) == (Outcome.HELD, None)
    hear(site, booking, started(0), joined("eve", 20))
    assert known(site, booking).minutes == 10
    hear(site, booking, ended(30))
    assert known(site, booking).minutes == 20


def test_the_same_handle_in_another_instance_of_the_meeting_is_somebody_else(site: Site) -> None:
    booking = site.booked()
    person = {"participant_uuid": "", "user_id": "16778240", "id": "", "email": ""}
    for uuid, name, minute in (("one==", "Ada", 0), ("two==", "Bob", 5)):
        event, about = joined(name, minute, **person)
        hear(site, booking, (event, {**about, "uuid": uuid}))
    event, about = left("Bob", 9, **person)
    hear(site, booking, (event, {**about, "uuid": "two=="}))
    assert stays(site, booking) == [("Ada", False, at(0), None), ("Bob", False, at(5), at(9))]


@pytest.mark.parametrize("by", ["zoom user id", "mail of the Zoom account", "mail here"])
def test_the_host_is_known_by_id_or_mail(site: Site, by: str) -> None:
    booking = site.booked()
    connection = only(site.state, models.Connection)
    details = {
        "zoom user id": {"id": connection.zoom_user_id or "", "email": ""},
        "mail of the Zoom account": {"id": "", "email": connection.email.upper()},
        "mail here": {"id": "", "email": "ada@example.com"},
    }[by]
    turn(site.state, models.Host, models.Host.id == "1", email="ada@example.com")
    hear(site, booking, joined("ada", 0, **details))
    assert known(site, booking).outcome is Outcome.NO_SHOW
    assert known(site, booking, is_over=False).outcome is Outcome.UNKNOWN


def test_a_no_show_is_said_only_when_zoom_tells_who_comes(site: Site) -> None:
    """An app that is subscribed to starts and ends alone hears of nobody: that is no no-show."""
    booking = site.booked()
    assert known(site, booking).outcome is Outcome.UNKNOWN
    hear(site, booking, started(0), ended(20))
    assert (known(site, booking).outcome, known(site, booking).minutes) == (Outcome.OPENED, 20)
    hear(site, booking, joined("ada", 0, **HOST))
    assert known(site, booking).outcome is Outcome.NO_SHOW
    hear(site, booking, joined("bob", 19), left("bob", 20))
    assert (known(site, booking).outcome, known(site, booking).minutes) == (Outcome.HELD, 1)


def test_of_a_meeting_that_is_restarted_the_earliest_start_and_the_latest_end_stay(site: Site) -> None:
    booking = site.booked()
    hear(site, booking, ended(25), started(5), started(0), ended(20))
    row = meeting_of(site, booking)
    assert (row.started_at, row.ended_at) == (at(0), at(25))


def test_a_time_that_cannot_be_read_is_the_one_of_the_event(site: Site) -> None:
    booking = site.booked()
    number = meeting_of(site, booking).zoom_meeting_id
    person = {"participant_uuid": "bob", "user_name": "Bob"}
    for moment in ("soon", "0001-01-01T00:00:00+14:00", "2030-01-15T09:00:00", 5):
        about = {"id": number, "uuid": "x", "participant": {**person, "join_time": moment}}
        site.simulator.send_webhook(
            "meeting.participant_joined", payload={"object": about}, event_ts=int(at(3).timestamp() * 1000)
        )
    site.simulator.settle()
    drain.drain(site.state, "inbox")
    assert [stay[2] for stay in stays(site, booking)] == [at(3)]


def test_odd_participants_do_no_harm(site: Site) -> None:
    booking = site.booked()
    odd: tuple[object, ...] = (None, [], "bob", {}, {"participant_uuid": []}, {"user_id": True})
    hear(site, booking, *(("meeting.participant_joined", {"participant": one}) for one in odd))
    hear(site, booking, joined("x" * 5000, 1, user_name="y" * 5000))
    hear(site, booking, joined("\x00\ud83d\ude00", 2, user_name="\x00\u202e"))
    assert len(stays(site, booking)) == 2
    assert all(row.outcome for row in rows(site.state, models.WebhookEvent))


def test_a_booking_without_a_meeting_or_that_is_none_has_no_attendance(make_site: MakeSite) -> None:
    site = make_site(ZOOM_ON_REMOTE_DELETE="cancel")
    with pytest.raises(NotFound):
        attendances.of_booking(site.state, "nothing", now=NINE)


def test_comings_in_the_simulators_room_are_those_that_are_shown(site: Site) -> None:
    booking = site.booked()
    number = meeting_of(site, booking).zoom_meeting_id or 0
    site.simulator.press("ada", number, "start")
    site.simulator.send_webhook("meeting.participant_joined", meeting_id=number, participant={"user_name": "Bob"})
    site.simulator.press("ada", number, "end")
    site.drain()
    found = known(site, booking)
    assert found.outcome is Outcome.HELD
    assert "Bob" in [stay.name for stay in found.stays]

"""What a host is told of a booking's event in Google Calendar, and of a Google Meet link."""

from dataclasses import replace
from typing import Any

import pytest

from tests.mail.samples import BOOKING, IN_CALENDAR, IN_MEET, LATE, NOW
from zoom_blueprint.services import event_words, reasons, ways_in
from zoom_blueprint.values import BookingStatus, Conference, LinkReason, Response, WithoutZoom


def booking(event: dict[str, Any], **changes: Any) -> Any:
    return replace(BOOKING, calendar=replace(IN_CALENDAR, **event), **changes)


@pytest.mark.parametrize(
    ("event", "state"),
    [
        ({}, "It is in your calendar."),
        ({"is_there": False}, "It is being put into your calendar."),
        ({"is_detached": True}, "Google Calendar was disconnected"),
        ({"is_there": False, "parked_at": NOW}, "The event was not put into Google Calendar"),
        ({"parked_at": NOW}, "The event in Google Calendar was not brought in line with the booking"),
        (
            {"reason": LinkReason.QUOTA},
            "Google takes no more calls until further notice. Until then the event is as",
        ),
        ({"is_there": False, "reason": LinkReason.SCOPES}, "Then the event follows by itself."),
    ],
)
def test_a_host_reads_how_the_event_stands(event: dict[str, Any], state: str) -> None:
    assert state in str(event_words.state_of(booking(event)))


def test_where_there_is_no_event_nothing_is_said() -> None:
    assert event_words.state_of(BOOKING) is None
    assert event_words.state_of(booking({}, status=BookingStatus.CANCELLED)) is None
    assert event_words.beside(BOOKING) == []


def test_what_needs_attention_is_flagged_and_nothing_else() -> None:
    assert event_words.beside(booking({"response": Response.ACCEPTED})) == []
    assert "declined" in event_words.beside(booking({"response": Response.DECLINED}))[0]
    assert event_words.beside(booking({"conflict": "It was moved."})) == ["It was moved."]
    assert "Google has not given" in event_words.beside(booking({"reason": LinkReason.UNREACHABLE}))[0]
    # Of what is not tried any more the list of that tells.
    assert event_words.beside(booking({"reason": LinkReason.UNREACHABLE, "parked_at": NOW})) == []


def test_every_reason_has_words_for_the_host() -> None:
    for reason in set(LinkReason) - {LinkReason.APPROVAL}:
        words = str(event_words.why(replace(IN_CALENDAR, reason=reason), BOOKING.host))
        assert "unexpected" not in words
        assert "Zoom" not in words


def test_a_late_meet_link_is_named_as_what_it_is() -> None:
    late = replace(BOOKING, **IN_MEET | LATE)
    assert str(reasons.for_host(late)) == "The Google Meet link is being made."
    assert "Google Meet link is on its way" in str(reasons.for_invitee(late))
    assert "It appears here by itself" in str(reasons.for_invitee(late, has_mail=False))
    assert "Google Meet link takes far longer" in str(reasons.for_invitee(replace(late, parked_at=NOW)))
    assert str(reasons.undone(late)) == "The Google Meet link was not made"
    amiss = replace(late, calendar=replace(IN_CALENDAR, reason=LinkReason.UNREACHABLE))
    assert str(reasons.for_host(amiss)).endswith("Then the link follows by itself.")


def test_a_cancellation_names_what_it_does_in_the_calendar() -> None:
    assert str(reasons.cancelling(BOOKING)) == "This cancels it here and deletes its meeting in Zoom."
    assert "Its event is taken out of Google Calendar, too." in str(reasons.cancelling(booking({})))
    assert "Zoom" not in str(reasons.cancelling(replace(BOOKING, **IN_MEET)))
    assert "delete the event there yourself" in str(reasons.cancelling(booking({"is_detached": True})))


def test_the_way_in_is_called_by_where_it_leads() -> None:
    names = [ways_in.join(replace(BOOKING, conference=one)) for one in Conference]
    assert names == ["Join Zoom meeting", "Join Google Meet", "Join the meeting"]
    assert ways_in.ready(BOOKING) == "Your Zoom link is ready."
    # While it is not there, Zoom may still give way to Google Meet.
    either = replace(BOOKING, event=replace(BOOKING.event, without_zoom=WithoutZoom.CALENDAR))
    assert ways_in.ready(either) == "Your link is ready."

"""What cannot be an event is refused before anything is sent."""

from datetime import timedelta
from uuid import uuid4

import pytest

from tests.google_api.connecting import HALF_AN_HOUR, START, wanted
from zoom_blueprint.google_api.conferences import JoinLink
from zoom_blueprint.google_api.event_requests import EventChange, Reminder, event_id


@pytest.mark.parametrize("odd", ["", "abcd", "x" * 1025, "ABCDE", "abc-de", "wxyz0", "12345\n"])
def test_an_id_outside_googles_alphabet_is_refused(odd: str) -> None:
    with pytest.raises(ValueError, match="a to v"):
        wanted(odd)


def test_the_id_of_a_booking_is_always_in_googles_alphabet() -> None:
    for _ in range(200):
        wanted(event_id(uuid4()))


def test_times_are_aware_and_in_order() -> None:
    naive = START.replace(tzinfo=None)
    with pytest.raises(ValueError, match="aware"):
        wanted(start=naive)
    with pytest.raises(ValueError, match="aware"):
        wanted(end=naive)
    with pytest.raises(ValueError, match="ends after"):
        wanted(end=START)
    with pytest.raises(ValueError, match="together"):
        EventChange(start=START)
    with pytest.raises(ValueError, match="ends after"):
        EventChange(start=START, end=START - HALF_AN_HOUR)


@pytest.mark.parametrize(
    "reminders",
    [[Reminder("sms", 10)], [Reminder("popup", -1)], [Reminder("email", 40321)], [Reminder("popup", 1)] * 6],
)
def test_reminders_are_those_that_google_takes(reminders: list[Reminder]) -> None:
    with pytest.raises(ValueError, match="reminder"):
        wanted(reminders=reminders)


def test_no_reminders_are_told_from_the_calendars_own() -> None:
    assert wanted().to_google()["reminders"] == {"useDefault": True}
    assert wanted(reminders=[]).to_google()["reminders"] == {"useDefault": False, "overrides": []}


@pytest.mark.parametrize("private", [{"k" * 45: "v"}, {"k": "v" * 1025}])
def test_properties_have_googles_length(private: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="longer than"):
        wanted(private=private)


@pytest.mark.parametrize("url", ["", "javascript:alert(1)", "zoom.us/j/8", "https://zoom.us/" + "x" * 1300])
def test_a_join_link_is_a_web_address(url: str) -> None:
    with pytest.raises(ValueError, match="web address"):
        JoinLink("Zoom Meeting", url)


def test_a_passcode_that_google_would_refuse_is_left_out() -> None:
    link = JoinLink("Zoom Meeting", "https://zoom.us/j/8", "9" * 129)
    assert "passcode" not in str(link.to_google())
    assert "481516" in str(JoinLink("Zoom Meeting", "https://zoom.us/j/8", "481516").to_google())
    assert "481516" not in repr(JoinLink("Zoom Meeting", "https://zoom.us/j/8", "481516"))


def test_an_empty_change_names_nothing() -> None:
    assert EventChange().to_google() == {}
    assert EventChange(start=START, end=START + timedelta(hours=1)).to_google().keys() == {"start", "end"}

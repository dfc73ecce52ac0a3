"""Events of every kind are read right, and busy means what it means to Google."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from zoom_blueprint.google_api.client import GoogleClient
from zoom_blueprint.google_api.conferences import Conference, ConferenceStatus
from zoom_blueprint.google_api.events import Event, EventTime
from zoom_blueprint.google_api.payloads import Span
from zoom_blueprint.testing.google import GoogleControl

NEW_YORK = ZoneInfo("America/New_York")  # the zone of Grace's calendar
NINE, TEN = {"dateTime": "2030-01-15T09:00:00-05:00"}, {"dateTime": "2030-01-15T10:00:00-05:00"}
FROM, TO = datetime(2030, 1, 1, tzinfo=UTC), datetime(2030, 12, 31, tzinfo=UTC)
HOUR = Span(datetime(2030, 1, 15, 14, tzinfo=UTC), datetime(2030, 1, 15, 15, tzinfo=UTC))


def guest(response: str) -> dict[str, Any]:
    return {"attendees": [{"email": "grace@example.com", "responseStatus": response}, {"email": "bob@example.test"}]}


KINDS: dict[str, tuple[dict[str, Any], bool, bool]] = {
    "plain": ({"start": NINE, "end": TEN}, True, False),
    "transparent": ({"start": NINE, "end": TEN, "transparency": "transparent"}, False, False),
    "opaque": ({"start": NINE, "end": TEN, "transparency": "opaque"}, True, False),
    "tentative": ({"start": NINE, "end": TEN, "status": "tentative"}, True, True),
    "accepted": ({"start": NINE, "end": TEN, **guest("accepted")}, True, False),
    "maybe": ({"start": NINE, "end": TEN, **guest("tentative")}, True, True),
    "not answered": ({"start": NINE, "end": TEN, **guest("needsAction")}, True, False),
    "declined": ({"start": NINE, "end": TEN, **guest("declined")}, False, False),
}


@pytest.mark.parametrize("kind", KINDS)
def test_busy_is_what_google_calls_busy(google: GoogleControl, client: GoogleClient, kind: str) -> None:
    fields, is_busy, is_tentative = KINDS[kind]
    made = google.put_event("grace", summary=kind, **fields)
    event = client.get("primary", made["id"])
    assert (event.is_busy, event.is_tentative) == (is_busy, is_tentative)
    assert event.span(NEW_YORK) == HOUR
    (found,) = client.free_busy(["primary"], FROM, TO)
    assert found.busy == ((HOUR,) if is_busy else ())
    (listed,) = client.changes("primary").events
    assert (listed.is_busy, listed.is_declined) == (event.is_busy, kind == "declined")


def test_an_all_day_event_is_a_day_of_its_calendar(google: GoogleControl, client: GoogleClient) -> None:
    made = google.put_event("grace", start={"date": "2030-03-10"}, end={"date": "2030-03-11"})
    event = client.get("primary", made["id"])
    assert (event.start, event.end) == (EventTime(None, date(2030, 3, 10)), EventTime(None, date(2030, 3, 11)))
    # The day on which the clocks of New York go forward has 23 hours.
    span = Span(datetime(2030, 3, 10, 5, tzinfo=UTC), datetime(2030, 3, 11, 4, tzinfo=UTC))
    assert event.span(NEW_YORK) == span
    assert client.free_busy(["primary"], FROM, TO)[0].busy == (span,)
    assert event.span(ZoneInfo("Asia/Tokyo")) == Span(
        datetime(2030, 3, 9, 15, tzinfo=UTC), datetime(2030, 3, 10, 15, tzinfo=UTC)
    )


def test_a_series_keeps_its_clock_time_over_the_change_of_clocks(google: GoogleControl, client: GoogleClient) -> None:
    start = {"dateTime": "2030-03-04T09:00:00", "timeZone": "America/New_York"}
    end = {"dateTime": "2030-03-04T10:00:00", "timeZone": "America/New_York"}
    series = google.put_event("grace", start=start, end=end, recurrence=["RRULE:FREQ=WEEKLY;COUNT=3"])
    found = client.changes("primary").events
    assert {event.series_id for event in found} == {series["id"]}
    starts = sorted(span.start for event in found if (span := event.span(NEW_YORK)))
    assert starts == [datetime(2030, 3, day, hour, tzinfo=UTC) for day, hour in ((4, 14), (11, 13), (18, 13))]
    assert [one.start for one in client.free_busy(["primary"], FROM, TO)[0].busy] == starts
    assert client.get("primary", series["id"]).recurrence == ("RRULE:FREQ=WEEKLY;COUNT=3",)


def test_one_instance_of_a_series_may_be_moved_or_deleted(google: GoogleControl, client: GoogleClient) -> None:
    google.put_event("grace", start=NINE, end=TEN, recurrence=["RRULE:FREQ=DAILY;COUNT=3"])
    first, second, third = client.changes("primary").events
    token = client.changes("primary").sync_token
    google.put_event("grace", id=second.id, start=TEN, end={"dateTime": "2030-01-15T11:00:00-05:00"})
    google.delete_event("grace", third.id)
    changed = {event.id: event for event in client.changes("primary", token).events}
    assert changed.keys() == {second.id, third.id}
    assert changed[third.id].is_gone
    assert changed[third.id].series_id == first.series_id
    moved = changed[second.id].span(NEW_YORK)
    assert moved == Span(HOUR.end, HOUR.end + timedelta(hours=1))
    assert len(client.free_busy(["primary"], FROM, TO)[0].busy) == 1  # the first and the second touch


@pytest.mark.parametrize(
    ("given", "instant"),
    [
        ({"dateTime": "2030-01-15T09:00:00Z"}, "2030-01-15T09:00:00+00:00"),
        ({"dateTime": "2030-01-15T09:00:00+05:45", "timeZone": "Europe/Paris"}, "2030-01-15T03:15:00+00:00"),
        ({"dateTime": "2030-07-15T09:00:00", "timeZone": "Europe/Paris"}, "2030-07-15T07:00:00+00:00"),
        ({"dateTime": "2030-01-15T09:00:00.123Z"}, "2030-01-15T09:00:00.123000+00:00"),
    ],
)
def test_a_time_is_an_instant_whatever_zone_it_was_entered_in(given: dict[str, str], instant: str) -> None:
    found = EventTime.from_google({"start": given}, "start")
    assert found is not None
    assert found.instant == datetime.fromisoformat(instant)
    assert found.time_zone == given.get("timeZone", "")


@pytest.mark.parametrize(
    "given",
    [
        None,
        {},
        {"dateTime": "soon"},
        {"dateTime": "2030-01-15T09:00:00"},
        {"dateTime": "2030-01-15T09:00:00", "timeZone": "Mars/Olympus"},
        {"dateTime": "2030-01-15T09:00:00", "timeZone": "../../etc/passwd"},
        {"dateTime": "2030-01-15T09:00:00", "timeZone": "Europe"},
        {"dateTime": "0001-01-01T00:00:00+14:00"},
        {"date": "2030-02-30"},
        {"date": "9999-12-31"},
        {"date": 20300115},
    ],
)
def test_a_time_that_is_none_is_refused_unless_the_event_is_gone(given: object) -> None:
    source = {"id": "e1", "start": given, "end": given}
    with pytest.raises(ValueError, match="no start"):
        Event.from_google(source)
    gone = Event.from_google({**source, "status": "cancelled"})
    assert gone.is_gone
    assert gone.span(NEW_YORK) is None


def test_an_event_that_ends_before_it_starts_has_no_span() -> None:
    assert Event.from_google({"id": "e1", "start": TEN, "end": NINE}).span(NEW_YORK) is None


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, None),
        ({"conferenceData": {"entryPoints": [{"entryPointType": "phone", "uri": "tel:+1"}]}}, None),
        ({"hangoutLink": "https://meet.google.com/abc"}, ("hangoutsMeet", "success", "https://meet.google.com/abc")),
        ({"conferenceData": {"createRequest": {"requestId": "r"}}}, ("hangoutsMeet", "pending", "")),
        (
            {"conferenceData": {"createRequest": {"requestId": "r", "status": {"statusCode": "success"}}}},
            ("hangoutsMeet", "failure", ""),
        ),
        (
            {
                "conferenceData": {
                    "conferenceSolution": {"key": {"type": "addOn"}},
                    "entryPoints": [
                        {"entryPointType": "video", "uri": "javascript:alert(1)"},
                        {"entryPointType": "video", "uri": "https://zoom.us/j/7\r\nBcc: all@example.test"},
                        {"entryPointType": "video", "uri": "https://zoom.us/j/8"},
                    ],
                }
            },
            ("addOn", "success", "https://zoom.us/j/8"),
        ),
    ],
)
def test_a_conference_is_what_leads_to_a_web_page(
    fields: dict[str, object], expected: tuple[str, str, str] | None
) -> None:
    found = Conference.from_google(fields)
    assert found == (None if expected is None else Conference(expected[0], ConferenceStatus(expected[1]), expected[2]))


@pytest.mark.parametrize(
    ("link", "is_meets"),
    [
        ("https://meet.google.com/abc-defg-hij", True),
        ("http://meet.google.com/abc-defg-hij", False),
        ("https://meet.google.com.example.test/abc", False),
        ("https://meet.google.com@example.test/abc", False),
        ("https://example.test/https://meet.google.com/", False),
        ("https://meet.google.com/abc\r\nBcc: all@example.test", False),
    ],
)
def test_a_meet_link_leads_to_meet(link: str, is_meets: bool) -> None:
    found = Conference.from_google({"hangoutLink": link})
    assert (None if found is None else found.meet_url) == (link if is_meets else None)


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "data:text/html,x", "https://a.test/\n", "//a.test", "https://"]
)
def test_what_opens_an_event_is_a_web_address_or_nothing(link: str) -> None:
    times = {"start": NINE, "end": TEN}
    assert Event.from_google({"id": "e1", **times, "htmlLink": link}).html_link == ""
    whole = "https://www.google.com/calendar/event?eid=x"
    assert Event.from_google({"id": "e1", **times, "htmlLink": whole}).html_link == whole

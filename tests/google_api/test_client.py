"""Events, free and busy, calendars, changes: what is asked and what is made of it."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from tests.google_api.connecting import EVENT_ID, HALF_AN_HOUR, START, wanted
from zoom_blueprint.errors import (
    GoogleChanged,
    GoogleDuplicate,
    GoogleNotFound,
    GoogleRejected,
    GoogleUnauthorized,
    GoogleUnknown,
)
from zoom_blueprint.google_api.client import GoogleClient
from zoom_blueprint.google_api.conferences import Conference, ConferenceStatus, JoinLink, MeetRequest
from zoom_blueprint.google_api.event_requests import EventChange, Guest, Notify, Reminder, event_id
from zoom_blueprint.google_api.payloads import Span
from zoom_blueprint.google_api.transport import Transport
from zoom_blueprint.testing import Simulator
from zoom_blueprint.testing.google import GoogleControl

ZOOM_LINK = JoinLink("Zoom Meeting", "https://us02web.zoom.us/j/81234567890?pwd=abcDEF", "481516")
BOOKING = UUID("5f3c1a9e-0000-4000-8000-abcdef012345")


def test_a_booking_becomes_an_event_with_an_id_of_our_own(client: GoogleClient) -> None:
    made = client.insert("primary", wanted(event_id(BOOKING)), Notify.ALL)
    assert made.id == "5f3c1a9e00004000" + "8000abcdef012345"
    assert (made.status, made.summary) == ("confirmed", "Intro call")
    assert made.start is not None
    assert (made.start.instant, made.start.time_zone) == (START, "Europe/Paris")
    assert client.get("primary", made.id) == made


def test_an_insert_says_whom_to_tell_and_carries_everything(zoom: Simulator, client: GoogleClient) -> None:
    request = wanted(
        description="Questions",
        location=ZOOM_LINK.url,
        guests=[Guest("bob@example.test", "Bob"), Guest("eve@example.test")],
        conference=ZOOM_LINK,
        reminders=[Reminder("popup", 10)],
        color_id="5",
        private={"booking": "b-1"},
    )
    made = client.insert("primary", request, Notify.ALL)
    (call,) = zoom.calls("insert_event")
    assert call["request"]["query"] == {"conferenceDataVersion": "1", "sendUpdates": "all"}
    sent = call["request"]["json"]
    assert sent["attendees"] == [{"email": "bob@example.test", "displayName": "Bob"}, {"email": "eve@example.test"}]
    assert sent["reminders"] == {"useDefault": False, "overrides": [{"method": "popup", "minutes": 10}]}
    assert (sent["colorId"], sent["start"]) == ("5", {"dateTime": "2030-01-15T09:00:00Z", "timeZone": "Europe/Paris"})
    assert made.private == {"booking": "b-1"}
    assert [(one.email, one.response) for one in made.attendees] == [
        ("bob@example.test", "needsAction"),
        ("eve@example.test", "needsAction"),
    ]


def test_a_zoom_link_stands_where_google_would_put_meet(client: GoogleClient) -> None:
    made = client.insert("primary", wanted(conference=ZOOM_LINK), Notify.NOBODY)
    assert made.conference == Conference("addOn", ConferenceStatus.SUCCESS, ZOOM_LINK.url)


def test_a_meet_link_may_be_there_at_once(client: GoogleClient) -> None:
    made = client.insert("primary", wanted(conference=MeetRequest("r-1")), Notify.NOBODY)
    assert made.conference is not None
    assert (made.conference.kind, made.conference.status) == ("hangoutsMeet", ConferenceStatus.SUCCESS)
    assert made.conference.url.startswith("https://meet.google.com/")


def test_a_meet_link_may_come_a_little_later(zoom: Simulator, client: GoogleClient) -> None:
    zoom.knobs(google_meet="pending")
    made = client.insert("primary", wanted(conference=MeetRequest("r-1")), Notify.NOBODY)
    assert made.conference == Conference("hangoutsMeet", ConferenceStatus.PENDING, "")
    zoom.advance(10)
    later = client.get("primary", EVENT_ID).conference
    assert later is not None
    assert later.url.startswith("https://meet.google.com/")


def test_a_meet_link_may_fail_and_be_asked_for_anew_with_another_id(zoom: Simulator, client: GoogleClient) -> None:
    zoom.knobs(google_meet="failure")
    made = client.insert("primary", wanted(conference=MeetRequest("r-1")), Notify.NOBODY)
    assert made.conference == Conference("hangoutsMeet", ConferenceStatus.FAILURE, "")
    zoom.knobs(google_meet="success")
    same = EventChange(conference=MeetRequest("r-1"))
    ignored = client.patch("primary", EVENT_ID, same, Notify.NOBODY, etag=made.etag)
    assert ignored.conference == made.conference
    other = EventChange(conference=MeetRequest("r-2"))
    asked = client.patch("primary", EVENT_ID, other, Notify.NOBODY, etag=ignored.etag).conference
    assert asked is not None
    assert asked.status == ConferenceStatus.SUCCESS


def test_a_calendar_without_meet_says_so_and_refuses(google: GoogleControl, client: GoogleClient) -> None:
    google.put_calendar("grace", id="grace@example.com", has_meet=False)
    (calendar,) = client.calendars()
    assert calendar.conferences == ()
    with pytest.raises(GoogleRejected, match="Invalid conference type value"):
        client.insert("primary", wanted(conference=MeetRequest("r-1")), Notify.NOBODY)
    with pytest.raises(GoogleNotFound):
        client.get("primary", EVENT_ID)


def test_a_repeated_insert_is_told_even_after_a_deletion(client: GoogleClient) -> None:
    client.insert("primary", wanted(), Notify.NOBODY)
    with pytest.raises(GoogleDuplicate) as caught:
        client.insert("primary", wanted(), Notify.NOBODY)
    assert (caught.value.status, caught.value.reason) == (409, "duplicate")
    client.delete("primary", EVENT_ID, Notify.NOBODY)
    with pytest.raises(GoogleDuplicate):
        client.insert("primary", wanted(), Notify.NOBODY)
    assert client.get("primary", EVENT_ID).is_gone


def test_an_insert_whose_answer_was_lost_is_found_by_its_id(zoom: Simulator, client: GoogleClient) -> None:
    zoom.fault(route="insert_event", drop="after")
    with pytest.raises(GoogleUnknown):
        client.insert("primary", wanted(), Notify.NOBODY)
    assert len(zoom.calls("insert_event")) == 1
    assert client.get("primary", EVENT_ID).summary == "Intro call"


def test_a_patch_changes_what_it_names_and_needs_the_last_etag(google: GoogleControl, client: GoogleClient) -> None:
    made = client.insert("primary", wanted(location="Here"), Notify.NOBODY)
    moved = EventChange(start=START + HALF_AN_HOUR, end=START + 2 * HALF_AN_HOUR, time_zone="Europe/Paris")
    changed = client.patch("primary", EVENT_ID, moved, Notify.ALL, etag=made.etag)
    assert changed.start is not None
    assert (changed.start.instant, changed.location, changed.summary) == (START + HALF_AN_HOUR, "Here", "Intro call")
    assert changed.etag != made.etag
    google.put_event("grace", id=EVENT_ID, summary="Renamed in Google")
    with pytest.raises(GoogleChanged) as caught:
        client.patch("primary", EVENT_ID, moved, Notify.ALL, etag=changed.etag)
    assert (caught.value.status, caught.value.reason) == (412, "conditionNotMet")
    assert client.get("primary", EVENT_ID).summary == "Renamed in Google"


def test_a_patch_can_empty_a_text_and_replace_the_guests(client: GoogleClient) -> None:
    made = client.insert("primary", wanted(location="Here", guests=[Guest("a@example.test")]), Notify.NOBODY)
    change = EventChange(location="", guests=[Guest("b@example.test")], description="New", summary="New")
    changed = client.patch("primary", EVENT_ID, change, Notify.NOBODY, etag=made.etag)
    assert (changed.location, changed.summary) == ("", "New")
    assert [one.email for one in changed.attendees] == ["b@example.test"]


def test_a_deletion_leaves_a_cancelled_event_and_happens_once(client: GoogleClient) -> None:
    made = client.insert("primary", wanted(), Notify.NOBODY)
    client.delete("primary", EVENT_ID, Notify.ALL)
    found = client.get("primary", EVENT_ID)
    assert (found.is_gone, found.is_busy, found.start) == (True, False, None)
    with pytest.raises(GoogleNotFound) as caught:
        client.delete("primary", EVENT_ID, Notify.ALL)
    assert (caught.value.status, caught.value.reason) == (410, "deleted")
    with pytest.raises(GoogleNotFound):
        client.patch("primary", EVENT_ID, EventChange(summary="x"), Notify.NOBODY, etag=made.etag)


def test_what_there_never_was_is_not_found(client: GoogleClient) -> None:
    for call in (
        lambda: client.get("primary", "neverwas"),
        lambda: client.get("nobody@example.test", EVENT_ID),
        lambda: client.delete("primary", "neverwas", Notify.NOBODY),
        lambda: client.stop("channel", "resource"),
    ):
        with pytest.raises(GoogleNotFound) as caught:
            call()
        assert caught.value.status == 404


@pytest.mark.parametrize("odd", ["a/b", "a?b", "a#b", "..%2f..", "ü@example.test", "a b"])
def test_an_id_cannot_change_the_path(zoom: Simulator, client: GoogleClient, odd: str) -> None:
    with pytest.raises((GoogleNotFound, GoogleUnknown)):
        client.get(odd, odd)
    (call,) = [one for one in zoom.calls() if one["method"] == "GET" and one["route"] != "google_authorize"]
    assert call["path"].startswith("/google/calendar/v3/calendars/")


@pytest.mark.parametrize("odd", [".", ".."])
def test_an_id_of_dots_is_not_sent(zoom: Simulator, client: GoogleClient, odd: str) -> None:
    with pytest.raises(ValueError, match="change the path"):
        client.delete(odd, EVENT_ID, Notify.NOBODY)
    with pytest.raises(ValueError, match="change the path"):
        client.delete("primary", odd, Notify.NOBODY)
    assert zoom.calls("delete_event") == []


def test_the_calendars_come_page_by_page(google: GoogleControl, client: GoogleClient, zoom: Simulator) -> None:
    shared = google.put_calendar("grace", summary="Team", access_role="reader", timezone="Asia/Tokyo")
    first, second = client.calendars()
    assert (first.id, first.is_primary, first.is_writable) == ("grace@example.com", True, True)
    assert (second.id, second.name, second.time_zone) == (shared, "Team", "Asia/Tokyo")
    assert (second.is_primary, second.is_writable) == (False, False)
    with pytest.raises(GoogleRejected, match="writer access"):
        client.insert(shared, wanted(), Notify.NOBODY)
    for _ in range(300):
        google.put_calendar("grace")
    assert len(list(client.calendars())) == 302
    assert len(zoom.calls("list_calendars")) == 3


def test_free_and_busy_is_asked_for_many_calendars_at_once(
    google: GoogleControl, client: GoogleClient, zoom: Simulator
) -> None:
    client.insert("primary", wanted(), Notify.NOBODY)
    gone = google.put_calendar("grace")
    google.remove_calendar("grace", gone)
    names = ["primary", gone, *(f"c{number}@example.test" for number in range(60))]
    found = client.free_busy(names, START - HALF_AN_HOUR, START + timedelta(days=1))
    assert [one.calendar_id for one in found] == names
    assert found[0].busy == (Span(START, START + HALF_AN_HOUR),)
    assert {one.trouble for one in found[1:]} == {"notFound"}
    assert len(zoom.calls("query_free_busy")) == 2
    assert client.free_busy([], START, START + HALF_AN_HOUR) == ()


def test_a_time_range_that_is_none_is_refused(client: GoogleClient) -> None:
    with pytest.raises(GoogleRejected, match="time range is empty"):
        client.free_busy(["primary"], START, START)
    with pytest.raises(ValueError, match="aware"):
        client.free_busy(["primary"], START.replace(tzinfo=None), START)


def test_half_a_free_busy_answer_is_none(zoom: Simulator, client: GoogleClient) -> None:
    backwards = {"start": "2030-01-15T10:00:00Z", "end": "2030-01-15T09:00:00Z"}
    halves: list[dict[str, object]] = [
        {},
        {"primary": {}},
        {"primary": {"busy": ["x"]}},
        {"primary": {"busy": [{"start": "2030-01-15T09:00:00Z"}]}},
        {"primary": {"busy": [backwards]}},
    ]
    for calendars in halves:
        zoom.fault(route="query_free_busy", status=200, body={"calendars": calendars})
        with pytest.raises(GoogleUnknown):
            client.free_busy(["primary"], START, START + HALF_AN_HOUR)


def test_an_access_token_ends_after_its_hour(zoom: Simulator, client: GoogleClient) -> None:
    zoom.advance(3600)
    with pytest.raises(GoogleUnauthorized):
        list(client.calendars())


def test_a_deadline_bounds_each_call(zoom: Simulator, google: GoogleControl, transport: Transport) -> None:
    hasty = GoogleClient(google.api_url, "ya29.madeup", transport, budget=0.2)
    zoom.fault(route="get_event", delay=9)
    began = datetime.now(UTC)
    with pytest.raises(GoogleUnknown):
        hasty.get("primary", EVENT_ID)
    assert datetime.now(UTC) - began < timedelta(seconds=8)

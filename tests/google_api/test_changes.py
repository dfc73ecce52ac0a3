"""What changed since the last time, on as many pages as it takes."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.google_api.connecting import EVENT_ID, START, wanted
from zoom_blueprint.errors import GoogleSyncLost, GoogleUnknown
from zoom_blueprint.google_api.client import GoogleClient
from zoom_blueprint.google_api.event_requests import Notify
from zoom_blueprint.testing import Simulator
from zoom_blueprint.testing.google import GoogleControl


def test_changes_are_told_since_the_last_time(google: GoogleControl, client: GoogleClient) -> None:
    client.insert("primary", wanted(), Notify.NOBODY)
    google.put_event("grace", summary="Past", start=at(2029), end=at(2029, 1))
    first = client.changes("primary", since=START - timedelta(days=1))
    assert [one.id for one in first.events] == [EVENT_ID]
    assert client.changes("primary", first.sync_token).events == ()
    theirs = google.put_event("grace", summary="Lunch", start=at(2031), end=at(2031, 1))
    google.delete_event("grace", EVENT_ID)
    second = client.changes("primary", first.sync_token)
    assert [(one.id, one.is_gone) for one in second.events] == [(theirs["id"], False), (EVENT_ID, True)]
    assert client.changes("primary", second.sync_token).events == ()


def test_many_changes_come_on_pages_and_bring_one_token(
    google: GoogleControl, client: GoogleClient, zoom: Simulator
) -> None:
    google.put_event(
        "grace", summary="Daily", start=at(2030), end=at(2030, 1), recurrence=["RRULE:FREQ=DAILY;COUNT=600"]
    )
    found = client.changes("primary")
    assert len({one.id for one in found.events}) == 600
    assert len(zoom.calls("list_events")) == 3
    assert client.changes("primary", found.sync_token).events == ()


def test_lists_leave_out_what_is_none_of_our_business(
    google: GoogleControl, client: GoogleClient, zoom: Simulator
) -> None:
    guests = [{"email": "bob@example.test"}, {"email": "grace@example.com", "responseStatus": "declined"}]
    written = {name: f"Private {name}" for name in ("summary", "description", "location")}
    google.put_event("grace", **written, start=at(2030), end=at(2030, 1), attendees=guests)
    (event,) = client.changes("primary").events
    assert [(one.is_self, one.email) for one in event.attendees] == [(True, "")]
    assert event.is_declined
    (call,) = zoom.calls("list_events")
    assert "Private" not in str(call["answer"]["json"])
    assert "bob@" not in str(call["answer"]["json"])


@pytest.mark.parametrize("is_old", [True, False])
def test_a_sync_token_that_is_too_old_or_not_googles_says_read_everything(
    google: GoogleControl, client: GoogleClient, is_old: bool
) -> None:
    token = client.changes("primary").sync_token if is_old else "made-up"
    google.forget_changes()
    with pytest.raises(GoogleSyncLost) as caught:
        client.changes("primary", token)
    assert (caught.value.status, caught.value.reason) == (410, "fullSyncRequired")
    client.insert("primary", wanted(), Notify.NOBODY)
    assert client.changes("primary", client.changes("primary").sync_token).events == ()


def test_a_time_bound_with_a_token_is_not_sent(client: GoogleClient, zoom: Simulator) -> None:
    with pytest.raises(ValueError, match="since"):
        client.changes("primary", "token", since=START)
    assert zoom.calls("list_events") == []


@pytest.mark.parametrize(
    "page",
    [
        {"items": []},
        {"items": {}},
        {"items": ["x"]},
        {"items": [{"summary": "no id"}], "nextSyncToken": "t"},
    ],
    ids=["no token", "no list", "no objects", "no id"],
)
def test_a_page_that_cannot_be_relied_on_is_unknown(zoom: Simulator, client: GoogleClient, page: object) -> None:
    zoom.fault(route="list_events", status=200, body=page)
    with pytest.raises(GoogleUnknown):
        client.changes("primary")


def test_an_event_of_the_year_3000_does_not_hide_what_else_changed(google: GoogleControl, client: GoogleClient) -> None:
    made = google.put_event("grace", start={"date": "3000-01-01"}, end={"date": "3000-01-02"})
    client.insert("primary", wanted(), Notify.NOBODY)
    far, near = client.changes("primary").events
    assert (far.id, far.start, far.span(ZoneInfo("America/New_York"))) == (made["id"], None, None)
    assert near.start is not None
    with pytest.raises(GoogleUnknown, match="no start"):
        client.get("primary", far.id)


def test_a_list_that_runs_in_a_circle_ends(zoom: Simulator, client: GoogleClient) -> None:
    zoom.fault(route="list_events", status=200, body={"items": [], "nextPageToken": "again"}, times=5)
    with pytest.raises(GoogleUnknown, match="circle"):
        client.changes("primary")
    assert len(zoom.calls("list_events")) == 2


def at(year: int, hours: int = 0) -> dict[str, str]:
    return {"dateTime": f"{year}-01-15T{9 + hours:02}:00:00Z"}

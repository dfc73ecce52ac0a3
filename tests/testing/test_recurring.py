from datetime import UTC, datetime

import pytest

from tests.testing.app import App
from tests.testing.receiver import Receiver

BERLIN = {"timezone": "Europe/Berlin", "type": 8}


def starts(app: App, recurrence: dict[str, object], start: str = "2040-03-19T09:00:00") -> list[str]:
    """Return the starts of a series' occurrences."""
    made = app.create(start_time=start, recurrence=recurrence, **BERLIN)
    for one in made["occurrences"]:
        instant = datetime.fromtimestamp(int(one["occurrence_id"]) / 1000, UTC)
        assert one["start_time"] == instant.strftime("%Y-%m-%dT%H:%M:%SZ")
        assert (one["duration"], one["status"]) == (60, "available")
    return [one["start_time"] for one in made["occurrences"]]


def test_a_series_keeps_its_wall_clock_time_over_the_change_of_the_clocks(connected: App) -> None:
    weekly = {"type": 2, "weekly_days": "2,4", "end_times": 4}  # Mondays and Wednesdays: Sunday is 1
    assert starts(connected, weekly) == [
        *("2040-03-19T08:00:00Z", "2040-03-21T08:00:00Z"),
        *("2040-03-26T07:00:00Z", "2040-03-28T07:00:00Z"),
    ]


@pytest.mark.parametrize(
    ("recurrence", "days"),
    [
        ({"type": 1, "repeat_interval": 2, "end_times": 3}, ["03-19", "03-21", "03-23"]),
        ({"type": 1, "end_date_time": "2040-03-20T23:00:00Z"}, ["03-19", "03-20"]),
        ({"type": 2, "repeat_interval": 2, "end_times": 2}, ["03-19", "04-02"]),
        ({"type": 3, "monthly_day": 31, "end_times": 2}, ["03-31", "05-31"]),
        ({"type": 3, "monthly_week": -1, "monthly_week_day": 6, "end_times": 2}, ["03-30", "04-27"]),
        ({"type": 3, "monthly_week": 1, "monthly_week_day": 2, "end_times": 1}, ["04-02"]),
        ({"type": 1}, ["03-19"]),
    ],
)
def test_days_weeks_and_months_repeat(connected: App, recurrence: dict[str, object], days: list[str]) -> None:
    assert [start[5:10] for start in starts(connected, recurrence)] == days


@pytest.mark.parametrize(
    "recurrence",
    [
        *(None, {}, {"type": 4}, {"type": 1, "repeat_interval": 100}, {"type": 2, "weekly_days": "0,8"}),
        *({"type": 3, "repeat_interval": 11}, {"type": 1, "end_times": 61}, {"type": 3, "monthly_week": 5}),
        {"type": 1, "end_times": 3, "end_date_time": "2040-03-20T23:00:00Z"},
    ],
)
def test_a_recurrence_beyond_the_limits_is_refused(connected: App, recurrence: dict[str, object] | None) -> None:
    body = {"type": 8, "start_time": "2040-03-19T09:00:00Z"}
    answer = connected.call(
        "POST", "/users/me/meetings", json=body if recurrence is None else body | {"recurrence": recurrence}
    )
    assert [error["field"] for error in answer.json()["errors"]] == ["recurrence"]


def test_one_occurrence_is_moved_and_one_deleted(connected: App, receiver: Receiver) -> None:
    made = connected.create(start_time="2040-03-19T09:00:00", recurrence={"type": 1, "end_times": 3}, **BERLIN)
    first, second, third = (one["occurrence_id"] for one in made["occurrences"])
    path = f"/meetings/{made['id']}"
    change = {"start_time": "2040-03-19T15:00:00Z", "duration": 30}
    assert connected.call("PATCH", path, params={"occurrence_id": first}, json=change).status_code == 204
    assert connected.call("DELETE", path, params={"occurrence_id": second}).status_code == 204
    shown = connected.call("GET", path).json()["occurrences"]
    assert shown[0] == {"occurrence_id": first, **change, "status": "available"}
    assert [(one["occurrence_id"], one["status"]) for one in shown[1:]] == [(second, "deleted"), (third, "available")]
    again = connected.call("DELETE", path, params={"occurrence_id": second})
    assert again.json() == {"code": 300, "message": "Invalid parameter: occurrence_id."}
    (updated,), (deleted,) = connected.events("meeting.updated"), connected.events("meeting.deleted")
    assert updated["payload"]["scope"] == "single"
    assert deleted["payload"]["operation"] == "single"
    assert [one["occurrence_id"] for one in deleted["payload"]["object"]["occurrences"]] == [second]


def test_past_occurrences_are_shown_on_request(connected: App) -> None:
    connected.zoom.knobs(access_lifetime=10**7)
    connected.connect()
    made = connected.create(start_time="2001-01-01T00:00:00Z", recurrence={"type": 1, "end_times": 3}, type=8)
    connected.zoom.advance(86400 + 3601)
    path = f"/meetings/{made['id']}"
    assert len(connected.call("GET", path).json()["occurrences"]) == 1
    assert len(connected.call("GET", path, params={"show_previous_occurrences": "true"}).json()["occurrences"]) == 3


def test_a_meeting_without_a_fixed_time_has_no_start(connected: App) -> None:
    made = connected.create(type=3)
    assert "start_time" not in made
    assert "occurrences" not in made

"""``flask zoom blocked-time``: time that a host keeps free."""

import json
from datetime import UTC, datetime

import pytest

from tests.cli.commands import Zoom
from zoom_blueprint.services import blocks


def test_time_is_blocked_listed_and_given_back(zoom: Zoom) -> None:
    zoom("blocked-time add ada 2030-07-01 2030-07-14 --title Holiday")
    zoom("blocked-time add ada 2030-08-01T09:00 2030-08-01T10:30")
    zoom("blocked-time add ada 2030-09-01 --zone Asia/Kathmandu")
    zoom("blocked-time add ada 2030-10-01T09:00Z 2030-10-01T12:00+02:00")
    since = datetime(2030, 1, 1, tzinfo=UTC)
    found = [(one.start, one.end) for one in blocks.all_of(zoom.state, "1", since=since)]
    assert [(f"{start:%m-%d %H:%M}", f"{end:%m-%d %H:%M}") for start, end in found] == [
        ("06-30 23:00", "07-14 23:00"),
        ("08-01 08:00", "08-01 09:30"),
        ("08-31 18:15", "09-01 18:15"),
        ("10-01 09:00", "10-01 10:00"),
    ]
    listed = zoom("blocked-time list ada")
    assert "2030-07-01 00:00 – 2030-07-15 00:00 Europe/London  Holiday" in listed
    (first, *_) = json.loads(zoom("blocked-time list ada --json"))
    assert first["start"] == "2030-06-30T23:00:00Z"
    assert "no such blocked time" in zoom(f"blocked-time remove grace {first['id']}", status=1)
    zoom(f"blocked-time remove ada {first['id']}")
    assert "Holiday" not in zoom("blocked-time list ada")


def test_what_is_over_is_listed_only_when_asked_for(zoom: Zoom) -> None:
    zoom("blocked-time add ada 2020-01-01")
    assert zoom("blocked-time list ada") == ""
    assert "2020-01-01 00:00" in zoom("blocked-time list ada --all")


def test_an_hour_that_comes_twice_is_blocked_twice(zoom: Zoom) -> None:
    zoom("blocked-time add ada 2030-10-27T01:00 2030-10-27T01:30")
    (one,) = blocks.all_of(zoom.state, "1", since=datetime(2030, 1, 1, tzinfo=UTC))
    assert (f"{one.start:%H:%M}", f"{one.end:%H:%M}") == ("00:00", "01:30")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("2030-01-01T09:00", "Say when it ends"),
        ("2030-01-01T09:00 2030-01-01T09:00", "END: This is not after the start."),
        ("yesterday", "'yesterday' is no time"),
        ("9999-12-31", "beyond the calendar"),
        ("0001-01-01 --zone Europe/Berlin", "beyond the calendar"),
    ],
)
def test_blocked_time_that_makes_no_sense_is_refused(zoom: Zoom, typed: str, told: str) -> None:
    assert told in zoom(f"blocked-time add ada {typed}", status=2)

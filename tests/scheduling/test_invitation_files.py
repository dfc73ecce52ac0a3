"""The kept calendar files are what is written, and another parser reads from them what they are to say.

``widget/test`` reads the same files with a third parser, and compares with the same ``expected.json``.
"""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
import vobject

from tests.scheduling.golden import EXPECTED, FILES, GOLDEN, expected
from zoom_blueprint.scheduling.invitation import render

SAYS: dict[str, dict[str, Any]] = json.loads(EXPECTED.read_text(encoding="utf-8"))


def content(event: Any, name: str) -> str:
    """Return a property's value, empty when there is none."""
    return str(getattr(event, name).value) if hasattr(event, name) else ""


def test_every_file_is_kept_and_no_other() -> None:
    assert {path.stem for path in FILES.glob("*.ics")} == set(GOLDEN) == set(SAYS)


@pytest.mark.parametrize("name", GOLDEN)
def test_what_is_written_is_what_is_kept(name: str) -> None:
    assert render(GOLDEN[name]) == (FILES / f"{name}.ics").read_bytes()
    assert expected(GOLDEN[name]) == SAYS[name]


@pytest.mark.parametrize("name", GOLDEN)
def test_another_parser_reads_what_is_to_be_said(name: str) -> None:
    says = SAYS[name]
    calendar = vobject.readOne((FILES / f"{name}.ics").read_bytes().decode())
    event = calendar.vevent
    assert calendar.method.value == says["method"]
    for one in ("uid", "sequence", "status", "description", "location", "url"):
        assert content(event, one) == str(says[one]), one
    # It takes backslash-n for a line end even where it was written as an escaped backslash before an n.
    assert content(event, "summary").replace("\\\n", "\\n") == says["summary"]
    for one, found in (("start", "dtstart"), ("end", "dtend"), ("stamp", "dtstamp")):
        assert getattr(event, found).value == datetime.fromisoformat(says[one]), one
    assert event.organizer.value == says["organizer"]
    assert event.organizer.params["CN"] == [says["organizer_name"]]
    attendees = [
        {"address": one.value, "name": one.params["CN"][0], "status": one.params["PARTSTAT"][0]}
        for one in event.contents.get("attendee", [])
    ]
    assert attendees == says["attendees"]
    if says["reminder_minutes"] is None:
        assert not hasattr(event, "valarm")
    else:
        assert event.valarm.trigger.value == -timedelta(minutes=says["reminder_minutes"])

"""The idempotency key: an action that is asked for again is not done again, whoever was asked and whatever was lost."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.actions.programs import EVENT, Program, ahead
from tests.fixtures.site import Site, StartSite, Visitor
from tests.fixtures.site_app import HOSTS
from tests.races import fleet
from tests.services.looking import rows, turn
from zoom_blueprint.actions.listed import NAMES
from zoom_blueprint.services import action_calls, api_keys, upkeep
from zoom_blueprint.store import models

MEETING = {"topic": "Kick-off", "start": ahead(days=3), "agenda": "Bring ideas"}


def test_the_same_key_again_gets_the_same_answer_and_makes_nothing(program: Program, site: Site) -> None:
    first = program.did("create_meeting", MEETING, key="one")
    assert program.did("create_meeting", MEETING, key="one") == first
    assert first["agenda"] == "Bring ideas"
    assert [meeting["id"] for meeting in site.simulator.meetings("ada")] == [first["id"]]
    gone = {"meeting_id": first["id"]}
    assert program.did("delete_meeting", gone, key="two") == program.did("delete_meeting", gone, key="two")


def test_the_same_input_written_otherwise_is_the_same(program: Program, site: Site) -> None:
    first = program.did("create_meeting", MEETING, key="one")
    start = MEETING["start"].replace("+00:00", "Z")
    assert program.did("create_meeting", {**MEETING, "start": start, "duration_minutes": 30}, key="one") == first
    assert program.did("create_meeting", {**MEETING, "settings": {}, "connection": None}, key="one") == first
    assert len(site.simulator.meetings("ada")) == 1


def test_another_key_or_none_makes_another_meeting(program: Program, site: Site) -> None:
    for key in ("one", "two", None, None):
        program.did("create_meeting", MEETING, key=key)
    assert len(site.simulator.meetings("ada")) == 4


def test_a_key_with_another_input_is_refused(program: Program, site: Site) -> None:
    program.did("create_meeting", MEETING, key="one")
    for other in ({**MEETING, "topic": "Other"}, {**MEETING, "duration_minutes": 31}):
        refused = program.ask("create_meeting", other, key="one")
        assert (refused.status_code, refused.json()["code"]) == (422, "key_reused")
    assert len(site.simulator.meetings("ada")) == 1


def test_a_key_of_one_host_says_nothing_of_another_hosts(program: Program, site: Site) -> None:
    site.connect("grace")
    mine = program.did("create_meeting", MEETING, key="one")
    theirs = Program(site, "grace").did("create_meeting", MEETING, key="one")
    assert mine["id"] != theirs["id"]


def test_what_was_refused_does_not_use_up_the_key(program: Program, site: Site) -> None:
    site.simulator.fault(route="create_meeting", status=400, body={"code": 300, "message": "Invalid topic."})
    assert program.ask("create_meeting", MEETING, key="one").json()["code"] == "zoom_refused"
    assert program.did("create_meeting", {**MEETING, "topic": "Better"}, key="one")["topic"] == "Better"


@pytest.mark.parametrize("drop", ["before", "after"])
def test_after_a_lost_answer_the_repeat_finds_what_was_made(program: Program, site: Site, drop: str) -> None:
    site.simulator.fault(route="create_meeting", drop=drop)
    lost = program.ask("create_meeting", MEETING, key="one").json()
    assert (lost["code"], lost["retry"]) == ("zoom_unavailable", True)
    found = program.did("create_meeting", MEETING, key="one")
    assert [meeting["id"] for meeting in site.simulator.meetings("ada")] == [found["id"]]
    assert found["agenda"] == "Bring ideas"


@pytest.mark.parametrize("drop", ["before", "after"])
def test_after_a_lost_answer_the_repeat_of_a_deletion_is_no_error(program: Program, site: Site, drop: str) -> None:
    gone = {"meeting_id": program.did("create_meeting", MEETING)["id"]}
    site.simulator.fault(route="delete_meeting", drop=drop)
    assert program.ask("delete_meeting", gone, key="one").json()["code"] == "zoom_unavailable"
    assert program.did("delete_meeting", gone, key="one") == gone
    assert site.simulator.meetings("ada") == []
    assert program.ask("delete_meeting", gone, key="two").json()["code"] == "meeting_not_found"


def test_who_goes_on_after_a_crash_finds_what_was_made(program: Program, site: Site) -> None:
    made = program.did("create_meeting", MEETING, key="one")
    (row,) = rows(site.state, models.ActionCall)
    assert row.answer_sealed is not None
    assert "zoom" not in row.answer_sealed
    turn(site.state, models.ActionCall, answer_sealed=None, until=datetime.now(UTC) - timedelta(seconds=1))
    assert program.did("create_meeting", MEETING, key="one") == made
    assert len(site.simulator.meetings("ada")) == 1


def test_while_another_is_at_it_who_repeats_is_told_so(
    program: Program, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(action_calls, "_PATIENCE_SECONDS", 0.1)
    program.did("create_meeting", MEETING, key="one")
    turn(site.state, models.ActionCall, answer_sealed=None, until=datetime.now(UTC) + timedelta(hours=1))
    told = program.ask("create_meeting", MEETING, key="one")
    assert (told.status_code, told.json()["code"], told.json()["retry"]) == (409, "in_progress", True)


@pytest.mark.parametrize("key", ["", "k" * 256, "schlüssel"])
def test_a_key_that_is_none_is_refused(program: Program, key: str) -> None:
    refused = program.ask("create_meeting", MEETING, key=key.encode().decode("latin-1"))
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_input")
    assert "Idempotency-Key" in refused.json()["errors"]


def test_a_booking_is_made_once_for_each_key(program: Program) -> None:
    first, second = program.slots()[:2]
    wish = {"event": EVENT, "start": first, "name": "Bob Byrne", "email": "bob@example.com"}
    made = program.did("create_booking", wish, key="one")
    assert program.did("create_booking", wish, key="one")["id"] == made["id"]
    assert program.ask("create_booking", {**wish, "start": second}, key="one").json()["code"] == "key_reused"
    assert program.ask("create_booking", wish, key="two").json()["code"] == "slot_taken"


def test_answers_are_forgotten_after_a_day(program: Program, site: Site) -> None:
    program.did("create_meeting", MEETING, key="one")
    assert upkeep.purge(site.state, now=datetime.now(UTC) + timedelta(hours=23)).action_calls == 0
    assert upkeep.purge(site.state, now=datetime.now(UTC) + timedelta(hours=25)).action_calls == 1
    assert rows(site.state, models.ActionCall) == []


@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])
def test_four_processes_with_one_key_make_one_meeting(start_site: StartSite) -> None:
    programs = start_site()
    with fleet.beside(programs) as state:
        fleet.connect(state, programs.simulator)
        text = api_keys.make(state, HOSTS["ada"].id, "CRM", NAMES).text
    headers = {"Authorization": f"Bearer {text}", "Idempotency-Key": "one"}
    visitors = fleet.run(programs, 4)

    def ask(number: int) -> int:
        visitor: Visitor = visitors[number % 4]
        answer = visitor.post("/api/v1/actions/create_meeting", json=MEETING, headers=headers)
        assert answer.status_code == 200, answer.text
        return int(answer.json()["id"])

    assert set(fleet.together(12, ask)) == {meeting["id"] for meeting in programs.simulator.meetings("ada")}
    assert len(programs.simulator.meetings("ada")) == 1

"""Meetings whose answer was lost: one for each key, however late it turns up in Zoom, and nothing of its agenda is."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.actions.programs import Program, ahead
from tests.fixtures.site import MakeSite, Site
from tests.services.looking import LONG_AGO, only, rows, turn
from zoom_blueprint.services import accounts, call_marks, connections, endings, tokens, upkeep
from zoom_blueprint.services.duties import DutyName
from zoom_blueprint.services.records import SURFACES_WITHIN
from zoom_blueprint.store import models
from zoom_blueprint.values import ConnectionReason, ConnectionStatus
from zoom_blueprint.zoom_api.payloads import MeetingRequest

MEETING = {"topic": "Kick-off", "start": ahead(days=3), "agenda": "Bring ideas"}
IS_CALL = models.Duty.name == DutyName.CALL
LONGEST = 1950


@pytest.fixture
def database_kind(request: pytest.FixtureRequest) -> str:
    """Both databases, for each try writes."""
    return str(request.param)


both = pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"], indirect=True)
one = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def surface(site: Site) -> int:
    """Let Zoom do at last what it was asked for by the only call, and return the meeting."""
    call = only(site.state, models.ActionCall)
    agenda = call_marks.marked(call.id, "Bring ideas")
    request = MeetingRequest(topic="Kick-off", start=datetime.now(UTC) + timedelta(days=3), duration=30, agenda=agenda)
    return tokens.with_zoom(site.state, call.connection_id or "", lambda zoom: zoom.create(request)).id


def look_again(site: Site) -> None:
    """Let the time pass after which we look for what has surfaced."""
    turn(site.state, models.Duty, IS_CALL, models.Duty.due_at.is_not(None), due_at=LONG_AGO)
    site.drain()


def in_zoom(site: Site, user: str = "ada") -> list[int]:
    """Return the meetings that there are."""
    return [meeting["id"] for meeting in site.simulator.meetings(user)]


@both
def test_what_surfaces_after_the_repeat_was_answered_is_deleted(program: Program, site: Site) -> None:
    site.simulator.fault(route="create_meeting", drop="before")
    assert program.ask("create_meeting", MEETING, key="one").json()["code"] == "zoom_unavailable"
    made = program.did("create_meeting", MEETING, key="one")
    late = surface(site)
    assert sorted(in_zoom(site)) == sorted([made["id"], late])
    due_at = only(site.state, models.Duty, IS_CALL).due_at
    assert due_at is not None
    assert timedelta(minutes=1) < due_at - datetime.now(UTC) <= SURFACES_WITHIN
    look_again(site)
    assert in_zoom(site) == [made["id"]]
    assert only(site.state, models.Duty, IS_CALL).due_at is None
    assert program.did("create_meeting", MEETING, key="one") == made
    assert upkeep.purge(site.state).duties == 1


@both
def test_what_surfaces_before_a_later_repeat_is_what_it_returns(program: Program, site: Site) -> None:
    site.simulator.fault(route="create_meeting", drop="before", times=2)
    for _ in range(2):
        assert program.ask("create_meeting", MEETING, key="one").json()["retry"]
    late = surface(site)
    look_again(site)
    assert in_zoom(site) == [late], "as long as nobody was answered it is the program's"
    assert program.did("create_meeting", MEETING, key="one")["id"] == late
    look_again(site)
    assert in_zoom(site) == [late]


@one
def test_whoever_is_at_it_is_waited_for(program: Program, site: Site) -> None:
    site.simulator.fault(route="create_meeting", drop="before", times=2)
    for _ in range(2):
        program.ask("create_meeting", MEETING, key="one")
    turn(site.state, models.ActionCall, until=datetime.now(UTC) + timedelta(minutes=1))
    look_again(site)
    due_at = only(site.state, models.Duty, IS_CALL).due_at
    assert due_at is not None
    assert due_at > datetime.now(UTC)


@one
def test_while_zoom_is_not_connected_it_is_looked_for_from_time_to_time(program: Program, site: Site) -> None:
    site.simulator.fault(route="create_meeting", drop="before")
    program.ask("create_meeting", MEETING, key="one")
    made = program.did("create_meeting", MEETING, key="one")
    surface(site)
    ill = {"status": ConnectionStatus.UNHEALTHY, "reason": ConnectionReason.LOST}
    turn(site.state, models.Connection, **ill)
    turn(site.state, models.Grant, lost_at=datetime.now(UTC))
    look_again(site)
    due_at = only(site.state, models.Duty, IS_CALL).due_at
    assert due_at is not None
    assert timedelta(minutes=50) < due_at - datetime.now(UTC) <= timedelta(hours=1)
    site.connect()
    look_again(site)
    assert in_zoom(site) == [made["id"]]


@one
def test_a_call_that_was_answered_at_once_has_nothing_looked_for(program: Program, site: Site) -> None:
    program.did("create_meeting", MEETING, key="one")
    assert rows(site.state, models.Duty, IS_CALL) == []


@pytest.fixture
def several(make_site: MakeSite) -> Site:
    """A site whose host has two Zoom accounts, the second of which is for work."""
    site = make_site(ZOOM_CONNECTIONS_PER_HOST=2)
    site.simulator.put_user("work", first_name="Ada", last_name="King", email="work@example.com")
    site.connect()
    site.connect(zoom_user="work")
    return site


@one
def test_a_repeat_looks_where_the_first_try_was_made(several: Site) -> None:
    site, program = several, Program(several)
    first, second = connections.all_of(site.state, "1")
    site.simulator.fault(route="create_meeting", drop="after")
    program.ask("create_meeting", MEETING, key="one")
    is_first = models.Connection.id == first.id
    turn(
        site.state, models.Connection, is_first, status=ConnectionStatus.UNHEALTHY, reason=ConnectionReason.MAY_NOT_HOST
    )
    assert accounts.meant(site.state, "1").id == second.id
    assert program.ask("create_meeting", MEETING, key="one").json()["code"] == "connection_lost"
    turn(site.state, models.Connection, is_first, status=ConnectionStatus.ACTIVE, reason=None)
    assert [program.did("create_meeting", MEETING, key="one")["id"]] == in_zoom(site)
    assert in_zoom(site, "work") == []


@one
def test_where_nobody_can_look_any_more_it_is_made_where_one_can(several: Site) -> None:
    site, program = several, Program(several)
    first, _ = connections.all_of(site.state, "1")
    site.simulator.fault(route="create_meeting", drop="before", times=2)
    for _ in range(2):
        program.ask("create_meeting", MEETING, key="one")
    endings.disconnect(site.state, "1", first.id)
    look_again(site)
    assert only(site.state, models.Duty, IS_CALL).due_at is None
    assert [program.did("create_meeting", MEETING, key="one")["id"]] == in_zoom(site, "work")


@one
@pytest.mark.parametrize("key", [None, "one"])
def test_an_agenda_of_the_longest_length_is_kept_whole_and_a_longer_one_refused(
    program: Program, key: str | None
) -> None:
    agenda = "a" * (LONGEST - 1) + "z"
    made = program.did("create_meeting", {**MEETING, "agenda": agenda}, key=key)
    assert made["agenda"] == agenda
    changed = program.did("update_meeting", {"meeting_id": made["id"], "agenda": f"y{agenda[1:]}"})
    assert changed["agenda"] == f"y{agenda[1:]}"
    for action, sent in (("create_meeting", MEETING), ("update_meeting", {"meeting_id": made["id"]})):
        refused = program.ask(action, {**sent, "agenda": f"{agenda}x"}, key=key and f"{key} {action}").json()
        assert (refused["code"], list(refused["errors"])) == ("invalid_input", ["agenda"])
        assert "1950" in refused["message"]


@one
def test_who_changes_the_agenda_does_not_keep_a_repeat_from_finding_the_meeting(program: Program, site: Site) -> None:
    site.simulator.fault(route="create_meeting", drop="after")
    program.ask("create_meeting", MEETING, key="one")
    (lost,) = program.did("list_meetings")["meetings"]
    assert lost["agenda"] == "Bring ideas"
    assert program.did("update_meeting", {"meeting_id": lost["id"], "agenda": "Bring cake"})["agenda"] == "Bring cake"
    assert program.did("update_meeting", {"meeting_id": lost["id"], "topic": "Party"})["agenda"] == "Bring cake"
    found = program.did("create_meeting", MEETING, key="one")
    assert (found["id"], found["agenda"], found["topic"]) == (lost["id"], "Bring cake", "Party")
    assert in_zoom(site) == [lost["id"]]

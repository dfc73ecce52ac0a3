"""Every action with every error by which it can fail: by REST, command line, MCP and Python the same code and words."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.actions.programs import EVENT, Program, ahead, days
from tests.actions.ways import WAYS, WITH_KEYS, Way, agent, comparable
from tests.fixtures.databases import PostgresServer
from tests.fixtures.site import MakeSite, Site
from tests.services.looking import turn
from tests.web.database_away import open_again, shut
from zoom_blueprint import BookingRefused, Draft
from zoom_blueprint.actions import Code
from zoom_blueprint.actions.listed import ACTIONS, NAMES
from zoom_blueprint.cli import actions as cli
from zoom_blueprint.services import action_calls, checks, limits, mailboxes
from zoom_blueprint.store import models
from zoom_blueprint.web import acting

Sent = Mapping[str, Any]
Asked = Mapping[str, Sent]
MEETING = {"topic": "Kick-off", "start": ahead(days=3)}
BOB = {"event": EVENT, "name": "Bob Byrne", "email": "bob@example.com"}
NO_EVENT = {"event": "none", **days()}
NO_EVENT_BOOKED = {"event": "none", "start": ahead(days=3)}
ROUTES: Mapping[str, tuple[str, Sent]] = {
    "create_meeting": ("create_meeting", MEETING),
    "get_meeting": ("get_meeting", {"meeting_id": 1}),
    "update_meeting": ("update_meeting", {"meeting_id": 1, "topic": "x"}),
    "list_meetings": ("list_meetings", {}),
    "delete_meeting": ("delete_meeting", {"meeting_id": 1}),
    "get_user": ("me", {}),
}
OF_ZOOM: Asked = {action: sent for action, (_, sent) in ROUTES.items()}
WITH_ACCOUNT: Asked = {**OF_ZOOM, "get_health": {}}
OF_BOOKINGS: Asked = {
    "list_slots": {"event": EVENT, **days()},
    "create_booking": {**BOB, "start": ahead(days=3)},
    "reschedule_booking": {"booking_id": "none", "start": ahead(days=3)},
    "cancel_booking": {"booking_id": "none"},
}
EVERYTHING: Asked = {**WITH_ACCOUNT, **OF_BOOKINGS}


class Matrix:
    """A site and its program, and which actions were seen to fail."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.program = Program(site)
        self.seen: set[str] = set()

    def fail(
        self,
        code: Code,
        asked: Asked,
        *,
        key: str | None = None,
        before: Callable[[str], object] = lambda _: None,
        ways: Sequence[Way] = WAYS,
    ) -> None:
        """Ask for actions by every way, which all have to tell the same; ``before`` is done before each."""
        for action, sent in asked.items():
            told = []
            for way in ways:
                before(action)
                told.append(comparable(way(self.program, action, sent, key)))
            assert {one["code"] for one in told} == {code}, (action, told)
            assert told == [told[0]] * len(ways), action
            assert told[0]["message"], action
            assert told[0]["remedy"], action
        self.seen |= asked.keys()

    def answer(self, **fault: Any) -> Callable[[str], object]:
        """Let Zoom answer like this to what an action asks of it, once it is asked."""

        def before(action: str) -> None:
            self.site.simulator.clear_faults()
            self.site.simulator.fault(route=ROUTES[action][0], **fault)

        return before

    def booked(self, *, key: str | None = None) -> dict[str, Any]:
        """Return a booking of the first offered slot."""
        return self.program.did("create_booking", {**BOB, "start": self.program.slots()[0]}, key=key)


def connection_lost(matrix: Matrix) -> None:
    turn(matrix.site.state, models.Connection, status="unhealthy", reason="lost")
    turn(matrix.site.state, models.Grant, lost_at=datetime.now(UTC))
    matrix.fail(Code.CONNECTION_LOST, OF_ZOOM)
    matrix.program = Program(matrix.site, "grace")  # who never connected
    offered = {name: sent for name, sent in OF_BOOKINGS.items() if "event" in sent}
    matrix.fail(Code.CONNECTION_LOST, {**WITH_ACCOUNT, **offered})


def permission_denied(matrix: Matrix) -> None:
    body = {"code": 4711, "message": "Invalid access token, does not contain scopes:[meeting:write:meeting]."}
    matrix.fail(Code.PERMISSION_DENIED, OF_ZOOM, before=matrix.answer(status=400, body=body))


def meeting_not_found(matrix: Matrix) -> None:
    matrix.fail(Code.MEETING_NOT_FOUND, {name: sent for name, sent in OF_ZOOM.items() if "meeting_id" in sent})


def not_found(matrix: Matrix) -> None:
    matrix.fail(Code.NOT_FOUND, {name: {**sent, "connection": "nobodys"} for name, sent in WITH_ACCOUNT.items()})
    matrix.fail(Code.NOT_FOUND, {**OF_BOOKINGS, "list_slots": NO_EVENT, "create_booking": {**BOB, **NO_EVENT_BOOKED}})


def invalid_input(matrix: Matrix) -> None:
    matrix.fail(Code.INVALID_INPUT, {name: {**sent, "connection": 5} for name, sent in WITH_ACCOUNT.items()})
    for field in ("event", "booking_id"):
        asked = {name: {**sent, field: ""} for name, sent in OF_BOOKINGS.items() if field in sent}
        matrix.fail(Code.INVALID_INPUT, asked)


def invalid_time(matrix: Matrix) -> None:
    for start in ("tomorrow", "2020-01-01T09:00:00Z", "2041-01-01T09:00:00"):
        changed = {name: {**EVERYTHING[name], "start": start} for name in ("create_meeting", "update_meeting")}
        matrix.fail(Code.INVALID_TIME, changed)
    booked = {name: {**sent, "start": "tomorrow"} for name, sent in OF_BOOKINGS.items() if "start" in sent}
    matrix.fail(Code.INVALID_TIME, booked)


def slot_taken(matrix: Matrix) -> None:
    taken, other = matrix.booked()["start"], matrix.booked()["id"]
    matrix.fail(Code.SLOT_TAKEN, {"create_booking": {**BOB, "email": "carol@example.com", "start": taken}})
    matrix.fail(Code.SLOT_TAKEN, {"reschedule_booking": {"booking_id": other, "start": taken}})


def booking_ended(matrix: Matrix) -> None:
    ended = {"booking_id": matrix.booked()["id"]}
    matrix.program.did("cancel_booking", ended)
    matrix.fail(Code.BOOKING_ENDED, {"reschedule_booking": {**ended, "start": matrix.program.slots()[1]}})
    past = {"booking_id": matrix.booked()["id"]}
    start = datetime.now(UTC) - timedelta(days=1)
    turn(matrix.site.state, models.Booking, starts_at=start, ends_at=start + timedelta(minutes=30))
    matrix.fail(Code.BOOKING_ENDED, {"cancel_booking": past})


def booking_refused(matrix: Matrix) -> None:
    @matrix.site.zoom.before_booking
    def gate(draft: Draft) -> None:
        raise BookingRefused(f"Not you, {draft.name}.")

    matrix.fail(Code.BOOKING_REFUSED, {"create_booking": {**BOB, "start": matrix.program.slots()[0]}})


def internal_error(matrix: Matrix) -> None:
    @matrix.site.zoom.before_booking
    def broken(draft: Draft) -> None:
        raise ValueError(draft.name)

    matrix.fail(Code.INTERNAL_ERROR, {"create_booking": {**BOB, "start": matrix.program.slots()[0]}})


def zoom_refused(matrix: Matrix) -> None:
    body = {"code": 300, "message": "Invalid topic."}
    matrix.fail(Code.ZOOM_REFUSED, OF_ZOOM, before=matrix.answer(status=400, body=body))


def rate_limited(matrix: Matrix) -> None:
    matrix.fail(Code.RATE_LIMITED, OF_ZOOM, before=matrix.answer(status=429, headers={"Retry-After": "3600"}))
    matrix.site.simulator.clear_faults()
    state, host_id, one = matrix.site.state, matrix.program.key.host_id, {"booking_id": matrix.booked()["id"]}
    first, second = matrix.program.slots()[:2]
    for full in (
        mailboxes.retold(state, ["b.ob+x@example.com"]),
        checks.by_programs(state, matrix.site.connection().id),
    ):
        limits.count(state, full, dict.fromkeys(full, 100))
    matrix.fail(Code.RATE_LIMITED, {"create_booking": {**BOB, "start": first}, "get_health": {}})
    as_guest = {**BOB, "email": "carol@example.com", "guests": [BOB["email"]]}
    matrix.fail(Code.RATE_LIMITED, {"create_booking": {**as_guest, "start": first}})
    matrix.fail(Code.RATE_LIMITED, {"reschedule_booking": {**one, "start": second}})
    full = mailboxes.invited(state, host_id, ["carol@example.com"])
    limits.count(state, full, dict.fromkeys(full, 600))
    matrix.fail(Code.RATE_LIMITED, {"create_booking": {**BOB, "email": "dan@example.com", "start": first}})


def zoom_unavailable(matrix: Matrix) -> None:
    matrix.fail(Code.ZOOM_UNAVAILABLE, OF_ZOOM, before=matrix.answer(status=503, times=9))


def used_keys(matrix: Matrix) -> dict[str, Sent]:
    """Do each action that keeps its answers with its name as the key, and return what was sent."""
    sent: dict[str, Sent] = {"create_meeting": MEETING}
    one = {"meeting_id": matrix.program.did("create_meeting", MEETING, key="create_meeting")["id"]}
    sent |= {"update_meeting": {**one, "topic": "Second"}, "delete_meeting": one}
    for action in ("update_meeting", "delete_meeting"):
        matrix.program.did(action, sent[action], key=action)
    return sent


def key_reused(matrix: Matrix) -> None:
    for action in used_keys(matrix):
        matrix.fail(Code.KEY_REUSED, {action: {**OF_ZOOM[action], "connection": "other"}}, key=action)
    matrix.booked(key="one")
    matrix.fail(Code.KEY_REUSED, {"create_booking": {**BOB, "start": matrix.program.slots()[0]}}, key="one")


def in_progress(matrix: Matrix) -> None:
    asked = used_keys(matrix)
    turn(matrix.site.state, models.ActionCall, answer_sealed=None, until=datetime.now(UTC) + timedelta(hours=1))
    for action, sent in asked.items():
        matrix.fail(Code.IN_PROGRESS, {action: sent}, key=action)


SITUATIONS = (
    connection_lost,
    permission_denied,
    meeting_not_found,
    not_found,
    invalid_input,
    invalid_time,
    slot_taken,
    booking_ended,
    booking_refused,
    internal_error,
    zoom_refused,
    rate_limited,
    zoom_unavailable,
    key_reused,
    in_progress,
)
BY_KEY = {"permission_denied": {"get_health", *OF_BOOKINGS}, "rate_limited": {"list_slots", "cancel_booking"}}  # below
BY_A_HOOK = {"internal_error"}  # whatever is no error of ours, in any action


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda one: one.__name__)
def test_an_error_has_the_same_code_and_words_whichever_way_is_asked(
    make_site: MakeSite, situation: Callable[[Matrix], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(action_calls, "_PATIENCE_SECONDS", 0.1)
    site = make_site(ZOOM_LIMITS="1000 per minute")
    site.connect()
    matrix = Matrix(site)
    situation(matrix)
    code = situation.__name__
    described = {action.name for action in ACTIONS if code in action.codes} - BY_KEY.get(code, set())
    if code in BY_A_HOOK:
        described &= matrix.seen
    assert matrix.seen == described


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_while_the_database_is_away_every_action_says_so_by_every_way(
    site: Site, postgres_server: PostgresServer
) -> None:
    matrix = Matrix(site)
    shut(site, postgres_server)
    try:
        matrix.fail(Code.SITE_UNAVAILABLE, EVERYTHING)
    finally:
        open_again(site, postgres_server)
    assert matrix.seen == set(NAMES)


def test_a_key_that_is_not_good_may_not_or_calls_too_often_is_told_the_same_by_every_way_that_has_keys(
    make_site: MakeSite,
) -> None:
    """The command line, agents' programs over stdio and Python have none: see ``ways``."""
    site = make_site(ZOOM_LIMITS="99 per minute", ZOOM_API_LIMITS=f"{len(WITH_KEYS)} per hour", ZOOM_MCP="on")
    matrix = Matrix(site)
    for name in NAMES:
        asked = {name: EVERYTHING[name]}
        matrix.program = Program(site, actions=[one for one in NAMES if one != name][:1])
        matrix.fail(Code.PERMISSION_DENIED, asked, ways=(*WITH_KEYS, agent))
        matrix.fail(Code.RATE_LIMITED, asked, ways=WITH_KEYS)
        matrix.program.text = "zbk_nothing"
        matrix.fail(Code.UNAUTHORIZED, asked, ways=WITH_KEYS)
    assert matrix.seen == set(NAMES)


def test_an_address_that_shows_bad_keys_only_is_told_to_wait_by_every_way_that_has_keys(make_site: MakeSite) -> None:
    site = make_site(ZOOM_LIMITS="2 per hour", ZOOM_MCP="on")
    matrix = Matrix(site)
    matrix.program.text = "zbk_nothing"
    asked = {"get_user": EVERYTHING["get_user"]}
    matrix.fail(Code.UNAUTHORIZED, asked, ways=WITH_KEYS)
    matrix.fail(Code.RATE_LIMITED, asked, ways=WITH_KEYS)


def test_every_code_has_a_situation_a_status_and_an_exit() -> None:
    away_or_by_key = {Code.SITE_UNAVAILABLE, Code.UNAUTHORIZED}
    assert {situation.__name__ for situation in SITUATIONS} | away_or_by_key == set(Code)
    assert list(acting.STATUS) == list(cli.STATUS) == list(Code)
    assert len(set(cli.STATUS.values())) == len(Code)
    assert min(cli.STATUS.values()) > 2, "1 and 2 are click's"

"""Faults against the programs as they are run: a server, a worker of its own, and nobody who turns a clock."""

import re
import sys
from typing import Any

import pytest

from tests.faults.plan import HTML, PER_SECOND
from tests.fixtures.servers import ROOT, Start
from tests.fixtures.site import Programs, StartSite
from tests.fixtures.waiting import wait_until
from tests.services.looking import cancel, look, move
from tests.web.browsing import words

LATE: dict[str, object] = {"delay": 1}
BROKEN: dict[str, object] = {"status": 502, "body": HTML}
CUT_SHORT: dict[str, object] = {"truncate": 40}
BEFORE: dict[str, object] = {"drop": "before"}
AFTER: dict[str, object] = {"drop": "after"}
TOO_FAST: dict[str, object] = {"status": 429, "body": {"code": 429, "message": PER_SECOND}}
REFUSED: dict[str, object] = {"status": 401, "body": {"code": 124, "message": "Invalid access token."}}
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
_SECONDS = 40


def connect(programs: Programs) -> None:
    """Press Connect Zoom on the dashboard, and Allow at Zoom."""
    programs.session.headers["X-Host"] = "ada"
    found = _TOKEN.search(programs.get("/").text)
    assert found
    address = programs.post("/connect", data={"csrf_token": found[1]}).headers["Location"]
    back = programs.get(programs.simulator.consent(address, "ada"))
    assert back.status_code == 302, back.text
    assert "Zoom connected as Ada" in words(programs.get("/").text)


def book(programs: Programs, offered: dict[str, Any], place: int) -> dict[str, Any]:
    """Book one of the offered slots."""
    return programs.booked(start=offered["slots"][place], token=offered["token"], key=f"attempt-{place}")


def starts(programs: Programs) -> dict[str, str]:
    """Return the meetings there are: their links and when they start."""
    return {meeting["join_url"]: meeting["start_time"] for meeting in programs.simulator.meetings("ada")}


def struck(programs: Programs, route: str) -> int:
    """Return how many faults have struck on a route."""
    return sum(call["fault"] for call in programs.simulator.calls(route))


def check_tokens(programs: Programs, refreshes: int) -> None:
    """Check that there is one chain of tokens, and that none was used twice."""
    stats = programs.simulator.token_stats()
    assert (stats["refreshes"], stats["valid_refresh_chains"]) == (refreshes, 1)
    assert {call["status"] for call in programs.simulator.calls("token")} == {200}


def test_every_booking_gets_its_meeting_by_a_worker_of_its_own(start_site: StartSite, start_program: Start) -> None:
    programs = start_site(ZOOM_WORKER="off")
    server = programs.run()
    connect(programs)
    command = [sys.executable, "-m", "flask", "--app", "tests.faults.worker_app:create_app()", "zoom", "worker"]
    worker = start_program(command, env=programs.env, cwd=ROOT)
    wait_until(lambda: "The worker runs." in worker.output, _SECONDS)
    offered = programs.slots()
    bookings = []
    for place, fault in enumerate((LATE, BROKEN, CUT_SHORT, BEFORE, AFTER, TOO_FAST, REFUSED)):
        programs.simulator.fault(route="create_meeting", **fault)
        bookings.append(book(programs, offered, place))
    assert struck(programs, "create_meeting") == 7

    def linked() -> dict[str, str]:
        seen = [look(programs, booking) for booking in bookings]
        return {one["join_url"]: one["start"] for one in seen if one["meeting_status"] == "ready"}

    wait_until(lambda: len(linked()) == 7, _SECONDS, every=0.2, why="every booking has its link")
    assert linked() == starts(programs)
    assert len(programs.simulator.meetings("ada", deleted=True)) == 7
    assert len(programs.simulator.calls("create_meeting")) == 7 + 4  # four of the seven faults kept Zoom from making it
    check_tokens(programs, refreshes=1)
    assert "Traceback" not in server.output + worker.output
    assert worker.stop() == 0


@pytest.mark.parametrize("database_kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.deep)])
def test_every_change_reaches_zoom_by_the_background_threads(start_site: StartSite) -> None:
    programs = start_site()
    server = programs.run()
    connect(programs)
    offered = programs.slots()
    bookings = [book(programs, offered, place) for place in range(8)]
    to_move, to_cancel = bookings[:4], bookings[4:]
    for fault in (BEFORE, AFTER, BROKEN, REFUSED):
        programs.simulator.fault(route="update_meeting", **fault)
    for fault in (BEFORE, AFTER, BROKEN, TOO_FAST):
        programs.simulator.fault(route="delete_meeting", **fault)
    moved = [move(programs, booking, 20) for booking in to_move]
    for booking in to_cancel:
        cancel(programs, booking)
    wanted = {booking["join_url"]: after["start"] for booking, after in zip(to_move, moved, strict=True)}
    wait_until(lambda: starts(programs) == wanted, _SECONDS, every=0.2, why="Zoom has what is wanted")
    assert [look(programs, booking)["status"] for booking in to_cancel] == ["cancelled"] * 4
    for booking, after in zip(to_move, moved, strict=True):
        now = look(programs, booking)
        assert (now["start"], now["join_url"], now["meeting_status"]) == (after["start"], booking["join_url"], "ready")
    assert (struck(programs, "update_meeting"), struck(programs, "delete_meeting")) == (4, 4)
    assert len(programs.simulator.calls("update_meeting")) == 4 + 3
    assert len(programs.simulator.calls("create_meeting")) == 8
    check_tokens(programs, refreshes=1)
    assert "Traceback" not in server.output

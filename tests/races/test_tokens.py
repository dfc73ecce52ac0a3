"""Many calls need a fresh token at once, in several programs of one site."""

from typing import Any

from tests.fixtures.site import StartSite, api
from tests.fixtures.waiting import wait_until
from tests.races.fleet import beside, connect, run, together
from tests.services.looking import LONG_AGO, rows, turn
from zoom_blueprint.store import models


def test_fifty_calls_with_an_expired_token_refresh_it_once(start_site: StartSite) -> None:
    programs = start_site()
    with beside(programs) as state:
        connect(state, programs.simulator)
        visitors = run(programs, 4)
        offered = programs.slots()
        programs.simulator.fault(route="token", delay=0.5)
        turn(state, models.Grant, expires_at=LONG_AGO)

        def book(number: int) -> Any:
            slot = {"start": offered["slots"][number], "token": offered["token"]}
            return visitors[number % 4].book(**slot, key=f"attempt-{number}")

        answers = together(50, book)
        assert {answer.status_code for answer in answers} == {201}

        def linked() -> bool:
            return all(row.join_url_sealed for row in rows(state, models.Meeting))

        wait_until(linked, 30)
        stats = programs.simulator.token_stats()
        assert (stats["refreshes"], stats["valid_refresh_chains"]) == (1, 1)
        assert all(call["status"] < 400 for call in programs.simulator.calls())
        assert len(programs.simulator.meetings("ada")) == 50
        assert programs.get(api(answers[0].json())).json()["meeting_status"] == "ready"

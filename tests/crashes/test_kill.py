"""The power goes out between "booking committed" and "meeting recorded"."""

from concurrent.futures import ThreadPoolExecutor

import requests

from tests.fixtures.site import StartSite, api
from tests.fixtures.waiting import wait_until
from tests.races.fleet import beside, connect
from tests.services.looking import make_due, rows
from zoom_blueprint.store import models


def test_a_killed_server_leaves_each_booking_with_exactly_one_meeting(
    start_site: StartSite, database_kind: str
) -> None:
    programs = start_site(ZOOM_CLAIM_SECONDS="20")
    with beside(programs) as state, ThreadPoolExecutor(2) as pool:
        connect(state, programs.simulator)
        server = programs.run()
        offered = programs.slots()
        # Zoom makes the first meeting at once and answers late; the second it makes only when nobody listens any more.
        programs.simulator.fault(route="create_meeting", delay_after=8)
        programs.simulator.fault(route="create_meeting", delay=3)

        def book(place: int) -> object:
            slot = {"start": offered["slots"][place], "token": offered["token"], "key": f"attempt-{place}"}
            try:
                return programs.book(**slot)
            except requests.ConnectionError:
                return None

        answers = [pool.submit(book, 0)]
        wait_until(lambda: len(programs.simulator.meetings("ada")) == 1)
        answers.append(pool.submit(book, 1))
        wait_until(lambda: not programs.simulator.ask("GET", "faults")["faults"], why="Zoom has both requests")
        server.kill()
        assert [answer.result() for answer in answers] == [None, None]
        assert {row.zoom_meeting_id for row in rows(state, models.Meeting)} == {None}

        programs.run()
        if database_kind == "postgresql":  # on one database the claims run out by themselves, on the other at once
            wait_until(lambda: len(programs.simulator.meetings("ada")) == 2)
            make_due(state, models.Meeting)
        wait_until(lambda: all(row.join_url_sealed for row in rows(state, models.Meeting)), 40, every=0.2)
        recorded = {row.zoom_meeting_id for row in rows(state, models.Meeting)}
        assert recorded == {meeting["id"] for meeting in programs.simulator.meetings("ada")}
        assert len(recorded) == 2
        wait_until(lambda: len(programs.simulator.calls("create_meeting")) == 2)
        booking = rows(state, models.Booking)[0]
        manage = {"manage_url": state.links.manage_url(booking.id)}
        assert programs.get(api(manage)).json()["meeting_status"] == "ready"

"""Zoom hangs for 40 s at each call: who books hears so in time, and nobody else notices."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.chaos import lives
from tests.chaos.app import VISIT
from tests.chaos.load import Stream, flowing, pass_time, slowest
from tests.chaos.serving import Served
from tests.fixtures.servers import Start
from tests.fixtures.shown import Show
from tests.fixtures.site import Answer, Visitor
from tests.fixtures.site_app import prepare
from zoom_blueprint import Host
from zoom_blueprint.services.first_tries import VISITOR_SECONDS
from zoom_blueprint.testing import Simulator

ROUTES = ("create_meeting", "get_meeting", "update_meeting", "delete_meeting", "list_meetings", "token", "me")
HANGS = 40
A_WHILE, BEFORE = 12.0, 4.0
WAITS, PROMISED = 4.5, 1.0


@pytest.fixture
def hanging() -> Iterator[Simulator]:
    """A Zoom of this test's own: what hangs there is not to come true in the next test."""
    with Simulator() as simulator:
        yield simulator
        simulator.kill()


class Days:
    """What visitors do of an ordinary day, each with times of their own."""

    def __init__(self, site: Served) -> None:
        self._site = site
        self._lives = {event: self._of(event) for event in ("call", VISIT.slug)}

    def _of(self, event: str) -> list[lives.Life]:
        found = [lives.Life(place, host, 0, False, event) for place, host in enumerate([*self._site.people] * 40)]
        lives.give_times(found, self._site)
        return found

    def call(self, visitor: Visitor, _: int) -> Answer:
        """Book a call, which takes place in Zoom."""
        return self._book(visitor, "call")

    def visit(self, visitor: Visitor, _: int) -> Answer:
        """Book a visit, which does not."""
        return self._book(visitor, VISIT.slug)

    def slots(self, visitor: Visitor, number: int) -> Answer:
        """Look at the offered times."""
        host = self._host(number)
        query = {"from": "2030-01-01", "to": "2030-01-31", "tz": "Europe/Paris"}
        return visitor.get(f"/api/v1/hosts/{host.slug}/call/slots", params=query)

    def page(self, visitor: Visitor, number: int) -> Answer:
        """Open the hosted page."""
        return visitor.get(f"/book/{self._host(number).slug}/call")

    def _book(self, visitor: Visitor, event: str) -> Answer:
        life = self._lives[event].pop()
        return visitor.post(f"/api/v1/hosts/{life.host.slug}/{event}/bookings", data=life.form())

    def _host(self, number: int) -> Host:
        return self._site.people[number % len(self._site.people)]


@pytest.mark.parametrize("database_kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.deep)])
def test_while_zoom_hangs_visitors_wait_four_seconds_and_the_others_not_at_all(
    start_program: Start, database_copy: Callable[..., str], hanging: Simulator, tmp_path: Path, show: Show
) -> None:
    site = Served(start_program, database_copy(prepare), hanging, tmp_path / "mails", 3)
    site.run()
    with site.connected():
        days = Days(site)
        before = live_through(site, days, BEFORE)
        for route in ROUTES:
            hanging.fault(route=route, times=100_000, delay=HANGS)
        during = live_through(site, days, A_WHILE)
    for name, stream in during.items():
        then, now = before[name].replies, stream.replies
        show(f"{name}: {len(now)} answers, 99 % in {slowest(now):.2f} s; before in {slowest(then):.2f} s")
        assert {reply.status for reply in (*then, *now)} <= {200, 201}
    # On a machine that has other things to do, nothing is promised but that Zoom makes no difference.
    unhurried = slowest(before["visit"].replies)
    assert slowest(during["call"].replies) <= max(WAITS, VISITOR_SECONDS + 3 * unhurried)
    others = {name: during[name].replies for name in ("slots", "page", "visit")}
    assert slowest([reply for replies in others.values() for reply in replies]) <= max(PROMISED, 4 * unhurried)
    for name, replies in others.items():  # too few for a hundredth, so a single hiccup of the machine is let pass
        assert sorted(reply.seconds for reply in replies)[-2] <= max(PROMISED, 4 * unhurried), name


def live_through(site: Served, days: Days, seconds: float) -> dict[str, Stream]:
    """Let visitors of all kinds come for so long, and return what they met."""
    streams = {
        "call": Stream(site.base, 5, days.call),
        "slots": Stream(site.base, 12, days.slots),
        "page": Stream(site.base, 2, days.page),
        "visit": Stream(site.base, 1.5, days.visit),
    }
    with flowing(streams.values()):
        pass_time(seconds)
    return streams

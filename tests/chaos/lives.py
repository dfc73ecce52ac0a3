"""What happens to many bookings: each is made, some are moved, some are cancelled, as a seed has it."""

import os
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.chaos.app import CALL, VISIT
from tests.chaos.load import Reply, timed
from tests.fixtures.site import Answer, Visitor, api
from tests.fixtures.waiting import wait_until
from zoom_blueprint import Host

IN_DAYS = 21
"""How far ahead everything is booked, so that clocks may be turned."""
_DAYS = 38
_PLACES = 3  # one to be booked, and two to move to
_BUSY = (502, 503, 504)


def seed_of_today() -> int:
    """Return the seed that ``CHAOS_SEED`` names, to see a plan again, else a new one."""
    return int(os.environ.get("CHAOS_SEED") or random.SystemRandom().randrange(1_000_000))


@dataclass
class Life:
    """One booking: what is to happen to it, and what has happened so far, as its visitor was answered."""

    number: int
    host: Host
    moves: int
    cancels: bool
    event: str = CALL.slug
    times: list[str] = field(default_factory=list)
    token: str = ""
    booking: dict[str, Any] = field(default_factory=dict)
    start: str = ""
    is_cancelled: bool = False

    @property
    def name(self) -> str:
        """What the visitor is called, like nobody else."""
        return f"Visitor {self.number:05}"

    @property
    def mail(self) -> str:
        """Where the visitor reads mails."""
        return f"visitor{self.number:05}@example.com"

    def steps(self) -> "list[Callable[[Patient], None]]":
        """Return what its visitor does, one after the other."""
        moves = [self._mover(place) for place in range(1, self.moves + 1)]
        return [self.book, *moves, *([self.cancel] if self.cancels else [])]

    def live(self, bases: Sequence[str], seconds: float = 60) -> list[Reply]:
        """Do everything there is to do, press again where the site is away, and return what came of it."""
        visitor = Patient(bases, seconds)
        for step in self.steps():
            step(visitor)
        return visitor.met

    def form(self) -> dict[str, str]:
        """Return what its visitor sends to book the first of its times."""
        person = {"name": self.name, "email": self.mail, "tz": "Europe/Paris", "lang": "en"}
        return {"start": self.times[0], "token": self.token, "key": f"attempt-{self.event}-{self.number}", **person}

    def book(self, visitor: "Patient") -> None:
        """Book the first of its times."""
        answer = visitor.insist(f"/api/v1/hosts/{self.host.slug}/{self.event}/bookings", self.form())
        assert answer.status_code == 201, answer.text
        self.booking, self.start = answer.json(), self.times[0]

    def _mover(self, place: int) -> "Callable[[Patient], None]":
        def move(visitor: Patient) -> None:
            form = {"start": self.times[place], "token": self.token}
            answer = visitor.insist(f"{api(self.booking)}/reschedule", form)
            assert answer.status_code == 200, answer.text
            assert answer.json()["start"] == self.times[place]
            self.start = self.times[place]

        return move

    def cancel(self, visitor: "Patient") -> None:
        """Cancel it."""
        answer = visitor.insist(f"{api(self.booking)}/cancel", {"reason": ""})
        assert answer.status_code == 200, answer.text
        assert answer.json()["status"] == "cancelled"
        self.is_cancelled = True


class Patient(Visitor):
    """A visitor who presses the button again while the site is busy or away; ``met`` is what came of each press."""

    def __init__(self, bases: Sequence[str], seconds: float = 40) -> None:
        super().__init__(bases[0])
        self._bases, self._seconds = list(bases), seconds
        self.met: list[Reply] = []

    def insist(self, path: str, form: dict[str, str]) -> Answer:
        """Post until there is an answer that says more than to come back."""
        answers: list[Answer] = []

        def has_answered() -> bool:
            reply, answer = timed(lambda: self.post(path.replace(self._bases[0], self.base), data=form))
            self.met.append(reply)
            if answer is None or answer.status_code in _BUSY:
                self.base = self._bases[len(self.met) % len(self._bases)]
                return False
            answers.append(answer)
            return True

        wait_until(has_answered, self._seconds, why=f"{path} is answered", every=0.25)
        return answers[0]


def draw(dice: random.Random, people: Sequence[Host], number: int) -> list[Life]:
    """Return so many lives: most bookings stay, a third is moved, a quarter cancelled."""
    return [
        Life(place, people[place % len(people)], dice.choice((0, 0, 0, 1, 1, 2)), dice.random() < 0.25)
        for place in range(number)
    ]


def give_times(lives: Sequence[Life], visitor: Visitor) -> None:
    """Give each life times of its own, of those that its host offers."""
    for host in {life.host.slug: life.host for life in lives}.values():
        for event in (CALL.slug, VISIT.slug):
            mine = [life for life in lives if (life.host, life.event) == (host, event)]
            if mine:
                token, starts = offered(visitor, f"{host.slug}/{event}")
                for place, life in enumerate(mine):
                    life.times, life.token = starts[place * _PLACES : (place + 1) * _PLACES], token
                    assert len(life.times) == _PLACES, "there are more lives than times"


def offered(visitor: Visitor, event: str) -> tuple[str, list[str]]:
    """Return the token and the starts that are far enough ahead."""
    first = datetime.now(UTC).date() + timedelta(days=IN_DAYS)
    query = {"from": first.isoformat(), "to": (first + timedelta(days=_DAYS)).isoformat(), "tz": "UTC"}
    answer = visitor.get(f"/api/v1/hosts/{event}/slots", params=query)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    return found["token"], found["slots"]

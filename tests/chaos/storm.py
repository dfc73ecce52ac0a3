"""A storm: many visitors at one site while Zoom goes wrong in every way it knows, as a seed has it."""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import requests

from tests.chaos import lives
from tests.chaos.app import furnish, hosts
from tests.chaos.clock import Clock
from tests.chaos.lives import Patient
from tests.chaos.mails import Mails
from tests.faults.plan import FAULTS, Fault, Kind, Place
from tests.faults.scene import order
from tests.fixtures.shown import Show
from tests.fixtures.site import Site
from tests.races.fleet import connect_host
from zoom_blueprint import Host
from zoom_blueprint.services import accounts
from zoom_blueprint.testing import Simulator
from zoom_blueprint.zoom_api.payloads import MeetingRequest

_ROUTES = ("create_meeting", "create_meeting", "update_meeting", "delete_meeting", "get_meeting", "list_meetings")
_ANY = [fault for fault in FAULTS if fault.place is not Place.DEEP and fault.kind not in (Kind.SCOPES, Kind.GONE)]
# What may happen to a refresh without the access being lost for good: an answer that is lost after the effect may.
_OF_TOKENS = [fault for fault in _ANY if fault.name in ("late_effect", "dropped_before", "empty_502", "wait_iso")]
_HUNDRED = 100
_AT_ONCE = 6
Order = tuple[str, Fault]


@dataclass(frozen=True)
class Size:
    """How many bookings, with how many hosts, in how many waves."""

    bookings: int
    hosts: int
    waves: int

    @property
    def lessons(self) -> int:
        """How many meetings the first host's own site makes, so that its day has too few calls left for bookings."""
        return _HUNDRED - self.bookings // self.hosts // 2


class Storm:
    """One site, its Zoom, and the plan of what goes wrong."""

    def __init__(self, site: Site, size: Size, folder: Path, show: Show) -> None:
        self.site, self.size, self._show = site, size, show
        seed = lives.seed_of_today()
        dice = random.Random(seed)
        self.mails = Mails(folder)
        site.zoom.mailer(self.mails.take)
        self.people = hosts(size.hosts)
        furnish(site.app, site.zoom, size.hosts)
        for host in self.people:
            site.simulator.put_user(host.slug or "")
            connect_host(site.state, site.simulator, host, host.slug or "")
        self.clock = Clock(site)
        self.lives = lives.draw(dice, self.people, size.bookings)
        lives.give_times(self.lives, site)
        self._steps = [life.steps() for life in self.lives]
        self._share = -(-size.bookings // size.waves)
        self._orders = [[_draw(dice) for _ in range(self._share // 2)] for _ in range(size.waves)]
        waves = [" ".join(f"{route}:{fault.name}" for route, fault in orders) for orders in self._orders]
        show(f"CHAOS_SEED={seed}, the plan: {' | '.join(waves)}")

    def wave(self, number: int) -> None:
        """Let the next visitors come, those before them do what they do next, and some of Zoom's answers go wrong."""
        for route, fault in self._orders[number]:
            order(self.site.simulator, fault, route)
        self._act([steps.pop(0) for steps in self._steps[: (number + 1) * self._share] if steps])

    def end(self) -> None:
        """Let Zoom work as it should, and everybody do what they still have to do."""
        self.site.simulator.clear_faults()
        while any(self._steps):
            self._act([steps.pop(0) for steps in self._steps if steps])
            self.clock.work()

    def burst(self, minutes: int) -> None:
        """Let Zoom answer nothing but 503 for so long."""
        for route in {*_ROUTES, "token", "me"}:
            self.site.simulator.fault(route=route, status=503, times=100_000)
        for _ in range(minutes // 2):
            self.clock.work()
            self.clock.turn(timedelta(minutes=2))
        self.site.simulator.clear_faults()

    def make_lessons(self) -> None:
        """Let the first host's site make meetings of its own, which count for Zoom and are none of our business."""
        account = accounts.of_host(self.site.state, self.people[0].id)
        start = datetime.fromisoformat(self.lives[0].times[0])
        for place in range(self.size.lessons):
            account.create(MeetingRequest(f"Lesson {place}", start, 30))

    def revoke(self, host: Host) -> None:
        """Let another deployment connect the same Zoom user by the same app: the grant that we hold ends."""
        self.site.simulator.clear_faults()  # they are meant for us
        take_over(self.site.simulator, host)

    def reconnect(self, host: Host) -> None:
        """Let a host press the button."""
        connect_host(self.site.state, self.site.simulator, host, host.slug or "")

    def asked_to_reconnect(self) -> list[str]:
        """Return the names of those who were asked to, as often as they were."""
        return [mail.to.partition(" <")[0] for mail in self.mails.read() if "reconnect" in mail.subject]

    def refused_for_the_day(self) -> list[str]:
        """Return Zoom's own refusals because a host's hundred calls are used up, those ordered excepted."""
        clear = [call for call in self.site.simulator.calls() if not call["fault"]]
        return [str(call["answer"]["json"]) for call in clear if call["status"] == 429]

    def say_what_happened(self) -> None:
        """Show how much there was of everything."""
        moves, cancelled = sum(life.moves for life in self.lives), sum(life.cancels for life in self.lives)
        faults = Counter(call["route"] for call in self.site.simulator.calls() if call["fault"])
        self._show(
            f"{len(self.lives)} bookings, {moves} moves, {cancelled} cancelled; faults: {dict(faults)}; "
            f"{self.clock.passed} passed, {self.site.simulator.token_stats()['refreshes']} refreshes"
        )

    def _act(self, acts: Sequence[Callable[[Patient], None]]) -> None:
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            list(pool.map(lambda act: act(Patient([self.site.base])), acts))


def _draw(dice: random.Random) -> Order:
    route = dice.choice((*_ROUTES, "token"))
    return route, dice.choice(_OF_TOKENS if route == "token" else _ANY)


def take_over(simulator: Simulator, host: Host) -> None:
    """Connect a Zoom user by the same Zoom app from elsewhere."""
    redirect = simulator.ask("GET", "app")["apps"][0]["redirect_uris"][0]
    code = simulator.authorize(simulator.client_id, host.slug or "", redirect)
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect}
    with requests.Session() as session:
        session.trust_env = False
        who = (simulator.client_id, simulator.client_secret)
        answer = session.post(f"{simulator.oauth_url}/token", data=form, auth=who, timeout=10)
    assert answer.status_code == 200, answer.text

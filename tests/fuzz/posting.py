"""Deliver webhooks as a bad line and a patient sender would: in any order, twice, late, cut short and again."""

import random
import socket
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tests.fixtures.site import Site
from zoom_blueprint.services import drain
from zoom_blueprint.testing.signing import sign_webhook


@dataclass
class Post:
    """Zoom's side of the deliveries: what is still to be delivered, and how."""

    site: Site
    dice: random.Random | None
    waiting: list[bytes] = field(default_factory=list)
    fetched: int = 0
    bodies: set[bytes] = field(default_factory=set)

    def collect(self) -> None:
        """Take over what the simulator holds back since the last time, and in order deliver it at once."""
        held = [one["body"].encode() for one in self.site.simulator.webhooks()]
        new, self.fetched = held[self.fetched :], len(held)
        self.waiting += new
        self.bodies.update(new)
        if self.dice is None:
            self.flush()
        else:
            self.some(self.dice)

    def some(self, dice: random.Random) -> None:
        """Deliver a few of those that wait, in any order, and let the site work a little, or not."""
        dice.shuffle(self.waiting)
        for _ in range(dice.randint(0, min(3, len(self.waiting)))):
            self._attempt(dice, self.waiting.pop())
        if dice.random() < 0.5:
            for kind in dice.sample(drain.KINDS, dice.randint(1, len(drain.KINDS))):
                drain.drain(self.site.state, kind)

    def flush(self) -> None:
        """Deliver all that waits, and let the site finish its work."""
        while self.waiting:
            if self.dice is None:
                self._whole(self.waiting.pop(0))
            else:
                self.some(self.dice)
        work_off(self.site)

    def _attempt(self, dice: random.Random, body: bytes) -> None:
        match dice.choice(("whole", "whole", "whole", "twice", "cut", "unheard")):
            case "whole":
                self._whole(body)
            case "twice":
                self._whole(body)
                self.waiting.append(body)
            case "cut":
                self._broken(body, dice.randrange(len(body)))
                self.waiting.append(body)
            case _:
                self._broken(body, len(body))
                self.waiting.append(body)

    def _whole(self, body: bytes) -> None:
        # A retry is signed anew, so even a late one is fresh.
        answer = self.site.post("/webhook", data=body, headers=sign_webhook(self._secret, body))
        assert answer.status_code == 200, answer.text

    def _broken(self, body: bytes, sent: int) -> None:
        """Hang up after a part of the body, or after all of it without waiting for the answer."""
        base = urlsplit(self.site.base)
        headers = {"Host": base.netloc, **sign_webhook(self._secret, body), "Content-Length": str(len(body))}
        lines = [f"POST {base.path}/webhook HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
        with socket.create_connection((base.hostname or "", base.port or 0), timeout=10) as connection:
            connection.sendall("\r\n".join([*lines, "", ""]).encode() + body[:sent])

    @property
    def _secret(self) -> str:
        return self.site.simulator.webhook_secret


def work_off(site: Site) -> None:
    """Do everything that is due, as often as something becomes due by that."""
    while sum(drain.drain(site.state, kind) for kind in drain.KINDS):
        pass

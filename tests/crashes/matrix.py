"""The crash matrix: lives that end at a point, each followed by one that has to bring everything to its end."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from tests.crashes.catalogue import SCENARIOS
from tests.crashes.nursery import ORIGIN
from tests.fixtures.databases import Databases
from tests.fixtures.google import google_keys
from tests.fixtures.servers import ROOT
from tests.fixtures.site_app import prepare
from tests.mail.conftest import Post
from zoom_blueprint.testing import Simulator

KILLED = -9
_TRIES = 3  # on a busy machine work may be shared out otherwise, and a point have another number


@dataclass(frozen=True)
class Course:
    """What came of two lives: the points of the first one, and how things stood after the second."""

    points: tuple[str, ...]
    sites: frozenset[str]
    report: Mapping[str, Any]
    trouble: str

    @property
    def sent(self) -> list[Mapping[str, str]]:
        """The mails that are recorded as sent."""
        mails = [one for one in self.told if one["subscriber"].startswith("mail:")]
        return [one for one in mails if one["outcome"].startswith("sent")]

    @property
    def told(self) -> list[Mapping[str, str]]:
        """The deliveries that reached somebody."""
        return [one for one in self.report["owed"] if (one["outcome"] or "").startswith(("sent", "called"))]

    @property
    def by_mailer(self) -> list[tuple[str, str]]:
        """The Message-IDs and recipients of the mails that were given to the site's own mailer."""
        return [(message_id, to) for to, message_id in self.report["notes"].get("mails", [])]


class Nursery:
    """Where the lives are lived: a program of its own, which this one drives."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.crashes.nursery"],
            cwd=ROOT,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def live(self, order: Mapping[str, Any]) -> int:
        """Return how the life ended: 0 by itself, -9 by SIGKILL."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def close(self) -> None:
        """End the program."""
        self._process.communicate(timeout=10)


@dataclass
class Matrix:
    """The world outside the lives, which outlives them: Zoom, the mail server, the databases."""

    nursery: Nursery
    simulator: Simulator
    post: Post
    smtp_port: int
    databases: Databases
    folder: Path

    def run(self, name: str, deadly: str | None = None) -> Course:
        """Live twice through one operation; the first life ends at the ``deadly`` point."""
        for _ in range(_TRIES):
            course = self._run(name, deadly)
            if deadly is None or deadly in course.points:
                break
        else:
            raise AssertionError(f"{deadly} was not reached in {_TRIES} tries")
        return course

    def _run(self, name: str, deadly: str | None) -> Course:
        scenario = SCENARIOS[name]
        self.simulator.reset()
        self.simulator.set_app(redirect_uris=[f"{ORIGIN}/zoom/callback"], webhook_url=f"{ORIGIN}/zoom/webhook")
        self.simulator.google.set_client(redirect_uris=[f"{ORIGIN}/zoom/google/callback"])
        self.simulator.knobs(webhook_hold=True)
        self.post.clear()
        self.post.refused = dict(scenario.refused)
        folder = self.folder / uuid4().hex[:12]
        folder.mkdir()
        with self._database() as url:
            settings = {
                "SQLALCHEMY_DATABASE_URI": url,
                "ZOOM_PUBLIC_URL": ORIGIN,
                "ZOOM_WORKER": "off",
                "ZOOM_SMTP_URL": f"smtp://127.0.0.1:{self.smtp_port}",
                "ZOOM_MAIL_FROM": "Bookings <bookings@site.example>",
                **self.simulator.config(),
                **(google_keys(self.simulator) if scenario.has_google else {}),
                **scenario.settings,
            }
            order = {"scenario": name, "folder": str(folder), "settings": settings, "simulator": self.simulator.url}
            ended = self.nursery.live({**order, "life": "first", "deadly": deadly})
            points = _points(folder)
            is_killed = ended == KILLED and points[-1]["point"] == deadly
            if is_killed or (ended == 0 and scenario.refused):
                self.post.refused = {}
                ended = self.nursery.live({**order, "life": "second", "deadly": None})
            assert ended == 0, _told(folder, ended, deadly)
        report, notes = json.loads((folder / "report.json").read_text()), folder / "notes.json"
        return Course(
            tuple(one["point"] for one in points),
            frozenset(site for one in points for site in one["sites"]),
            {**report, "notes": json.loads(notes.read_text()) if notes.exists() else {}},
            (folder / "trouble.txt").read_text(),
        )

    @contextmanager
    def _database(self) -> Iterator[str]:
        url = self.databases.create(prepare)
        try:
            yield url
        finally:
            self.databases.drop(url)


def _points(folder: Path) -> list[dict[str, Any]]:
    log = folder / "points.jsonl"
    return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []


def _told(folder: Path, ended: int, deadly: str | None) -> str:
    return f"the life ended with {ended} (ordered: {deadly})\n{(folder / 'trouble.txt').read_text()}"


def tell(*lines: str) -> None:
    """Print."""
    sys.stdout.writelines(f"{line}\n" for line in lines)

"""The README's first app does what the README says, from a wheel in an environment of its own."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests

from tests.fixtures.servers import Start, free_port
from tests.house.tree import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
WAIT = 30


def block(after: str, kind: str) -> str:
    """Return the first code block of a kind after a text of the README."""
    found = re.search(rf"{re.escape(after)}.*?```{kind}\n(.*?)```", README, flags=re.DOTALL)
    assert found is not None, f"The README has no {kind} block after {after!r}."
    return found[1]


def run(command: list[str], *, cwd: Path, env: Mapping[str, str] | None = None) -> str:
    """Run a command to its end and return what it printed; fail with that when it failed."""
    done = subprocess.run(
        command, cwd=cwd, env=env, check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of a new environment that holds the wheel and what it asks for, and nothing else."""
    folder = tmp_path_factory.mktemp("first-app")
    run([sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", str(folder), str(ROOT)], cwd=folder)
    (wheel,) = folder.glob("*.whl")
    run([sys.executable, "-m", "venv", str(folder / "venv")], cwd=folder)
    programs = folder / "venv" / "bin"
    constraints = str(ROOT / "constraints.txt")
    run([str(programs / "python"), "-m", "pip", "install", "-qq", "-c", constraints, str(wheel)], cwd=folder)
    return programs


def settings(site: int, zoom: int) -> dict[str, str]:
    """Return the README's exported settings, with its ports replaced by free ones."""
    lines = block("Run it against the simulator", "console").replace("5000", str(site)).replace("5001", str(zoom))
    exported = dict(re.findall(r"(ZOOM_\w+)=(\S+)", lines.replace("$(python", "")))
    make_key = re.search(r'python -c "(.*?)"\)', lines)
    assert make_key is not None
    exported["ZOOM_TOKEN_KEYS"] = run([sys.executable, "-c", make_key[1]], cwd=ROOT).strip()
    return exported


def test_the_first_app_books_a_meeting(environment: Path, tmp_path: Path, start_program: Start) -> None:
    site, zoom = free_port(), free_port()
    (tmp_path / "app.py").write_text(block("README program", "python"), encoding="utf-8")
    env = {**os.environ, **settings(site, zoom), "HOME": str(tmp_path)}
    flask = str(environment / "flask")
    run([flask, "zoom", "upgrade"], cwd=tmp_path, env=env)
    simulator = start_program([flask, "zoom", "simulator", "--port", str(zoom)], env=env, cwd=tmp_path)
    simulator.wait_for(f"http://127.0.0.1:{zoom}/")
    origin = f"http://127.0.0.1:{site}"
    start_program([flask, "run", "--port", str(site)], env=env, cwd=tmp_path).wait_for(f"{origin}/zoom/healthz")

    with requests.Session() as host:
        host.trust_env = False
        connect(host, origin)
        booking = book(host, origin)
    assert booking["meeting_status"] == "ready"
    assert booking["join_url"].startswith(f"http://127.0.0.1:{zoom}/j/")


def connect(host: requests.Session, origin: str) -> None:
    """Press Connect Zoom on the dashboard, and Allow on Zoom's page."""
    dashboard = host.get(f"{origin}/zoom/", timeout=WAIT)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', dashboard.text)
    assert token is not None, dashboard.text
    consent = host.post(f"{origin}/zoom/connect", data={"csrf_token": token[1]}, timeout=WAIT)
    done = host.post(consent.url, data={"user": "ada", "decision": "allow"}, timeout=WAIT)
    assert "Zoom connected" in done.text


def book(visitor: requests.Session, origin: str) -> dict[str, str]:
    """Book the first offered time by the visitor API."""
    today = datetime.now(UTC).date()
    days = {"from": str(today), "to": str(today + timedelta(days=14)), "tz": "Europe/Paris"}
    event = f"{origin}/zoom/api/v1/hosts/ada/30-minutes"
    offered = visitor.get(f"{event}/slots", params=days, timeout=WAIT).json()
    wish = {"start": offered["slots"][0], "token": offered["token"], "key": "first-booking", "tz": "Europe/Paris"}
    answer = visitor.post(
        f"{event}/bookings", data={**wish, "name": "Bob Byrne", "email": "bob@example.com"}, timeout=WAIT
    )
    assert answer.status_code == 201, answer.text
    booking: dict[str, str] = answer.json()
    return booking

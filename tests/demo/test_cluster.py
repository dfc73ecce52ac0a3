"""The cluster script starts a site of many processes, in which a booking gets its link and its mails, and stops it."""

import sys
from pathlib import Path

import pytest

from demo_app import mail
from tests.fixtures.servers import ROOT, Start, free_port
from tests.fixtures.site import Visitor
from tests.fixtures.waiting import wait_until
from tests.services.looking import look

PROC = Path("/proc")
_SECONDS = 90


def left_of(folder: Path) -> list[str]:
    """Return what processes of the cluster run: each has the folder in its command or environment."""
    found = []
    for process in PROC.glob("[0-9]*"):
        try:
            said = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
        except OSError:  # ended meanwhile, or somebody else's
            continue
        if str(folder).encode() in said:
            found.append(f"{process.name}: {(process / 'cmdline').read_bytes().decode(errors='replace')}")
    return found


@pytest.mark.timeout(400)
@pytest.mark.skipif(not PROC.is_dir(), reason="There is no /proc to look for processes in.")
def test_a_booking_on_the_cluster_gets_its_link_and_its_mails_and_no_process_is_left(
    start_program: Start, tmp_path: Path
) -> None:
    folder = tmp_path / "cluster"
    port = free_port()
    env = {"PYTHON": sys.executable, "DEMO_INSTANCE": str(folder), "PORT": str(port), "ZOOM_FIRST_TRIES": "0"}
    cluster = start_program([str(ROOT / "demo_app" / "cluster.sh")], env=env)
    cluster.wait_for(f"http://127.0.0.1:{port}/healthz", _SECONDS)
    visitor = Visitor(f"http://127.0.0.1:{port}/zoom")
    booking = visitor.booked()
    wait_until(lambda: look(visitor, booking)["meeting_status"] == "ready", _SECONDS)

    def readers() -> set[str]:
        return {found.to for found in mail.received(folder / "mail")}

    wait_until(lambda: len(readers()) == 2, _SECONDS, why="the mails come by Celery's workers as well")
    assert any("bob@example.com" in reader for reader in readers())
    wait_until(lambda: visitor.get("/readyz").status_code == 200, _SECONDS)
    assert left_of(folder)
    assert cluster.stop(seconds=_SECONDS) == 0
    assert "The cluster has stopped." in cluster.output
    assert left_of(folder) == []

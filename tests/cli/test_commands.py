"""``flask zoom …`` in real processes."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.fernet import Fernet
from sqlalchemy import create_engine, inspect, text

from tests.cli.conftest import Shell, make_shell
from tests.fixtures.servers import Start, answers, free_port
from tests.fixtures.site import api
from tests.fixtures.site_app import TOKEN_KEY
from tests.fixtures.waiting import wait_until
from tests.web.browsing import words
from zoom_blueprint.testing import Simulator
from zoom_blueprint.testing.control import Control


def connect(shell: Shell, simulator: Simulator) -> None:
    """Connect ada in the running server's own pages."""
    shell.session.headers["X-Host"] = "ada"
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', shell.get("/").text)
    assert found
    answer = shell.post("/connect", data={"csrf_token": found[1]})
    assert answer.status_code == 303
    shell.get(simulator.consent(answer.headers["Location"], "ada"))
    assert "Zoom is connected" in words(shell.get("/").text)


def told(shell: Shell) -> int:
    """Return how often the subscriber was told."""
    file = Path(shell.env["TOLD"])
    return len(file.read_text().splitlines()) if file.exists() else 0


def run_plain(shell: Shell, *arguments: str) -> str:
    """Run a command of the app that FLASK_APP names."""
    done = subprocess.run(
        [sys.executable, "-m", "flask", *arguments],
        env={**os.environ, **shell.env},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_upgrade_makes_the_tables_and_can_be_run_again(
    start_program: Start, database_copy: Callable[..., str], zoom_simulator: Simulator, tmp_path: Path
) -> None:
    """The app of the tests asks its tables at once, so a plainer one is upgraded."""
    (tmp_path / "plain.py").write_text(
        "import os\n"
        "from flask import Flask\n"
        "from zoom_blueprint import ZoomBlueprint\n"
        "app = Flask(__name__)\n"
        "app.config.update({k: v for k, v in os.environ.items() if k.startswith(('ZOOM_', 'SQLALCHEMY_'))})\n"
        f"app.config.update(SECRET_KEY='x', ZOOM_TOKEN_KEYS={TOKEN_KEY!r})\n"
        "app.config['ZOOM_DATABASE_URL'] = app.config.pop('SQLALCHEMY_DATABASE_URI')\n"
        "app.register_blueprint(ZoomBlueprint(), url_prefix='/zoom')\n"
    )
    address = database_copy(None)
    shell = make_shell(start_program, address, zoom_simulator, tmp_path, FLASK_APP=str(tmp_path / "plain.py"))
    for _ in range(2):
        assert "up to date" in run_plain(shell, "zoom", "upgrade")
    engine = create_engine(address)
    names = inspect(engine).get_table_names()
    engine.dispose()
    assert {"zoom_booking", "zoom_alembic_version"} <= set(names)
    assert all(name.startswith("zoom_") for name in names)
    assert "0 webhook events" in run_plain(shell, "zoom", "purge", "--dry-run")
    listed = run_plain(shell, "zoom", "--help")
    for command in ("upgrade", "worker", "purge", "simulator"):
        assert command in listed


def test_the_worker_works_off_what_is_due_and_stops_when_asked(shell: Shell, zoom_simulator: Simulator) -> None:
    server = shell.serve(ZOOM_WORKER="off")
    connect(shell, zoom_simulator)
    zoom_simulator.fault(route="create_meeting", status=503, body={"code": 1, "message": "away"}, times=1)
    assert shell.booked()["meeting_status"] == "coming"
    assert told(shell) == 0
    worker = shell.start("zoom", "worker")
    wait_until(lambda: told(shell) == 1, 20, why="the subscriber is told")
    wait_until(lambda: zoom_simulator.meetings("ada"), 30, why="the meeting is made at a later try")
    assert worker.stop(signal.SIGTERM) == 0
    assert "The worker has stopped." in worker.output
    assert "Traceback" not in worker.output
    assert told(shell) == 1
    assert server.process.poll() is None


def test_the_worker_stops_on_ctrl_c_too(shell: Shell) -> None:
    worker = shell.start("zoom", "worker")
    wait_until(lambda: "The worker runs." in worker.output, 20)
    assert worker.stop(signal.SIGINT) == 0
    assert "Traceback" not in worker.output


def test_a_server_works_by_itself_and_a_command_does_not(shell: Shell, zoom_simulator: Simulator) -> None:
    printed = shell.run("threads")
    assert "zoom-" not in printed
    shell.serve()
    names = shell.get(f"http://127.0.0.1:{shell.port}/threads").json()
    assert {name for name in names if name.startswith("zoom-")} >= {"zoom-inbox", "zoom-meeting", "zoom-delivery"}
    connect(shell, zoom_simulator)
    shell.booked()
    wait_until(lambda: told(shell) == 1, 20, why="the server's own thread tells the subscriber")


def test_purge_counts_first_and_then_forgets(shell: Shell) -> None:
    shell.run("threads")  # whatever the app writes at its start
    engine = create_engine(shell.env["SQLALCHEMY_DATABASE_URI"])
    long_ago = datetime.now(UTC) - timedelta(days=30)
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO zoom_webhook_event (id, digest, name, received_at, wanted_version, attempts)"
                " VALUES ('1', 'd', 'meeting.updated', :at, 1, 0)"
            ),
            {"at": long_ago.replace(tzinfo=None).isoformat(sep=" ")},
        )
    count = text("SELECT count(*) FROM zoom_webhook_event")
    assert "1 webhook events" in shell.run("zoom", "purge", "--dry-run")
    with engine.connect() as connection:
        assert connection.execute(count).scalar() == 1
    assert "were forgotten" in shell.run("zoom", "purge")
    with engine.connect() as connection:
        assert connection.execute(count).scalar() == 0
    engine.dispose()


def test_rotate_keys_lets_the_old_key_go_while_the_app_serves(shell: Shell, zoom_simulator: Simulator) -> None:
    new = Fernet.generate_key().decode()
    both = f"{new},{TOKEN_KEY}"
    server = shell.serve()
    connect(shell, zoom_simulator)
    booking = shell.booked()
    server.stop()
    server = shell.serve(ZOOM_TOKEN_KEYS=both)
    assert re.match(r"[1-9]\d* values were sealed anew", shell.run("zoom", "rotate-keys", ZOOM_TOKEN_KEYS=both))
    assert shell.run("zoom", "rotate-keys", ZOOM_TOKEN_KEYS=both).startswith("0 values")
    assert shell.get(api(booking)).json()["join_url"] == booking["join_url"]
    server.stop()
    shell.serve(ZOOM_TOKEN_KEYS=new)
    assert shell.get(api(booking)).json()["join_url"] == booking["join_url"]
    assert "Zoom is connected" in words(shell.get("/").text)


def test_the_simulator_runs_with_the_apps_own_credentials(shell: Shell, tmp_path: Path) -> None:
    port = free_port()
    simulator = shell.start("zoom", "simulator", f"--port={port}", f"--state={tmp_path / 'state.sqlite'}")
    wait_until(lambda: answers(f"http://127.0.0.1:{port}/"), 20, why="the simulator answers")
    known = json.dumps(Control(f"http://127.0.0.1:{port}").ask("PUT", "app", {}))
    assert shell.env["ZOOM_CLIENT_ID"] in known
    assert f"{shell.base}/callback" in known
    assert simulator.stop(signal.SIGTERM) in (0, -signal.SIGTERM)
    assert "Traceback" not in simulator.output
    assert "--state" in shell.run("zoom", "simulator", "--help")

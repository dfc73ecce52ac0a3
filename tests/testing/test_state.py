import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.fixtures.waiting import wait_until
from tests.testing.app import REDIRECT, App
from tests.testing.receiver import receiving
from zoom_blueprint.testing import Simulator, SimulatorError

MODULE = "zoom_blueprint.testing.simulator"


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_everything_is_there_after_a_restart(end: str) -> None:
    with Simulator(redirect_uris=[REDIRECT]) as zoom:
        app = App(zoom).connect()
        made = app.create(topic="Intro call")
        code, url = App(zoom).code("grace"), zoom.url
        zoom.knobs(decline="stay")
        ahead = zoom.advance(100)
        getattr(zoom, end)()
        zoom.start()
        assert zoom.url == url
        assert zoom.now() >= ahead
        assert app.call("GET", f"/meetings/{made['id']}").json()["topic"] == "Intro call"
        assert app.refresh().status_code == 200
        assert app.exchange(code).status_code == 200
        assert zoom.knobs()["decline"] == "stay"
        assert len(zoom.calls("create_meeting")) == 1


def test_a_pending_retry_survives_a_kill() -> None:
    with receiving() as receiver, Simulator(redirect_uris=[REDIRECT], webhook_url=receiver.url) as zoom:
        receiver.statuses = [500]
        App(zoom).connect().create()
        wait_until(lambda: receiver.posts)
        zoom.settle()
        zoom.kill()
        zoom.start()
        zoom.advance(301)
        wait_until(lambda: len(receiver.posts) == 2)
        assert receiver.posts[0].body == receiver.posts[1].body


def test_what_is_given_at_the_start_wins_over_the_file_and_the_rest_stays(tmp_path: Path) -> None:
    state = tmp_path / "state.sqlite"
    other = "http://127.0.0.1:9/other"
    with Simulator(state, redirect_uris=[REDIRECT]) as zoom:
        assert App(zoom).code()
    with Simulator(state) as zoom:
        assert App(zoom).code()
    with Simulator(state, redirect_uris=[other], client_secret="changed") as zoom:
        with pytest.raises(SimulatorError, match="Invalid redirect"):
            App(zoom).code()
        code = App(zoom).code(redirect_uri=other)
        assert App(zoom).exchange(code, redirect_uri=other).status_code == 200


def test_fifty_parallel_creates_make_fifty_meetings(connected: App) -> None:
    with ThreadPoolExecutor(50) as pool:
        made = list(pool.map(lambda number: connected.create(topic=str(number))["id"], range(50)))
    assert len(set(made)) == 50
    assert {meeting["topic"] for meeting in connected.zoom.meetings("ada")} == {str(number) for number in range(50)}


def test_of_fifty_parallel_refreshes_one_wins(connected: App) -> None:
    with ThreadPoolExecutor(50) as pool:
        statuses = list(pool.map(lambda _: connected.refresh().status_code, range(50)))
    assert sorted(statuses) == [200] + [400] * 49
    assert connected.zoom.token_stats()["valid_refresh_chains"] == 1


def test_the_state_file_holds_no_token(tmp_path: Path) -> None:
    with Simulator(tmp_path / "state.sqlite", redirect_uris=[REDIRECT]) as zoom:
        app = App(zoom).connect()
        app.create()
        kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
        for token in (app.tokens["access_token"], app.tokens["refresh_token"]):
            assert token.encode() not in kept


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_command_says_where_it_is_and_ends_cleanly(number: signal.Signals) -> None:
    command = [sys.executable, "-m", MODULE, "--port=0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        line = process.stdout.readline()
        assert line.startswith("Zoom simulator on http://127.0.0.1:")
        process.send_signal(number)
        assert process.wait(30) == 0
        assert (process.stdout.read(), process.stderr.read()) == ("", "")


def test_a_taken_port_is_said_plainly() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", MODULE, f"--port={port}"]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert ended.returncode == 1
    assert f"127.0.0.1:{port}" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_process_ends_with_the_one_that_started_it() -> None:
    program = "from zoom_blueprint.testing import Simulator; print(Simulator().start().url, flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        port = int(parent.stdout.readline().rsplit(":", 1)[1])
        assert _listens(port)
        parent.kill()
    wait_until(lambda: not _listens(port), why="the simulator to end")


def test_nothing_is_printed_while_it_works() -> None:
    command = [sys.executable, "-m", MODULE, "--port=0", f"--redirect-uri={REDIRECT}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        zoom = Simulator()
        zoom.url = process.stdout.readline().split()[-1]
        App(zoom).connect().create()
        process.terminate()
        assert (process.stdout.read(), process.stderr.read()) == ("", "")


def _listens(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0

import subprocess
import sys
from pathlib import Path

TESTS = """
from zoom_blueprint.testing import Simulator

def test_one(zoom_simulator: Simulator) -> None:
    assert zoom_simulator.config()["ZOOM_API_URL"] == zoom_simulator.url + "/v2"
    zoom_simulator.put_user("mary")
    zoom_simulator.set_app(redirect_uris=["http://127.0.0.1:9/"], client_secret="changed")

def test_two(zoom_simulator: Simulator) -> None:
    assert [user["short"] for user in zoom_simulator.users()] == ["ada", "grace"]
    assert zoom_simulator.ask("GET", "app")["apps"][0]["redirect_uris"] == []
    zoom_simulator.kill()

def test_three(zoom_simulator: Simulator) -> None:
    assert len(zoom_simulator.users()) == 2
"""


def test_the_fixture_gives_each_test_a_simulator_as_new(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(TESTS)
    # Whether or not the package is installed, and so its entry point known, the plugin is loaded once.
    plugins = ["-p", "no:zoom_blueprint", "-p", "zoom_blueprint.testing.pytest_plugin"]
    options = ["-q", "-W", "error", "-p", "no:cacheprovider", *plugins]
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", *options, f"--rootdir={tmp_path}", str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "3 passed" in ended.stdout, ended.stdout + ended.stderr

"""The README's test file passes, and its table names what there is."""

import re
import subprocess
import sys
from pathlib import Path

from tests.house.tree import ROOT
from zoom_blueprint.testing import Simulator
from zoom_blueprint.testing.google import GoogleControl

SECTION = (ROOT / "README.md").read_text(encoding="utf-8").split("## Test your own integration without Zoom")[1]
SECTION = SECTION.split("\n## ")[0]


def test_the_test_file_of_the_readme_passes(tmp_path: Path) -> None:
    (program,) = re.findall(r"```python\n(import pytest\n.*?)```", SECTION, flags=re.DOTALL)
    (tmp_path / "test_it.py").write_text(program, encoding="utf-8")
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
    assert "2 passed" in ended.stdout, ended.stdout + ended.stderr


def test_the_table_of_the_readme_names_methods_that_there_are() -> None:
    rows = "\n".join(line for line in SECTION.splitlines() if line.startswith("|"))
    named = set(re.findall(r"(\bgoogle\.)?\b([a-z_]+)\(", rows))
    for_the_fixture_itself = {"start", "stop", "kill", "restart", "reset", "ask", "authorize"}
    for place, room, unnamed in (("", Simulator, for_the_fixture_itself), ("google.", GoogleControl, set[str]())):
        said = {name for prefix, name in named if prefix == place}
        assert {name for name in said if not callable(getattr(room, name, None))} == set()
        ours = {name for name in dir(room) if not name.startswith("_") and callable(getattr(room, name))}
        assert ours - unnamed - said == set()


def test_the_actions_of_the_readme_work(zoom_simulator: Simulator) -> None:
    assert zoom_simulator.put_user("mary")["short"] == "mary"
    zoom_simulator.fault(route="token", status=503, times=2)
    switches = zoom_simulator.knobs(rate_limits="free", old_access_after_refresh="revoked", webhook_hold=True)
    assert switches["rate_limits"] == "free"
    assert zoom_simulator.change_user("ada", status="inactive")["status"] == "inactive"
    assert zoom_simulator.release_webhooks("shuffled") == 0

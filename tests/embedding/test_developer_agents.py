"""A developer's process that has loaded the MCP package, and with it a server, serves nobody by that."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.embedding.developer import FirstApp
from tests.fixtures.site_app import prepare

THREADS = ["zoom-calendar", "zoom-delivery", "zoom-duty", "zoom-inbox", "zoom-meeting", "zoom-posting"]
NAMES = "\nimport threading; print(sorted({one.name for one in threading.enumerate() if one.name.startswith('zoom-')}))"
SCRIPT = "import mcp.server, sys; assert 'uvicorn.server' in sys.modules; import app"
SERVER = "import uvicorn; uvicorn.Config('app:app', interface='wsgi', log_config=None).load()"


@pytest.fixture
def database_kind() -> str:
    """Run on SQLite: what is stored has its own tests."""
    return "sqlite"


@pytest.mark.parametrize(("program", "threads"), [(SCRIPT, []), (SERVER, THREADS)], ids=["script", "uvicorn"])
def test_threads_run_where_uvicorn_loads_the_app_and_not_where_it_is_merely_installed(
    program: str, threads: list[str], tmp_path: Path, database_url: str
) -> None:
    prepare(database_url)
    first_app = FirstApp(tmp_path, database_url)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program + NAMES],
        cwd=tmp_path,
        env={**os.environ, **first_app.env},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == str(threads)

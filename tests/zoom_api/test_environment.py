"""What the process around us may slip in: .netrc, proxies, forks, slow imports."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.zoom_api.standin import Standin, drip
from tests.zoom_api.test_transport import HEAD_OF_HUNDRED, MEETING
from zoom_blueprint.errors import ZoomUnknown
from zoom_blueprint.zoom_api.client import ZoomClient
from zoom_blueprint.zoom_api.transport import Transport

ROOT = Path(__file__).resolve().parents[2]


def test_a_netrc_does_not_replace_the_token(
    zoom: Standin, client: ZoomClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("default login intruder password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    zoom.will(MEETING)
    client.get(8)
    assert zoom.only.headers["authorization"] == "Bearer eyJaccessMadeUp.0.a"


def test_a_proxy_of_the_environment_is_used(
    zoom: Standin, transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", zoom.url)
    zoom.will(MEETING)
    ZoomClient("http://zoom.test/v2", "token", transport).get(8)
    assert zoom.only.target == "http://zoom.test/v2/meetings/8"


def test_the_deadline_holds_through_a_proxy(
    zoom: Standin, transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", zoom.url)
    zoom.will(drip(HEAD_OF_HUNDRED))
    began = time.monotonic()
    with pytest.raises(ZoomUnknown):
        ZoomClient("http://zoom.test/v2", "token", transport, budget=0.3).get(8)
    assert time.monotonic() - began < 5


def test_a_forked_child_uses_a_connection_of_its_own(zoom: Standin) -> None:
    zoom.will(MEETING, MEETING, MEETING)
    program = f"""
import os
from zoom_blueprint.zoom_api.client import ZoomClient
from zoom_blueprint.zoom_api.transport import Transport
client = ZoomClient({zoom.url!r}, "token", Transport())
client.get(1)
child = os.fork()
if child == 0:
    client.get(2)
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
client.get(3)
"""
    subprocess.run(
        [sys.executable, "-c", program], check=True, cwd=ROOT, timeout=20, env={**os.environ, "PYTHONPATH": "."}
    )
    parent, child, again = zoom.received
    assert parent.peer == again.peer != child.peer


def test_importing_the_clients_imports_no_http_library() -> None:
    program = """
import sys
import zoom_blueprint.zoom_api.client, zoom_blueprint.zoom_api.oauth
print([name for name in ("requests", "urllib3", "authlib") if name in sys.modules])
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        check=True,
        cwd=ROOT,
        timeout=20,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": "."},
    )
    assert done.stdout.strip() == "[]"

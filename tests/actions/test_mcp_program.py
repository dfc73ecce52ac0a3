"""``flask zoom mcp`` as a program: nothing but messages comes out of it, and it ends with its input."""

import json
import os
import subprocess
from pathlib import Path
from subprocess import PIPE
from typing import Any

from tests.actions.agents import program_of
from tests.fixtures.servers import ROOT
from tests.fixtures.site import Site

INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}},
}
LIST = {"jsonrpc": "2.0", "id": 2, "method": "tools/list"}


def run(site: Site, folder: Path, *lines: object) -> list[dict[str, Any]]:
    """Run the program with some lines of input, and return the messages that came out of it."""
    command, env = program_of(site, folder)
    asked = sum(isinstance(line, dict) and "id" in line for line in lines)
    errors = folder / "errors.txt"
    with (
        errors.open("w") as noted,
        subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **env}, stdin=PIPE, stdout=PIPE, stderr=noted, text=True
        ) as program,
    ):
        assert program.stdin is not None
        assert program.stdout is not None
        for line in lines:
            program.stdin.write(f"{line if isinstance(line, str) else json.dumps(line)}\n")
        program.stdin.flush()
        said: list[dict[str, Any]] = []
        while sum("id" in one and one["id"] is not None for one in said) < asked:  # its end is the end of what it does
            said.append(json.loads(program.stdout.readline()))
        program.stdin.close()
        said += map(json.loads, program.stdout)
        assert program.wait(60) == 0, errors.read_text()
    assert "Traceback" not in errors.read_text()
    return said


def test_without_input_it_ends_and_says_nothing(site: Site, tmp_path: Path) -> None:
    assert run(site, tmp_path) == []


def test_a_line_that_is_no_message_breaks_nothing(site: Site, tmp_path: Path) -> None:
    initialized = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    said = run(site, tmp_path, "no message", INITIALIZE, "[1, 2", initialized, LIST)
    answers = {message["id"]: message for message in said if message.get("id")}
    assert answers[1]["result"]["serverInfo"]["name"] == "zoom-blueprint"
    assert answers[2]["result"]["tools"]

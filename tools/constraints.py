"""Write constraints.txt anew: the newest versions of everything we install, on each Python we promise.

Run as ``python tools/constraints.py python3.11 python3.12 python3.13``. Each interpreter resolves by itself in a
throw-away environment; a version that only some of them get is written with a marker.
"""

import json
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WHAT_PIP_BUILDS_WITH = ["pip", "hatchling", "editables"]


def resolve(interpreter: str) -> tuple[str, dict[str, str]]:
    """Return the interpreter's ``major.minor`` and the version of every distribution it would install."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([interpreter, "-m", "venv", folder], check=True)
        python = f"{folder}/bin/python"
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--upgrade", "pip"], check=True)
        report = Path(folder) / "report.json"
        command = [
            python,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--dry-run",
            "--ignore-installed",
            "--report",
            str(report),
        ]
        command += [*WHAT_PIP_BUILDS_WITH, "--editable", str(ROOT)]
        command += [word for group in ("dev", "browsers") for word in ("--group", f"{ROOT}/pyproject.toml:{group}")]
        subprocess.run(command, check=True)
        found = json.loads(report.read_text())
    version = found["environment"]["python_version"]
    names = (item["metadata"] for item in found["install"])
    pins = {re.sub(r"[-_.]+", "-", meta["name"]).lower(): meta["version"] for meta in names}
    del pins["zoom-blueprint"]
    return version, pins


def lines(resolved: dict[str, dict[str, str]]) -> list[str]:
    """Return the constraint lines, with markers where the interpreters differ."""
    versions: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for python, pins in resolved.items():
        for name, version in pins.items():
            versions[name][version].append(python)
    written = []
    for name in sorted(versions):
        for version, pythons in versions[name].items():
            wanted = " or ".join(f'python_version == "{python}"' for python in pythons)
            written.append(f"{name}=={version}" + ("" if len(versions[name]) == 1 else f" ; {wanted}"))
    return written


if __name__ == "__main__":
    resolved = dict(resolve(interpreter) for interpreter in sys.argv[1:] or [sys.executable])
    (ROOT / "constraints.txt").write_text("\n".join(lines(resolved)) + "\n")

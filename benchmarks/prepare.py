"""What the widget's benchmarks need beside Python; run as a program, with their names, it installs what is missing."""

import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from tests.fixtures import npm
from tests.fixtures.chromium import find_chromium, install_chromium

HERE = Path(__file__).resolve().parent
_CHROMIUM = {"widget", "blocking"}
_LIGHTHOUSE = {"blocking"}


def is_ready(name: str) -> bool:
    """Tell whether a benchmark can run; if not, say why it is skipped."""
    missing = [
        *(["Chromium"] if name in _CHROMIUM and find_chromium() is None else []),
        *(["Node.js"] if name in _LIGHTHOUSE and not shutil.which("node") else []),
        *(["Lighthouse (npm ci in benchmarks/)"] if name in _LIGHTHOUSE and not npm.is_installed(HERE) else []),
    ]
    if missing:
        print(f"{name}: skipped, because there is no {' and no '.join(missing)}.", flush=True)
    return not missing


def main(wanted: set[str]) -> None:
    """Install what is missing and can be had, for these benchmarks or for all."""
    if (not wanted or wanted & _CHROMIUM) and find_chromium() is None:
        install_chromium()
    if (not wanted or wanted & _LIGHTHOUSE) and shutil.which("npm"):
        try:
            npm.install(HERE)
        except subprocess.CalledProcessError:
            print("npm could not install Lighthouse.", file=sys.stderr)


if __name__ == "__main__":
    main(set(sys.argv[1:]))

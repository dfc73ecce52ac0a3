"""Keep the widget's script of the version that is being released, for the pages that will pin it.

Run as ``python -m tools.keep_widget`` when a release has its number. Scripts of other major versions go.
"""

import json
import re
import shutil
import sys
import tomllib
from pathlib import Path

from zoom_blueprint.web.bundles import SCRIPT, integrity

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "zoom_blueprint" / "web" / "static"
ENDINGS = ("", ".br", ".gz")


def keep(static: Path, version: str) -> None:
    """Put a version's script beside those of earlier releases.

    Raises:
        ValueError: that version is out already, with another script.
    """
    index = static / "widget" / "releases.json"
    releases: dict[str, str] = json.loads(index.read_text())
    digest = integrity((static / SCRIPT).read_bytes())
    if releases.get(version, digest) != digest:
        raise ValueError(f"{version} is out with another script, and pages pin it. Give this release another number.")
    folder = static / "widget" / version
    folder.mkdir(exist_ok=True)
    for ending in ENDINGS:
        shutil.copyfile(static / f"{SCRIPT}{ending}", folder / f"{SCRIPT}{ending}")
    found = {**releases, version: digest}
    for other in [other for other in found if _order(other)[0] != _order(version)[0]]:
        del found[other]
        shutil.rmtree(static / "widget" / other)
    index.write_text(json.dumps(dict(sorted(found.items(), key=lambda one: _order(one[0]))), indent=2) + "\n")


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version))


def main() -> None:
    """Keep the script of the version in pyproject.toml."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    try:
        keep(STATIC, version)
    except ValueError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()

"""A release's widget is kept for the pages that pin it, and never changes under its number."""

import gzip
import json
import re
import shutil
import tomllib
from pathlib import Path

import pytest

from tests.house.tree import ROOT
from tools.keep_widget import keep
from zoom_blueprint.web.bundles import integrity

STATIC = ROOT / "zoom_blueprint" / "web" / "static"
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
OUT = re.findall(r"^## \[(\d+\.\d+\.\d+)\]", (ROOT / "CHANGELOG.md").read_text(), flags=re.MULTILINE)


def wrong(static: Path, version: str, out: list[str]) -> list[str]:
    """Return what is wrong with the scripts of the releases that are ``out``."""
    index: dict[str, str] = json.loads((static / "widget" / "releases.json").read_text())
    found = [f"{folder.name} is not listed" for folder in (static / "widget").glob("*/") if folder.name not in index]
    found += [
        f"{one} is out and not kept: run python -m tools.keep_widget"
        for one in out
        if one.split(".")[0] == version.split(".", maxsplit=1)[0] and one not in index
    ]
    for one, digest in index.items():
        script = static / "widget" / one / "book-now.js"
        if integrity(script.read_bytes()) != digest:
            found.append(f"{one} has changed since it was kept")
        if gzip.decompress(script.with_name("book-now.js.gz").read_bytes()) != script.read_bytes():
            found.append(f"{one} is packed wrongly")
    if index.get(version) not in (None, integrity((static / "book-now.js").read_bytes())):
        found.append(f"{version} is out: a changed script needs another number in pyproject.toml")
    return found


@pytest.fixture
def static(tmp_path: Path) -> Path:
    """A folder with a built widget and no releases."""
    for path in STATIC.glob("book-now.js*"):
        shutil.copy(path, tmp_path)
    (tmp_path / "widget").mkdir()
    (tmp_path / "widget" / "releases.json").write_text("{}")
    return tmp_path


def rebuilt(static: Path, note: str) -> bytes:
    """Build another script, and return it."""
    script = f"/* {note} */".encode() + (STATIC / "book-now.js").read_bytes()
    (static / "book-now.js").write_bytes(script)
    (static / "book-now.js.gz").write_bytes(gzip.compress(script))
    return script


def test_every_release_of_this_major_version_has_its_script_here() -> None:
    assert wrong(STATIC, VERSION, OUT) == []


def test_releases_are_kept_beside_each_other_in_their_order(static: Path) -> None:
    scripts = {}
    for version in ("1.9.0", "1.10.0", "1.2.3"):
        scripts[version] = rebuilt(static, version)
        keep(static, version)
    assert list(json.loads((static / "widget" / "releases.json").read_text())) == ["1.2.3", "1.9.0", "1.10.0"]
    for version, script in scripts.items():
        assert (static / "widget" / version / "book-now.js").read_bytes() == script
    assert wrong(static, "1.11.0", ["1.2.3", "1.9.0", "1.10.0"]) == []


def test_a_release_that_is_kept_twice_is_the_same(static: Path) -> None:
    keep(static, "1.0.0")
    keep(static, "1.0.0")
    assert wrong(static, "1.0.0", ["1.0.0"]) == []


def test_a_number_that_is_out_takes_no_other_script(static: Path) -> None:
    keep(static, "1.0.0")
    kept = (static / "widget" / "1.0.0" / "book-now.js").read_bytes()
    rebuilt(static, "changed")
    with pytest.raises(ValueError, match="another number"):
        keep(static, "1.0.0")
    assert (static / "widget" / "1.0.0" / "book-now.js").read_bytes() == kept
    assert wrong(static, "1.0.0", ["1.0.0"]) == [
        "1.0.0 is out: a changed script needs another number in pyproject.toml"
    ]


def test_with_a_new_major_version_the_older_ones_go(static: Path) -> None:
    keep(static, "1.0.0")
    keep(static, "2.0.0")
    assert [folder.name for folder in (static / "widget").glob("*/")] == ["2.0.0"]
    assert wrong(static, "2.0.0", ["2.0.0", "1.0.0"]) == []


def test_what_is_wrong_with_kept_scripts_is_named(static: Path) -> None:
    assert wrong(static, "1.0.1", ["1.0.0", "0.9.0"]) == ["1.0.0 is out and not kept: run python -m tools.keep_widget"]
    keep(static, "1.0.0")
    with (static / "widget" / "1.0.0" / "book-now.js").open("ab") as file:
        file.write(b" ")
    assert wrong(static, "1.0.1", ["1.0.0"]) == ["1.0.0 has changed since it was kept", "1.0.0 is packed wrongly"]
    (static / "widget" / "1.0.1").mkdir()
    assert wrong(static, "1.0.1", ["1.0.0"])[0] == "1.0.1 is not listed"

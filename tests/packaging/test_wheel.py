"""What a user installs holds everything that the package needs at run time."""

import email
import gzip
import json
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.house.tree import ROOT, kept_files

PACKAGE = ROOT / "zoom_blueprint"


@pytest.fixture(scope="module")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with an sdist, and the wheel that was built from it."""
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(build, check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def wheel(distributions: Path) -> Path:
    """The only wheel in the folder."""
    (path,) = distributions.glob("*.whl")
    return path


def names(wheel: Path) -> set[str]:
    """Return the paths inside a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def in_the_package() -> set[str]:
    """Return the paths of the package's files as git keeps them."""
    return {path.relative_to(ROOT).as_posix() for path in kept_files() if PACKAGE in path.parents}


def test_the_wheel_holds_every_file_of_the_package_and_no_other(wheel: Path) -> None:
    packed = {name for name in names(wheel) if ".dist-info/" not in name}
    assert packed == in_the_package()


def test_the_wheel_holds_the_widget_packed_with_its_types_and_with_every_release_that_pages_may_pin(
    wheel: Path,
) -> None:
    static = "zoom_blueprint/web/static"
    with zipfile.ZipFile(wheel) as archive:
        releases = json.loads(archive.read(f"{static}/widget/releases.json"))
        folders = [static, *(f"{static}/widget/{release}" for release in releases)]
        for folder in folders:
            script = archive.read(f"{folder}/book-now.js")
            assert gzip.decompress(archive.read(f"{folder}/book-now.js.gz")) == script
            assert len(archive.read(f"{folder}/book-now.js.br")) < len(script)
        assert "BookNowElement" in archive.read(f"{static}/book-now.d.ts").decode()


def test_the_wheel_is_typed(wheel: Path) -> None:
    assert "zoom_blueprint/py.typed" in names(wheel)


def test_the_metadata_names_the_licence_and_no_upper_bounds(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (path,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        metadata = email.message_from_bytes(archive.read(path))
        assert any(name.endswith("/licenses/LICENSE") for name in archive.namelist())
    assert metadata["License-Expression"] == "MIT"
    assert metadata["Requires-Python"] == ">=3.11"
    assert [
        wanted for wanted in metadata.get_all("Requires-Dist", []) if "<" in wanted or "==" in wanted.partition(";")[0]
    ] == []


def test_the_sdist_can_be_tested_and_carries_nothing_of_this_machine(distributions: Path) -> None:
    (path,) = distributions.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        packed = {name.partition("/")[2] for name in archive.getnames()}
    assert {"pyproject.toml", "LICENSE", "CHANGELOG.md", "constraints.txt", "tests/conftest.py", "Makefile"} <= packed
    assert [
        name for name in packed if name.startswith((".venv", ".git/", "instance", "dist")) or "node_modules" in name
    ] == []

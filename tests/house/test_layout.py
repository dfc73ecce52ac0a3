"""The tree looks as CONTRIBUTING.md says."""

import os

import pytest

from tests.house.tree import ROOT, kept_files

EXPECTED = [
    "README.md",
    "LICENSE",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Makefile",
    "constraints.txt",
    "pyproject.toml",
    ".ci/run",
]
TOP_LEVEL = {
    *(".ci", ".editorconfig", ".gitignore", ".gitattributes", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "Makefile"),
    *("README.md", "benchmarks", "constraints.txt", "demo_app", "docs", "pyproject.toml", "tests", "tools", "widget"),
    "zoom_blueprint",
}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_stranger_finds_what_a_repository_needs(name: str) -> None:
    assert (ROOT / name).is_file()


def test_nothing_lies_around_at_the_top_level() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in kept_files()} <= TOP_LEVEL


def test_ci_can_be_run() -> None:
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def test_the_changelog_has_a_place_for_what_is_not_released() -> None:
    assert "## [Unreleased]" in (ROOT / "CHANGELOG.md").read_text()


def test_contributing_is_one_page() -> None:
    assert len((ROOT / "CONTRIBUTING.md").read_text().splitlines()) <= 60

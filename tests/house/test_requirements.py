"""What is installed for tests and demo is exact; what the package asks for is not."""

import re
import tomllib
from collections.abc import Iterator
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.house.tree import ROOT

PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
LINES = (ROOT / "constraints.txt").read_text().splitlines()
LINE = re.compile(r'[a-z0-9-]+==[a-z0-9.]+( ; python_version == "3\.\d+"( or python_version == "3\.\d+")*)?')


def requirements() -> Iterator[Requirement]:
    """Yield everything that pyproject.toml asks for."""
    groups = [item for group in PROJECT["dependency-groups"].values() for item in group if isinstance(item, str)]
    for text in [*PROJECT["build-system"]["requires"], *PROJECT["project"]["dependencies"], *groups, "pip"]:
        yield Requirement(text)


def test_a_constraint_is_a_name_and_a_version() -> None:
    assert [line for line in LINES if not LINE.fullmatch(line)] == []


def test_constraints_are_sorted() -> None:
    names = [line.partition("==")[0] for line in LINES]
    assert names == sorted(names)


def test_every_requirement_has_an_exact_version_that_it_allows() -> None:
    pins: dict[str, set[Version]] = {}
    for line in LINES:
        pin, _, version = line.partition(" ;")[0].partition("==")
        pins.setdefault(pin, set()).add(Version(version))
    for wanted in requirements():
        assert all(wanted.specifier.contains(version) for version in pins[canonicalize_name(wanted.name)]), str(wanted)


def test_the_package_sets_no_upper_bounds() -> None:
    for text in PROJECT["project"]["dependencies"]:
        assert {part.operator for part in Requirement(text).specifier} <= {">="}, text

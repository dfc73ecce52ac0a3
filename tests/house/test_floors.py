"""The room that stands apart: an allow-list, which the contracts of import-linter in pyproject.toml cannot say."""

import ast

from tests.house.test_sources import name
from tests.house.test_tests import imported
from tests.house.tree import ROOT, package_modules

IMPORTS = {
    name(path): imported(ast.parse(path.read_text()), path.relative_to(ROOT).parent.parts) for path in package_modules()
}
TESTING = "zoom_blueprint.testing"
BELOW_TESTING = (TESTING, "zoom_blueprint.zoom_api.signature", "zoom_blueprint.errors")


def test_the_simulator_knows_nothing_of_the_package_but_signatures_and_errors() -> None:
    known = {path: names for path, names in IMPORTS.items() if path.startswith("zoom_blueprint/testing/")}
    others = {path: {used for used in names if _is_ours(used)} for path, names in known.items()}
    assert {path: sorted(names) for path, names in others.items() if names} == {}


def _is_ours(used: str) -> bool:
    """Tell the names that testing may not use; a bare package on the way to an allowed name is no use of it."""
    on_the_way = any(below.startswith(f"{used}.") for below in BELOW_TESTING)
    return used.startswith("zoom_blueprint") and not used.startswith(BELOW_TESTING) and not on_the_way


def test_only_the_command_line_runs_the_simulator() -> None:
    users = {path for path, names in IMPORTS.items() if any(used.startswith(TESTING) for used in names)}
    assert {path for path in users if not path.startswith("zoom_blueprint/testing/")} <= {
        "zoom_blueprint/cli/running.py"
    }

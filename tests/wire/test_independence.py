"""The judge was written without looking at either side."""

import ast
import sys
from pathlib import Path

from tests.house.test_tests import imported

FOLDER = Path(__file__).parent
JUDGING = (
    *("shapes", "values", "settings_table", "requests_table", "answers_table", "refusals_table", "webhooks_table"),
    *("samples", "judge"),
)


def strangers(tree: ast.AST) -> set[str]:
    """Return what a module imports that is neither of the standard library nor one of the judging modules."""
    ours = {f"tests.wire.{name}" for name in JUDGING} | {"tests.wire"}
    others = {one for one in imported(tree) if one not in ours and one.rpartition(".")[0] not in ours - {"tests.wire"}}
    return {one for one in others if one.partition(".")[0] not in sys.stdlib_module_names}


def test_tables_and_judge_import_nothing_but_the_standard_library_and_each_other() -> None:
    trees = {name: ast.parse((FOLDER / f"{name}.py").read_text()) for name in JUDGING}
    assert {name: found for name, tree in trees.items() if (found := strangers(tree))} == {}
    for tree in trees.values():
        assert not any(word in ast.unparse(tree) for word in ("import_module", "__import__", "exec("))


def test_an_import_of_the_judged_would_be_seen() -> None:
    for line in ("from zoom_blueprint.zoom_api import payloads", "import requests", "from tests.wire import client"):
        assert strangers(ast.parse(line))


def test_those_who_call_the_judge_do_not_ask_the_judged_what_is_right() -> None:
    judged = ("zoom_blueprint.zoom_api", "zoom_blueprint.testing.simulator")
    trees = {path.name: ast.parse(path.read_text()) for path in FOLDER.glob("*.py")}
    assert [name for name, tree in trees.items() if any(one.startswith(judged) for one in imported(tree))] == []

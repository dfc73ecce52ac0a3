"""The judge was written without looking at either side."""

import ast
import sys
from pathlib import Path

FOLDER = Path(__file__).parent
JUDGING = (
    *("shapes", "values", "settings_table", "requests_table", "answers_table", "refusals_table", "webhooks_table"),
    *("samples", "judge"),
)


def test_tables_and_judge_import_nothing_but_the_standard_library_and_each_other() -> None:
    folder = Path(__file__).parent
    for name in (*JUDGING, "judge"):
        tree = ast.parse((folder / f"{name}.py").read_text())
        modules = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        froms = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        assert not any(node.level for node in froms)
        modules |= {node.module or "" for node in froms}
        modules |= {
            f"{node.module}.{alias.name}" for node in froms if node.module == "tests.wire" for alias in node.names
        }
        ours = {f"tests.wire.{known}" for known in (*JUDGING, "judge")} | {"tests.wire"}
        strangers = {module for module in modules - ours if module.partition(".")[0] not in sys.stdlib_module_names}
        assert strangers == set(), name
        assert "import_module" not in ast.unparse(tree)

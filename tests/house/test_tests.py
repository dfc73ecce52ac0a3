"""The tests keep their own rules: no sleeping, no mocks, no database in memory."""

import ast

from tests.house.test_sources import name
from tests.house.tree import ROOT, source_files

MAY_SLEEP = "tests/fixtures/waiting.py"
TESTS = {name(path): ast.parse(path.read_text()) for path in source_files(".py") if ROOT / "tests" in path.parents}


def imported(tree: ast.AST, package: tuple[str, ...] = ()) -> set[str]:
    """Return the full names of everything imported; ``package`` is where relative imports start from."""
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*start, node.module or ""]).rstrip(".")
            names |= {f"{module}.{alias.name}" for alias in node.names} | {module}
    return names


def calls(tree: ast.AST) -> dict[str, list[str]]:
    """Return what is called and with which arguments, as they are written."""
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return {ast.unparse(node.func): [ast.unparse(argument) for argument in node.args] for node in found}


def test_no_test_sleeps() -> None:
    sleepers = {"time.sleep", "asyncio.sleep"}
    sleeping = [
        path
        for path, tree in TESTS.items()
        if imported(tree) & sleepers or any(called.endswith(("wait_for_timeout", ".sleep")) for called in calls(tree))
    ]
    assert sleeping == [MAY_SLEEP], "Use wait_until of tests.fixtures.waiting."


def test_no_test_mocks() -> None:
    mocking = {"mock", "responses", "requests_mock", "pytest_mock", "freezegun"}
    used = {
        path: {part for module in imported(tree) for part in module.split(".")} & mocking
        for path, tree in TESTS.items()
    }
    assert {path: modules for path, modules in used.items() if modules} == {}


def test_a_test_is_named_as_a_sentence() -> None:
    functions = [
        (path, node) for path, tree in TESTS.items() for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)
    ]
    names = [f"{path}::{node.name}" for path, node in functions if node.name.startswith("test_")]
    assert [test for test in names if test.partition("::")[2].count("_") < 3] == []


def test_no_test_uses_a_database_in_memory() -> None:
    opened = [
        path
        for path, tree in TESTS.items()
        for called, arguments in calls(tree).items()
        if called.endswith(("create_engine", "sqlite3.connect"))
        and any(":memory:" in argument for argument in arguments)
    ]
    assert opened == []

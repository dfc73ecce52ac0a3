"""Every source file keeps the house rules that a machine can check."""

import ast
import re
from pathlib import Path

from tests.house.tree import ROOT, kept_files, package_modules, source_files

VAGUE = re.compile(r"(?:^|_)(?:utils?|helpers?|managers?|misc|common)(?:_|$)")
UNFINISHED = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|X" r"XX)\b")
SEVERAL_SENTENCES = re.compile(r"(?<!e\.g)(?<!i\.e)[.!?] [A-Z]")
EXCUSED = re.compile(r"# noqa: [A-Z0-9, ]+? {1,2}[#-] ?\w")
# Written in two parts, so that this file does not name them.
INDEXES = (
    "pypi" r"\.org",
    "python" r"hosted\.org",
    "npm" r"js\.(?:org|com)",
    "deb" r"ian\.org",
    "--(?:extra-)?index" + "-url",
)
MACHINES = (r"/ro" "ot/", r"/ho" r"me/\w", r"/Us" r"ers/\w", r"/wo" "rk/", "/opt/(?:pypi|wheels)", "file:" + "///")
PLACES = re.compile("|".join(INDEXES + MACHINES))
TEXT = {
    "",
    ".py",
    ".js",
    ".mjs",
    ".ts",
    ".css",
    ".html",
    ".txt",
    ".md",
    ".toml",
    ".json",
    ".ini",
    ".yml",
    ".sh",
    ".svg",
}


def name(path: Path) -> str:
    """Show a path from the root of the tree."""
    return str(path.relative_to(ROOT))


def test_a_file_has_at_most_300_lines() -> None:
    lengths = {name(path): len(path.read_text().splitlines()) for path in source_files()}
    assert {path: length for path, length in lengths.items() if length > 300} == {}


def test_a_module_says_its_one_duty_in_one_sentence() -> None:
    modules = {name(path): ast.parse(path.read_text()) for path in package_modules()}
    duties = {path: _first_paragraph(tree) for path, tree in modules.items() if tree.body}
    assert [path for path, duty in duties.items() if not duty] == []
    assert {path: duty for path, duty in duties.items() if not duty.endswith((".", "?", ":"))} == {}
    assert {path: duty for path, duty in duties.items() if SEVERAL_SENTENCES.search(duty)} == {}


def _first_paragraph(tree: ast.Module) -> str:
    return " ".join((ast.get_docstring(tree) or "").split("\n\n")[0].split())


def test_a_name_says_what_is_inside() -> None:
    parts = {name(path): path.relative_to(ROOT).with_suffix("").parts for path in source_files(".py", ".js", ".mjs")}
    assert [path for path, words in parts.items() if any(VAGUE.search(word) for word in words)] == []


def test_public_names_are_listed_in_order() -> None:
    listed = {name(path): _public_names(ast.parse(path.read_text())) for path in source_files(".py")}
    sorted_names = {path: sorted(set(names), key=_constants_classes_functions) for path, names in listed.items()}
    assert listed == sorted_names


def _public_names(tree: ast.Module) -> list[str]:
    lists = [
        node.value for node in tree.body if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
    ]
    return [public for value in lists for public in ast.literal_eval(value)]


def _constants_classes_functions(public: str) -> tuple[int, str]:
    """Order names as ruff does: CONSTANTS, Classes, functions."""
    return (0 if public.isupper() and len(public) > 1 else 1 if public[:1].isupper() else 2, public)


def test_nothing_is_left_for_later() -> None:
    found = {name(path): UNFINISHED.findall(path.read_text()) for path in source_files()}
    assert {path: words for path, words in found.items() if words} == {}


def test_what_a_rule_is_kept_from_saying_has_its_reason_beside_it() -> None:
    lines = [(name(path), line) for path in package_modules() for line in path.read_text().splitlines()]
    assert [(path, line.strip()) for path, line in lines if "# noqa" in line and not EXCUSED.search(line)] == []


def test_the_scripts_of_pages_load_others_in_one_place() -> None:
    scripts = [path for path in source_files(".js") if path.name.startswith("pages")]
    assert [path.name for path in scripts if "XMLHttpRequest" in path.read_text()] == ["pages.js"]


def test_no_file_names_a_package_index_or_a_machine() -> None:
    texts = [path for path in kept_files() if path.suffix in TEXT]
    found = {name(path): sorted(set(PLACES.findall(path.read_text(errors="replace")))) for path in texts}
    assert {path: places for path, places in found.items() if places} == {}

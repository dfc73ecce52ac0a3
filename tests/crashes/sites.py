"""Sites: the places in the source where a transaction is committed, or something outside is called.

They are found by a walk over the source, so that code which is new is among them without anybody adding it to a list.
"""

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

import zoom_blueprint
from zoom_blueprint.google_api.client import GoogleClient
from zoom_blueprint.services.accounts import Account
from zoom_blueprint.zoom_api.client import ZoomClient

PACKAGE = Path(zoom_blueprint.__file__).parent
# The first two are how a commit and a call are made; the third plays Zoom.
_NOT_HERE = ("store", "zoom_api", "google_api", "exchanges", "testing")
# Whatever else is asked of the store commits; a method that is new is taken for one that does.
_NO_COMMIT = {"read", "look", "instant", "writes", "checkpoint", "dispose", "engine", "is_sqlite"}
_NO_CALL = {"new_verifier", "authorize_url"}
_NO_HOOK = {"tell"}  # remembers one
_CLIENTS = {"zoom", "account", "google", "client"}
_CALLS = {name for client in (Account, ZoomClient, GoogleClient) for name in vars(client) if not name.startswith("_")}
_MADE_CLIENTS = {"zoom", "Account", "_account"}
Place = tuple[int, int]


class Kind(StrEnum):
    """What happens at a site."""

    COMMIT = "commit"
    CALL = "call"
    MAIL = "mail"
    HOOK = "hook"
    MESSAGE = "message"


@dataclass(frozen=True, order=True)
class Site:
    """One place: ``number`` tells those apart that look alike within one function."""

    path: str
    first: Place
    last: Place
    function: str
    target: str
    number: int
    kind: Kind

    def __str__(self) -> str:
        """Name it without its line, which changes with every edit."""
        again = f" ({self.number})" if self.number > 1 else ""
        return f"{self.path.removesuffix('.py')}:{self.function} {self.target}{again}"


@cache
def sites() -> dict[str, list[Site]]:
    """Return every site of the package, by the file that it is in."""
    files = {path.relative_to(PACKAGE).as_posix(): path for path in sorted(PACKAGE.rglob("*.py"))}
    trees = {name: ast.parse(path.read_text()) for name, path in files.items() if not name.startswith(_NOT_HERE)}
    through = _passing_on(trees)
    found = {path: list(_sites_of(path, tree, through)) for path, tree in trees.items()}
    return {path: there for path, there in found.items() if there}


def every() -> set[str]:
    """Return the names of all sites."""
    return {str(site) for there in sites().values() for site in there}


def at(path: str, first: Place, last: Place, *, by_line: bool = False) -> Site | None:
    """Return the site of an expression between two places of a file, the innermost of several.

    A loop only knows in which line what it runs through is called.
    """
    found = [
        site
        for site in sites().get(path, ())
        if (site.first[0] <= first[0] <= site.last[0] if by_line else site.first <= first and last <= site.last)
    ]
    return max(found, key=lambda site: (site.first, [-one for one in site.last]), default=None)


def _passing_on(trees: dict[str, ast.Module]) -> set[str]:
    """Return the functions that commit what they are given: who calls them decides what is committed.

    The names are ``module.function``.
    """
    found = set()
    for path, tree in trees.items():
        for function in _functions(tree):
            given = {one.arg for one in (*function.args.args, *function.args.kwonlyargs)}
            for node in ast.walk(function):
                hands_on = isinstance(node, ast.Call) and any(
                    isinstance(one, ast.Name) and one.id in given for one in node.args
                )
                if isinstance(node, ast.Call) and hands_on and _kind(node.func) is Kind.COMMIT:
                    found.add(f"{Path(path).stem}.{function.name}")
    return found


def _functions(tree: ast.AST) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def _sites_of(path: str, tree: ast.Module, through: set[str]) -> Iterator[Site]:
    alike: Counter[tuple[str, str]] = Counter()
    owners = {id(node): "module" for node in ast.walk(tree)}
    for function in _functions(tree):  # inner ones come later, and win
        owners |= {id(node): function.name for node in ast.walk(function)}
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Call | ast.Attribute) and id(node) not in called]
    # What is only handed on is called by whom it is given to.
    takers = {id(one): node for node in nodes if isinstance(node, ast.Call) for one in node.args}
    for node in sorted(nodes, key=lambda node: (node.end_lineno or 0, node.end_col_offset or 0)):
        target = node.func if isinstance(node, ast.Call) else node
        kind = _kind(target) or (_named(path, target, through) if isinstance(node, ast.Call) else None)
        if kind is None or not (isinstance(node, ast.Call) or kind is Kind.COMMIT):
            continue
        name = owners[id(node)], ".".join(_words(target)[-2:])
        alike[name] += 1
        around = takers.get(id(node), node)
        first, last = (around.lineno, around.col_offset), (around.end_lineno or 0, around.end_col_offset or 0)
        yield Site(path, first, last, *name, alike[name], kind)


def _named(path: str, target: ast.expr, through: set[str]) -> Kind | None:
    """Judge a call by its name."""
    words = _words(target)
    full = ".".join(words[-2:]) if len(words) > 1 else f"{Path(path).stem}.{words[0]}" if words else ""
    if full in through:
        return Kind.COMMIT
    if full in ("tokens.with_zoom", "tokens.with_google", "challenges.send"):
        return Kind.CALL
    if full == "mailers.post" or full.endswith(".send_message"):
        return Kind.MAIL
    if words[-1:] == ["apply_async"]:
        return Kind.MESSAGE
    return Kind.HOOK if words == ["hook"] else None


def _kind(target: ast.expr) -> Kind | None:
    """Judge by whose method it is."""
    if not isinstance(target, ast.Attribute):
        return None
    owner = (_words(target.value) or [""])[-1]
    if owner == "database" and target.attr not in _NO_COMMIT:
        return Kind.COMMIT
    if owner == "oauth" and target.attr not in _NO_CALL:
        return Kind.CALL
    is_made_here = isinstance(target.value, ast.Call)
    if owner in (_MADE_CLIENTS if is_made_here else _CLIENTS) and target.attr in _CALLS:
        return Kind.CALL
    return Kind.HOOK if owner == "hooks" and target.attr not in _NO_HOOK else None


def _words(node: ast.expr) -> list[str]:
    """Return ``["state", "oauth", "refresh"]`` for ``state.oauth.refresh``; a call in it counts as what is called."""
    if isinstance(node, ast.Attribute):
        return [*_words(node.value), node.attr]
    if isinstance(node, ast.Call):
        return _words(node.func)
    return [node.id] if isinstance(node, ast.Name) else []

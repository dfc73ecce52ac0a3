"""How deep JSON is nested, seen before anybody parses it."""

import re

_DEEPEST = 50
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"?', re.DOTALL)
_BRACKET = re.compile(rb"[\[\]{}]")


def is_deep(body: bytes) -> bool:
    """Return whether arrays and objects are nested more than 50 levels deep.

    Catching the parser's RecursionError is not enough: it comes with the stack all but full, and whatever is collected
    in that moment fails in its own clean-up.
    """
    if body.count(b"[") + body.count(b"{") <= _DEEPEST:
        return False
    depth = 0
    for bracket in _BRACKET.findall(_STRING.sub(b"", body)):
        depth += 1 if bracket in b"[{" else -1
        if depth > _DEEPEST:
            return True
    return False

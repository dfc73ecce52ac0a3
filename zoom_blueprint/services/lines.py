"""Lines: what people and programs write into fields, as it is kept."""

import re

_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
_UNPRINTABLE_IN_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]+")


def printable(text: str) -> str:
    """Return a text in one line, of signs that can be seen."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def one_line(text: str | None) -> str:
    """Return what was given for a field of one line, without what cannot be printed."""
    return _UNPRINTABLE.sub(" ", text or "").strip()


def some_lines(text: str) -> str:
    """Return what was given for a field of several lines, without what cannot be printed."""
    return _UNPRINTABLE_IN_TEXT.sub("", text).strip()

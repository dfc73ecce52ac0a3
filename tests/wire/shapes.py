"""Say of a JSON value everything that is wrong with it, measured against a shape written by hand."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias


@dataclass(frozen=True)
class Text:
    """A text that matches wholly; ``longest`` counts characters."""

    pattern: str = r".*"
    longest: int | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Int:
    """A whole number, never a boolean and never a text of digits."""

    low: int | None = None
    high: int | None = None
    choices: tuple[int, ...] = ()


@dataclass(frozen=True)
class Bool:
    """``true`` or ``false``, or, with ``only``, one of the two."""

    only: bool | None = None


@dataclass(frozen=True)
class Items:
    """An array of one kind of thing."""

    of: "Shape"
    most: int | None = None
    fewest: int = 0


@dataclass(frozen=True)
class Fields:
    """An object; a field that is in neither table is unknown and wrong, unless the object is ``open``."""

    needed: "Mapping[str, Shape]" = field(default_factory=dict)
    allowed: "Mapping[str, Shape]" = field(default_factory=dict)
    open: bool = False


Shape: TypeAlias = Text | Int | Bool | Items | Fields


def faults(value: Any, shape: Shape, where: str = "$") -> list[str]:
    """Return one sentence for each thing that is wrong; none if nothing is."""
    match shape:
        case Text():
            return _text(value, shape, where)
        case Int():
            return _int(value, shape, where)
        case Bool():
            if not isinstance(value, bool):
                return [f"{where}: {value!r} is no boolean"]
            return [] if shape.only in (None, value) else [f"{where}: {value!r} must be {shape.only}"]
        case Items():
            return _items(value, shape, where)
        case Fields():
            return _fields(value, shape, where)


def _text(value: Any, shape: Text, where: str) -> list[str]:
    if not isinstance(value, str):
        return [f"{where}: {value!r} is no text"]
    if shape.longest is not None and len(value) > shape.longest:
        return [f"{where}: {len(value)} characters are more than {shape.longest}"]
    if shape.choices and value not in shape.choices:
        return [f"{where}: {value!r} is none of {shape.choices}"]
    if not re.fullmatch(shape.pattern, value, flags=re.DOTALL | re.ASCII):
        return [f"{where}: {value!r} does not match {shape.pattern}"]
    return []


def _int(value: Any, shape: Int, where: str) -> list[str]:
    if not isinstance(value, int) or isinstance(value, bool):
        return [f"{where}: {value!r} is no whole number"]
    if shape.choices and value not in shape.choices:
        return [f"{where}: {value!r} is none of {shape.choices}"]
    if shape.low is not None and value < shape.low:
        return [f"{where}: {value!r} is less than {shape.low}"]
    if shape.high is not None and value > shape.high:
        return [f"{where}: {value!r} is more than {shape.high}"]
    return []


def _items(value: Any, shape: Items, where: str) -> list[str]:
    if not isinstance(value, list):
        return [f"{where}: {value!r} is no array"]
    found = [fault for place, item in enumerate(value) for fault in faults(item, shape.of, f"{where}[{place}]")]
    if shape.most is not None and len(value) > shape.most:
        found.append(f"{where}: {len(value)} items are more than {shape.most}")
    if len(value) < shape.fewest:
        found.append(f"{where}: {len(value)} items are fewer than {shape.fewest}")
    return found


def _fields(value: Any, shape: Fields, where: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{where}: {value!r} is no object"]
    known = {**shape.allowed, **shape.needed}
    found = [f"{where}.{name}: missing" for name in shape.needed if name not in value]
    for name, inner in value.items():
        if name in known:
            found += faults(inner, known[name], f"{where}.{name}")
        elif not shape.open:
            found.append(f"{where}.{name}: unknown field")
    return found

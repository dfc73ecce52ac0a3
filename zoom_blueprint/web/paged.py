"""A long list cut into pages, of which the query names one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from flask import request

_MOST = 50
_NUMBER = re.compile(r"[1-9][0-9]{0,4}")
_T = TypeVar("_T")


@dataclass(frozen=True)
class Page(Generic[_T]):
    """Some of a list of so and so many, which page that is, counted from 1, and whether there is another one."""

    items: Sequence[_T]
    number: int
    has_more: bool
    first: int
    total: int


def number() -> int:
    """Return the number of the page that the query asks for; whatever it says wrongly is the first one."""
    text = request.args.get("page", "")
    return int(text) if _NUMBER.fullmatch(text) else 1


def of_place(place: int) -> int:
    """Return the number of the page on which a place of a list is, counted from 0."""
    return place // _MOST + 1


def asked(items: Sequence[_T]) -> Page[_T]:
    """Return the page of a list that the query asks for, the nearest one that there is."""
    last = of_place(max(0, len(items) - 1))
    found = min(number(), last)
    first = (found - 1) * _MOST
    return Page(items[first : first + _MOST], found, found < last, first, len(items))

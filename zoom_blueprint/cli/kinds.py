"""Kinds of values on the command line: days, zones, lengths of time, and the words for none of them."""

import re
from collections.abc import Callable
from datetime import date
from enum import StrEnum
from typing import TypeVar

import click

from zoom_blueprint.scheduling.zones import zone

_T = TypeVar("_T")
_R = TypeVar("_R", bound=Callable[..., object])
_LENGTH = re.compile(r"(?=.)(?:(\d{1,4})d)?(?:(\d{1,5})h)?(?:(\d{1,7})m?)?", re.ASCII)
_NUMBER = re.compile(r"\d{1,9}", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_YES, _NO = ("yes", "true", "on", "1"), ("no", "false", "off", "0")


def minutes(text: str) -> int:
    """Return the minutes of ``90``, ``90m``, ``2h``, ``1h30m`` or ``1d``."""
    found = _LENGTH.fullmatch(text.strip())
    if found is None:
        raise click.BadParameter(f"{text!r} is no length of time. Give minutes, or a length like 2h or 1d.")
    days, hours, rest = (int(part or 0) for part in found.groups())
    return days * 1440 + hours * 60 + rest


def word(text: str) -> str:
    """Return the text as it is."""
    return text


def number(text: str) -> int:
    """Return a whole number from 0 on."""
    if not _NUMBER.fullmatch(text.strip()):
        raise click.BadParameter(f"{text!r} is no whole number.")
    return int(text)


def day(text: str) -> date:
    """Return the date ``2030-01-15``."""
    # ``fromisoformat`` alone takes 20300115 and 2030-W03-2 too.
    if _DATE.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    raise click.BadParameter(f"{text!r} is no date. Give one like 2030-01-15.")


def place(text: str) -> str:
    """Return the name of an IANA time zone."""
    try:
        zone(text)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None
    return text


def switch(text: str) -> bool:
    """Return whether a text says yes."""
    if text.lower() not in _YES + _NO:
        raise click.BadParameter(f"{text!r} is neither yes nor no.")
    return text.lower() in _YES


def one_of(kind: type[StrEnum]) -> Callable[[str], str]:
    """Return what reads one of an enumeration's values."""

    def read(text: str) -> str:
        if text not in list(kind):
            raise click.BadParameter(f"{text!r} is none of: {', '.join(kind)}.")
        return text

    return _named(read, "|".join(kind))


def several(read: Callable[[str], _T]) -> Callable[[str], tuple[_T, ...]]:
    """Return what reads values separated by commas; the word ``none`` is none of them."""

    def read_all(text: str) -> tuple[_T, ...]:
        return () if text.strip().lower() == "none" else tuple(read(one.strip()) for one in text.split(","))

    return _named(read_all, f"{read.__name__},…")


def or_word(read: Callable[[str], _T], word: str) -> Callable[[str], _T | None]:
    """Return what reads a value, or a word that stands for None."""

    def read_either(text: str) -> _T | None:
        return None if text.strip().lower() == word else read(text)

    return _named(read_either, f"{read.__name__}|{word}")


def _named(read: _R, name: str) -> _R:
    """Return the function under the name that click's help shows."""
    read.__name__ = name
    return read

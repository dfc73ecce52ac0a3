"""Write the lines of an iCalendar file (RFC 5545, 3.1): texts escaped, parameters quoted, long lines folded.

The library for all of iCalendar takes three MiB of each worker, and a booking needs no more of it than this.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

_LONGEST = 75  # octets, the line end not counted
_ESCAPES = str.maketrans({"\\": r"\\", ";": r"\;", ",": r"\,", "\n": r"\n"})
# RFC 6868; a quote cannot stand in a parameter at all.
_CARETS = str.maketrans({"^": "^^", '"': "^'", "\n": "^n"})
_QUOTABLE = re.compile("[ ,;:'\N{RIGHT SINGLE QUOTATION MARK}]")
_ESCAPING = ("\\", "^")


def line(name: str, value: str, **parameters: str) -> str:
    """Return a line whose value stands in it as it is; it must hold no control characters."""
    return "".join((name, *(f";{key}={_quoted(parameter)}" for key, parameter in parameters.items()), ":", value))


def text(name: str, value: str) -> str:
    """Return a line whose value is for people to read, of several lines maybe."""
    return line(name, value.translate(_ESCAPES))


def moment(name: str, value: datetime) -> str:
    """Return a line with an aware datetime, in UTC to the second."""
    return line(name, f"{value.astimezone(UTC):%Y%m%dT%H%M%SZ}")


def component(name: str, *lines: str) -> list[str]:
    """Return what lies between the beginning and the end of a component, with both."""
    return [line("BEGIN", name), *lines, line("END", name)]


def file(lines: list[str]) -> bytes:
    """Return a whole file of lines: UTF-8, CRLF, folded."""
    return "".join("\r\n ".join(_fold(one)) + "\r\n" for one in lines).encode()


def _quoted(parameter: str) -> str:
    escaped = parameter.translate(_CARETS)
    return f'"{escaped}"' if _QUOTABLE.search(escaped) else escaped


def _fold(whole: str) -> Iterator[str]:
    """Cut a line between two characters; an escaped one stays in one piece, for readers that unescape too early."""
    begin, size = 0, 0
    for place, character in enumerate(whole):
        octets = len(character.encode())
        if size + octets >= _LONGEST:
            end = place - 1 if place - begin > 1 and whole[place - 1] in _ESCAPING else place
            yield whole[begin:end]
            begin, size = end, place - end
        size += octets
    yield whole[begin:]

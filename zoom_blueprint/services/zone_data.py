"""The rules of time zones that this process goes by: which release, and where they come from."""

import re
import zoneinfo
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

_RELEASE = re.compile(r"\b((?:19|20)\d\d)([a-z])\b")
_SAMPLE = "Europe/London"


@dataclass(frozen=True)
class Version:
    """A release like 2026a."""

    name: str
    year: int
    source: str


def version() -> Version | None:
    """Return the release that ``zoneinfo`` reads; None when it does not say.

    The machine's own data come first, the package tzdata only where there are none. Source: Python's zoneinfo.
    """
    for folder in map(Path, zoneinfo.TZPATH):
        if (folder / _SAMPLE).is_file():
            return _of_folder(folder)
    try:
        year, _, number = metadata.version("tzdata").partition(".")
    except metadata.PackageNotFoundError:
        return None
    if not year.isdigit() or not number[:2].isdigit():
        return None
    # The package counts what IANA spells: 2026.1 is 2026a.
    return Version(f"{year}{chr(ord('a') + int(number[:2].rstrip('.')) - 1)}", int(year), "of the package tzdata")


def _of_folder(folder: Path) -> Version | None:
    """Read it from the files beside the zones; some machines have neither."""
    for name in ("tzdata.zi", "+VERSION", "version"):
        try:
            with (folder / name).open(encoding="ascii", errors="replace") as file:
                found = _RELEASE.search(file.readline())
        except OSError:
            continue
        if found:
            return Version(found[0], int(found[1]), f"of {folder}")
    return None

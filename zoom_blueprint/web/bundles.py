"""The widget's scripts on the disk: this version's, and those of earlier releases that pages still pin."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Final

import msgspec

FLOATING: Final = "v1"
IDENTITY: Final = "identity"
SCRIPT: Final = "book-now.js"
TYPES: Final = Path(__file__).parent / "static" / "book-now.d.ts"
_STATIC: Final = Path(__file__).parent / "static"
_KEPT: Final = _STATIC / "widget"
_INDEX: Final = _KEPT / "releases.json"
# How a script is packed, the best first, and how its file is called then.
_ENDINGS: Final = {"br": ".br", "gzip": ".gz", IDENTITY: ""}


@dataclass(frozen=True)
class Body:
    """A script as it is sent; ``tag`` is another for other bytes."""

    content: bytes
    tag: str


@dataclass(frozen=True)
class Bundle:
    """One release of the script, by how it is packed; ``identity`` is always there."""

    bodies: Mapping[str, Body]

    @property
    def integrity(self) -> str:
        """What a page's ``integrity`` says of it, by Subresource Integrity."""
        return integrity(self.bodies[IDENTITY].content)


def running() -> str:
    """Return the version whose script ``v1`` is."""
    return version("zoom-blueprint")


@lru_cache(maxsize=1)
def kept() -> dict[str, str]:
    """Return the releases whose scripts came along, the oldest first, with what pages say of their integrity."""
    return msgspec.json.decode(_INDEX.read_bytes(), type=dict[str, str])


def current() -> Bundle:
    """Return this version's script."""
    return _bundle(_STATIC)


def find(release: str) -> Bundle | None:
    """Return the script of a release, or of ``v1``; None when it did not come along."""
    if release in (FLOATING, running()):
        return current()
    return _bundle(_KEPT / release) if release in kept() else None


def integrity(script: bytes) -> str:
    """Return the digest of a script as Subresource Integrity writes it."""
    return f"sha384-{base64.b64encode(hashlib.sha384(script).digest()).decode()}"


def _bundle(folder: Path) -> Bundle:
    paths = {coding: folder / f"{SCRIPT}{ending}" for coding, ending in _ENDINGS.items()}
    return _read(tuple((coding, path, path.stat().st_mtime_ns) for coding, path in paths.items() if path.exists()))


@lru_cache(maxsize=32)
def _read(files: tuple[tuple[str, Path, int], ...]) -> Bundle:
    contents = {coding: path.read_bytes() for coding, path, _ in files}
    return Bundle({coding: Body(content, _tag(coding, content)) for coding, content in contents.items()})


def _tag(coding: str, content: bytes) -> str:
    return f"{hashlib.sha256(content).hexdigest()[:32]}-{coding}"

"""The spy: counts the points at which a process may die, and dies at the one that was ordered.

A point is just before or just after a commit or an outbound call. What carries them tells of it, the database's driver,
requests, smtplib or kombu, and the sites on the stack at that moment say which one it is.
"""

import json
import os
import signal
import smtplib
import sqlite3
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from dis import opname
from functools import wraps
from itertools import islice
from pathlib import Path
from threading import Lock
from types import FrameType
from typing import Any

import psycopg
import requests
from kombu.messaging import Producer
from sqlalchemy import Engine, event

from tests.crashes.sites import PACKAGE, Kind, Site, at

_OURS = f"{PACKAGE}{os.sep}"
_NOT_OURS = tuple(f"{PACKAGE / room}{os.sep}" for room in ("testing",))


@dataclass
class Spy:
    """Writes down each point while it is ``armed``, as a line of JSON, and dies at ``deadly``."""

    log: Path
    deadly: str | None
    armed: bool = False
    _seen: Counter[str] = field(default_factory=Counter)
    _lock: Lock = field(default_factory=Lock)

    def point(self, kind: Kind, when: str) -> None:
        """Pass a point."""
        chain = _chain() if self.armed else None
        if chain is None:
            return
        with self._lock:
            name = f"{when} {kind} {' < '.join(str(site) for site in chain) or 'of an unknown site'}"
            self._seen[name] += 1
            point = f"{name} #{self._seen[name]}"
            with self.log.open("a") as log:
                log.write(json.dumps({"point": point, "sites": [str(site) for site in chain]}) + "\n")
            if point == self.deadly:
                os.kill(os.getpid(), signal.SIGKILL)

    @contextmanager
    def around(self, kind: Kind) -> Iterator[None]:
        """Pass a point before and another after; none after what failed."""
        self.point(kind, "before")
        yield
        self.point(kind, "after")


def watch(spy: Spy) -> None:
    """Let the drivers of this process tell the spy, until the process ends."""
    requests.Session.send = _told(spy, Kind.CALL, requests.Session.send)  # type: ignore[method-assign]
    Producer.publish = _told(spy, Kind.MESSAGE, Producer.publish)  # type: ignore[method-assign]
    smtplib.SMTP.send_message = _told(spy, Kind.MAIL, smtplib.SMTP.send_message)  # type: ignore[method-assign]

    class Sqlite(sqlite3.Connection):
        def commit(self) -> None:
            if _is_read():
                return super().commit()
            with spy.around(Kind.COMMIT):
                return super().commit()

    class Postgres(psycopg.Connection[Any]):
        def commit(self) -> None:
            if _is_read():
                return super().commit()
            with spy.around(Kind.COMMIT):
                return super().commit()

    @event.listens_for(Engine, "do_connect")
    def connect(dialect: Any, record: Any, arguments: Any, options: Any) -> Any:
        del record
        if dialect.name == "sqlite":
            return sqlite3.connect(*arguments, factory=Sqlite, **options)
        return Postgres.connect(*arguments, **options)


def _told(spy: Spy, kind: Kind, function: Callable[..., Any]) -> Any:
    @wraps(function)
    def tell(*arguments: Any, **options: Any) -> Any:
        with spy.around(kind):
            return function(*arguments, **options)

    return tell


def _is_read() -> bool:
    """Tell whether a transaction ends that only read."""
    return any(frame.f_code.co_name in ("read", "look") and _room(frame) == "store" for frame in _frames())


def _chain() -> list[Site] | None:
    """Return the sites on the stack, innermost first; None when nobody of the package is there to be watched."""
    chain: list[Site] = []
    is_ours = False
    for frame in _frames():
        if frame.f_code.co_filename.startswith(_NOT_OURS):
            return None
        if not frame.f_code.co_filename.startswith(_OURS):
            continue
        is_ours = is_ours or _room(frame) not in ("store", "zoom_api", "google_api", "exchanges")
        site = _site(frame)
        if site is not None and site not in chain:
            chain.append(site)
    return chain if is_ours else None


def _site(frame: FrameType) -> Site | None:
    positions = next(islice(frame.f_code.co_positions(), frame.f_lasti // 2, None))
    first, last, begin, end = positions
    if first is None or last is None or begin is None or end is None:
        return None
    path = frame.f_code.co_filename.removeprefix(_OURS).replace(os.sep, "/")
    if opname[frame.f_code.co_code[frame.f_lasti]] == "FOR_ITER":  # what is called for is what it runs through
        return at(path, (first, 0), (first, 0), by_line=True)
    return at(path, (first, begin), (last, end))


def _room(frame: FrameType) -> str:
    return frame.f_code.co_filename.removeprefix(_OURS).partition(os.sep)[0]


def _frames() -> Iterator[FrameType]:
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        yield frame
        frame = frame.f_back

"""Databases for benchmarks: new SQLite files, and databases on a PostgreSQL server of our own."""

import contextlib
import itertools
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from tests.fixtures.postgres import own_server

New = Callable[[], str]
KINDS = ("sqlite", "postgres")


@contextlib.contextmanager
def databases(kind: str, *, preload: Path | None = None) -> Iterator[New]:
    """Yield what makes a new empty database and returns its address; all are gone afterwards.

    ``preload`` is a library for PostgreSQL's processes; SQLite's file is written by those that ``serving`` starts.
    """
    with _files() if kind == "sqlite" else _server(preload) as new:
        yield new


@contextlib.contextmanager
def _files() -> Iterator[New]:
    with tempfile.TemporaryDirectory(prefix="zoom-bench-") as folder:
        numbers = itertools.count()
        yield lambda: f"sqlite:///{folder}/bench-{next(numbers)}.sqlite"


@contextlib.contextmanager
def _server(preload: Path | None) -> Iterator[New]:
    with contextlib.ExitStack() as stack:
        with _environment("LD_PRELOAD", preload):
            server = make_url(stack.enter_context(own_server()))
        numbers = itertools.count()

        def new() -> str:
            name = f"bench_{next(numbers)}"
            with psycopg.connect(plain(str(server)), autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {name}")
            return server.set(drivername="postgresql+psycopg", database=name).render_as_string(hide_password=False)

        yield new


@contextlib.contextmanager
def _environment(name: str, value: Path | None) -> Iterator[None]:
    if value is None:
        yield
        return
    os.environ[name] = str(value)
    try:
        yield
    finally:
        del os.environ[name]


def plain(address: str) -> str:
    """Return the address of a PostgreSQL database without the driver's name."""
    return make_url(address).set(drivername="postgresql").render_as_string(hide_password=False)


def file_of(address: str) -> str:
    """Return the file of an SQLite address."""
    return str(make_url(address).database)

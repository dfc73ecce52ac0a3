"""Transactions of the store: whole or not at all, one writer at a time, and clear words when it cannot be."""

import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, select, text, update
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from tests.fixtures.servers import Start
from tests.fixtures.waiting import wait_until
from tests.races.fleet import together
from tests.store.writers import add_one, count, make_counter
from zoom_blueprint.errors import ConfigurationError, StoreUnavailable
from zoom_blueprint.store.models import RateCounter
from zoom_blueprint.store.queueing import WriterQueue
from zoom_blueprint.store.session import Database
from zoom_blueprint.store.sqlite_files import sqlite_path

FOREVER = 30
_ONE_MORE = update(RateCounter).values(hits=RateCounter.hits + 1)
on_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"])
on_postgresql = pytest.mark.parametrize("database_kind", ["postgresql"])


def test_what_is_jotted_down_is_seen_by_all_at_once(database: Database) -> None:
    make_counter(database)
    together(4, lambda _: [database.jot(lambda connection: connection.execute(_ONE_MORE, {})) for _ in range(5)])
    assert count(database) == 20


@on_sqlite
def test_only_what_is_jotted_down_does_not_wait_for_the_disk(database: Database) -> None:
    level = text("PRAGMA synchronous")
    for _ in range(2):
        assert [tuple(row) for row in database.jot(lambda connection: connection.execute(level, {}))] == [(1,)]
        assert database.write(lambda session: session.scalar(level)) == 2


def test_a_write_that_fails_leaves_nothing(database: Database) -> None:
    make_counter(database)

    def fail(session: Session) -> None:
        add_one(session)
        session.flush()
        raise KeyError("half way")

    with pytest.raises(KeyError):
        database.write(fail)
    assert count(database) == 0
    database.write(add_one)  # and holds nobody up
    assert count(database) == 1


def test_threads_and_processes_write_without_loss_or_error(
    database: Database, database_url: str, start_program: Start
) -> None:
    make_counter(database)
    arguments = [sys.executable, "-m", "tests.store.writers", database_url, "50"]
    programs = [start_program(arguments) for _ in range(4)]
    together(4, lambda _: [database.write(add_one) for _ in range(10)])
    for program in programs:
        assert program.process.wait(FOREVER) == 0, program.output
    assert count(database) == 240
    assert max(float(program.output) for program in programs) < 5


def test_a_forked_child_writes_while_its_parent_does(database: Database) -> None:
    make_counter(database)
    stop: list[bool] = []

    def parent(number: int) -> None:
        if number:
            while not stop:
                database.write(add_one)
            return
        try:
            for _ in range(5):
                _fork(lambda: [database.write(add_one) for _ in range(5)])
        finally:
            stop.append(True)

    together(2, parent)
    assert count(database) >= 25
    database.write(add_one)


def test_a_child_forked_during_a_write_does_not_keep_the_turn(tmp_path: Path) -> None:
    queue, other = (WriterQueue(tmp_path / "lock", 2) for _ in range(2))
    reading, writing = os.pipe()
    with queue.turn():
        child = os.fork()
        if child == 0:  # it lives on, with all that it inherited
            os.read(reading, 1)
            os._exit(0)
    try:
        with other.turn():
            pass
    finally:
        os.write(writing, b".")
        os.waitpid(child, 0)
        os.close(reading)
        os.close(writing)


def test_who_has_just_written_lets_those_go_first_who_asked_meanwhile(tmp_path: Path) -> None:
    mine, others = (WriterQueue(tmp_path / "lock", FOREVER) for _ in range(2))
    order: list[str] = []

    def ask() -> None:
        with others.turn():
            order.append("others")

    for _ in range(20):
        with mine.turn():
            asking = threading.Thread(target=ask)
            asking.start()
            wait_until(lambda: (tmp_path / "lock").stat().st_size > 0)  # who waits leaves a mark
        with mine.turn():
            order.append("mine")
        asking.join(FOREVER)
        (tmp_path / "lock").unlink()
    firsts = order[::2]
    assert firsts.count("others") > 5, order  # by chance it is none; on a busy machine it need not be all


@on_sqlite
def test_an_open_write_of_the_host_app_is_named_as_the_reason(database: Database, database_url: str) -> None:
    engine = create_engine(database_url)
    mine = Database(engine, wait_seconds=0.2)
    make_counter(database)
    with engine.begin() as hosts_own:
        hosts_own.execute(text("CREATE TABLE note (words TEXT)"))
        hosts_own.execute(text("INSERT INTO note VALUES ('not committed yet')"))
        with pytest.raises(StoreUnavailable, match=r"(?s)host app.*Commit or roll back"):
            mine.write(add_one)
    mine.write(add_one)
    assert count(mine) == 1
    mine.dispose()
    engine.dispose()


def test_a_turn_that_does_not_come_is_named_as_the_reason(tmp_path: Path) -> None:
    first, second = (WriterQueue(tmp_path / "lock", 0.1) for _ in range(2))
    with first.turn():
        with pytest.raises(StoreUnavailable, match="process"), second.turn():
            pass
        with pytest.raises(StoreUnavailable, match="thread"), first.turn():
            pass
    with second.turn():
        pass


@pytest.mark.parametrize(
    "address",
    [
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///file::memory:?cache=shared&uri=true",
        "sqlite:///file:shared?mode=memory&cache=shared&uri=true",
    ],
)
def test_sqlite_in_memory_is_refused(address: str) -> None:
    with pytest.raises(ConfigurationError, match="database file"):
        sqlite_path(make_url(address))


@on_postgresql
def test_a_dead_connection_in_the_pool_is_not_noticed(database: Database, database_url: str) -> None:
    make_counter(database)
    _hang_up_on_all(database_url)
    database.write(add_one)
    _hang_up_on_all(database_url)
    assert count(database) == 1


@on_postgresql
def test_a_connection_that_dies_in_the_middle_is_no_reason_to_run_twice(database: Database, database_url: str) -> None:
    make_counter(database)
    runs: list[int] = []

    def interrupted(session: Session) -> None:
        runs.append(1)
        add_one(session)
        _hang_up_on_all(database_url)
        add_one(session)

    with pytest.raises(StoreUnavailable, match="does not answer"):
        database.write(interrupted)
    assert (len(runs), count(database)) == (1, 0)


def test_a_database_that_is_away_is_named_as_the_reason() -> None:
    database = Database(create_engine("postgresql+psycopg://nobody@127.0.0.1:1/nothing"))
    with pytest.raises(StoreUnavailable, match="does not answer"):
        database.read(lambda session: session.execute(text("SELECT 1")))


@on_postgresql
def test_a_pool_without_a_free_connection_is_named_as_the_reason(database: Database, database_url: str) -> None:
    engine = create_engine(database_url, pool_size=1, max_overflow=0, pool_timeout=0.1)
    with engine.connect(), pytest.raises(StoreUnavailable, match="in use"):
        Database(engine).read(lambda session: session.execute(text("SELECT 1")))
    engine.dispose()


@pytest.mark.parametrize("level", ["AUTOCOMMIT", "SERIALIZABLE", "REPEATABLE READ"])
@on_postgresql
def test_the_host_apps_isolation_level_is_not_ours(database: Database, database_url: str, level: str) -> None:
    make_counter(database)
    engine = create_engine(database_url, isolation_level=level)
    ours = Database(engine)
    together(4, lambda _: [ours.write(add_one) for _ in range(5)])
    assert count(database) == 20
    with engine.connect() as hosts_own:
        driver: Any = hosts_own.connection.dbapi_connection
        assert (driver.autocommit or hosts_own.get_isolation_level()) == (level == "AUTOCOMMIT" or level)
    engine.dispose()


@on_postgresql
def test_the_host_apps_engine_gets_no_listeners(database: Database) -> None:
    database.write(lambda session: session.execute(select(RateCounter)))
    names = ("begin", "before_cursor_execute", "after_cursor_execute", "commit", "rollback")
    assert not any(getattr(database.engine.dispatch, name) for name in names)


def _fork(work: Callable[[], object]) -> None:
    """Run something in a forked child and check that it went well."""
    child = os.fork()
    if child == 0:
        failed = 1
        try:
            work()
            failed = 0
        finally:
            os._exit(failed)
    ended: list[int] = []

    def has_ended() -> bool:
        pid, status = os.waitpid(child, os.WNOHANG)
        ended.append(status)
        return pid == child

    wait_until(has_ended, FOREVER)
    assert ended[-1] == 0


def _hang_up_on_all(database_url: str) -> None:
    engine = create_engine(database_url)
    hang_up = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
    with engine.connect() as connection:
        connection.execute(text(f"{hang_up} AND pid <> pg_backend_pid()"))
    engine.dispose()

"""Rows that come in masses: committed together, each answered for itself, and never by somebody else's error."""

import threading
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import create_engine, func, select, text

from tests.fixtures.waiting import wait_until
from tests.races.fleet import together
from zoom_blueprint.errors import StoreUnavailable
from zoom_blueprint.store.base import new_id
from zoom_blueprint.store.grouping import Group
from zoom_blueprint.store.models import WebhookEvent
from zoom_blueprint.store.session import Database

on_postgresql = pytest.mark.parametrize("database_kind", ["postgresql"])
on_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"])


def add(database: Database, digest: str, **values: Any) -> bool:
    """Bring a webhook event."""
    row = {"id": new_id(), "digest": digest, "name": "meeting.updated", "received_at": datetime.now(UTC), **values}
    return database.add_new(WebhookEvent, row, unless="digest")


def count(database: Database) -> int:
    """Return how many there are."""
    return database.read(lambda session: session.scalar(select(func.count()).select_from(WebhookEvent))) or 0


def test_of_those_that_many_threads_bring_at_once_each_is_new_once(database: Database) -> None:
    found = together(8, lambda number: [add(database, f"{(place + number) % 20}") for place in range(20)])
    assert sum(sum(news) for news in found) == 20
    assert count(database) == 20


def test_a_row_is_as_the_orm_would_have_written_it(database: Database) -> None:
    at = datetime(2030, 1, 15, 9, tzinfo=UTC)
    add(database, "a", received_at=at, due_at=at)
    row = database.read(lambda session: session.scalars(select(WebhookEvent)).one())
    assert (row.received_at, row.due_at, row.wanted_version, row.attempts) == (at, at, 1, 0)
    assert (row.claim, row.outcome, row.payload_sealed, row.lane) == (None, None, None, "")


def test_one_that_cannot_be_stored_fails_alone(database: Database) -> None:
    def bring(number: int) -> object:
        try:
            return add(database, f"{number}", name=None if number == 3 else "meeting.updated")
        except Exception as error:  # noqa: BLE001  # whatever it is
            return type(error).__name__

    assert together(6, bring) == [True, True, True, "IntegrityError", True, True]
    assert count(database) == 5


@on_postgresql
def test_a_server_that_was_restarted_is_not_noticed(database: Database, database_url: str) -> None:
    add(database, "before")
    engine = create_engine(database_url)
    with engine.connect() as connection:
        hang_up = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        connection.execute(text(f"{hang_up} AND pid <> pg_backend_pid()"))
    engine.dispose()
    assert add(database, "after")
    assert not add(database, "before")


@on_postgresql
def test_the_host_apps_connections_come_back_as_they_were(database: Database) -> None:
    add(database, "a")
    with database.engine.connect() as connection:
        driver: Any = connection.connection.dbapi_connection
        assert driver.autocommit is False


@on_sqlite
def test_an_open_write_of_the_host_app_is_named_as_the_reason(database: Database, database_url: str) -> None:
    engine = create_engine(database_url)
    mine = Database(engine, wait_seconds=0.2)
    with engine.begin() as hosts_own:
        hosts_own.execute(text("CREATE TABLE note (words TEXT)"))
        hosts_own.execute(text("INSERT INTO note VALUES ('not committed yet')"))
        with pytest.raises(StoreUnavailable, match="Commit or roll back"):
            add(mine, "a")
    assert add(mine, "a")
    mine.dispose()
    engine.dispose()


def test_a_database_that_is_away_is_named_as_the_reason() -> None:
    database = Database(create_engine("postgresql+psycopg://nobody@127.0.0.1:1/nothing"))
    with pytest.raises(StoreUnavailable, match="does not answer"):
        add(database, "a")


class Desk:
    """Work that goes on only when it is let, and remembers what came together."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.batches: list[list[int]] = []

    def work(self, items: Any) -> list[int]:
        """Return the doubles."""
        self.batches.append(list(items))
        assert self.open.wait(30)
        if 7 in items:
            raise KeyError(7)
        return [2 * item for item in items]


def gathered(desk: Desk, group: Group[int, int], items: list[int], *, give_up: bool = False) -> list[object]:
    """Bring the first item, and the others while that one is being worked on; return what became of each.

    ``give_up``: the others do not wait for its end.
    """
    found: dict[int, object] = {}

    def bring(item: int) -> None:
        try:
            found[item] = group.do(item)
        except (KeyError, StoreUnavailable) as error:
            found[item] = type(error)

    threads = [threading.Thread(target=bring, args=(item,)) for item in items]
    threads[0].start()
    wait_until(lambda: bool(desk.batches))
    for thread in threads[1:]:
        thread.start()
    wait_until(lambda: len(found if give_up else group._waiting) == len(items) - 1)
    desk.open.set()
    for thread in threads:
        thread.join(30)
    return [found[item] for item in items]


def test_what_comes_meanwhile_is_worked_on_together() -> None:
    desk = Desk()
    group = Group(desk.work, hands=1, seconds=30)
    assert gathered(desk, group, [1, 2, 3, 4]) == [2, 4, 6, 8]
    assert [sorted(batch) for batch in desk.batches] == [[1], [2, 3, 4]]
    assert group.do(5) == 10


def test_an_error_is_raised_for_all_who_were_part_of_it_and_nobody_else() -> None:
    desk = Desk()
    group = Group(desk.work, hands=1, seconds=30)
    assert gathered(desk, group, [1, 7, 3]) == [2, KeyError, KeyError]
    assert group.do(3) == 6


def test_nobody_waits_for_ever() -> None:
    desk = Desk()
    group = Group(desk.work, hands=1, seconds=0.1)
    assert gathered(desk, group, [1, 2], give_up=True) == [2, StoreUnavailable]
    assert group.do(3) == 6
    assert [sorted(batch) for batch in desk.batches] == [[1], [3]]

"""Checkpoints: what was deleted is gone from SQLite's files, and nobody is held up for that."""

import random
import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, insert, update
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from tests.store.files import content_of
from tests.store.test_session import on_postgresql, on_sqlite
from tests.store.writers import add_one, count, make_counter
from zoom_blueprint.store.models import RateCounter
from zoom_blueprint.store.session import Database, rebuild_indexes
from zoom_blueprint.store.sqlite_files import sqlite_path

SOON = datetime(2999, 1, 1, tzinfo=UTC)


@on_sqlite
def test_what_was_deleted_is_gone_from_the_files_after_a_checkpoint(database: Database, database_url: str) -> None:
    words = "what nobody shall find again"
    database.write(lambda session: session.add(RateCounter(key=words, hits=1, expires_at=SOON)))
    database.write(lambda session: session.execute(delete(RateCounter)))
    assert words.encode() in content_of(database_url), "in the log, at least"
    assert database.checkpoint()
    assert words.encode() not in content_of(database_url)


@on_sqlite
def test_a_reader_holds_a_checkpoint_up_for_a_moment_only_and_that_is_said(
    database: Database, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    make_counter(database)
    with closing(sqlite3.connect(sqlite_path(make_url(database_url)), isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM zoom_rate_counter").fetchall()
        database.write(add_one)
        assert not database.checkpoint()
        assert "still reading" in caplog.text
        reader.execute("COMMIT")
        assert database.checkpoint()
    assert count(database) == 1
    database.write(add_one)


@on_sqlite
def test_a_write_of_the_host_app_that_stays_open_makes_a_checkpoint_give_up(
    database: Database, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    make_counter(database)
    with closing(sqlite3.connect(sqlite_path(make_url(database_url)), isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE zoom_rate_counter SET hits = 7")
        assert not database.checkpoint()
        assert "could not be emptied" in caplog.text
        writer.execute("ROLLBACK")
    assert database.checkpoint()


@on_postgresql
def test_on_postgresql_there_is_nothing_to_checkpoint(database: Database) -> None:
    assert database.checkpoint()


@on_sqlite
def test_indexes_keep_no_copies_of_what_they_held(database: Database, database_url: str) -> None:
    """Entries that moved from page to page leave copies behind, which ``secure_delete`` does not know of."""
    chance = random.Random(0)  # a plan that is the same in every run, and by which copies were seen
    keys = ["".join(chance.choices("abcdefghij", k=22)) for _ in range(1500)]

    def fill(session: Session) -> None:
        for key in keys:
            session.execute(insert(RateCounter).values(key=key, hits=1, expires_at=SOON))

    def wipe(session: Session) -> None:
        for number, key in enumerate(keys):
            session.execute(update(RateCounter).where(RateCounter.key == key).values(key=f"k{number}"))
        rebuild_indexes(session, RateCounter.__tablename__)

    database.write(fill)
    database.write(wipe)
    assert database.checkpoint()
    found = content_of(database_url)
    assert not [key for key in keys if key.encode() in found]

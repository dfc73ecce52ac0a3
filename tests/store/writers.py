"""A process that writes, for tests: ``python -m tests.store.writers URL COUNT`` adds COUNT to one row, one by one."""

import sys
import time
from datetime import UTC, datetime

from sqlalchemy import create_engine, insert, select, update
from sqlalchemy.orm import Session

from zoom_blueprint.store.models import RateCounter
from zoom_blueprint.store.session import Database

KEY = "counter"


def make_counter(database: Database) -> None:
    """Make the row that everybody adds to."""
    row = {"key": KEY, "hits": 0, "expires_at": datetime(3000, 1, 1, tzinfo=UTC)}
    database.write(lambda session: session.execute(insert(RateCounter).values(**row)))


def add_one(session: Session) -> None:
    """Read and write in two steps, so that writers who are let in together lose counts on SQLite."""
    hits = session.scalars(select(RateCounter.hits).where(RateCounter.key == KEY).with_for_update()).one()
    session.execute(update(RateCounter).where(RateCounter.key == KEY).values(hits=hits + 1))


def count(database: Database) -> int:
    """Return how often was added."""
    return database.read(lambda session: session.scalars(select(RateCounter.hits)).one())


def main() -> None:
    """Add, and print the longest wait in seconds."""
    engine = create_engine(sys.argv[1])
    database = Database(engine)
    longest = 0.0
    for _ in range(int(sys.argv[2])):
        began = time.monotonic()
        database.write(add_one)
        longest = max(longest, time.monotonic() - began)
    sys.stdout.write(f"{longest}\n")
    database.dispose()
    engine.dispose()


if __name__ == "__main__":
    main()

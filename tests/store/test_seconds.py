"""The database's whole seconds are those of the arithmetic."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from zoom_blueprint.scheduling.instants import ceil_seconds, floor_seconds
from zoom_blueprint.store import seconds
from zoom_blueprint.store.models import RateCounter
from zoom_blueprint.store.session import Database

_READ = select(seconds.floor_seconds(RateCounter.expires_at), seconds.ceil_seconds(RateCounter.expires_at))


@pytest.mark.parametrize(
    "instant",
    [
        datetime(2030, 1, 15, 9, tzinfo=UTC),
        datetime(2030, 1, 15, 8, 59, 59, 999_999, tzinfo=UTC),
        datetime(2030, 1, 15, 9, 0, 0, 1, tzinfo=UTC),
        datetime(1969, 12, 31, 23, 59, 59, 500_000, tzinfo=UTC),
        datetime(2999, 12, 31, 23, 59, 59, tzinfo=UTC),
    ],
)
def test_an_instant_is_rounded_to_whole_seconds_as_python_does(database: Database, instant: datetime) -> None:
    database.write(lambda session: session.add(RateCounter(key="one", hits=1, expires_at=instant)))
    expected = [(floor_seconds(instant), ceil_seconds(instant))]
    assert [tuple(row) for row in database.look(_READ, {})] == expected
    assert [tuple(row) for row in database.read(lambda session: session.execute(_READ).all())] == expected

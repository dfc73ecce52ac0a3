"""The queue in the rows: a newer wish is never erased, and only the holder of a claim may finish."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import pytest
from sqlalchemy.orm import Session

from tests.fixtures.site import Site
from tests.races.fleet import together
from tests.services.looking import LONG_AGO, make_due, meeting_of, turn
from zoom_blueprint.services import claims, turns
from zoom_blueprint.services.claims import Claimed
from zoom_blueprint.store import models

T = TypeVar("T")
NOW = datetime(2030, 1, 15, 9, tzinfo=UTC)


class Queue:
    """The one meeting of a site, as a row of the queue; ``claim`` and the others run in transactions of their own."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.row_id = meeting_of(site, site.booked()).id
        turn(site.state, models.Meeting, due_at=NOW, attempts=0)

    @property
    def row(self) -> models.Meeting:
        """The row as it is now."""
        return self.site.state.database.read(lambda session: session.get_one(models.Meeting, self.row_id))

    def claim(self, now: datetime = NOW, seconds: int = 60, tries: int = 100) -> Claimed | None:
        """Claim the row."""
        rows = [self.row_id]
        claimed = self._write(lambda session: claims.take(session, models.Meeting, rows, now, seconds, tries))
        return claimed[0] if claimed else None

    def held(self) -> Claimed:
        """Claim the row, which must be free."""
        claimed = self.claim()
        assert claimed is not None
        return claimed

    def wish(self, now: datetime = NOW) -> None:
        """Wish for the row to be looked at."""
        which = models.Meeting.id == self.row_id
        self._write(lambda session: claims.wish(session, models.Meeting, which, now))

    def finish(self, claimed: Claimed, now: datetime = NOW) -> bool:
        """Finish."""
        return self._write(lambda session: claims.finish(session, models.Meeting, claimed, now))

    def postpone(self, claimed: Claimed, at: datetime) -> bool:
        """Postpone."""
        return self._write(lambda session: claims.postpone(session, models.Meeting, claimed, NOW, at, "no luck"))

    def _write(self, work: Callable[[Session], T]) -> T:
        return self.site.state.database.write(work)


@pytest.fixture
def queue(site: Site) -> Queue:
    """One row that is due."""
    return Queue(site)


def test_finished_work_is_due_no_more(queue: Queue) -> None:
    claimed = queue.held()
    assert queue.finish(claimed)
    assert (queue.row.due_at, queue.row.claim, queue.row.attempts) == (None, None, 0)
    assert queue.claim() is None


def test_a_wish_during_the_work_is_due_at_once_afterwards(queue: Queue) -> None:
    claimed = queue.held()
    queue.wish()
    assert queue.row.due_at == claimed.until  # a command leaves the claim alone
    assert queue.claim() is None
    assert queue.finish(claimed)
    assert queue.row.due_at == NOW
    assert queue.claim() is not None


def test_a_wish_during_the_work_outweighs_a_later_try(queue: Queue) -> None:
    claimed = queue.held()
    queue.wish()
    assert queue.postpone(claimed, NOW + timedelta(hours=1))
    assert queue.row.due_at == NOW


def test_a_claim_runs_out_by_itself_and_its_holder_can_record_nothing(queue: Queue) -> None:
    first = queue.held()
    assert queue.claim(first.until - timedelta(seconds=1)) is None
    second = queue.claim(first.until)
    assert second is not None
    assert second.attempts == 2
    assert not queue.finish(first)
    assert not queue.postpone(first, NOW)
    assert queue.row.claim == second.nonce
    assert queue.finish(second)


def test_a_wish_for_a_row_whose_holder_died_is_due_at_once(queue: Queue) -> None:
    claimed = queue.held()
    late = claimed.until + timedelta(seconds=1)
    queue.wish(late)
    assert queue.row.due_at == late
    assert queue.claim(late) is not None


def test_of_many_who_claim_a_row_one_gets_it(queue: Queue) -> None:
    claimed = together(8, lambda _: queue.claim())
    assert len([one for one in claimed if one]) == 1


def test_pauses_double_up_to_an_hour_and_are_spread() -> None:
    for attempts in range(1, 60):
        ceiling = min(5 * 2 ** (attempts - 1), 3600)
        pauses = {claims.pause(attempts).total_seconds() for _ in range(100)}
        assert all(2 <= pause <= ceiling for pause in pauses)
        assert max(pauses) - min(pauses) > (ceiling - 2) / 2  # over the whole range, not near its end


def test_looking_for_work_leaves_what_is_not_due(queue: Queue) -> None:
    turn(queue.site.state, models.Meeting, due_at=NOW + timedelta(days=3650))

    def due(now: datetime) -> list[str]:
        return queue.site.state.database.read(lambda session: turns.due_ids(session, models.Meeting, now))

    assert due(NOW) == []
    make_due(queue.site.state, models.Meeting)
    assert due(LONG_AGO) == [queue.row_id]

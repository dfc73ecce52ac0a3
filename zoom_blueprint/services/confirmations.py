"""Confirmations: a time is taken by the driver alone if nobody disturbs, else with all of it read under the lock."""

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from zoom_blueprint import logs, values
from zoom_blueprint.errors import SlotTaken, ZoomBlueprintError
from zoom_blueprint.scheduling.slots import Busy
from zoom_blueprint.services import availability, bookables, entries, hosts
from zoom_blueprint.services.availability import INSTANT
from zoom_blueprint.services.bookables import Bookable
from zoom_blueprint.services.entries import Entry
from zoom_blueprint.services.limits import Tally
from zoom_blueprint.state import State
from zoom_blueprint.store.driven import Driven, tell_detour

_QUICK_TRIES = 3
_LINES = 64
_PATIENCE_SECONDS = 2.0


@dataclass(frozen=True, kw_only=True)
class Confirmation:
    """A booking that nothing speaks against but, maybe, somebody who was faster.

    ``elsewhere`` is what the ``busy_times`` hook said; ``tally`` is counted in the booking's transaction.
    """

    state: State
    entry: Entry
    now: datetime
    offered_at: datetime
    elsewhere: Sequence[Busy]
    tally: Tally | None

    def make(self, seen: Bookable) -> tuple[values.Booking, bool]:
        """Return the booking, and whether it was made just now; ``seen`` is what was looked up.

        Raises:
            NotFound: it cannot be booked any more (NotOpen: not at the moment).
            SlotTaken: the start is not offered (any more).
            KeyReused: the key came with another body before.
        """
        with logs.about(host=seen.host.id):
            made = self._made_quickly(seen) or self.state.database.write(lambda session: self._make(session, seen))
        if made[1] and self.tally is not None:
            self.tally.count_rest(self.state)
        return made

    def _made_quickly(self, seen: Bookable) -> tuple[values.Booking, bool] | None:
        """Do as ``make`` does; None when others disturbed each try, or something is wrong with the database.

        What was read before counts if the host's lock gives the next revision.
        """
        try:
            for _ in range(_QUICK_TRIES):
                with _line(seen.host.id):
                    looked_up = bookables.look_up(self.state, seen.host.slug or "", seen.event.slug)
                    if looked_up.event.approval:
                        return None
                    if (known := self._known_if_taken(looked_up)) is not None:
                        return known, False
                    made = self.state.database.drive(partial(self._write, looked_up))
                    if made is not None:
                        bookables.keep(self.state, replace(looked_up, revision=looked_up.revision + 1))
                        return made, True
        except ZoomBlueprintError:
            raise
        except Exception as error:  # noqa: BLE001  # the long way knows what it means: a dead connection, a full disk
            tell_detour(error)
        return None

    def _known_if_taken(self, seen: Bookable) -> values.Booking | None:
        """Return the booking that has the time already, if this very attempt made it: it may have been sent twice.

        Raises:
            SlotTaken: somebody else's has.
        """
        state, start = self.state, self.entry.start
        own = availability.busy_now(state, seen, start, start + INSTANT, now=self.now)
        busy = [*own, *self.elsewhere]
        try:
            availability.ensure_offered(seen, busy, start, now=self.now, offered_at=self.offered_at)
        except SlotTaken:
            known = entries.find_made(state, seen.host.id, self.entry)
            if known is None:
                raise
            return state.database.read(lambda session: entries.read_made(state, session, known, self.entry))
        return None

    def _write(self, seen: Bookable, driven: Driven) -> values.Booking | None:
        """Write the booking if nothing of the host's has changed since it was looked at."""
        if hosts.lock_by(driven, seen.host.id) != seen.revision + 1:
            return None
        if self.tally is not None:
            self.tally.count_with(self.state, driven)
        return entries.write(self.state, driven, seen, self.entry, self.now)

    def _make(self, session: Session, seen: Bookable) -> tuple[values.Booking, bool]:
        """Read all that matters under the host's lock, and write the booking."""
        hosts.lock(session, seen.host.id)
        known = entries.made_before(self.state, session, seen.host.id, self.entry)
        if known is not None:
            return known, False
        current = bookables.ensure_open(bookables.find_by_id(session, seen.event_type_id))
        availability.ensure_free(
            session, current, self.entry.start, self.elsewhere, now=self.now, offered_at=self.offered_at
        )
        if self.tally is not None:
            self.tally.count_with(self.state, session.connection())
        asks = current.event.approval
        return entries.insert(self.state, session, current, self.entry, self.now, asks=asks), True


_lines: list[threading.Lock] = []


def _begin() -> None:
    _lines[:] = [threading.Lock() for _ in range(_LINES)]


@contextmanager
def _line(host_id: str) -> Iterator[None]:
    """Let this process' threads look and write for a host one after the other, if it does not take too long.

    Whoever waited here, and not for the database's lock, sees by looking that somebody was faster. It is the lock that
    keeps them apart; this only spares work.
    """
    lock = _lines[hash(host_id) % _LINES]
    is_ours = lock.acquire(timeout=_PATIENCE_SECONDS)
    try:
        yield
    finally:
        if is_ours:
            lock.release()


_begin()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin)  # threads that the child does not have may hold them

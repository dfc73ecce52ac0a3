"""Zoom accounts: everything that is asked of one, with tokens renewed, limits waited out and the hundred a day counted.

Source of the limits: https://developers.zoom.us/docs/commerce/rate-limits/ .
"""

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TypeVar

from sqlalchemy.orm import Session

from zoom_blueprint.errors import NotConnected, NotFound, ZoomRateLimited
from zoom_blueprint.languages import said
from zoom_blueprint.services import connections, quotas, snapshots, tokens
from zoom_blueprint.services.claims import VISITOR_PATIENCE, WORKER_PATIENCE
from zoom_blueprint.state import State
from zoom_blueprint.values import Connection
from zoom_blueprint.zoom_api.client import ListType, Page, ZoomClient, read_on
from zoom_blueprint.zoom_api.payloads import ListedMeeting, Meeting, MeetingChange, MeetingRequest, ZoomUser

T = TypeVar("T")
_LONGEST_PAUSE = 8.0


@dataclass(frozen=True, kw_only=True)
class Account:
    """The Zoom account behind one connection; make one when you need it, it holds nothing.

    Each call renews the access token when Zoom rejects it (once, then the error is yours), and waits when Zoom asks
    for it, as long as ``patience`` allows and not past ``until``. Creates and updates are counted against the hundred
    a day, unless ``before_change`` does that: it is called before each try, with whether it is the first one, and may
    raise to keep the call from being made. Each method raises, besides what it names itself,

    - NotConnected: the host has to connect or reconnect Zoom;
    - ZoomRateLimited: Zoom asks for more patience; ``retry_at`` says until when, None for a second or so;
    - ZoomScopeMissing: the host has to reconnect and allow ``scopes``;
    - ZoomRejected: a clear no, ``code`` says why;
    - ZoomUnknown: no clear answer; a change may have happened.
    """

    state: State
    connection_id: str
    patience: timedelta = WORKER_PATIENCE
    until: datetime | None = None
    before_change: Callable[[bool], None] | None = None

    def me(self) -> ZoomUser:
        """Return the user who connected the account."""
        return self._ask(lambda zoom: zoom.me())

    def create(self, request: MeetingRequest) -> Meeting:
        """Create a meeting; after ZoomUnknown it may exist, so look for it with ``list`` before you repeat the call."""
        return self._change(lambda zoom: zoom.create(request))

    def get(self, meeting_id: int) -> Meeting:
        """Return a meeting as it is now; ZoomMeetingNotFound when it is gone."""
        return self._ask(lambda zoom: zoom.get(meeting_id))

    def update(self, meeting_id: int, change: MeetingChange) -> None:
        """Change a meeting; ZoomMeetingNotFound when it is gone. An empty change is neither sent nor counted."""
        if change.to_zoom():
            self._change(lambda zoom: zoom.update(meeting_id, change))

    def delete(self, meeting_id: int) -> None:
        """Delete a meeting; ZoomMeetingNotFound when it is gone already, which for most callers is as good."""
        self._ask(lambda zoom: zoom.delete(meeting_id))

    def list(self, type: ListType = ListType.SCHEDULED) -> Iterator[ListedMeeting]:
        """List meetings, each page of 300 fetched when it is reached, with the token that is good then."""
        return read_on(lambda token: self._ask(lambda zoom: zoom.page(type, token)))

    def page(self, type: ListType, token: str, size: int) -> Page:
        """Return one page of a list: the one behind a token, or the first; ``size`` is 1 to 300."""
        return self._ask(lambda zoom: zoom.page(type, token, size))

    def start_url(self, meeting_id: int) -> str:
        """Return the link that starts a meeting as its host, good for two hours; never store, log or mail it."""
        return self._ask(lambda zoom: zoom.start_url(meeting_id))

    def _change(self, call: Callable[[ZoomClient], T]) -> T:
        """Make a call that Zoom counts, once for all its tries: what Zoom clearly refused is not counted there."""
        tries = iter(range(1 << 30))

        def counted(zoom: ZoomClient) -> T:
            # Inside, because a refresh or a pause may have come before.
            is_first = next(tries) == 0
            if self.before_change is not None:
                self.before_change(is_first)
            elif is_first:
                self.state.database.write(self._spend)
            return call(zoom)

        try:
            return self._ask(counted)
        except ZoomRateLimited as error:
            if error.is_hosts_day:
                self.state.database.write(partial(quotas.exhaust, connection_id=self.connection_id, now=_now()))
            raise

    def _ask(self, call: Callable[[ZoomClient], T]) -> T:
        deadline = _now() + self.patience
        if self.until is not None:
            deadline = min(deadline, self.until)
        tries = 0
        while True:
            try:
                answer = tokens.with_zoom(self.state, self.connection_id, call)
            except ZoomRateLimited as error:
                tries += 1
                again_at = _again_at(error, tries)
                if again_at > deadline:
                    raise
                time.sleep(max(0.0, (again_at - _now()).total_seconds()))
            else:
                connections.note_answer(self.state, self.connection_id)
                return answer

    def _spend(self, session: Session) -> None:
        quotas.spend(session.connection(), self.connection_id, _now())


def of_host(
    state: State, host_id: str, connection_id: str | None = None, *, patience: timedelta = VISITOR_PATIENCE
) -> Account:
    """Return one of a host's accounts: the named one, else the first that works.

    Raises:
        NotFound, NotConnected: as with ``meant``.
    """
    return Account(state=state, connection_id=meant(state, host_id, connection_id).id, patience=patience)


def meant(state: State, host_id: str, connection_id: str | None = None) -> Connection:
    """Return one of a host's connections to Zoom, whatever its status: the named one, else the first that works.

    Raises:
        NotFound: the host has no such connection.
        NotConnected: the host never connected Zoom.
    """
    row = state.database.read(lambda session: connections.chosen(session, host_id, connection_id))
    if row is None:
        raise NotConnected(said("Zoom is not connected. Press Connect Zoom on the dashboard."))
    if connection_id is not None and row.id != connection_id:
        raise NotFound(said("There is no such connection."))
    return snapshots.connection(row)


def _again_at(error: ZoomRateLimited, tries: int) -> datetime:
    """Return when to ask again: at the instant that Zoom named, else soon, and not at once with everybody else."""
    jitter = random.uniform(0.5, 1.0)  # noqa: S311  # spreading load, not a secret
    if error.retry_at is not None:
        return error.retry_at + timedelta(seconds=jitter)
    return _now() + timedelta(seconds=min(_LONGEST_PAUSE, 1 << min(tries - 1, 3)) * jitter)


def _now() -> datetime:
    return datetime.now(UTC)

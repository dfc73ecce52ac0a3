"""Bring the event of one booking in its host's Google calendar in line: look, make the smallest call, record.

The second target of ``reconcile``, judged by the same three values as Zoom's meetings. Google lets us give each event
its id, so a repeated insert finds what an earlier one without an answer has left.
"""

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from zoom_blueprint import logs
from zoom_blueprint.errors import (
    GoogleChanged,
    GoogleClientRefused,
    GoogleDuplicate,
    GoogleError,
    GoogleNotFound,
    GoogleRateLimited,
    GoogleRejected,
    GoogleScopeMissing,
    GoogleUnknown,
    NotConnected,
)
from zoom_blueprint.google_api.client import GoogleClient
from zoom_blueprint.google_api.conferences import MEET, ConferenceStatus, MeetRequest
from zoom_blueprint.google_api.event_requests import EventChange, EventRequest, Notify
from zoom_blueprint.google_api.events import Event
from zoom_blueprint.services import (
    calendar_discoveries,
    calendar_moves,
    calendar_records,
    calendar_wishes,
    closings,
    connections,
    inscriptions,
    tokens,
)
from zoom_blueprint.services.calendar_wishes import EventWish, Times
from zoom_blueprint.services.claims import VISITOR_PATIENCE, Claimed, ClaimLost, pause
from zoom_blueprint.services.judgements import Verdict
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.values import LinkReason

T = TypeVar("T")
_MODEL = models.CalendarEvent
_HOUR = timedelta(hours=1)
_FIRST_WAIT, _LONGEST_WAIT = timedelta(seconds=5), timedelta(minutes=30)
_LOOKS = 3
"""How often an event that changes under our hands is looked at anew before others have their turn."""
_PAUSE_SECONDS = 0.2
_FOR_MEET = timedelta(seconds=3)
_BOOKING, _START, _END = "booking", "start", "end"
_log = logs.logger(__name__)


@dataclass(frozen=True)
class _Work:
    """One claimed event, with what is wanted of it."""

    state: State
    claimed: Claimed
    wish: EventWish

    def ask(self, call: Callable[[GoogleClient], T]) -> T:
        """Return what Google answers; whoever waits for a booking's page has no more than its time."""
        budget = None
        if self.claimed.patience == VISITOR_PATIENCE:
            left = self.wish.read_at + VISITOR_PATIENCE - datetime.now(UTC)
            budget = max(left, timedelta(seconds=1))
        answer = tokens.with_google(self.state, self.wish.connection_id, call, budget=budget)
        connections.note_answer(self.state, self.wish.connection_id)
        return answer

    def get(self) -> Event:
        """Return the event as it is now."""
        return self.ask(lambda google: google.get(self.wish.calendar_id, self.wish.event_id))

    def is_elsewhere(self) -> bool:
        """Return whether the event was moved to another calendar, where it is looked at from now on."""
        return calendar_moves.follow(self.state, self.claimed, self.wish, self.ask)


def reconcile(state: State, claimed: Claimed) -> None:
    """Make Google agree with one booking and record the outcome; its errors end in a later try or a reason."""
    wish = state.database.read(lambda session: calendar_wishes.read(state, session, claimed.row_id))
    if wish is None:
        return
    work = _Work(state, claimed, wish)
    with logs.about(booking=wish.booking.id, host=wish.booking.host.id), _outcome(work):
        if wish.awaits_approval:
            closings.leave(state, _MODEL, claimed)
        elif wish.is_cut:
            calendar_records.done(state, claimed)
        elif not wish.wanted:
            _take_away(work)
        elif wish.is_over:
            calendar_records.over(state, claimed)
        elif not wish.is_there:
            _insert(work)
        elif wish.is_in_line:
            calendar_records.done(state, claimed)
        else:
            _agree(work)


@contextmanager
def _outcome(work: _Work) -> Iterator[None]:
    """Record what keeps the block from its end: everything that is asked of Google may raise."""
    state, claimed, now = work.state, work.claimed, datetime.now(UTC)

    def later(reason: LinkReason | None, at: datetime, error: Exception) -> None:
        closings.later(state, _MODEL, claimed, reason, at, str(error))

    try:
        yield
    except ClaimLost:
        later(None, now, ClaimLost("the claim was nearly over"))
    except NotConnected as error:
        closings.waiting(state, _MODEL, claimed, LinkReason.NOT_CONNECTED, str(error))
    except GoogleScopeMissing as error:
        closings.waiting(state, _MODEL, claimed, LinkReason.SCOPES, str(error))
    except GoogleRateLimited as error:
        later(LinkReason.QUOTA, error.retry_at or now + _wait(work.wish, now), error)
    except GoogleChanged as error:
        later(None, now + pause(1), error)
    except (GoogleRejected, GoogleNotFound) as error:
        _log.warning("Google refused the event of booking %s: %s", work.wish.booking.id, error)
        later(LinkReason.NOT_ALLOWED, now + _HOUR, error)
    except GoogleClientRefused as error:
        _log.error("Google refused this site's client: %s", error)
        later(LinkReason.SITE, now + pause(claimed.attempts), error)
    except GoogleError as error:
        _log.warning("The event of booking %s is not as it should be yet: %s", work.wish.booking.id, error)
        later(LinkReason.UNREACHABLE, now + pause(claimed.attempts), error)


def _wait(wish: EventWish, now: datetime) -> timedelta:
    """Return how long to keep away: Google seldom says it, and wants longer waits each time."""
    waited = now - (wish.reason_since or now)
    return min(max(waited, _FIRST_WAIT), _LONGEST_WAIT)


def _insert(work: _Work) -> None:
    wish = work.wish
    request = _request(wish)
    calendar_records.about_to_change(work.state, work.claimed, wish, asks=wish.times, inserts=True)
    try:
        made = work.ask(lambda google: google.insert(wish.calendar_id, request, Notify.ALL))
    except GoogleDuplicate:
        _find(work)
        return
    except GoogleUnknown:
        raise
    except GoogleError:
        if wish.unsure_until is None:  # a clear no: nothing can have come of it
            calendar_records.settled(work.state, work.claimed)
        raise
    calendar_records.told(work.state, work.claimed, wish, _with_meet(work, made), wish.times, None)


def _find(work: _Work) -> None:
    """Go on with the event that an insert without an answer has left, whatever the host has done to it since."""
    found = work.get()
    if found.is_gone:
        if not work.is_elsewhere():
            calendar_discoveries.vanished(work.state, work.claimed, work.wish)
        return
    calendar_records.found(work.state, work.claimed, found, _made_with(found))


def _agree(work: _Work) -> None:
    """Look at the event, make the smallest call that settles what differs, and record the outcome."""
    for is_last in (*(False,) * (_LOOKS - 1), True):
        try:
            now = work.get()
        except GoogleNotFound:
            if work.is_elsewhere():
                return
            if work.wish.is_detached:  # connected again is another account, and nobody shall be invited twice
                closings.leave(work.state, _MODEL, work.claimed)
            else:
                calendar_discoveries.lost(work.state, work.claimed)
            return
        try:
            _settle(work, now)
        except (GoogleChanged, GoogleNotFound):  # since we looked
            if is_last:
                raise
        else:
            return


def _settle(work: _Work, now: Event) -> None:
    state, claimed, wish = work.state, work.claimed, work.wish
    if now.is_gone:
        if not work.is_elsewhere():
            calendar_discoveries.vanished(state, claimed, wish)
        return
    if now.is_declined:
        calendar_discoveries.declined(state, claimed)
        return
    times = calendar_discoveries.times_of(now)
    verdict = wish.judge(times)
    if verdict is Verdict.FOLLOW:
        calendar_discoveries.adopted(state, claimed, wish, now)
        return
    if verdict is Verdict.CONFLICT:
        calendar_discoveries.conflicting(state, claimed, wish, now)
        return
    has_conflict = wish.booking.calendar is not None and wish.booking.calendar.conflict is not None
    moves = verdict is Verdict.PUSH and not has_conflict
    sent = wish.inscription.untold(wish.told, now)
    if wish.is_meet and _lacks_meet(now):
        sent["conference"] = MeetRequest(_request_id(wish, now.etag))
    if moves:
        sent |= {"start": wish.booking.start, "end": wish.booking.end, "time_zone": wish.booking.host.time_zone}
    after = now
    if sent:
        change = EventChange(**sent)
        calendar_records.about_to_change(state, claimed, wish, asks=wish.times if moves else None)
        after = work.ask(lambda google: google.patch(wish.calendar_id, now.id, change, Notify.ALL, etag=now.etag))
    stands = wish.times if moves or verdict is Verdict.AGREED else None
    calendar_records.told(state, claimed, wish, _with_meet(work, after), stands, sent)


def _take_away(work: _Work) -> None:
    wish = work.wish
    if wish.is_there or wish.unsure_until is not None:
        try:
            work.ask(lambda google: google.delete(wish.calendar_id, wish.event_id, Notify.ALL))
        except GoogleNotFound:
            if work.is_elsewhere():
                return
            _log.info("the event was gone already")
    calendar_records.gone(work.state, work.claimed, is_settled=wish.is_there or wish.can_settle)


def _with_meet(work: _Work, event: Event) -> Event:
    """Return the event with its Meet link, if that is there soon enough."""
    wish = work.wish
    deadline = min(wish.read_at + work.claimed.patience, datetime.now(UTC) + _FOR_MEET)
    while wish.is_meet and calendar_records.meet_link(event) is None and not _lacks_meet(event):
        if datetime.now(UTC) > deadline:
            break
        time.sleep(_PAUSE_SECONDS)
        try:
            event = work.get()
        except GoogleError as error:  # the event itself is as it should be
            _log.info("the Meet link is asked for later: %s", error)
            break
    return event


def _lacks_meet(event: Event) -> bool:
    """Return whether Google was not asked for a Meet link, or has failed to make it."""
    conference = event.conference
    return conference is None or conference.kind != MEET or conference.status is ConferenceStatus.FAILURE


def _request(wish: EventWish) -> EventRequest:
    booking, link = wish.booking, wish.inscription.link
    chosen: Any = wish.preferences.get("colour") or ""
    return EventRequest(
        id=wish.event_id,
        start=booking.start,
        end=booking.end,
        time_zone=booking.host.time_zone,
        guests=inscriptions.guests(booking),
        conference=MeetRequest(_request_id(wish, "")) if wish.is_meet else link,
        reminders=inscriptions.reminders(wish.preferences),
        color_id=str(chosen),
        private={
            _BOOKING: booking.id,
            _START: booking.start.astimezone(UTC).isoformat(),
            _END: booking.end.astimezone(UTC).isoformat(),
        },
        **wish.inscription.texts,
    )


def _request_id(wish: EventWish, etag: str) -> str:
    """Return the same id for a repeated call, and another one for each new wish: an event is patched once as it is."""
    return hashlib.sha256(f"{wish.event_id} {etag}".encode()).hexdigest()[:32]


def _made_with(event: Event) -> Times | None:
    """Return the times that our insert gave an event."""
    try:
        return datetime.fromisoformat(event.private[_START]), datetime.fromisoformat(event.private[_END])
    except (KeyError, ValueError):
        return None

"""Bring the Zoom meeting of one booking in line with the booking: look, make the smallest call, record.

``reconcile`` may run twice, after a crash, or on another machine. Three values decide about changes from both sides:
what is wanted, what was last seen at Zoom, and what is there now; what a change of ours without an answer may have left
there counts as seen.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy import select

from zoom_blueprint import logs
from zoom_blueprint.errors import (
    NotConnected,
    ZoomError,
    ZoomMeetingNotFound,
    ZoomRateLimited,
    ZoomRejected,
    ZoomScopeMissing,
    ZoomUnknown,
)
from zoom_blueprint.languages import said
from zoom_blueprint.services import agendas, agreements, handovers, records, restorations, settings, wishes
from zoom_blueprint.services.accounts import Account
from zoom_blueprint.services.claims import VISITOR_PATIENCE, Claimed, ClaimLost, pause
from zoom_blueprint.services.settings import HookFailed
from zoom_blueprint.services.sightings import Sighting
from zoom_blueprint.services.wishes import Wish
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.values import LinkReason
from zoom_blueprint.zoom_api.payloads import Meeting, MeetingRequest

_NOT_CONNECTED = said("Zoom is not connected. Press Connect Zoom on the dashboard.")
_HOUR = timedelta(hours=1)
_AFTER_A_LIMIT = 4
"""After how many failures one would pause as long as after Zoom's limits: at most 40 s."""
_log = logs.logger(__name__)


def reconcile(state: State, claimed: Claimed) -> None:
    """Make Zoom agree with one booking and record the outcome; every error of Zoom ends in a later try or a reason."""
    wish = state.database.read(lambda session: wishes.read(state, session, claimed.row_id))
    with logs.about(booking=wish.booking.id, host=wish.booking.host.id), outcome(state, claimed, wish):
        if wish.awaits_approval:
            records.untouched(state, claimed)
        elif wish.is_left_alone:
            records.done(state, claimed)
        elif wish.wanted:
            _bring_about(state, claimed, wish)
        else:
            _take_away(state, claimed, wish)


@contextmanager
def outcome(state: State, claimed: Claimed, wish: Wish) -> Iterator[None]:
    """Record what keeps the block from its end: everything that is asked of Zoom may raise."""
    try:
        yield
    except ClaimLost:
        records.later(state, claimed, None, datetime.now(UTC), "the claim was nearly over")
    except NotConnected as error:
        if not handovers.to_calendar(state, claimed, wish):
            records.waiting(state, claimed, LinkReason.NOT_CONNECTED, str(error))
    except ZoomRateLimited as error:
        # A little after the instant that Zoom names: for a clock ahead of Zoom's, midnight comes early and costs a day.
        at = (error.retry_at or datetime.now(UTC)) + pause(_AFTER_A_LIMIT)
        records.later(state, claimed, LinkReason.QUOTA, at, str(error))
    except ZoomScopeMissing as error:
        if not handovers.to_calendar(state, claimed, wish):
            records.waiting(state, claimed, LinkReason.SCOPES, str(error))
    except ZoomRejected as error:
        _log.warning("Zoom refused the meeting of booking %s: %s", wish.booking.id, error)
        records.later(state, claimed, LinkReason.NOT_ALLOWED, datetime.now(UTC) + _HOUR, str(error))
    except HookFailed as error:
        records.later(state, claimed, LinkReason.SITE, datetime.now(UTC) + pause(claimed.attempts), str(error))
    except ZoomError as error:
        at = datetime.now(UTC) + pause(claimed.attempts)
        _log.warning("The meeting of booking %s is not as it should be yet: %s", wish.booking.id, error)
        records.later(state, claimed, LinkReason.UNREACHABLE, at, str(error))


def marker(booking_id: str) -> str:
    """Return how the agenda of a meeting begins that is ours; Zoom has no idempotency key.

    What follows it there are strangers' words, among which the reference of another booking may stand.
    """
    return f"Booking reference: {booking_id}"


def start_url(state: State, host_id: str, booking_id: str) -> str:
    """Return the link that starts a booking's meeting as its host, fetched now; never store, log or mail it.

    Raises:
        NotFound: the host has no such booking.
        NotConnected: it has no meeting that Zoom lets us start; the host can start it in Zoom.
        ZoomError: Zoom did not give it.
    """
    booking = agendas.of_host(state, host_id, booking_id)
    query = select(models.Meeting.zoom_meeting_id, models.Meeting.connection_id)
    query = query.where(models.Meeting.booking_id == booking.id)
    found = state.database.read(lambda session: session.execute(query).one_or_none())
    if found is None or found[0] is None or found[1] is None or booking.is_detached or booking.join_url is None:
        raise NotConnected(said("This meeting cannot be started from here. If it has a Zoom link, start it in Zoom."))
    return Account(state=state, connection_id=found[1], patience=VISITOR_PATIENCE).start_url(found[0])


def _bring_about(state: State, claimed: Claimed, wish: Wish) -> None:
    if wish.is_over:
        records.over(state, claimed)
        return
    if wish.zoom_meeting_id is None:
        _create(state, claimed, wish)
        return
    if not wish.is_sure and wish.can_settle:
        account = _account(state, claimed, wish)
        _delete_all(account, [one for one in _ours(account, wish) if one != wish.zoom_meeting_id])
        records.settled(state, claimed)
    is_in_line = wish.booking.conflict or wish.is_as(wish.seen_start, wish.seen_duration)
    if wish.look_again or wish.is_detached or wish.has_asked or wish.is_edited or not is_in_line:
        account = _account(state, claimed, wish)
        agreements.reach(state, claimed, account, wish, wish.zoom_meeting_id)
    else:
        records.done(state, claimed)


def _create(state: State, claimed: Claimed, wish: Wish) -> None:
    account = _account(state, claimed, wish, creates=True)
    wanted = settings.asked(state, wish.booking)
    if not wish.is_sure:
        ours = _ours(account, wish)
        if ours:
            found = account.get(ours[0])
            _delete_all(account, ours[1:])
            # The booking may have changed since: then what was found is looked at again, and follows it.
            is_settled = wish.can_settle and wish.is_as(found.start, found.duration) and not wish.is_edited
            _link(state, claimed, wish, account, wanted, found, is_settled=is_settled, is_found=True)
            return
    made = make(state, claimed, wish, account, request_for(wish, wanted))
    _link(state, claimed, wish, account, wanted, made, is_settled=wish.is_sure)


def request_for(wish: Wish, wanted: dict[str, object]) -> MeetingRequest:
    """Return what is asked of Zoom for a new meeting with these settings.

    Raises:
        HookFailed: the site's hook put something among them that cannot be sent.
    """
    try:
        return MeetingRequest(
            topic=settings.topic(wish.booking),
            start=wish.start,
            duration=wish.duration,
            agenda=f"{marker(wish.booking.id)}\n{wish.booking.name} <{wish.booking.email}>",
            time_zone=wish.booking.host.time_zone,
            settings=wanted,
        )
    except ValueError as error:
        raise HookFailed(f"the meeting's settings cannot be sent: {error}") from None


def make(state: State, claimed: Claimed, wish: Wish, account: Account, request: MeetingRequest) -> Meeting:
    """Return the meeting that Zoom makes."""
    try:
        return account.create(request)
    except ZoomUnknown:
        raise
    except ZoomError:
        if wish.is_sure:  # a clear no: nothing can have come of it
            records.settled(state, claimed)
        raise


def _link(
    state: State,
    claimed: Claimed,
    wish: Wish,
    account: Account,
    wanted: dict[str, object],
    made: Meeting,
    *,
    is_settled: bool,
    is_found: bool = False,
) -> None:
    seen = Sighting(made, settings.changes(wanted, made))
    kept = restorations.of_new(wish.booking)
    records.linked(state, claimed, account.connection_id, seen, kept, is_settled=is_settled, is_found=is_found)


def _take_away(state: State, claimed: Claimed, wish: Wish) -> None:
    if wish.connection_id is None:
        records.gone(state, claimed, is_settled=True)
        return
    known = [] if wish.zoom_meeting_id is None else [wish.zoom_meeting_id]
    account = _account(state, claimed, wish)
    if not wish.is_sure:
        known += [one for one in _ours(account, wish) if one != wish.zoom_meeting_id]
    _delete_all(account, known)
    records.gone(state, claimed, is_settled=wish.can_settle)


def _delete_all(account: Account, meeting_ids: Sequence[int]) -> None:
    for meeting_id in meeting_ids:
        try:
            account.delete(meeting_id)
        except ZoomMeetingNotFound:
            _log.info("meeting %s was gone already", meeting_id)


def _ours(account: Account, wish: Wish) -> list[int]:
    """Return the meetings in Zoom that earlier, unanswered creates may have left."""
    mark = marker(wish.booking.id)
    return [listed.id for listed in account.list() if listed.agenda.startswith(mark)]


def _account(state: State, claimed: Claimed, wish: Wish, *, creates: bool = False) -> Account:
    """Return the account to ask, for as long as whoever waits for it has patience and the claim lasts."""
    if wish.connection_id is None:
        raise NotConnected(_NOT_CONNECTED)
    moves_to = None if creates else (wish.start, wish.duration)
    return Account(
        state=state,
        connection_id=wish.connection_id,
        patience=claimed.patience,
        until=min(wish.read_at + claimed.patience, claimed.until - records.CALL_NEEDS),
        before_change=partial(records.about_to_change, state, claimed, wish.connection_id, moves_to=moves_to),
    )

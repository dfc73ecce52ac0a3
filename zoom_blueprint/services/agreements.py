"""Agreements: a change on our side, on Zoom's, or on both, settled by a look at the meeting as it is there."""

from dataclasses import replace

from zoom_blueprint import logs
from zoom_blueprint.errors import ZoomMeetingNotFound, ZoomRejected
from zoom_blueprint.services import discoveries, records, restorations, settings
from zoom_blueprint.services.accounts import Account
from zoom_blueprint.services.claims import Claimed
from zoom_blueprint.services.judgements import Verdict
from zoom_blueprint.services.settings import HookFailed
from zoom_blueprint.services.sightings import Sighting
from zoom_blueprint.services.wishes import Wish
from zoom_blueprint.state import State
from zoom_blueprint.zoom_api.payloads import Meeting, MeetingChange

_log = logs.logger(__name__)


def reach(state: State, claimed: Claimed, account: Account, wish: Wish, meeting_id: int) -> None:
    """Look at a meeting, make the smallest call that settles what differs, and record the outcome.

    Raises:
        HookFailed: it is to have its options, and the site's hook does not say which.
        ZoomError: Zoom did not do what was asked.
    """
    is_still_wanted = wish.is_detached or wish.is_edited or not wish.is_as(wish.seen_start, wish.seen_duration)
    now = _look(account, wish, meeting_id)
    if now is None:
        discoveries.vanished(state, claimed, is_still_wanted=is_still_wanted)
        return
    wanted = _wanted(state, wish)
    seen = Sighting(now, settings.changes(wanted, now))
    verdict = wish.judge(now.start, now.duration)
    if verdict is Verdict.FOLLOW:
        discoveries.adopted(state, claimed, seen)
        return
    if verdict is Verdict.CONFLICT:
        discoveries.conflicting(state, claimed, seen)
        return
    moves = verdict is Verdict.PUSH and not wish.booking.conflict
    if not (moves or wish.is_edited):
        if verdict is Verdict.AGREED:
            discoveries.agreed(state, claimed, seen, is_renamed=wish.is_renamed(now.topic))
        else:
            records.done(state, claimed)
        return
    kept = restorations.to_keep(wish, now) if wish.is_edited else {}
    try:
        change = _change(wish, wanted, moves=moves)
        if wish.is_edited and kept != wish.settings_before:
            records.kept(state, claimed, kept)
        account.update(meeting_id, change)
        after = account.get(meeting_id) if wish.is_edited else now  # Zoom keeps what the account's policy says
    except ZoomMeetingNotFound:  # since we looked
        discoveries.vanished(state, claimed, is_still_wanted=is_still_wanted)
        return
    if not wish.is_edited:
        records.pushed(state, claimed, wish.start, wish.duration)
        return
    # Another time than this is a change by the host, and found by the next look.
    start, duration = (wish.start, wish.duration) if moves else (now.start, now.duration)
    records.told(
        state,
        claimed,
        Sighting(replace(after, start=start, duration=duration), settings.changes(wanted, after)),
        restorations.still_decided(wish, kept),
    )


def _wanted(state: State, wish: Wish) -> dict[str, object]:
    try:
        return settings.asked(state, wish.booking)
    except HookFailed:
        if wish.is_edited:
            raise
        return {}  # what is wrong with the site's hook keeps nobody from following the host's own change


def _change(wish: Wish, wanted: dict[str, object], *, moves: bool) -> MeetingChange:
    """Return what is to be changed.

    Raises:
        HookFailed: the site's hook put something among the options that cannot be sent.
    """
    change = MeetingChange()
    if moves:
        change = MeetingChange(start=wish.start, duration=wish.duration, time_zone=wish.booking.host.time_zone)
    if not wish.is_edited:
        return change
    # Who was an alternative host before, and is none any more, has to be taken out.
    options = wanted if wish.booking.settings is None else {"alternative_hosts": "", **wanted}
    options = {**restorations.to_give_back(wish, wanted), **options}
    try:
        return replace(change, topic=settings.topic(wish.booking), settings=options)
    except ValueError as error:
        raise HookFailed(f"the meeting's settings cannot be sent: {error}") from None


def _look(account: Account, wish: Wish, meeting_id: int) -> Meeting | None:
    """Return the meeting as it is now, None when it is gone, or out of reach for whoever is connected now."""
    try:
        return account.get(meeting_id)
    except ZoomMeetingNotFound:
        return None
    except ZoomRejected as error:
        if not wish.is_detached:
            raise
        _log.warning("The meeting of booking %s is out of reach since the reconnection: %s", wish.booking.id, error)
        return None

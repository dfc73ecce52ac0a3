"""Beginnings: the meeting of a booking that was just made is made by what is in hand, if nobody has touched it since.

What ``meetings.reconcile`` would read is known then, and what has to be written is written by the driver alone. A row
that is not as its booking has left it is for ``reconcile``.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy import String, bindparam, func, select, update

from zoom_blueprint import logs, values
from zoom_blueprint.errors import StoreUnavailable, ZoomBlueprintError, ZoomRateLimited
from zoom_blueprint.events import EventName
from zoom_blueprint.services import changes, mailings, meetings, quotas, records, settings, sightings, tokens
from zoom_blueprint.services.accounts import Account
from zoom_blueprint.services.claims import VISITOR_PATIENCE, Claimed, ClaimLost
from zoom_blueprint.services.settings import HookFailed
from zoom_blueprint.services.sightings import Sighting
from zoom_blueprint.services.wishes import Wish
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.store.base import UtcDateTime, new_id, table_of
from zoom_blueprint.store.driven import Driven
from zoom_blueprint.values import ConnectionStatus, MeetingStatus, Provider
from zoom_blueprint.zoom_api.payloads import MeetingRequest

_NEW = 1
"""The version and the number of attempts, after its claim, of a meeting that was wished for by its booking alone."""
_meeting, _connection, _grant = table_of(models.Meeting), table_of(models.Connection), table_of(models.Grant)
_host = table_of(models.Host)
_CHOSEN = (
    select(_connection.c.id, _grant.c.expires_at, _grant.c.lost_at, _host.c.has_endpoints)
    .join(_grant, _grant.c.connection_id == _connection.c.id)
    .join(_host, _host.c.id == _connection.c.host_id)
    .where(
        _connection.c.host_id == bindparam("host"),
        _connection.c.provider == Provider.ZOOM,
        _connection.c.status == ConnectionStatus.ACTIVE,
        _connection.c.id == func.coalesce(bindparam("wanted", type_=String), _connection.c.id),
    )
    .order_by(_connection.c.connected_at, _connection.c.id)
    .limit(1)
)
_now, _nonce = bindparam("now", type_=UtcDateTime()), bindparam("nonce", type_=String())
_CLAIM = (
    update(_meeting)
    .where(
        _meeting.c.booking_id == bindparam("booking"),
        _meeting.c.due_at <= _now,
        _meeting.c.claim.is_(None),
        _meeting.c.wanted_version == _NEW,
        _meeting.c.attempts == 0,
        _meeting.c.unsure_until.is_(None),
        _meeting.c.zoom_meeting_id.is_(None),
        _meeting.c.wanted,
    )
    .values(
        due_at=bindparam("until"),
        claim=_nonce,
        attempts=_NEW,
        connection_id=bindparam("connection"),
        unsure_until=bindparam("unsure"),
    )
    .returning(_meeting.c.id)
)
_SEEN = ("topic", "seen_start", "seen_duration", "join_url_sealed", "passcode_sealed", "setting_changes")
_LINK = (
    update(_meeting)
    .where(
        _meeting.c.id == bindparam("meeting"),
        _meeting.c.claim == _nonce,
        _meeting.c.wanted_version == _NEW,
        _meeting.c.wanted,
    )
    .values(
        **{name: bindparam(f"new_{name}") for name in (*_SEEN, "zoom_meeting_id")},
        **dict.fromkeys(("claim", "due_at", "last_error", "unsure_until", "reason", "reason_since", "retry_at")),
        attempts=0,
        look_again=False,
        detached=False,
    )
    .returning(_meeting.c.id)
)
_log = logs.logger(__name__)


@dataclass(frozen=True)
class Beginning:
    """A new meeting that is claimed, counted against Zoom's limit, and marked as one that may be under way."""

    claimed: Claimed
    wish: Wish
    connection_id: str
    request: MeetingRequest
    has_endpoints: bool


def begin(state: State, booking: values.Booking) -> Beginning | None:
    """Claim the meeting of a booking that was just made; None when anything is not as it usually is.

    All that ``records.about_to_change`` writes before a call is written with the claim. The ``meeting_options`` hook is
    asked by whoever holds the claim already, so a site that has one goes the long way.
    """
    if state.hooks.meeting_options is not None:
        return None
    now = datetime.now(UTC)
    try:
        chosen = _chosen(state, booking, now)
        if chosen is None:
            return None
        connection_id, has_endpoints = chosen
        wish = _wish(booking, connection_id, now)
        request = meetings.request_for(wish, settings.asked(state, booking))
        claimed = state.database.drive(partial(_claim, state, booking, connection_id))
    except (HookFailed, ZoomRateLimited):
        return None
    except StoreUnavailable:
        raise
    except Exception as error:  # noqa: BLE001  # the long way knows what it means
        _log.info("a first try takes the long way: %s", type(error).__name__)
        return None
    return None if claimed is None else Beginning(claimed, wish, connection_id, request, has_endpoints)


def make(state: State, begun: Beginning) -> values.Booking | None:
    """Make the meeting, and return its booking with the link; None when something else came of it."""
    claimed, wish = begun.claimed, begun.wish
    account = Account(
        state=state,
        connection_id=begun.connection_id,
        patience=claimed.patience,
        until=wish.read_at + claimed.patience,
        before_change=partial(_before_call, state, begun),
    )
    linked = None
    with logs.about(booking=wish.booking.id, host=wish.booking.host.id), meetings.outcome(state, claimed, wish):
        made = meetings.make(state, claimed, wish, account, begun.request)
        seen = Sighting(made, settings.changes(begun.request.settings, made))
        linked = _linked(state, begun, seen)
        if linked is None:
            records.linked(state, claimed, begun.connection_id, seen, {}, is_settled=True)
        state.work.wake()  # for the mails that were released or written
    return linked


def _chosen(state: State, booking: values.Booking, now: datetime) -> tuple[str, bool] | None:
    """Return the connection that ``connections.chosen`` would, if it can be used without a renewal.

    Beside it is told whether the host may have endpoints.
    """
    wanted = {"host": booking.host.id, "wanted": booking.event.connection_id}
    for connection_id, expires_at, lost_at, has_endpoints in state.database.look(_CHOSEN, wanted):
        if lost_at is None and state.database.instant(expires_at) - now > tokens.MARGIN:
            return str(connection_id), bool(has_endpoints)
    return None


def _wish(booking: values.Booking, connection_id: str, now: datetime) -> Wish:
    """Return what ``wishes.read`` would find."""
    return Wish(
        booking=booking,
        wanted=True,
        awaits_approval=False,
        look_again=False,
        connection_id=connection_id,
        is_cut=False,
        zoom_meeting_id=None,
        seen_start=None,
        seen_duration=None,
        asked_start=None,
        asked_duration=None,
        seen_topic=None,
        is_edited=False,
        settings_before={},
        unsure_until=None,
        read_at=now,
    )


def _claim(state: State, booking: values.Booking, connection_id: str, driven: Driven) -> Claimed | None:
    now, nonce = datetime.now(UTC), new_id()
    until = now + timedelta(seconds=state.config.claim_seconds)
    claimed = driven.execute(
        _CLAIM,
        {
            "booking": booking.id,
            "now": now,
            "until": until,
            "nonce": nonce,
            "connection": connection_id,
            "unsure": now + records.SURFACES_WITHIN,
        },
    )
    for (meeting_id,) in claimed:
        quotas.spend(driven, connection_id, now)
        return Claimed(meeting_id, nonce, _NEW, _NEW, until, state.config.tries, VISITOR_PATIENCE)
    return None


def _before_call(state: State, begun: Beginning, is_first_try: bool) -> None:
    """Look once more whether there is time for a call; whatever comes after the first one is begun as usual."""
    if not is_first_try:
        records.about_to_change(state, begun.claimed, begun.connection_id, is_first_try)
    elif begun.claimed.until - datetime.now(UTC) < records.CALL_NEEDS:
        raise ClaimLost


def _linked(state: State, begun: Beginning, seen: Sighting) -> values.Booking | None:
    """Keep the link and tell of it, if all is as it was at the claim."""
    at_zoom = seen.meeting
    booking = replace(
        begun.wish.booking,
        join_url=at_zoom.join_url,
        passcode=at_zoom.password or None,
        meeting_status=MeetingStatus.READY,
        setting_changes=tuple(seen.changes),
    )
    kept = sightings.columns(state, begun.claimed.row_id, seen)
    found = {"meeting": begun.claimed.row_id, "nonce": begun.claimed.nonce, "new_zoom_meeting_id": at_zoom.id}
    found |= {f"new_{name}": kept[name] for name in _SEEN}

    def work(driven: Driven) -> values.Booking | None:
        if not driven.execute(_LINK, found):
            return None
        now = datetime.now(UTC)
        mails = mailings.owed(driven, booking.id, now)
        has = begun.has_endpoints
        return changes.tell_of(state, driven, EventName.MEETING_READY, booking, now, mails=mails, has_endpoints=has)

    try:
        return state.database.drive(work)
    except ZoomBlueprintError:
        raise
    except Exception as error:  # noqa: BLE001  # the long way knows what it means
        _log.info("a link takes the long way: %s", type(error).__name__)
        return None

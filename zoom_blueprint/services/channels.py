"""Channels: on them Google tells of changes in a calendar; what changed is asked for afterwards.

Source: https://developers.google.com/workspace/calendar/api/guides/push . The token of a channel is a keyed digest of
its id, so whatever is forged is refused without a look into the database.
"""

import contextlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sqlalchemy import and_, bindparam, or_, select, true
from sqlalchemy.orm import Session

from zoom_blueprint import logs
from zoom_blueprint.errors import BadSignature, NotConnected, ProviderError, Rejected
from zoom_blueprint.services import duties, tokens
from zoom_blueprint.services.duties import DutyName
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.store.base import new_id

if TYPE_CHECKING:  # a site without Google does not load it
    from zoom_blueprint.google_api.client import GoogleClient
    from zoom_blueprint.google_api.payloads import Channel
    from zoom_blueprint.google_api.pushes import Push

_LIFETIME = timedelta(days=7)
_RENEWED_BEFORE = timedelta(hours=1)
_NOT_AGAIN_FOR = timedelta(days=1)
_FAREWELL = timedelta(seconds=3)
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_CHANNEL = (
    select(models.Calendar.connection_id, models.Duty.due_at, models.Duty.claim)
    .outerjoin(
        models.Duty,
        and_(models.Duty.subject == models.Calendar.connection_id, models.Duty.name == DutyName.CALENDAR.value),
    )
    .where(models.Calendar.channel_id == bindparam("channel"))
)
_log = logs.logger(__name__)


@dataclass(frozen=True)
class _Watched:
    """A calendar, and the channel that it has, if it has one; it ``needs`` one while it is read."""

    row_id: str
    needs: bool
    calendar_id: str
    channel_id: str | None
    resource_id: str | None
    expires_at: datetime | None


def accept(state: State, push: "Push") -> bool:
    """Have what changed read at once; False when no calendar has this channel (any more).

    Many of them for one calendar are one wish: nothing is written while it is not fulfilled.

    Raises:
        BadSignature: whoever sent it does not know the channel's token.
    """
    _verify(state, push)
    if push.is_beginning:  # which may come before we know that the channel is open
        return True
    found = state.database.look(_CHANNEL, {"channel": push.channel_id})
    if not found:
        return False
    (connection_id, due_at, claim), now = found[0], datetime.now(UTC)
    if due_at is None or claim is not None or state.database.instant(due_at) > now:
        state.database.write(lambda session: duties.want(session, DutyName.CALENDAR, connection_id, now))
        state.work.wake()
    return True


def renew(state: State, connection_id: str, now: datetime) -> bool:
    """Open channels for those calendars that are read and have none that lasts; end the ones before.

    Where Google refuses, changes are found out by asking every few minutes, and it is tried again tomorrow. Returns
    whether one was opened: what Google has told on it before that was written down is not known.

    Raises:
        NotConnected, ProviderError: Google gave no clear answer; come back later.
    """
    if not _can_be_reached(state):
        return False
    is_opened = False
    for one in state.database.read(lambda session: _watched(session, connection_id)):
        if one.needs and one.expires_at is not None and one.expires_at > now + _RENEWED_BEFORE:
            continue
        if one.needs and _opened(state, connection_id, one, now):
            is_opened = True
        else:
            state.database.write(partial(_keep, one, None, now))
        if one.resource_id is not None:
            _stop(state, connection_id, one)
    return is_opened


def stop_all(state: State, host_id: str, connection_id: str) -> None:
    """End the channels of a host's connection, as far as Google is there to do so; the others end by themselves.

    Should the connection go on after all, others are opened.
    """
    if not state.config.has_google:
        return
    for one in state.database.read(lambda session: _watched(session, connection_id, host_id)):
        if one.resource_id is not None:
            _stop(state, connection_id, one)
            state.database.write(partial(_forget, one))


def _verify(state: State, push: "Push") -> None:
    for expected in state.links.fingerprints(_about(push.channel_id)):
        try:
            return push.verify(expected)
        except BadSignature:
            continue
    raise BadSignature("the token of the channel does not match")


def _about(channel_id: str) -> str:
    return f"google channel {channel_id}"


def _can_be_reached(state: State) -> bool:
    """Tell whether Google can: by https, or on this machine if Google is a simulator here."""
    here, there = urlsplit(state.links.base), urlsplit(state.config.google_api_url)
    return here.scheme == "https" or {here.hostname, there.hostname} <= {*_LOOPBACK}


def _opened(state: State, connection_id: str, one: _Watched, now: datetime) -> bool:
    try:
        return tokens.with_google(state, connection_id, partial(_open, state, one, now))
    except Rejected as error:
        _log.warning("Google opens no channel to us, and is asked every few minutes instead: %s", error)
        return False


def _open(state: State, one: _Watched, now: datetime, client: "GoogleClient") -> bool:
    """Open a channel and keep it; one that cannot be kept is ended with the access that has opened it."""
    channel_id = new_id()
    channel = client.watch(
        one.calendar_id,
        channel_id=channel_id,
        token=state.links.fingerprint(_about(channel_id)),
        address=f"{state.links.base}/google/push",
        seconds=int(_LIFETIME.total_seconds()),
    )
    if state.database.write(partial(_keep, one, channel, now)):
        return True
    with contextlib.suppress(ProviderError):  # then it ends by itself
        client.stop(channel.id, channel.resource_id)
    return False


def _stop(state: State, connection_id: str, one: _Watched) -> None:
    def call(client: "GoogleClient") -> None:
        client.stop(one.channel_id or "", one.resource_id or "")

    try:
        tokens.with_google(state, connection_id, call, budget=_FAREWELL)
    except (NotConnected, ProviderError) as error:
        _log.info("a channel ends by itself: %s", error)


def _watched(session: Session, connection_id: str, host_id: str | None = None) -> list[_Watched]:
    calendar = models.Calendar
    rows = session.scalars(
        select(calendar).where(
            calendar.connection_id == connection_id,
            calendar.host_id == host_id if host_id is not None else true(),
            calendar.has_events,
            or_(calendar.blocks, calendar.is_target, calendar.channel_id.is_not(None)),
        )
    )
    return [
        _Watched(
            row_id=row.id,
            needs=row.blocks or row.is_target,
            calendar_id=row.calendar_id,
            channel_id=row.channel_id,
            resource_id=row.channel_resource_id,
            expires_at=row.channel_expires_at,
        )
        for row in rows
    ]


def _forget(one: _Watched, session: Session) -> None:
    row = session.get(models.Calendar, one.row_id, with_for_update=True)
    if row is not None and row.channel_id == one.channel_id:
        row.channel_id = row.channel_resource_id = row.channel_expires_at = None


def _keep(one: _Watched, channel: "Channel | None", now: datetime, session: Session) -> bool:
    """Keep the channel; False when somebody else has opened one meanwhile, or the calendar is no concern any more."""
    row = session.get(models.Calendar, one.row_id, with_for_update=True)
    if row is None or row.channel_id != one.channel_id:
        return False
    if channel is None:
        row.channel_id = row.channel_resource_id = None
        row.channel_expires_at = now + _RENEWED_BEFORE + _NOT_AGAIN_FOR if one.needs else None
        return True
    row.channel_id, row.channel_resource_id = channel.id, channel.resource_id
    row.channel_expires_at = channel.expires_at or now + _LIFETIME
    return True

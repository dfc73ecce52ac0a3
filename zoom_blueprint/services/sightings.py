"""Sightings: what a meeting's row keeps of what was seen at Zoom, and why it is not as it should be."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec

from zoom_blueprint.languages import language, said
from zoom_blueprint.services import times
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.values import Host, LinkReason, SettingChange
from zoom_blueprint.zoom_api.payloads import TOPIC_LENGTH, Meeting

_SOME_TIME = "?"


@dataclass(frozen=True)
class Sighting:
    """A meeting as Zoom just showed it, with the settings in which it differs from what was asked."""

    meeting: Meeting
    changes: Sequence[SettingChange]


def columns(state: State, row_id: str, seen: Sighting) -> dict[str, Any]:
    """Return what a meeting's row keeps of what was seen, by column."""
    table, at_zoom = models.Meeting.__tablename__, seen.meeting
    return {
        "topic": at_zoom.topic[:TOPIC_LENGTH],
        "seen_start": at_zoom.start,
        "seen_duration": at_zoom.duration,
        "join_url_sealed": state.cipher.seal(table, row_id, "join_url", at_zoom.join_url),
        "passcode_sealed": state.cipher.seal(table, row_id, "passcode", at_zoom.password) if at_zoom.password else None,
        "setting_changes": msgspec.to_builtins(seen.changes) or None,
    }


def keep(state: State, row: models.Meeting, seen: Sighting) -> bool:
    """Keep what was seen, after which nothing is amiss; return whether the join link is another one than before."""
    before = row.join_url_sealed
    opened = before and state.cipher.open(models.Meeting.__tablename__, row.id, "join_url", before)
    for name, value in columns(state, row.id, seen).items():
        setattr(row, name, value)
    row.asked_start = row.asked_duration = None
    row.conflict = None
    row.detached = False
    clear_reason(row)
    return before is not None and opened != seen.meeting.join_url


def forget(row: models.Meeting) -> None:
    """Forget a meeting that is gone, or of no more concern."""
    row.zoom_meeting_id = row.seen_start = row.seen_duration = row.asked_start = row.asked_duration = None
    row.join_url_sealed = row.passcode_sealed = row.setting_changes = row.settings_before = None
    row.detached = False
    clear_reason(row)


def give_reason(row: models.Meeting, reason: LinkReason, now: datetime, retry_at: datetime | None = None) -> None:
    """Say why the meeting is not as it should be; while the reason lasts, so does the instant it began."""
    if row.reason != reason:
        row.reason, row.reason_since = reason, now
    row.retry_at = retry_at


def clear_reason(row: models.Meeting) -> None:
    """Say that nothing is amiss."""
    row.reason = row.reason_since = row.retry_at = None


def conflict(seen: Sighting) -> str:
    """Return what the row keeps of a change in Zoom that was not followed, for ``spell_conflict`` to put in words."""
    return seen.meeting.start.astimezone(UTC).isoformat() if seen.meeting.start else _SOME_TIME


def spell_conflict(kept: str | None, host: Host) -> str | None:
    """Tell a host in their own zone and language of a change in Zoom that was not followed."""
    if kept is None:
        return None
    if kept == _SOME_TIME:
        return said("In Zoom this meeting has no fixed time any more. Reschedule it here or in Zoom.")
    try:
        at = datetime.fromisoformat(kept)
    except ValueError:
        return kept  # written out by an earlier release
    when = times.moment_with_zone(at, host.time_zone, language(host.locale).locale)
    return said("In Zoom this meeting was moved to {when}. Reschedule it here or move it back in Zoom.", when=when)

"""Sightings: what a meeting's row keeps of what was seen at Zoom."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from zoom_blueprint.services import remarks
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.values import SettingChange
from zoom_blueprint.zoom_api.payloads import TOPIC_LENGTH, Meeting


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
    remarks.clear_reason(row)
    return before is not None and opened != seen.meeting.join_url


def forget(row: models.Meeting) -> None:
    """Forget a meeting that is gone, or of no more concern."""
    row.zoom_meeting_id = row.seen_start = row.seen_duration = row.asked_start = row.asked_duration = None
    row.join_url_sealed = row.passcode_sealed = row.setting_changes = row.settings_before = None
    row.detached = False
    remarks.clear_reason(row)

"""Remarks: what a row keeps of why its meeting or event is amiss, and of a change there that was not followed."""

from datetime import UTC, datetime

from zoom_blueprint.languages import language, said
from zoom_blueprint.services import times
from zoom_blueprint.store import models
from zoom_blueprint.values import Host, LinkReason

_SOME_TIME = "?"
_Target = models.Meeting | models.CalendarEvent


def give_reason(row: _Target, reason: LinkReason, now: datetime, retry_at: datetime | None = None) -> None:
    """Say why the meeting or event is not as it should be; while the reason lasts, so does the instant it began."""
    if row.reason != reason:
        row.reason, row.reason_since = reason, now
    row.retry_at = retry_at


def clear_reason(row: _Target) -> None:
    """Say that nothing is amiss."""
    row.reason = row.reason_since = row.retry_at = None


def conflict(start: datetime | None) -> str:
    """Return what the row keeps of a change to this start that was not followed, for the functions below."""
    return start.astimezone(UTC).isoformat() if start else _SOME_TIME


def of_zoom(kept: str | None, host: Host) -> str | None:
    """Tell a host in their own zone and language of a change in Zoom that was not followed."""
    if kept is None:
        return None
    if kept == _SOME_TIME:
        return said("In Zoom this meeting has no fixed time any more. Reschedule it here or in Zoom.")
    when = _moment(kept, host)
    if when is None:
        return kept  # written out by an earlier release
    return said("In Zoom this meeting was moved to {when}. Reschedule it here or move it back in Zoom.", when=when)


def of_google(kept: str | None, host: Host) -> str | None:
    """Tell a host in their own zone and language of a change in Google Calendar that was not followed."""
    if kept is None:
        return None
    when = None if kept == _SOME_TIME else _moment(kept, host)
    if when is None:
        return said("In Google Calendar this event has a time that cannot be kept here. Reschedule it here or there.")
    return said(
        "In Google Calendar this event was moved to {when}. Reschedule it here or move it back there.", when=when
    )


def _moment(kept: str, host: Host) -> str | None:
    try:
        at = datetime.fromisoformat(kept)
    except ValueError:
        return None
    return times.moment_with_zone(at, host.time_zone, language(host.locale).locale)

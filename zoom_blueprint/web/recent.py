"""The dashboard's list of what became of the last bookings."""

from dataclasses import dataclass
from datetime import UTC, datetime

from zoom_blueprint import values
from zoom_blueprint.services import attendances, times
from zoom_blueprint.services.attendances import Attendance, Outcome
from zoom_blueprint.state import State
from zoom_blueprint.values import Host

_MOST_STAYS = 50
"""How many stays of one meeting the dashboard lists; a booking's meeting has two or three."""


@dataclass(frozen=True)
class Presence:
    """One stay in the room, in words."""

    name: str
    is_host: bool
    span: str


@dataclass(frozen=True)
class Entry:
    """One past booking as the dashboard shows it; ``words`` is empty where there was no Zoom meeting."""

    booking: values.Booking
    day: str
    start: str
    end: str
    outcome: Outcome | None
    words: str
    presences: tuple[Presence, ...]
    is_purged: bool


def entries(state: State, host: Host) -> list[Entry]:
    """Return what the dashboard tells of a host's last bookings."""
    return [_entry(host, past) for past in attendances.recent(state, host.id, now=datetime.now(UTC))]


def _entry(host: Host, past: attendances.Past) -> Entry:
    booking, attendance = past.booking, past.attendance
    zone, locale = host.time_zone, host.locale
    return Entry(
        booking=booking,
        day=times.day(booking.start, zone, locale),
        start=times.clock(booking.start, zone, locale),
        end=times.clock(booking.end, zone, locale),
        outcome=attendance.outcome if attendance else None,
        words=_words(attendance, is_cut=booking.is_detached) if attendance else "",
        presences=() if past.is_purged or attendance is None else _presences(host, attendance),
        is_purged=past.is_purged,
    )


def _words(attendance: Attendance, *, is_cut: bool) -> str:
    minutes = attendance.minutes
    span = "" if minutes is None else " for less than a minute" if minutes < 1 else f" for {minutes} min"
    match attendance.outcome:
        case Outcome.HELD:
            return f"Held{span}"
        case Outcome.NO_SHOW:
            return "No-show: nobody but you joined"
        case Outcome.OPENED:
            return f"Open{span}; Zoom did not say who joined"
    if is_cut:
        return "Nothing known: what Zoom told went when Zoom was disconnected"
    return "Nothing known: Zoom sent no word about this meeting"


def _presences(host: Host, attendance: Attendance) -> tuple[Presence, ...]:
    def clock(instant: datetime | None) -> str:
        return "?" if instant is None else times.clock(instant, host.time_zone, host.locale)

    return tuple(
        Presence(stay.name or "Somebody", stay.is_host, f"{clock(stay.joined_at)} to {clock(stay.left_at)}")
        for stay in attendance.stays[:_MOST_STAYS]
    )

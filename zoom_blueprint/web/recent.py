"""The dashboard's list of what became of the last bookings."""

from dataclasses import dataclass
from datetime import UTC, datetime

from zoom_blueprint import values
from zoom_blueprint.languages import said
from zoom_blueprint.services import attendances, times
from zoom_blueprint.services.attendances import Attendance, Outcome
from zoom_blueprint.state import State
from zoom_blueprint.values import Host
from zoom_blueprint.web import reading

_MOST_STAYS = 50
"""How many stays of one meeting the dashboard lists; a booking's meeting has two or three."""


@dataclass(frozen=True)
class Presence:
    """One stay in the room, in words."""

    name: str
    is_host: bool
    span: str


@dataclass(frozen=True)
class Became:
    """What became of a meeting; ``words`` is empty where there was none in Zoom."""

    outcome: Outcome | None
    words: str
    presences: tuple[Presence, ...]


@dataclass(frozen=True)
class Entry:
    """One past booking as the dashboard shows it."""

    booking: values.Booking
    day: str
    start: str
    end: str
    became: Became
    is_purged: bool


def entries(state: State, host: Host) -> list[Entry]:
    """Return what the dashboard tells of a host's last bookings."""
    return [_entry(host, past) for past in attendances.recent(state, host.id, now=datetime.now(UTC))]


def became(host: Host, booking: values.Booking, attendance: Attendance | None, *, is_purged: bool = False) -> Became:
    """Return what the host's pages tell of a meeting that is over."""
    if attendance is None:
        return Became(None, "", ())
    words = _words(attendance, is_cut=booking.is_detached)
    return Became(attendance.outcome, words, () if is_purged else _presences(host, attendance))


def _entry(host: Host, past: attendances.Past) -> Entry:
    booking = past.booking
    zone, locale = host.time_zone, reading.of_host(host).locale
    return Entry(
        booking=booking,
        day=times.day(booking.start, zone, locale),
        start=times.clock(booking.start, zone, locale),
        end=times.clock(booking.end, zone, locale),
        became=became(host, booking, past.attendance, is_purged=past.is_purged),
        is_purged=past.is_purged,
    )


def _words(attendance: Attendance, *, is_cut: bool) -> str:
    minutes = attendance.minutes
    match attendance.outcome:
        case Outcome.HELD:
            return _held(minutes)
        case Outcome.NO_SHOW:
            return said("No-show: nobody but you joined")
        case Outcome.OPENED:
            return _opened(minutes)
    if is_cut:
        return said("Nothing known: what Zoom told went when Zoom was disconnected")
    return said("Nothing known: Zoom sent no word about this meeting")


def _held(minutes: int | None) -> str:
    if minutes is None:
        return said("Held")
    return said("Held for less than a minute") if minutes < 1 else said("Held for {n} min", n=minutes)


def _opened(minutes: int | None) -> str:
    if minutes is None:
        return said("Open; Zoom did not say who joined")
    if minutes < 1:
        return said("Open for less than a minute; Zoom did not say who joined")
    return said("Open for {n} min; Zoom did not say who joined", n=minutes)


def _presences(host: Host, attendance: Attendance) -> tuple[Presence, ...]:
    spoken = reading.of_host(host)

    def clock(instant: datetime | None) -> str:
        return "?" if instant is None else times.clock(instant, host.time_zone, spoken.locale)

    return tuple(
        Presence(
            stay.name or spoken.say(said("Somebody")), stay.is_host, f"{clock(stay.joined_at)} – {clock(stay.left_at)}"
        )
        for stay in attendance.stays[:_MOST_STAYS]
    )

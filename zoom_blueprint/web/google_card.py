"""The host's Google Calendar as the card on their pages shows it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from zoom_blueprint.languages import said
from zoom_blueprint.services import connections, freshness, google_calendars, permissions, reasons, times, timetables
from zoom_blueprint.services.timetables import Reading
from zoom_blueprint.state import State
from zoom_blueprint.values import Connection, ConnectionStatus, GoogleCalendar, Host, Provider
from zoom_blueprint.web import calendar_choices, health, reading
from zoom_blueprint.web.calendar_choices import Choice
from zoom_blueprint.web.health import Section


@dataclass(frozen=True)
class Asked:
    """One permission: what it is for, and whether Google gave it."""

    may: str
    why: str
    scope: str
    given: bool


@dataclass(frozen=True)
class Shown:
    """One calendar, and what is to be known of it."""

    calendar: GoogleCalendar
    state: str | None


@dataclass(frozen=True)
class GoogleCard:
    """How the connection stands, None where there never was one; ``is_ill``: the host has to do something about it.

    ``unread`` says what it means that the calendars could be read, and now cannot be for too long.
    ``calendars`` and the ``choice`` among them are there only where all of it is shown.
    """

    connection: Connection | None
    why: str | None
    is_ill: bool
    unread: str | None
    permissions: list[Asked]
    may_not_connect: str | None
    section: Section | None
    calendars: tuple[Shown, ...] = ()
    colours: Mapping[str, str] | None = None
    choice: Choice | None = None


def card(state: State, host: Host) -> GoogleCard | None:
    """Return what is known of a host's Google Calendar, which is not asked; None where it cannot be connected."""
    if not state.config.has_google:
        return None
    connection = connections.current(state, host.id, Provider.GOOGLE)
    lacking = connection.missing_scopes if connection else ()
    section = health.sections(state, host, Provider.GOOGLE).get(connection.id) if connection else None
    is_used = connection is not None and connection.status is not ConnectionStatus.INACTIVE
    reading = timetables.look_up(state, host.id) if is_used else None
    was_read = reading is not None and reading.asked_at is not None
    told = unread(state, host, reading) if was_read else None
    return GoogleCard(
        connection=connection,
        why=reasons.of_connection(connection) if connection else None,
        is_ill=is_used and bool(lacking or told or section is None or section.health.problems),
        unread=told,
        permissions=[
            Asked(one.may, one.why, one.scope, one.scope not in lacking) for one in permissions.all_of_google()
        ],
        may_not_connect=connections.may_connect(state, host, Provider.GOOGLE),
        section=section if is_used else None,
    )


def whole(state: State, host: Host, choice: Choice | None) -> GoogleCard | None:
    """Return the card with the host's calendars and their ``choice`` as it was sent, else as it is kept."""
    found = card(state, host)
    if found is None:
        return None
    calendars = google_calendars.of_host(state, host.id)
    return replace(
        found,
        calendars=tuple(Shown(one, _state(host, one)) for one in calendars),
        colours=calendar_choices.COLOURS,
        choice=choice or calendar_choices.stored(state, host, calendars),
    )


def unread(state: State, host: Host, reading: Reading | None) -> str | None:
    """Return what it means for bookings that a host's calendars were not read for too long; None while they are."""
    if reading is None or not freshness.is_too_old(state, host, reading):
        return None
    if reading.closes:
        return said("Your Google Calendar cannot be read, so nobody can book you until it can.")
    return said("Your Google Calendar cannot be read. Bookings go on by what was last known of it.")


def _state(host: Host, calendar: GoogleCalendar) -> str | None:
    """Return what is known of a calendar that blocks."""
    if calendar.trouble is not None:
        return said("Google does not let it be read: {word}", word=calendar.trouble)
    if not calendar.blocks:
        return None
    if calendar.asked_at is None:
        return said("It is being read.")
    moment = times.moment(calendar.asked_at, host.time_zone, reading.of_host(host).locale)
    return said("Last read {moment}", moment=moment)

"""The operations of the crash matrix by which a site knows when a host is busy, by the host's Google calendars."""

from datetime import datetime, timedelta
from typing import Any

from tests.crashes.lives import Life
from tests.crashes.scenarios import Judge, Scenario
from tests.crashes.scenarios_of_google import both
from tests.services.looking import LONG_AGO, turn
from zoom_blueprint.services import bookables, google_calendars, hosts
from zoom_blueprint.services.duties import DutyName
from zoom_blueprint.store import models
from zoom_blueprint.values import CalendarPreferences

_EVER = (0, 10**11)
_HOUR = timedelta(hours=1)


def busy(life: Life, calendar: str = "primary", **fields: object) -> None:
    """Let the host have something to do at the next time that is offered."""
    start = datetime.fromisoformat(life.slots()["slots"][0])
    when: dict[str, Any] = {
        "start": {"dateTime": start.isoformat()},
        "end": {"dateTime": (start + _HOUR).isoformat()},
    }
    life.google.put_event("ada", calendar, summary="Dentist", **when, **fields)
    life.note(start=start.isoformat())


def two_calendars(life: Life) -> None:
    """Let the host have another calendar that tells only when it is busy, and something to do by each of both."""
    team = life.google.put_calendar("ada", summary="Team")
    both(life)
    busy(life)
    busy(life, team)
    life.google.put_calendar("ada", id=team, access_role="freeBusyReader")
    life.note(team=team)
    life.do_duties(DutyName.CALENDAR)


def busy_since(life: Life) -> None:
    """Let the host have something to do since the calendars were read."""
    both(life)
    busy(life)


def busy_daily(life: Life) -> None:
    """Let the host have something to do on two days, since the calendars were read."""
    both(life)
    busy(life, recurrence=["RRULE:FREQ=DAILY;COUNT=2"])


def choose(life: Life) -> None:
    """Let both calendars block, and choose how events look."""
    turn(life.state, models.Calendar, listed_at=LONG_AGO)
    life.do_duties(DutyName.CALENDAR)
    known = google_calendars.of_host(life.state, "1")
    primary = next(one.id for one in known if one.is_primary)
    wanted = CalendarPreferences(colour="5", reminders=(10,))
    google_calendars.choose(life.state, "1", target=primary, blocking=[one.id for one in known], wanted=wanted)
    life.do_duties(DutyName.CALENDAR)


def renew(life: Life) -> None:
    """Let the channels be at their end."""
    turn(life.state, models.Calendar, channel_expires_at=LONG_AGO)
    life.do_duties(DutyName.CALENDAR)


def push(life: Life) -> None:
    """Tell that something changed, as Google does."""
    for one in life.google.pushes():
        life.ask("POST", "/zoom/google/push", headers=one["headers"])
    life.drain()


def ask(life: Life) -> None:
    """Let a visitor ask for times when the calendars were read long ago."""
    life.state.database.write(lambda session: hosts.lock(session, "1"))
    turn(life.state, models.Calendar, asked_at=LONG_AGO)
    turn(life.state, models.Timetable, asked_at=LONG_AGO, version="aged")
    life.slots()
    life.drain()


def read_anew(life: Life) -> None:
    """Read the calendars when one is gone, and Google has forgotten what it told before."""
    if life.noted().get("gone") is None:
        life.google.remove_calendar("ada", life.noted()["team"])
        life.google.forget_changes()
        life.note(gone=True)
    life.do_duties(DutyName.CALENDAR)


def chosen(life: Life) -> None:
    """Let both calendars block."""
    two_calendars(life)
    choose(life)


def is_busy(times: int) -> Judge:
    """Judge how often the host is known to be busy, from which time on."""

    def judge(life: Life) -> list[str]:
        known = bookables.look_up_even_closed(life.state, "ada", "intro-call").calendars
        found = [] if known is None else [start for start, _ in known.busy.between(*_EVER)]
        is_right = len(found) == times and datetime.fromisoformat(life.noted()["start"]).timestamp() in found
        return [] if is_right else [f"the host is known to be busy at {found}"]

    return judge


_REASON = "pushNotSupportedForRequestedResource"
NO_CHANNEL = {
    "route": "watch_events",
    "status": 400,
    "body": {"error": {"code": 400, "message": "Not so.", "errors": [{"reason": _REASON}]}},
}

OF_CALENDARS = {
    "choose calendars": Scenario(choose, two_calendars, is_busy(1), has_google=True),
    "Google, pushed": Scenario(push, busy_since, is_busy(1), has_google=True),
    "Google, no channel": Scenario(renew, both, has_google=True, faults=(NO_CHANNEL,)),
    "Google, asked for a visitor": Scenario(ask, busy_daily, is_busy(2), has_google=True),
    "Google, read anew": Scenario(read_anew, chosen, is_busy(1), has_google=True),
}

"""The operations of the crash matrix on the events of bookings in Google Calendar, and on what comes back."""

from dataclasses import replace
from datetime import datetime, timedelta

from tests.crashes.lives import INTRO, Life
from tests.crashes.scenarios import CANCELLED, CONFIRMED, MOVED, Act, Judge, Scenario, cancel, ends_remotely, move
from tests.crashes.scenarios_of_google import both, disconnect, is_cut
from tests.fixtures.site_app import HOSTS
from tests.services.looking import only
from zoom_blueprint.services import moves
from zoom_blueprint.services.duties import DutyName
from zoom_blueprint.store import models
from zoom_blueprint.values import Conference, Provider, WithoutZoom

EITHER = replace(INTRO, slug="either", title="By any means", without_zoom=WithoutZoom.CALENDAR)


# ------------------------------------------------------------------------------------------------------------- before


def ready(life: Life) -> None:
    """Let the host have connected both, and the visitor have chosen a time."""
    both(life)
    life.choose()


def google_alone(life: Life) -> None:
    """Let the host have no Zoom, and the visitor have chosen a time of what may be met in Google Meet."""
    life.zoom.hosts.put(HOSTS["ada"])
    life.zoom.event_types.put("1", EITHER)
    life.connect(provider=Provider.GOOGLE)
    life.drain()
    life.choose(event="either")


def written(life: Life) -> None:
    """Let there be a booking with its meeting and its event, and another time chosen."""
    ready(life)
    life.book()
    life.settle()
    life.note(to=life.slots()["slots"][5])


def in_meet(life: Life) -> None:
    """Let there be a booking that is met in Google Meet."""
    google_alone(life)
    life.book()
    life.settle()


def sees(happens: Act) -> Act:
    """Let something happen in Google Calendar, once; the act is that we look."""

    def before(life: Life) -> None:
        written(life)
        happens(life)

    return before


def put_elsewhere(life: Life) -> None:
    """Let the event stand in another calendar of the host's by now."""
    elsewhere = life.google.put_calendar("ada", summary="Work")
    written(life)
    life.google.move_event("ada", _event_id(life), to=elsewhere)


# ---------------------------------------------------------------------------------------------------------------- acts


def move_to_zoom(life: Life) -> None:
    """Have a booking in Google Meet moved to Zoom, which is connected meanwhile."""
    if not life.is_connected():
        life.connect()
        life.drain()
    if life.zoom.bookings.get("1", life.noted()["booking"]).conference is Conference.MEET:
        moves.to_zoom(life.state, life.noted()["booking"])


def look(life: Life) -> None:
    """Read the calendar, and look at the events that changed there."""
    life.do_duties(DutyName.CALENDAR)


def moves_there(life: Life) -> None:
    """Move the event."""
    start = datetime.fromisoformat(life.noted()["to"])
    begin, end = ({"dateTime": (start + timedelta(minutes=by)).isoformat()} for by in (0, 30))
    life.google.put_event("ada", id=_event_id(life), start=begin, end=end)


def deletes_there(life: Life) -> None:
    """Delete the event."""
    life.google.delete_event("ada", _event_id(life))


def declines_there(life: Life) -> None:
    """Say that the host does not come."""
    life.google.respond("ada", _event_id(life), "ada@example.com", "declined")


def guest_declines(life: Life) -> None:
    """Say that the invitee does not come."""
    life.google.respond("ada", _event_id(life), "bob@example.com", "declined")


def _row(life: Life) -> models.CalendarEvent:
    event = models.CalendarEvent
    return only(life.state, event, event.booking_id == life.noted()["booking"])


def _event_id(life: Life) -> str:
    found = _row(life).event_id
    assert found is not None
    return found


# --------------------------------------------------------------------------------------------------------------- judges


def is_met_in(conference: Conference) -> Judge:
    """Judge by what people meet; that the event leads there is judged of every operation."""

    def judge(life: Life) -> list[str]:
        found = life.zoom.bookings.get("1", life.noted()["booking"])
        is_right = found.conference is conference and found.join_url is not None
        return CONFIRMED(life) if is_right else [f"people meet in {found.conference} by {found.join_url}"]

    return judge


def is_declined(life: Life) -> list[str]:
    """Judge whether it is known that the invitee said no."""
    found = _row(life).response
    return CONFIRMED(life) if found == "declined" else [f"the invitee's answer is {found}"]


NO_ANSWER = {"route": "insert_event", "drop": "after"}
TOO_MANY = {"route": "insert_event", "status": 429, "headers": {"Retry-After": "1"}, "body": {"error": {"code": 429}}}
A_NO = {"route": "insert_event", "status": 400, "body": {"error": {"code": 400, "message": "Not so."}}}

OF_EVENTS = {
    "confirm with Google": Scenario(Life.book, ready, CONFIRMED, has_google=True),
    "confirm with Google, the answer lost": Scenario(Life.book, ready, CONFIRMED, faults=(NO_ANSWER,), has_google=True),
    "confirm with Google, too often": Scenario(Life.book, ready, CONFIRMED, faults=(TOO_MANY,), has_google=True),
    "confirm with Google, refused": Scenario(Life.book, ready, CONFIRMED, faults=(A_NO,), has_google=True),
    "confirm in Google Meet": Scenario(Life.book, google_alone, is_met_in(Conference.MEET), has_google=True),
    "move to Zoom": Scenario(move_to_zoom, in_meet, is_met_in(Conference.ZOOM), has_google=True),
    "reschedule with Google": Scenario(move, written, MOVED, has_google=True),
    "cancel with Google": Scenario(cancel, written, CANCELLED, has_google=True),
    "Google, moved": Scenario(look, sees(moves_there), MOVED, has_google=True),
    "Google, put into another calendar": Scenario(look, put_elsewhere, CONFIRMED, has_google=True),
    "Google, deleted": Scenario(look, sees(deletes_there), ends_remotely, has_google=True),
    "Google, declined": Scenario(look, sees(declines_there), ends_remotely, has_google=True),
    "Google, declined by the invitee": Scenario(look, sees(guest_declines), is_declined, has_google=True),
    "disconnect Google after a booking": Scenario(disconnect, written, is_cut, has_google=True),
}

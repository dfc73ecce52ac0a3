"""The operations of the crash matrix on actions: a program does what it does until it has heard that it is done."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

from tests.crashes.lives import Life
from tests.crashes.scenarios import Scenario, connected
from tests.services.looking import LONG_AGO, rows, turn
from zoom_blueprint.actions import running
from zoom_blueprint.actions.calls import Call
from zoom_blueprint.actions.codes import ActionFailed
from zoom_blueprint.services import call_marks
from zoom_blueprint.services.duties import DutyName
from zoom_blueprint.store import models
from zoom_blueprint.zoom_api.payloads import MeetingRequest

TOPIC = "By a program"
LOST = {"route": "create_meeting", "drop": "after"}
NEVER_HEARD = {"route": "create_meeting", "drop": "before"}


def act_once(life: Life) -> None:
    """Make a meeting by a key until it is there, though its answer is lost and another one turns up; then delete it."""
    call = Call(state=life.state, host_id="1", key="once")
    start = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0) + timedelta(days=2)
    wish = {"topic": TOPIC, "start": start.isoformat()}
    turn(life.state, models.ActionCall, until=start - timedelta(days=9))  # whoever died had their minute
    with suppress(ActionFailed):
        running.run(call, "create_meeting", wish)
    for row in rows(life.state, models.ActionCall, models.ActionCall.answer_sealed.is_(None)):
        agenda = f"Call reference: {row.id}"
        life.zoom.meetings("1").create(MeetingRequest(topic=TOPIC, start=start, duration=30, agenda=agenda))
    made = running.run(call, "create_meeting", wish)
    there = [one["id"] for one in life.simulator.meetings() if one["topic"] == TOPIC]
    assert there in ([], [made.id]), "one call has one meeting, until it is deleted"


def act_late(life: Life) -> None:
    """Make a meeting by a key again after the first try was lost, which turns up in Zoom when nobody asks any more."""
    call = Call(state=life.state, host_id="1", key="late")
    start = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0) + timedelta(days=2)
    wish = {"topic": TOPIC, "start": start.isoformat()}
    turn(life.state, models.ActionCall, until=start - timedelta(days=9))
    with suppress(ActionFailed):
        running.run(call, "create_meeting", wish)
    made = running.run(call, "create_meeting", wish)
    is_open = (models.Duty.name == DutyName.CALL, models.Duty.due_at.is_not(None))
    for row in rows(life.state, models.Duty, *is_open):
        agenda = call_marks.marked(row.subject, "")
        life.zoom.meetings("1").create(MeetingRequest(topic=TOPIC, start=start, duration=30, agenda=agenda))
    turn(life.state, models.Duty, *is_open, due_at=LONG_AGO)
    life.drain()
    there = [one["id"] for one in life.simulator.meetings() if one["topic"] == TOPIC]
    assert there in ([], [made.id]), "one call has one meeting, until it is deleted"


def act_often(life: Life) -> None:
    """Do all that a program can do in Zoom, and leave nothing there."""
    call = Call(state=life.state, host_id="1")
    running.run(call, "get_user", {})
    running.run(call, "get_health", {})
    start = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(days=3)
    running.run(call, "create_meeting", {"topic": TOPIC, "start": start.isoformat()})
    with suppress(ActionFailed):  # there is none, so the key is not used up
        running.run(Call(state=life.state, host_id="1", key="not"), "delete_meeting", {"meeting_id": 1})
    for meeting in running.run(call, "list_meetings", {}).meetings:
        one = {"meeting_id": meeting.id}
        running.run(call, "get_meeting", one)
        running.run(call, "update_meeting", {**one, "duration_minutes": 45, "agenda": "Bring ideas"})
        running.run(call, "delete_meeting", one)


OF_PROGRAMS = {
    "act once": Scenario(act_once, connected, then=act_often, faults=(LOST,)),
    "act late": Scenario(act_late, connected, then=act_often, faults=(NEVER_HEARD,)),
    "act often": Scenario(act_often, connected),
}

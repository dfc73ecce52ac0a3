"""Keep what Google mails to the guests of events: invitations, updates and cancellations.

Source: ``sendUpdates`` in https://developers.google.com/workspace/calendar/api/v3/reference/events/insert
"""

import json
from typing import Any

from zoom_blueprint.testing.simulator import users
from zoom_blueprint.testing.simulator.google import copies
from zoom_blueprint.testing.simulator.google.event_rows import Stored
from zoom_blueprint.testing.simulator.google.replies import invalid
from zoom_blueprint.testing.simulator.world import Moment

_CHOICES = ("all", "externalOnly", "none")
_WORTH_A_MAIL = ("summary", "description", "location", "start", "end", "recurrence", "conferenceData")


def chosen(value: str) -> str:
    """Return whom a call wants to be told; GoogleRefusal when it is none of Google's words."""
    if value not in _CHOICES:
        raise invalid("Invalid value for: sendUpdates")
    return value


def send(m: Moment, before: Stored | None, after: Stored, shown: dict[str, Any], whom: str) -> None:
    """Mail what happened to each guest whom ``whom`` is about; ``shown`` is the event as the mail shows it."""
    was, now = copies.guests(before), {} if after.is_gone else copies.guests(after)
    kinds = {email: "cancelled" for email in was if email not in now}
    kinds |= {email: "invited" for email in now if email not in was}
    if before is not None and any(before.body.get(name) != after.body.get(name) for name in _WORTH_A_MAIL):
        kinds |= {email: "updated" for email in now if email in was}
    for email, kind in kinds.items():
        if whom == "all" or (whom == "externalOnly" and users.find(m.db, email) is None):
            row = (email, kind, json.dumps(shown), m.now)
            m.db.execute("INSERT INTO google_invitations (email, kind, event, sent_at) VALUES (?, ?, ?, ?)", row)


def everything(m: Moment) -> list[dict[str, Any]]:
    """Return all mails in the order in which they were sent."""
    rows = m.db.execute("SELECT email, kind, event, sent_at FROM google_invitations ORDER BY id")
    return [{**dict(row), "event": json.loads(row["event"])} for row in rows]

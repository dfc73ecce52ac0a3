"""What tests of the services look at and turn: rows of the store, and the mails that left."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, select, update

from tests.fixtures.site import Site, Visitor, api
from zoom_blueprint.services import claims
from zoom_blueprint.services.claims import Claimed
from zoom_blueprint.services.turns import DueModel
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.store.base import Base

M = TypeVar("M", bound=Base)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def rows(state: State, model: type[M], *where: ColumnElement[bool]) -> Sequence[M]:
    """Return the rows of a table, in no certain order."""
    return state.database.read(lambda session: session.scalars(select(model).where(*where)).all())


def only(state: State, model: type[M], *where: ColumnElement[bool]) -> M:
    """Return the one row there is."""
    (row,) = rows(state, model, *where)
    return row


def turn(state: State, model: type[Base], *where: ColumnElement[bool], **values: Any) -> None:
    """Change rows behind everybody's back: the hands of a clock, for instance."""
    state.database.write(lambda session: session.execute(update(model).where(*where).values(**values)))


def make_due(state: State, model: type[Base], *where: ColumnElement[bool]) -> None:
    """Bring the rows that wait for their time to it, as if some time had passed: not so much that reminders are due."""
    waits = model.due_at.is_not(None)  # type: ignore[attr-defined]  # a table with a queue in it
    if model is models.Delivery and not where:
        waits &= ~models.Delivery.subscriber.contains(":remind:")
    turn(state, model, waits, *where, due_at=LONG_AGO)


def take(state: State, model: DueModel, row_id: str, *, seconds: int = 60, tries: int = 100) -> Claimed:
    """Claim a row that is due, as a worker does."""
    (claimed,) = state.database.write(
        lambda session: claims.take(session, model, [row_id], datetime.now(UTC), seconds, tries)
    )
    return claimed


def meeting_of(site: Site, booking: dict[str, Any]) -> models.Meeting:
    """Return the meeting's row of a booking."""
    return only(site.state, models.Meeting, models.Meeting.booking_id == booking["id"])


def look(site: Visitor, booking: dict[str, Any]) -> dict[str, Any]:
    """Return the booking as its holder sees it now."""
    found: dict[str, Any] = site.get(api(booking)).json()
    return found


def move(site: Visitor, booking: dict[str, Any], place: int) -> dict[str, Any]:
    """Reschedule to the offered slot at a place in the list."""
    first = datetime.now(UTC).date() + timedelta(days=1)
    query = {"from": first.isoformat(), "to": (first + timedelta(days=14)).isoformat(), "tz": "Europe/London"}
    offered = site.get(f"{api(booking)}/slots", params=query).json()
    answer = site.post(f"{api(booking)}/reschedule", data={"start": offered["slots"][place], "token": offered["token"]})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def cancel(site: Visitor, booking: dict[str, Any]) -> None:
    """Cancel as the invitee does."""
    answer = site.post(f"{api(booking)}/cancel", data={"reason": ""})
    assert answer.status_code == 200, answer.text


class Letters:
    """A ``mailer`` hook that keeps what it is given."""

    def __init__(self, site: Site) -> None:
        self.sent: list[EmailMessage] = []
        site.zoom.mailer(self.sent.append)

    def texts(self, to: str) -> list[str]:
        """Return the plain texts sent to an address, oldest first."""
        found = [mail for mail in self.sent if to in mail["To"]]
        bodies = [mail.get_body(("plain",)) for mail in found]
        return [body.get_content() for body in bodies if body is not None]

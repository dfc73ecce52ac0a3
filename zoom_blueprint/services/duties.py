"""Duties: what is to be done some time later, or again and again, by whoever drains first."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import and_, case, or_
from sqlalchemy.orm import Session

from zoom_blueprint.store import models
from zoom_blueprint.store.upserts import insert


class DutyName(StrEnum):
    """The kinds of duties; ``subject`` is the id of the connection, consent, call or booking, empty for the others."""

    PURGE = "purge"
    TEND = "tend"
    CALENDAR = "calendar"
    CONSENT = "consent"
    CALL = "call"
    LAPSE = "lapse"
    SWEEP = "sweep"


def want(session: Session, name: DutyName, subject: str, at: datetime) -> None:
    """Have a duty done at ``at``, or earlier where it is due earlier; one in work is looked at again afterwards."""
    duty = models.Duty
    is_later = or_(duty.due_at.is_(None), and_(duty.claim.is_(None), duty.due_at > at))
    statement = insert(session, duty).values(name=name, subject=subject, due_at=at)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["name", "subject"],
            set_={
                "wanted_version": duty.wanted_version + 1,
                "due_at": case((is_later, at), else_=duty.due_at),
            },
        )
    )

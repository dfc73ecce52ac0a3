"""The host app's own table: who is interested, and how far along they are."""

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

FIRST_CONTACT = "first contact"
ENGAGEMENT = "engagement"


class Base(DeclarativeBase):
    """The declarative base of the demo's own tables."""


db = SQLAlchemy(model_class=Base)


class Prospect(Base):
    """Somebody who has booked; ``stage`` is moved on by the advisers."""

    __tablename__ = "prospect"
    email: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    stage: Mapped[str] = mapped_column(default=FIRST_CONTACT)


def stage_of(email: str) -> str | None:
    """Return how far along somebody is, None when we do not know them."""
    return db.session.scalar(select(Prospect.stage).where(Prospect.email == email.lower()))


def meet(email: str, name: str) -> None:
    """Remember somebody who has booked; meeting them again changes nothing."""
    if db.session.get(Prospect, email.lower()) is None:
        db.session.add(Prospect(email=email.lower(), name=name))
        db.session.commit()


def engage(email: str) -> None:
    """Move somebody to the engagement stage."""
    prospect = db.session.get(Prospect, email.lower())
    if prospect is not None:
        prospect.stage = ENGAGEMENT
        db.session.commit()


def everybody() -> list[Prospect]:
    """Return all prospects by name."""
    return list(db.session.scalars(select(Prospect).order_by(Prospect.name)))

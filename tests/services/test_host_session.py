"""The host app's own session: we neither use it nor end what is open in it."""

from sqlalchemy import func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from tests.fixtures.site import Site
from zoom_blueprint.services import agendas, bookings
from zoom_blueprint.values import EndedReason


class HostBase(DeclarativeBase):
    """The base of the host app's models."""


class Note(HostBase):
    """A model of the host app."""

    __tablename__ = "note"
    id: Mapped[int] = mapped_column(primary_key=True)


def test_what_is_pending_in_the_host_apps_session_stays_pending(site: Site) -> None:
    booking = site.booked()
    with site.app.app_context():
        db = site.app.extensions["sqlalchemy"]
        HostBase.metadata.create_all(db.engine)
        note = Note()
        db.session.add(note)
        if not site.state.database.is_sqlite:  # where one writer's open transaction keeps the others out
            db.session.flush()
        bookings.cancel(site.state, booking["id"], by=EndedReason.HOST)
        site.drain()
        assert agendas.get(site.state, booking["id"]).ended_reason is EndedReason.HOST
        assert note in db.session
        with Session(db.engine) as other:
            assert other.scalar(select(func.count()).select_from(Note)) == 0
        db.session.rollback()
        with Session(db.engine) as other:
            assert other.scalar(select(func.count()).select_from(Note)) == 0

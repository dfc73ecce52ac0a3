"""The two dialects' INSERT that knows what to do on a conflict."""

from typing import Any

from sqlalchemy.orm import Session

from zoom_blueprint.store.base import Base


def insert(session: Session, model: type[Base]) -> Any:
    """Return an INSERT with ``on_conflict_do_nothing`` and ``on_conflict_do_update`` for this database."""
    # A site has one of the two loaded anyway; the other would cost it some milliseconds and two megabytes.
    if session.get_bind().dialect.name == "sqlite":
        from sqlalchemy.dialects import sqlite

        return sqlite.insert(model)
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(model)


def add_one(session: Session, model: type[Base], row: dict[str, Any], unless: str) -> bool:
    """Insert a row unless one has the same value in the unique column ``unless``; return whether it is new."""
    statement = insert(session, model).values(**row).on_conflict_do_nothing(index_elements=[unless])
    return session.execute(statement.returning(model.__table__.c.id)).one_or_none() is not None

"""How work is done inside a transaction of a connection."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from zoom_blueprint.store.driven import Runs

T = TypeVar("T")


def in_session(work: Callable[[Session], T]) -> Callable[[Connection], T]:
    """Return what runs ``work(session)`` in a transaction of a connection."""

    def inside(connection: Connection) -> T:
        with Session(connection, expire_on_commit=False) as session, session.begin():
            return work(session)

    return inside


def in_transaction(work: Callable[[Runs], T]) -> Callable[[Connection], T]:
    """Return what runs ``work(connection)`` in a transaction of that connection, without the ORM."""

    def inside(connection: Connection) -> T:
        with connection.begin():
            return work(connection)

    return inside

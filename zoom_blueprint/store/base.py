"""The declarative base with the naming convention and column types that every table shares."""

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import DateTime, Dialect, MetaData, Table
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator


class Base(DeclarativeBase):
    """The base of our tables only; never mixed with the host app's ``db.Model``."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class UtcDateTime(TypeDecorator[datetime]):
    """Keep aware UTC datetimes on databases with and without time zones.

    Each value of each row comes by here, so this stands in the place of what SQLAlchemy does, not on top of it.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any]:
        """Refuse naive datetimes; give SQLite, which has only text, the UTC wall clock as SQLAlchemy writes it."""
        return _to_text if dialect.name == "sqlite" else _to_utc

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:
        """Return an aware UTC datetime."""
        del coltype
        return _from_text if dialect.name == "sqlite" else _from_server


def _to_utc(value: datetime | None) -> datetime | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError("a naive datetime reached the store")
    return value if value.tzinfo is UTC else value.astimezone(UTC)


def _to_text(value: datetime | None) -> str | None:
    value = _to_utc(value)
    return None if value is None else value.replace(tzinfo=None).isoformat(" ", "microseconds")


def _from_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value).replace(tzinfo=UTC)


def _from_server(value: datetime | None) -> datetime | None:
    return None if value is None else value.astimezone(UTC)


def table_of(model: type[Base]) -> Table:
    """Return a model's table, for statements that are to be run without what the ORM does to each row."""
    return cast(Table, model.__table__)


def new_id() -> str:
    """Return a fresh id, made by us so that it is known before the insert.

    It begins with the time and ends with 80 random bits: what is made together lies together in an index, so that a
    commit writes one page of it where it wrote one for each row.
    """
    return f"{time.time_ns() // 1_000_000:012x}{os.urandom(10).hex()}"

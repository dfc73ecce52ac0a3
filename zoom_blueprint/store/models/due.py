"""What every row has that owes work: see DESIGN, "The row is the queue"."""

from datetime import datetime
from itertools import chain

from sqlalchemy import Connection, Index, MetaData, Text, event, text
from sqlalchemy.orm import Mapped, mapped_column

from zoom_blueprint.store.base import Base, UtcDateTime
from zoom_blueprint.store.columns import ID

_WHERE = "where"


class Due:
    """What a row owes: work is due when ``due_at`` has come, and claimed while ``claim`` holds a nonce.

    ``wanted_version`` is raised by every command; whoever finishes compares it with what was seen at the claim.
    ``attempts`` counts claims since the last success; after too many the row is parked: due no more until it is wished
    for again.
    """

    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    claim: Mapped[str | None] = mapped_column(ID)
    wanted_version: Mapped[int] = mapped_column(default=1)
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(Text)
    parked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


def parked_index() -> Index:
    """Return the index of what is parked, which is next to nothing."""
    return Index(None, "parked_at", info={_WHERE: text("parked_at IS NOT NULL")})


@event.listens_for(Base.metadata, "before_create")
def _spell_conditions(metadata: MetaData, connection: Connection, **_: object) -> None:
    """Tell the indexes their conditions in the words of this database's dialect.

    To name a dialect in the model would load it, and a site has no use for the other one's two megabytes.
    """
    for index in chain.from_iterable(table.indexes for table in metadata.tables.values()):
        if _WHERE in index.info:
            index.dialect_kwargs[f"{connection.dialect.name}_{_WHERE}"] = index.info[_WHERE]

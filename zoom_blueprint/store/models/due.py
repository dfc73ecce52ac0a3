"""What every row has that owes work: see DESIGN, "The row is the queue"."""

from datetime import datetime

from sqlalchemy import Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from zoom_blueprint.store.base import UtcDateTime
from zoom_blueprint.store.columns import ID


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
    is_parked = text("parked_at IS NOT NULL")
    return Index(None, "parked_at", sqlite_where=is_parked, postgresql_where=is_parked)

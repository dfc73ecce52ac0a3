"""What every row has that owes work: see DESIGN, "The row is the queue"."""

from datetime import datetime

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from zoom_blueprint.store.base import UtcDateTime
from zoom_blueprint.store.columns import ID


class Due:
    """What a row owes: work is due when ``due_at`` has come, and claimed while ``claim`` holds a nonce.

    ``wanted_version`` is raised by every command; whoever finishes compares it with what was seen at the claim.
    ``attempts`` counts claims since the last success.
    """

    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    claim: Mapped[str | None] = mapped_column(ID)
    wanted_version: Mapped[int] = mapped_column(default=1)
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(Text)

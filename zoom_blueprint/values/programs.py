"""What programs of a host have, as pages and the public API speak of it."""

from dataclasses import dataclass, field
from datetime import datetime

from zoom_blueprint.values.words import DisabledReason


@dataclass(frozen=True, kw_only=True)
class ApiKey:
    """A key by which a program acts for a host; ``prefix`` is its readable beginning, and nobody has the rest.

    ``actions`` are the names of what it may do. Without ``expires_at`` it lasts until it is revoked.
    """

    id: str
    host_id: str
    name: str
    prefix: str
    actions: tuple[str, ...]
    created_at: datetime
    expires_at: datetime | None = None
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None

    def is_good(self, now: datetime) -> bool:
        """Return whether it opens anything: it is neither revoked nor expired."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


@dataclass(frozen=True, kw_only=True)
class NewApiKey(ApiKey):
    """A key that was just made: ``text`` is all of it, to be given to the program at once and kept nowhere else."""

    text: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """Where a host's program is told of ``events`` (names of lifecycle events), by Standard Webhooks.

    ``site`` is the beginning of its ``url``, which may hold a secret behind it. ``former_until`` is until when the
    secret before this one signs as well. ``failing_since`` is when the first of the deliveries failed since which none
    arrived; nothing is sent after ``disabled_at``.
    """

    id: str
    host_id: str
    name: str
    site: str
    events: tuple[str, ...]
    created_at: datetime
    url: str = field(default="", repr=False)
    former_until: datetime | None = None
    failing_since: datetime | None = None
    disabled_at: datetime | None = None
    disabled_reason: DisabledReason | None = None

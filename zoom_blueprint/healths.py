"""What a health check of a connection finds, one frozen value for page, command line and JSON alike."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from zoom_blueprint.values import ConnectionReason, ConnectionStatus, Provider


class TokenState(StrEnum):
    """How our access to the provider stands.

    ``valid``: the access token is good. ``refreshable``: it has ended, and the next call renews it. ``lost``: it
    refused to renew it. ``foreign``: it was given to another app or address than is configured now. ``none``:
    there is none, because the connection was cut.
    """

    VALID = "valid"
    REFRESHABLE = "refreshable"
    LOST = "lost"
    FOREIGN = "foreign"
    NONE = "none"


class Unanswered(StrEnum):
    """Why the last check learned nothing."""

    UNREACHABLE = "unreachable"
    BUSY = "busy"
    CREDENTIALS = "credentials"
    REFUSED = "refused"


class ProblemCode(StrEnum):
    """What kind of trouble a connection has."""

    REASON = "reason"
    FOREIGN = "foreign"
    PERMISSIONS = "permissions"
    UNANSWERED = "unanswered"
    QUOTA = "quota"
    CLOCK = "clock"


@dataclass(frozen=True, kw_only=True)
class Permission:
    """One thing we ask of the provider, the scope it needs, and whether the grant has it; None: it did not tell."""

    action: str
    scope: str
    granted: bool | None


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What is wrong, in a sentence for the host, and the button that helps; None when no button does."""

    code: ProblemCode
    sentence: str
    press: str | None


@dataclass(frozen=True, kw_only=True)
class Health:
    """How a connection stands. Instants are aware UTC; None means that nobody knows yet, or that it is Zoom's alone.

    ``may_host`` says whether Zoom lets the account hold meetings; ``quota_left`` how many meetings can still be made or
    changed before ``quota_resets_at``; ``clock_skew`` by how many seconds our clock is ahead of Zoom's. ``checked_at``
    is when it last answered a check: what is told of the account dates from then. ``unanswered_at`` is set when a
    later check got no answer, and ``unanswered`` says why.
    """

    connection_id: str
    host_id: str
    provider: Provider
    status: ConnectionStatus
    reason: ConnectionReason | None
    token: TokenState
    account_active: bool | None
    may_host: bool | None
    permissions: tuple[Permission, ...]
    quota_left: int
    quota_resets_at: datetime
    last_call_at: datetime | None
    last_webhook_at: datetime | None
    clock_skew: int | None
    checked_at: datetime | None
    unanswered_at: datetime | None
    unanswered: Unanswered | None
    problems: tuple[Problem, ...]

    @property
    def is_fine(self) -> bool:
        """Nothing is wrong as far as is known; a connection that was cut on purpose is fine too."""
        return not self.problems

"""Calls: who asks for an action, and what every action needs to know of it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from zoom_blueprint.errors import NotConnected
from zoom_blueprint.services import accounts, reasons
from zoom_blueprint.services.accounts import Account
from zoom_blueprint.services.claims import VISITOR_PATIENCE
from zoom_blueprint.state import State
from zoom_blueprint.values import ConnectionReason, ConnectionStatus

_NOT_CONNECTED = "Zoom is not connected. Press Connect Zoom on the dashboard."


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call of an action in the name of a host.

    ``key`` is the idempotency key, None where there is none. ``mark`` is the same for each try of one call with a key,
    and ``is_again`` says that an earlier try was cut off and may have been done. ``go_on`` is called before each
    further page of a stream, and raises when nobody may have it any more.
    """

    state: State = field(repr=False)
    host_id: str
    key: str | None = field(default=None, repr=False)
    mark: str | None = None
    is_again: bool = False
    go_on: Callable[[], None] = field(default=lambda: None, repr=False)

    def account(self, connection_id: str | None) -> Account:
        """Return the Zoom account that is meant.

        Raises:
            NotFound: the host has no such connection.
            NotConnected: it does not work, or the host never connected Zoom; the text says why, and what to press.
        """
        connection = accounts.meant(self.state, self.host_id, connection_id)
        if connection.status is not ConnectionStatus.ACTIVE and connection.reason is not ConnectionReason.SCOPES:
            raise NotConnected(reasons.of_connection(connection) or _NOT_CONNECTED)
        return Account(state=self.state, connection_id=connection.id, patience=VISITOR_PATIENCE)

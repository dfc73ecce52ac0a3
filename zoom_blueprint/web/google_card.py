"""The host's Google Calendar as the card on their pages shows it."""

from dataclasses import dataclass

from zoom_blueprint.services import connections, permissions, reasons
from zoom_blueprint.state import State
from zoom_blueprint.values import Connection, ConnectionStatus, Host, Provider


@dataclass(frozen=True)
class Asked:
    """One permission: what it is for, and whether Google gave it."""

    may: str
    why: str
    scope: str
    given: bool


@dataclass(frozen=True)
class GoogleCard:
    """How the connection stands, None where there never was one; ``is_ill``: the host has to do something about it."""

    connection: Connection | None
    why: str | None
    is_ill: bool
    permissions: list[Asked]
    may_not_connect: str | None


def card(state: State, host: Host) -> GoogleCard | None:
    """Return what is known of a host's Google Calendar, which is not asked; None where it cannot be connected."""
    if not state.config.has_google:
        return None
    connection = connections.current(state, host.id, Provider.GOOGLE)
    lacking = connection.missing_scopes if connection else ()
    is_used = connection is not None and connection.status is not ConnectionStatus.INACTIVE
    return GoogleCard(
        connection=connection,
        why=reasons.of_connection(connection) if connection else None,
        is_ill=is_used and bool(lacking or (connection and connection.status is ConnectionStatus.UNHEALTHY)),
        permissions=[
            Asked(one.may, one.why, one.scope, one.scope not in lacking) for one in permissions.all_of_google()
        ],
        may_not_connect=connections.may_connect(state, host, Provider.GOOGLE),
    )

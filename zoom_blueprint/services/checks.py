"""Checks: how often somebody may have others asked how they are."""

from zoom_blueprint.services import limits
from zoom_blueprint.state import State

_OFTEN = "6 per minute; 60 per hour"


def by_pages(state: State, whose: str) -> dict[str, str]:
    """Return the limits of a host's buttons; ``whose`` is the id of a host, or of one connection."""
    return {limits.name(state, "checks", whose): _OFTEN}


def by_programs(state: State, connection_id: str) -> dict[str, str]:
    """Return the limits of what programs ask about a connection, apart from the button that its host may need then."""
    return {limits.name(state, "health", connection_id): _OFTEN}

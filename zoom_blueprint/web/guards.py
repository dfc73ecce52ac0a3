"""Guards: what a visitor has to show before a booking is made."""

from collections.abc import Mapping

from zoom_blueprint.services.bookables import Bookable
from zoom_blueprint.services.bookings import Request
from zoom_blueprint.state import State


def admit(state: State, bookable: Bookable, fields: Mapping[str, str], asked: Request) -> None:
    """Let a booking that ``asked`` for be tried, or say what is needed first.

    ``fields`` are the request's own; ``proof`` and ``code`` are read from them.

    Raises:
        CodeNeeded: a code was mailed to the address; it belongs into the field ``code``.
        ProofNeeded: the proof of work is missing or wrong, and there is no mail for a code instead.
        TooMany: the address was written to too often, or too many codes were tried.
    """
    del state, bookable, fields, asked

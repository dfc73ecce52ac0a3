"""Know what differs between the companies whose servers we call."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Partner:
    """One company: its ``name`` in sentences, and the ``keys`` of the configuration that hold its addresses.

    ``unknown`` is its error for "no clear answer came, and it may have happened". ``tracking_header``, in lower case,
    is what its support asks for. ``count`` is told of each call: method, path, outcome (``ok``, ``rate_limited``,
    ``refused``, ``failed`` or ``lost``) and seconds; None where nobody counts. ``is_limit`` tells of a refusal's status
    and body whether they speak of a limit, where other ones than 429 may.
    """

    name: str
    keys: str
    unknown: Callable[..., Exception]
    logger: logging.Logger
    tracking_header: str | None = None
    count: Callable[[str, str, str, float], None] | None = None
    is_limit: Callable[[int, bytes], bool] = lambda status, _: status == 429

    def lost(self, message: str, *, status: int | None = None, headers: Mapping[str, str] | None = None) -> Exception:
        """Return its ``unknown`` with what is known of the answer; ``status`` is None when none came."""
        if self.tracking_header is None:
            return self.unknown(message, status=status)
        return self.unknown(message, status=status, tracking_id=self.tracking_id(headers or {}))

    def tracking_id(self, headers: Mapping[str, str]) -> str | None:
        """Return what its support asks for, of an answer's headers."""
        return None if self.tracking_header is None else headers.get(self.tracking_header)

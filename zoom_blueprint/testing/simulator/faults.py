"""Keep the faults that tests have ordered, by route."""

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from typing import Any

from zoom_blueprint.testing.simulator.world import Moment


@dataclass(frozen=True)
class Fault:
    """What happens to one call instead of, or on top of, the usual."""

    status: int | None = None
    body: Any = None
    content_type: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    effect: bool = False  # with a status or body: do what was asked before answering so
    delay: float = 0  # seconds before the effect
    delay_after: float = 0  # seconds between the effect and the answer
    drop: str | None = None  # close the connection without an answer, "before" or "after" the effect
    truncate: int | None = None  # bytes of the answer's body that are sent

    @property
    def answers(self) -> bool:
        """Tell whether the answer is the fault's own."""
        return self.status is not None or self.body is not None


def plan(m: Moment, given: dict[str, Any], routes: Collection[str]) -> int:
    """Order a fault for the next ``times`` calls of a route and return its id; ValueError says what is wrong."""
    details = dict(given)
    route, count = details.pop("route", None), details.pop("times", 1)
    if route not in routes:
        raise ValueError(f"'route' is one of {', '.join(sorted(routes))}.")
    if not isinstance(count, int) or count < 1:
        raise ValueError("'times' is the number of calls, 1 or more.")
    _check(details)
    fault = Fault(**details)
    row = m.db.execute(
        "INSERT INTO faults (route, remaining, plan) VALUES (?, ?, ?) RETURNING id",
        (route, count, json.dumps(asdict(fault))),
    ).fetchone()
    return int(row["id"])


def take(m: Moment, route: str) -> Fault | None:
    """Return the fault for this call of a route, the one ordered first, and count it off."""
    row = m.db.execute("SELECT * FROM faults WHERE route = ? ORDER BY id LIMIT 1", (route,)).fetchone()
    if row is None:
        return None
    m.db.execute("UPDATE faults SET remaining = remaining - 1 WHERE id = ?", (row["id"],))
    m.db.execute("DELETE FROM faults WHERE remaining <= 0")
    return Fault(**json.loads(row["plan"]))


def everything(m: Moment) -> list[dict[str, Any]]:
    """Return what is still ordered."""
    rows = m.db.execute("SELECT * FROM faults ORDER BY id")
    return [
        {"id": row["id"], "route": row["route"], "remaining": row["remaining"], **json.loads(row["plan"])}
        for row in rows
    ]


def clear(m: Moment) -> None:
    """Cancel all of them."""
    m.db.execute("DELETE FROM faults")


def _check(details: dict[str, Any]) -> None:
    unknown = sorted(set(details) - set(Fault.__dataclass_fields__))
    if unknown:
        raise ValueError(f"A fault has route, times, {', '.join(Fault.__dataclass_fields__)}, not {unknown}.")
    if details.get("drop") not in (None, "before", "after"):
        raise ValueError("'drop' is before or after.")
    status = details.get("status")
    if status is not None and not (isinstance(status, int) and 200 <= status <= 599):
        raise ValueError("'status' is an HTTP status from 200 to 599.")
    for name in ("delay", "delay_after"):
        if not isinstance(details.get(name, 0), int | float) or not 0 <= details.get(name, 0) <= 600:
            raise ValueError(f"{name!r} is a number of seconds, at most 600.")
    headers = details.get("headers", {})
    if not isinstance(headers, dict) or not all(isinstance(value, str) for value in headers.values()):
        raise ValueError("'headers' maps names to texts.")
    size = details.get("truncate")
    if size is not None and not (isinstance(size, int) and size >= 0):
        raise ValueError("'truncate' is a number of bytes.")

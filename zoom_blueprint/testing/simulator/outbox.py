"""Keep the webhook deliveries: what is owed to which app, when it is due, and how each attempt ended."""

import json
import random
import sqlite3
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from zoom_blueprint.testing.simulator import apps
from zoom_blueprint.testing.simulator.replies import as_json
from zoom_blueprint.testing.simulator.world import Moment

_RETRY_AFTER = (300, 1200, 3600)  # seconds after the first, second and third attempt
_KEPT = 5000


def tell(m: Moment, user: sqlite3.Row, event: dict[str, Any], *, lane: str) -> None:
    """Queue an event for every app that this user, or their whole account, has connected."""
    connected = m.db.execute(
        "SELECT DISTINCT client_id FROM grants WHERE user_id IN (?, 'account:' || ?) AND ended_at IS NULL",
        (user["id"], user["account_id"]),
    )
    for row in connected.fetchall():
        queue(m, row["client_id"], event, lane=lane)


def queue(
    m: Moment,
    client_id: str,
    event: dict[str, Any] | bytes,
    *,
    lane: str,
    times: int = 1,
    signing: Mapping[str, Any] | None = None,
) -> list[int]:
    """Queue an event for one app and return the deliveries' ids; none if it has no working subscription.

    Deliveries of one lane go out one after the other. Raw bytes are sent as they are. ``signing`` replaces the
    ``secret``, the ``timestamp`` or some ``headers``.
    """
    app = apps.get(m.db, client_id)
    if not app["webhook_url"] or 0 < m.knobs["webhook_failed_challenges"] <= app["challenge_failures"]:
        return []
    body = event if isinstance(event, bytes) else as_json(_extended(m, _with_ids(m, event))).encode()
    name = "" if isinstance(event, bytes) else str(event.get("event", ""))
    request_id = str(uuid4()).replace("-", "_")
    state = "held" if m.knobs["webhook_hold"] else "pending"
    copies = times + m.knobs["webhook_duplicates"]
    _prune(m.db)
    return [
        _insert(m, (client_id, name, _lane(m, lane), request_id, body, json.dumps(signing or {}), state, _due(m)))
        for _ in range(copies)
    ]


def log(m: Moment, client_id: str, event: dict[str, Any], attempt: dict[str, Any], *, ok: bool) -> None:
    """Record a delivery that was sent outside the queue."""
    state = "delivered" if ok else "failed"
    body = as_json(event).encode()
    made = _insert(m, (client_id, event["event"], "", str(uuid4()).replace("-", "_"), body, "{}", state, m.now))
    m.db.execute("UPDATE deliveries SET attempts = ? WHERE id = ?", (json.dumps([attempt]), made))


def due(m: Moment) -> list[sqlite3.Row]:
    """Return the deliveries whose time has come, in order, with the app's address and secret."""
    return m.db.execute(
        "SELECT deliveries.*, webhook_url, webhook_secret FROM deliveries JOIN apps USING (client_id)"
        " WHERE state = 'pending' AND due_at <= ? ORDER BY due_at, id LIMIT 500",
        (m.now,),
    ).fetchall()


def record(m: Moment, delivery_id: int, attempt: dict[str, Any]) -> None:
    """Note how an attempt ended: 2xx is a success, what is worth it gets up to three more attempts."""
    row = m.db.execute("SELECT attempts FROM deliveries WHERE id = ?", (delivery_id,)).fetchone()
    if row is None:
        return
    attempts = [*json.loads(row["attempts"]), attempt]
    state, due_at = "failed", m.now
    if attempt["status"] is not None and 200 <= attempt["status"] < 300:
        state = "delivered"
    elif _worth_a_retry(m, attempt["status"]) and len(attempts) <= len(_RETRY_AFTER):
        state, due_at = "pending", m.now + _RETRY_AFTER[len(attempts) - 1]
    m.db.execute(
        "UPDATE deliveries SET state = ?, due_at = ?, attempts = ? WHERE id = ?",
        (state, due_at, json.dumps(attempts), delivery_id),
    )


def release(m: Moment, order: str, seed: int | None) -> int:
    """Let held deliveries go, one after the other: ``kept``, ``reversed`` or ``shuffled``; return how many."""
    held = [row["id"] for row in m.db.execute("SELECT id FROM deliveries WHERE state = 'held' ORDER BY id")]
    if order == "reversed":
        held.reverse()
    elif order == "shuffled":
        random.Random(seed).shuffle(held)  # noqa: S311 - a test's dice
    elif order != "kept":
        raise ValueError("'order' is kept, reversed or shuffled.")
    for place, delivery_id in enumerate(held):
        m.db.execute(
            "UPDATE deliveries SET state = 'pending', lane = 'released', due_at = ? WHERE id = ?",
            (m.now - 1 + place / 1e5, delivery_id),
        )
    return len(held)


def everything(m: Moment) -> dict[str, Any]:
    """Return all deliveries, and how many are due at this moment or under way."""
    rows = m.db.execute("SELECT * FROM deliveries ORDER BY id").fetchall()
    return {
        "webhooks": [
            {
                "id": row["id"],
                "client_id": row["client_id"],
                "event": row["event"],
                "request_id": row["request_id"],
                "body": bytes(row["body"]).decode(errors="replace"),
                "state": row["state"],
                "due_at": row["due_at"] if row["state"] == "pending" else None,
                "attempts": json.loads(row["attempts"]),
            }
            for row in rows
        ],
        "due": sum(1 for row in rows if row["state"] == "pending" and row["due_at"] <= m.now),
    }


def _insert(m: Moment, values: tuple[Any, ...]) -> int:
    row = m.db.execute(
        "INSERT INTO deliveries (client_id, event, lane, request_id, body, signing, state, due_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
        values,
    ).fetchone()
    return int(row["id"])


def _prune(db: sqlite3.Connection) -> None:
    db.execute(
        "DELETE FROM deliveries WHERE id <= (SELECT MAX(id) FROM deliveries) - ? AND state IN ('delivered', 'failed')",
        (_KEPT,),
    )


def _due(m: Moment) -> float:
    return m.now + random.random() * float(m.knobs["webhook_jitter"])  # noqa: S311 - a test's dice


def _lane(m: Moment, lane: str) -> str:
    return str(uuid4()) if m.knobs["webhook_jitter"] else lane


def _worth_a_retry(m: Moment, status: int | None) -> bool:
    return status is None or status >= 500 or bool(m.knobs["webhook_retry_4xx"])


def _with_ids(m: Moment, event: dict[str, Any]) -> dict[str, Any]:
    """Write meeting ids as the switch says; as delivered, each event has them as Zoom's has."""
    form = {"numbers": int, "texts": str}.get(m.knobs["webhook_ids"])
    payload = event.get("payload")
    if form is None or not isinstance(payload, dict) or not str(event.get("event")).startswith("meeting."):
        return event
    shown = {name: payload[name] for name in ("object", "old_object") if "id" in (payload.get(name) or {})}
    return {**event, "payload": payload | {name: {**one, "id": form(one["id"])} for name, one in shown.items()}}


def _extended(m: Moment, event: dict[str, Any]) -> dict[str, Any]:
    """Add fields that no document names, if the switch says so."""
    if not m.knobs["webhook_extra_fields"] or not isinstance(event.get("payload"), dict):
        return event
    payload = {**event["payload"], "x_new_in_payload": {"since": 2031}}
    if isinstance(payload.get("object"), dict):
        payload["object"] = {**payload["object"], "x_new_in_object": ["unheard", "of"]}
    return {**event, "payload": payload, "x_new": None}

"""Keep the calls that apps made, without any of their secrets."""

import json
import sqlite3
from typing import Any

from werkzeug.wrappers import Request

_KEPT = 5000
_SECRET_FIELDS = ("password",)


def note(db: sqlite3.Connection, entry: dict[str, Any]) -> None:
    """Add a call, and forget those of long ago."""
    row = db.execute("INSERT INTO calls (entry) VALUES (?) RETURNING id", (json.dumps(entry),)).fetchone()
    db.execute("DELETE FROM calls WHERE id <= ?", (row["id"] - _KEPT,))


def everything(db: sqlite3.Connection) -> list[dict[str, Any]]:
    """Return the calls in the order in which they were answered."""
    rows = db.execute("SELECT * FROM calls ORDER BY id")
    return [{"id": row["id"], **json.loads(row["entry"])} for row in rows]


def describe(request: Request, raw: bytes) -> dict[str, Any]:
    """Return what may be told about a request: names of query and form fields, and a REST call's body."""
    scheme = request.headers.get("Authorization", "").partition(" ")[0]
    described: dict[str, Any] = {
        "authorization": scheme or None,
        "accept": request.headers.get("Accept"),
        "content_type": request.headers.get("Content-Type"),
        "query": sorted(request.args),
        "form": sorted(request.form),
        "json": None,
    }
    if request.path.startswith("/v2/") and raw:
        described["json"] = _without_secrets(raw)
    return described


def _without_secrets(raw: bytes) -> object:
    try:
        body = json.loads(raw)
    except ValueError:
        return None
    if not isinstance(body, dict):
        return body
    return {name: "***" if name in _SECRET_FIELDS else value for name, value in body.items()}

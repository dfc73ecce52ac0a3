"""Keep the calls that apps made, both sides of each, without any of their secrets."""

import json
import re
import sqlite3
from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import Headers
from werkzeug.wrappers import Request

_KEPT = 5000
_LONGEST = 16_384  # bytes of a body that is kept; of a longer one only the size is
_HIDDEN = "***"
_SECRETS = frozenset(
    {
        *("access_token", "refresh_token", "token", "code", "code_verifier", "client_secret", "zak", "pwd", "id_token"),
        *("password", "h323_password", "pstn_password", "encrypted_password", "passcode"),
    }
)
_SECRET_HEADERS = frozenset({"cookie", "set-cookie"})
_INSIDE_TEXTS = re.compile(r"([?&](?:pwd|zak|code|access_token|token)=|Passcode: )[^&#\s]+")


def note(db: sqlite3.Connection, entry: dict[str, Any]) -> None:
    """Add a call, and forget those of long ago."""
    row = db.execute("INSERT INTO calls (entry) VALUES (?) RETURNING id", (json.dumps(entry),)).fetchone()
    db.execute("DELETE FROM calls WHERE id <= ?", (row["id"] - _KEPT,))


def everything(db: sqlite3.Connection, route: str | None = None) -> list[dict[str, Any]]:
    """Return the calls in the order in which they were answered, all or those of one route."""
    found = [{"id": row["id"], **json.loads(row["entry"])} for row in db.execute("SELECT * FROM calls ORDER BY id")]
    return [call for call in found if route in (None, call["route"])]


def describe(request: Request, raw: bytes) -> dict[str, Any]:
    """Return what may be told about a request; each secret is there, as three asterisks."""
    return {
        "authorization": request.headers.get("Authorization", "").partition(" ")[0] or None,
        "accept": request.headers.get("Accept"),
        "content_type": request.headers.get("Content-Type"),
        "headers": _headers(request.headers),
        "query": without_secrets(request.args.to_dict()),
        "form": without_secrets(request.form.to_dict()),
        "json": _body(request.headers.get("Content-Type", ""), raw),
        "size": len(raw),
    }


def describe_answer(status: int, headers: Headers, body: bytes) -> dict[str, Any]:
    """Return what may be told about an answer."""
    return {
        "status": status,
        "headers": _headers(headers),
        "json": _body(headers.get("Content-Type", ""), body),
        "size": len(body),
    }


def without_secrets(value: Any) -> Any:
    """Return the same with every secret text replaced, whatever it is inside of; types stay as they are."""
    if isinstance(value, dict):
        return {
            name: _HIDDEN if name in _SECRETS and isinstance(inner, str) and inner else without_secrets(inner)
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [without_secrets(inner) for inner in value]
    if isinstance(value, str):
        return _INSIDE_TEXTS.sub(rf"\1{_HIDDEN}", value)
    return value


def _headers(headers: Mapping[str, str] | Headers) -> dict[str, str]:
    shown: dict[str, str] = {}
    for name, value in headers.items():
        lower = name.lower()
        if lower == "authorization":
            shown[lower] = value.partition(" ")[0]
        else:
            shown[lower] = _HIDDEN if lower in _SECRET_HEADERS else without_secrets(value)
    return shown


def _body(content_type: str, raw: bytes) -> Any:
    if "json" not in content_type or not raw or len(raw) > _LONGEST:
        return None
    try:
        return without_secrets(json.loads(raw))
    except (ValueError, RecursionError):
        return None

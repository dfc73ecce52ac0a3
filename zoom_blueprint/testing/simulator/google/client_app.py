"""Keep the one client that is registered at this Google: id, secret and redirect addresses."""

import json
import sqlite3
from dataclasses import asdict, dataclass, replace
from typing import Any

DEFAULT_ID = "sim-0123456789.apps.googleusercontent.com"
DEFAULT_SECRET = "SimGoogleSecret-0123456789"  # noqa: S105 - made up


@dataclass(frozen=True)
class ClientApp:
    """The client, as the page of a Google Cloud project shows it."""

    client_id: str = DEFAULT_ID
    client_secret: str = DEFAULT_SECRET
    redirect_uris: tuple[str, ...] = ()


def get(db: sqlite3.Connection) -> ClientApp:
    """Return the client."""
    row = db.execute("SELECT value FROM settings WHERE name = 'google_client'").fetchone()
    fields = json.loads(row["value"]) if row else {}
    return ClientApp(**{**fields, "redirect_uris": tuple(fields.get("redirect_uris", ()))})


def put(db: sqlite3.Connection, changes: dict[str, Any]) -> ClientApp:
    """Change the given fields; ValueError says which is wrong."""
    for name, value in changes.items():
        if name == "redirect_uris":
            if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
                raise ValueError("'redirect_uris' is a list of texts.")
        elif name not in ClientApp.__dataclass_fields__:
            raise ValueError(f"A client has no {name!r}; {', '.join(ClientApp.__dataclass_fields__)} may be set.")
        elif not isinstance(value, str):
            raise ValueError(f"{name!r} is a text.")
    changed = replace(get(db), **changes)
    db.execute("INSERT OR REPLACE INTO settings VALUES ('google_client', ?)", (json.dumps(asdict(changed)),))
    return changed

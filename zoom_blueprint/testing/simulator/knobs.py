"""Know the switches for everything about Zoom that is unverified, contradictory or a matter of account policy."""

import json
import sqlite3
from typing import Any

_ON_OFF = (True, False)

# name → (default, the values it may take; a type where any value of it will do)
_KNOBS: dict[str, tuple[object, tuple[object, ...] | type | tuple[type, ...]]] = {
    "decline": ("access_denied", ("access_denied", "no_code", "stay")),
    "redirect_match": ("exact", ("exact", "prefix")),
    "access_lifetime": (3599, int),  # seconds
    "refresh_lifetime": (90 * 86400, int),  # seconds
    "old_access_after_refresh": ("valid", ("valid", "revoked")),
    "invalid_client_status": (400, (400, 401)),
    "invalid_grant_reason": (True, _ON_OFF),
    "token_message": ("", str),  # of 401 / 124; empty: by what is wrong with the token
    "missing_scope_status": (400, (400, 403)),
    "xml_errors": ("auto", ("auto", "strict", "never")),
    "start_offsets": ("dropped", ("dropped", "honoured")),
    "require_passcode": (True, _ON_OFF),
    "inactive_user": ("me_only", ("me_only", "refused")),  # what a deactivated user's token is still good for
    "locked_settings": ({}, dict),  # meeting settings that the account's policy forces
    "host_daily_limit": (100, int),  # creates and updates per host and UTC day; 0: no limit
    "rate_limits": ("off", ("off", "free", "pro", "business")),
    "account_daily_limit": (0, int),  # calls per account, label and UTC day; 0: as the plan says
    "retry_after": ("iso", ("iso", "http_date", "seconds")),  # of a daily limit
    "delete_seconds": (0.0, (int, float)),  # how long a delete takes, while the same user's others are refused
    "webhook_clock": ("real", ("real", "simulated")),  # what header and body timestamps are taken from
    "webhook_retry_4xx": (False, _ON_OFF),
    "webhook_failed_challenges": (6, int),  # wrong answers in a row that end delivery; 0: none do
    "webhook_duplicates": (0, int),  # deliveries of each event beyond the first
    "webhook_hold": (False, _ON_OFF),  # keep events until /__sim__/webhooks/release
    "webhook_jitter": (0.0, (int, float)),  # seconds; each event is late by up to this, in any order
    "webhook_ids": ("documented", ("documented", "numbers", "texts")),  # meeting ids: by event, or all alike
    "webhook_extra_fields": (False, _ON_OFF),
    "deauth_retention": ("omitted", ("omitted", "true", "false")),
    "deauth_event_ts": ("payload", ("payload", "top", "both")),
    "google_access_lifetime": (3599, int),  # seconds
    "google_new_refresh_token": (False, _ON_OFF),  # whether a refresh brings one; the old one stays good
    "google_meet": ("success", ("success", "pending", "failure")),  # what becomes of a request for a Meet link
    "google_channel_seconds": (604_800, int),  # how long a push channel lives at most
}


class Knobs:
    """The present position of every switch, as seen by one transaction."""

    def __init__(self, changed: dict[str, Any]) -> None:
        self._changed = changed

    def __getitem__(self, name: str) -> Any:
        return self._changed.get(name, _KNOBS[name][0])

    def as_dict(self) -> dict[str, Any]:
        """Return all of them, the untouched ones with their defaults."""
        return {name: self[name] for name in _KNOBS}


def read(db: sqlite3.Connection) -> Knobs:
    """Read all switches."""
    row = db.execute("SELECT value FROM settings WHERE name = 'knobs'").fetchone()
    return Knobs(json.loads(row["value"]) if row else {})


def turn(db: sqlite3.Connection, changes: dict[str, Any]) -> Knobs:
    """Turn some switches and leave the rest; ValueError names an unknown one or a value it cannot take."""
    changed = read(db)._changed
    for name, value in changes.items():
        if name not in _KNOBS:
            raise ValueError(f"There is no knob {name!r}. The knobs are: {', '.join(_KNOBS)}.")
        allowed = _KNOBS[name][1]
        if not _fits(value, allowed):
            raise ValueError(f"The knob {name!r} takes {allowed!r}, not {value!r}.")
        changed[name] = value
    db.execute("INSERT OR REPLACE INTO settings VALUES ('knobs', ?)", (json.dumps(changed),))
    return Knobs(changed)


def _fits(value: object, allowed: tuple[object, ...] | type | tuple[type, ...]) -> bool:
    if isinstance(allowed, tuple) and not all(isinstance(choice, type) for choice in allowed):
        return any(value == choice and type(value) is type(choice) for choice in allowed)
    return isinstance(value, allowed) and not isinstance(value, bool)  # type: ignore[arg-type]  # types only, by now

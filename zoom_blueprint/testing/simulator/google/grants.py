"""Keep what people allowed the client to do: codes, grants and tokens.

Source: https://developers.google.com/identity/protocols/oauth2/web-server : a refresh token comes with the first
offline consent, and with each one that ``prompt=consent`` asks for; it lives on when it is used, and a second consent
ends no earlier token.
"""

import base64
import hashlib
import json
import secrets
import sqlite3
from typing import Any

from zoom_blueprint.testing.simulator import minting
from zoom_blueprint.testing.simulator.google import client_app, scopes
from zoom_blueprint.testing.simulator.google.replies import GoogleRefusal, GoogleTokenRefusal
from zoom_blueprint.testing.simulator.pkce import proves
from zoom_blueprint.testing.simulator.world import Moment

_CODE_LIFETIME = 600
_BAD_CODE = "Malformed auth code."


def issue_code(
    m: Moment,
    user: sqlite3.Row,
    *,
    redirect_uri: str,
    allowed: list[str],
    challenge: str | None,
    method: str | None,
    gives_refresh: bool,
) -> str:
    """Return a code that is good once."""
    code = f"4/0A{minting.code()}"
    row = (minting.digest(code), user["id"], redirect_uri, json.dumps(allowed), challenge, method or "plain")
    m.db.execute(
        "INSERT INTO google_codes VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)", (*row, gives_refresh, m.now + _CODE_LIFETIME)
    )
    return code


def exchange(m: Moment, code: str, redirect_uri: str, verifier: str) -> dict[str, Any]:
    """Turn a code into tokens; what was allowed before stays allowed only if it is allowed again."""
    row = m.db.execute("SELECT * FROM google_codes WHERE digest = ?", (minting.digest(code),)).fetchone()
    if row is None or row["used_at"] is not None or m.now >= row["expires_at"]:
        raise GoogleTokenRefusal("invalid_grant", _BAD_CODE)
    if row["redirect_uri"] != redirect_uri:
        raise GoogleTokenRefusal("redirect_uri_mismatch", "Bad Request")
    if row["challenge"] is not None and not proves(row["challenge"], row["method"], verifier):
        raise GoogleTokenRefusal("invalid_grant", "Invalid code verifier." if verifier else "Missing code verifier.")
    m.db.execute("UPDATE google_codes SET used_at = ? WHERE digest = ?", (m.now, row["digest"]))
    grant = live(m.db, row["user_id"])
    if grant is None:
        m.db.execute(
            "INSERT INTO google_grants (user_id, scopes, created_at) VALUES (?, ?, ?)",
            (row["user_id"], row["scopes"], m.now),
        )
    else:
        m.db.execute("UPDATE google_grants SET scopes = ? WHERE id = ?", (row["scopes"], grant["id"]))
    current = live(m.db, row["user_id"])
    assert current is not None  # noqa: S101 - tells the type checker
    return _answer(m, current, gives_refresh=bool(row["gives_refresh"]))


def refresh(m: Moment, token: str) -> dict[str, Any]:
    """Return a new access token; the refresh token stays good, and the answer has none unless the knob says so."""
    grant = _of(m, token, "refresh")
    if grant is None:
        raise GoogleTokenRefusal("invalid_grant", "Token has been expired or revoked.")
    m.db.execute("UPDATE google_grants SET refreshes = refreshes + 1 WHERE id = ?", (grant["id"],))
    return _answer(m, grant, gives_refresh=m.knobs["google_new_refresh_token"])


def revoke(m: Moment, token: str) -> None:
    """End the grant that an access or refresh token belongs to."""
    grant = _of(m, token, "refresh") or _of(m, token, "access")
    if grant is None:
        raise GoogleTokenRefusal("invalid_token", "Token expired or revoked")
    end(m, grant["id"], "revoked by the app")


def bearer(m: Moment, token: str) -> sqlite3.Row:
    """Return the grant behind an access token."""
    grant = _of(m, token, "access")
    if grant is None:
        raise GoogleRefusal(401, "authError", "Invalid Credentials")
    return grant


def end(m: Moment, grant_id: int, reason: str) -> None:
    """End a grant and every token of it."""
    m.db.execute(
        "UPDATE google_grants SET ended_at = ?, ended_reason = ? WHERE id = ? AND ended_at IS NULL",
        (m.now, reason, grant_id),
    )
    m.db.execute("DELETE FROM google_tokens WHERE grant_id = ?", (grant_id,))


def live(db: sqlite3.Connection, user_id: str) -> sqlite3.Row | None:
    """Return the one live grant of a user."""
    found = db.execute("SELECT * FROM google_grants WHERE user_id = ? AND ended_at IS NULL", (user_id,))
    row: sqlite3.Row | None = found.fetchone()
    return row


def scopes_of(grant: sqlite3.Row) -> list[str]:
    """Return what the user allowed."""
    return [str(scope) for scope in json.loads(grant["scopes"])]


def everything(m: Moment) -> list[dict[str, Any]]:
    """Return all grants, ended ones too, with the number of their live tokens, but none of the tokens."""
    rows = m.db.execute(
        "SELECT google_grants.*, users.short AS user,"
        " COUNT(digest) FILTER (WHERE kind = 'refresh') AS refresh_tokens"
        " FROM google_grants JOIN users ON users.id = user_id"
        " LEFT JOIN google_tokens ON grant_id = google_grants.id GROUP BY google_grants.id ORDER BY google_grants.id"
    )
    return [{**dict(row), "scopes": scopes_of(row), "live": row["ended_at"] is None} for row in rows]


def _of(m: Moment, token: str, kind: str) -> sqlite3.Row | None:
    row: sqlite3.Row | None = m.db.execute(
        "SELECT google_grants.* FROM google_tokens JOIN google_grants ON google_grants.id = grant_id"
        " WHERE digest = ? AND kind = ? AND (expires_at IS NULL OR expires_at > ?) AND ended_at IS NULL",
        (minting.digest(token), kind, m.now),
    ).fetchone()
    return row


def _answer(m: Moment, grant: sqlite3.Row, *, gives_refresh: bool) -> dict[str, Any]:
    lifetime = m.knobs["google_access_lifetime"]
    access = f"ya29.{secrets.token_urlsafe(96)}"
    tokens = [(minting.digest(access), grant["id"], "access", m.now + lifetime)]
    told: dict[str, Any] = {"access_token": access, "expires_in": lifetime, "token_type": "Bearer"}
    if gives_refresh:
        told["refresh_token"] = f"1//0{secrets.token_urlsafe(64)}"
        tokens.append((minting.digest(told["refresh_token"]), grant["id"], "refresh", None))
    m.db.executemany("INSERT INTO google_tokens VALUES (?, ?, ?, ?)", tokens)
    allowed = scopes_of(grant)
    if "openid" in allowed:
        told["id_token"] = _id_token(m, grant["user_id"], has_mail="email" in allowed)
    return {**told, "scope": " ".join(scopes.in_full(scope) for scope in allowed)}


def _id_token(m: Moment, user_id: str, *, has_mail: bool) -> str:
    """Return an ID token whose signature is random: clients that got it here need not check it."""
    user = m.db.execute("SELECT * FROM users WHERE id = ?", (user_id,)).fetchone()
    client_id = client_app.get(m.db).client_id
    claims: dict[str, Any] = {
        "iss": "https://accounts.google.com",
        "azp": client_id,
        "aud": client_id,
        "sub": subject(user_id),
        **({"email": user["email"], "email_verified": True} if has_mail else {}),
        "iat": int(m.real_now),
        "exp": int(m.real_now) + 3600,
    }
    parts = [json.dumps({"alg": "RS256", "typ": "JWT"}).encode(), json.dumps(claims).encode(), secrets.token_bytes(256)]
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


def subject(user_id: str) -> str:
    """Return the 21 digits by which Google knows a user."""
    return str(10**20 + int.from_bytes(hashlib.sha256(user_id.encode()).digest()[:8], "big"))

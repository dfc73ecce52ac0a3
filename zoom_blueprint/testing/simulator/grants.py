"""Keep what users allowed apps to do: codes, grants and their rotating tokens."""

import json
import sqlite3
from collections.abc import Collection
from typing import Any

from zoom_blueprint.testing.simulator import minting
from zoom_blueprint.testing.simulator.pkce import proves
from zoom_blueprint.testing.simulator.replies import TokenRefusal
from zoom_blueprint.testing.simulator.world import Moment

_CODE_LIFETIME = 300
_INVALID_CODE = "Invalid authorization code"
_ACCOUNT = "account:"


def issue_code(
    m: Moment,
    app: sqlite3.Row,
    user: sqlite3.Row,
    *,
    redirect_uri: str,
    scopes: Collection[str],
    challenge: str | None,
    method: str | None,
) -> str:
    """Return a code that is good once, for five minutes; without a method the challenge is ``plain``."""
    code = minting.code()
    m.db.execute(
        "INSERT INTO codes VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)",
        (
            minting.digest(code),
            app["client_id"],
            user["id"],
            redirect_uri,
            json.dumps(sorted(scopes)),
            challenge,
            method or "plain",
            m.now + _CODE_LIFETIME,
        ),
    )
    return code


def exchange(m: Moment, app: sqlite3.Row, code: str, redirect_uri: str, verifier: str) -> dict[str, Any]:
    """Turn a code into a grant and return the token answer; an earlier grant of this user to this app ends."""
    row = m.db.execute(
        "SELECT * FROM codes WHERE digest = ? AND client_id = ?",
        (minting.digest(code), app["client_id"]),
    ).fetchone()
    if row is None or row["used_at"] is not None or m.now >= row["expires_at"]:
        raise TokenRefusal("invalid_grant", _INVALID_CODE)
    if row["redirect_uri"] != redirect_uri:
        raise TokenRefusal("invalid_request", "Redirect URI mismatch.")
    if row["challenge"] is not None and not proves(row["challenge"], row["method"], verifier):
        raise TokenRefusal("invalid_grant", _INVALID_CODE)
    m.db.execute("UPDATE codes SET used_at = ? WHERE digest = ?", (m.now, row["digest"]))
    earlier = live(m.db, app["client_id"], row["user_id"])
    if earlier is not None:
        end(m, earlier["id"], "authorized again")
    grant_id = m.db.execute(
        "INSERT INTO grants (client_id, user_id, scopes, created_at) VALUES (?, ?, ?, ?) RETURNING id",
        (app["client_id"], row["user_id"], row["scopes"], m.now),
    ).fetchone()["id"]
    return _mint(m, grant_id, "access", "refresh")


def refresh(m: Moment, app: sqlite3.Row, token: str) -> dict[str, Any]:
    """Rotate: end the refresh token, which was good once, and return the answer with a new pair."""
    row = m.db.execute(
        "SELECT tokens.*, grants.client_id FROM tokens JOIN grants ON grants.id = grant_id"
        " WHERE digest = ? AND kind = 'refresh' AND tokens.ended_at IS NULL",
        (minting.digest(token),),
    ).fetchone()
    if row is None or row["client_id"] != app["client_id"] or m.now >= row["expires_at"]:
        raise TokenRefusal("invalid_grant", "Invalid Token!" if m.knobs["invalid_grant_reason"] else None)
    kinds = ("refresh", "access") if m.knobs["old_access_after_refresh"] == "revoked" else ("refresh", "refresh")
    m.db.execute(
        "UPDATE tokens SET ended_at = ? WHERE grant_id = ? AND kind IN (?, ?) AND ended_at IS NULL",
        (m.now, row["grant_id"], *kinds),
    )
    m.db.execute("UPDATE grants SET refreshes = refreshes + 1 WHERE id = ?", (row["grant_id"],))
    return _mint(m, row["grant_id"], "access", "refresh")


def account_token(m: Moment, app: sqlite3.Row, account_id: str) -> dict[str, Any]:
    """Return the answer to a server: an access token for everybody in an account, and no refresh token.

    It carries the app's scopes as an administrator grants them. Earlier tokens of the account go on or end as the knob
    ``old_access_after_refresh`` says.
    """
    holder = f"{_ACCOUNT}{account_id}"
    grant = live(m.db, app["client_id"], holder)
    if grant is None:
        wide = [f"{scope.removesuffix(':admin')}:admin" for scope in json.loads(app["scopes"])]
        m.db.execute(
            "INSERT INTO grants (client_id, user_id, scopes, created_at) VALUES (?, ?, ?, ?)",
            (app["client_id"], holder, json.dumps(sorted(wide)), m.now),
        )
        grant = live(m.db, app["client_id"], holder)
        assert grant is not None  # noqa: S101 - tells the type checker
    if m.knobs["old_access_after_refresh"] == "revoked":
        m.db.execute("UPDATE tokens SET ended_at = ? WHERE grant_id = ? AND ended_at IS NULL", (m.now, grant["id"]))
    return _mint(m, grant["id"], "access")


def account_of(grant: sqlite3.Row) -> str:
    """Return the id of the account that a server's grant is for."""
    return str(grant["user_id"]).removeprefix(_ACCOUNT)


def of_token(m: Moment, app: sqlite3.Row, token: str) -> sqlite3.Row:
    """Return the live grant that a valid access or refresh token of the app belongs to, for revoking it."""
    row: sqlite3.Row | None = m.db.execute(
        "SELECT grants.* FROM tokens JOIN grants ON grants.id = grant_id"
        " WHERE digest = ? AND tokens.ended_at IS NULL AND expires_at > ? AND client_id = ?",
        (minting.digest(token), m.now, app["client_id"]),
    ).fetchone()
    if row is None:
        raise TokenRefusal("invalid_request", "Invalid Token!")
    return row


def bearer(m: Moment, token: str) -> tuple[sqlite3.Row | None, str]:
    """Return the grant behind an access token, or None and what is wrong with the token."""
    row = m.db.execute(
        "SELECT grants.*, tokens.expires_at, tokens.ended_at AS token_ended_at FROM tokens"
        " JOIN grants ON grants.id = grant_id WHERE digest = ? AND kind = 'access'",
        (minting.digest(token),),
    ).fetchone()
    if row is None or row["token_ended_at"] is not None:
        return None, "Invalid access token."
    if m.now >= row["expires_at"]:
        return None, "Access token is expired."
    return row, ""


def end(m: Moment, grant_id: int, reason: str) -> None:
    """End a grant and every token of it."""
    m.db.execute(
        "UPDATE grants SET ended_at = ?, ended_reason = ? WHERE id = ? AND ended_at IS NULL",
        (m.now, reason, grant_id),
    )
    m.db.execute("UPDATE tokens SET ended_at = ? WHERE grant_id = ? AND ended_at IS NULL", (m.now, grant_id))


def live(db: sqlite3.Connection, client_id: str, user_id: str) -> sqlite3.Row | None:
    """Return the one live grant of a user to an app."""
    row: sqlite3.Row | None = db.execute(
        "SELECT * FROM grants WHERE client_id = ? AND user_id = ? AND ended_at IS NULL",
        (client_id, user_id),
    ).fetchone()
    return row


def scopes_of(grant: sqlite3.Row) -> list[str]:
    """Return what the user allowed, sorted."""
    return [str(scope) for scope in json.loads(grant["scopes"])]


def everything(m: Moment) -> list[dict[str, Any]]:
    """Return all grants, ended ones too, with the number of tokens that are valid now, but none of the tokens.

    ``user`` is None for the grant of a server to a whole account.
    """
    rows = m.db.execute(
        "SELECT grants.*, users.short AS user, users.email,"
        " COUNT(digest) FILTER (WHERE kind = 'access' AND expires_at > :now) AS access,"
        " COUNT(digest) FILTER (WHERE kind = 'refresh' AND expires_at > :now) AS refresh"
        " FROM grants LEFT JOIN users ON users.id = user_id"
        " LEFT JOIN tokens ON grant_id = grants.id AND tokens.ended_at IS NULL GROUP BY grants.id ORDER BY grants.id",
        {"now": m.now},
    )
    return [
        {
            "id": row["id"],
            "client_id": row["client_id"],
            "user": row["user"],
            "user_id": row["user_id"],
            "email": row["email"],
            "scopes": scopes_of(row),
            "live": row["ended_at"] is None,
            "created_at": row["created_at"],
            "ended_at": row["ended_at"],
            "ended_reason": row["ended_reason"],
            "refreshes": row["refreshes"],
            "valid_access_tokens": row["access"],
            "valid_refresh_tokens": row["refresh"],
        }
        for row in rows
    ]


def _mint(m: Moment, grant_id: int, *kinds: str) -> dict[str, Any]:
    grant = m.db.execute("SELECT * FROM grants WHERE id = ?", (grant_id,)).fetchone()
    lifetimes = {"access": m.knobs["access_lifetime"], "refresh": m.knobs["refresh_lifetime"]}
    tokens = {kind: minting.opaque_token(uid=grant["user_id"], type=kind) for kind in kinds}
    m.db.executemany(
        "INSERT INTO tokens VALUES (?, ?, ?, ?, NULL)",
        [(minting.digest(token), grant_id, kind, m.now + lifetimes[kind]) for kind, token in tokens.items()],
    )
    answered: dict[str, Any] = {"access_token": tokens["access"], "token_type": "bearer"}
    if "refresh" in tokens:
        answered["refresh_token"] = tokens["refresh"]
    scope = " ".join(scopes_of(grant))
    return {**answered, "expires_in": lifetimes["access"], "scope": scope, "api_url": m.origin}

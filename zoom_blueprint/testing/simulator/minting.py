"""Mint ids, tokens and passcodes that look like Zoom's."""

import base64
import hashlib
import hmac
import json
import secrets
import string
import uuid

_ALPHANUMERIC = string.ascii_letters + string.digits


def long_id() -> str:
    """Return 22 characters of base64url, as Zoom's user and account ids are."""
    return base64.urlsafe_b64encode(secrets.token_bytes(16)).decode().rstrip("=")


def meeting_uuid() -> str:
    """Return 16 bytes in base64: 24 characters that may contain ``/`` and ``+``."""
    return base64.b64encode(secrets.token_bytes(16)).decode()


def meeting_id() -> int:
    """Return 11 digits; the caller sees to it that they are not taken."""
    return 80_000_000_000 + secrets.randbelow(10_000_000_000)


def personal_meeting_id() -> int:
    """Return 10 digits."""
    return 2_000_000_000 + secrets.randbelow(7_000_000_000)


def passcode() -> str:
    """Return six digits, which every passcode policy of Zoom's takes."""
    return "".join(secrets.choice(string.digits) for _ in range(6))


def encrypted_passcode() -> str:
    """Return what stands in a join link as ``pwd``."""
    return "".join(secrets.choice(_ALPHANUMERIC) for _ in range(32)) + ".1"


def opaque_token(**claims: object) -> str:
    """Return a token of the shape and length of Zoom's: three base64url parts, more than 600 characters.

    Nothing is to be read out of it: the signature is random, and the padding stands for claims that Zoom may add.
    """
    header = {"sv": "000002", "alg": "HS512", "v": "2.0", "kid": str(uuid.uuid4())}
    payload = {**claims, "ver": 10, "aud": "https://oauth.zoom.us", "jti": str(uuid.uuid4())}
    payload["x"] = secrets.token_hex(150)
    return ".".join([_segment(json.dumps(header)), _segment(json.dumps(payload)), secrets.token_urlsafe(64)])


def code() -> str:
    """Return an authorization code."""
    return secrets.token_urlsafe(33)


def page_token() -> str:
    """Return a ``next_page_token``."""
    return "".join(secrets.choice(_ALPHANUMERIC) for _ in range(32))


def host_key(secret: str, meeting: int, expires_at: int) -> str:
    """Return the ``zak`` of a start link: it opens one meeting until the given epoch second."""
    claims = _segment(json.dumps({"mid": meeting, "exp": expires_at}))
    return f"{_segment('{}')}.{claims}.{_seal(secret, claims)}"


def opens(secret: str, zak: str, meeting: int, now: float) -> bool:
    """Tell whether a ``zak`` was minted here for this meeting and has not expired."""
    _, _, rest = zak.partition(".")
    claims, _, seal = rest.partition(".")
    if not hmac.compare_digest(seal.encode(), _seal(secret, claims).encode()):
        return False
    payload = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    return bool(payload["mid"] == meeting and now < payload["exp"])


def digest(token: str) -> str:
    """Return the form in which a token is kept: the state file holds none that could be used."""
    return hashlib.sha256(token.encode(errors="backslashreplace")).hexdigest()


def _segment(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _seal(secret: str, claims: str) -> str:
    return hmac.new(secret.encode(), claims.encode(errors="backslashreplace"), hashlib.sha256).hexdigest()

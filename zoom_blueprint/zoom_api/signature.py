"""Sign and verify Zoom webhooks.

Source: https://developers.zoom.us/docs/api/webhooks/ ("Verify webhook events").
"""

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence

from zoom_blueprint.errors import BadSignature

TIMESTAMP, SIGNATURE = "x-zm-request-timestamp", "x-zm-signature"
_SECONDS = re.compile(r"[0-9]{1,12}")


def sign(secret: str, timestamp: int | str, body: bytes) -> str:
    """Return ``v0=`` and 64 hex digits for raw body bytes; the timestamp is in epoch seconds."""
    message = b"v0:" + str(timestamp).encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def verify(
    secrets: Sequence[str],
    headers: Mapping[str, str],
    body: bytes,
    *,
    now: float,
    tolerance: int,
) -> None:
    """Accept a delivery that any one of the secrets signed, or raise BadSignature saying what is wrong with it.

    Header names may come in any case. The body must be the bytes as received: a parsed and re-encoded body does not
    verify. ``now`` is in epoch seconds; the delivery may be up to ``tolerance`` seconds old, or ahead of us.
    """
    named = {name.lower(): value for name, value in headers.items()}
    timestamp = named.get(TIMESTAMP)
    signature = named.get(SIGNATURE)
    if timestamp is None:
        raise BadSignature(f"the header {TIMESTAMP} is missing")
    if signature is None:
        raise BadSignature(f"the header {SIGNATURE} is missing")
    if not _SECONDS.fullmatch(timestamp):
        raise BadSignature(f"the header {TIMESTAMP} is not a number of seconds")
    age = now - int(timestamp)
    if age > tolerance:
        raise BadSignature("the delivery is too old; check this server's clock")
    if age < -tolerance:
        raise BadSignature("the delivery comes from the future; check this server's clock")
    if not _signed_by_any(secrets, timestamp, body, signature):
        raise BadSignature("the signature does not match; compare ZOOM_WEBHOOK_SECRETS with the app's Secret Token")


def challenge_answer(secret: str, plain_token: str) -> str:
    """Return the ``encryptedToken`` that answers Zoom's ``endpoint.url_validation`` event, as 64 hex digits."""
    return hmac.new(secret.encode(), plain_token.encode(errors="backslashreplace"), hashlib.sha256).hexdigest()


def _signed_by_any(secrets: Sequence[str], timestamp: str, body: bytes, signature: str) -> bool:
    """Compare with every secret, whichever matches first, so that the time taken does not tell which one it was."""
    given = signature.encode(errors="backslashreplace")
    matches = [hmac.compare_digest(sign(secret, timestamp, body).encode(), given) for secret in secrets if secret]
    return any(matches)

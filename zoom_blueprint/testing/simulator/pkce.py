"""Check a PKCE verifier (RFC 7636)."""

import base64
import hashlib
import hmac


def proves(challenge: str, method: str, verifier: str) -> bool:
    """Tell whether the verifier is the one of the challenge; ``method`` is ``S256`` or ``plain``."""
    raw = verifier.encode(errors="backslashreplace")
    if method == "S256":
        raw = base64.urlsafe_b64encode(hashlib.sha256(raw).digest()).rstrip(b"=")
    return hmac.compare_digest(raw, challenge.encode(errors="backslashreplace"))

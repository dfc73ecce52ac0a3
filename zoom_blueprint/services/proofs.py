"""Proofs of work: what a visitor's browser spends a moment on, and we check by one digest.

The task is the slot token, which we signed, with the idempotency key: so nothing is stored, and each booking takes
work of its own.
"""

import hashlib

_LONGEST = 100
_DIGEST_BITS = 256


def holds(token: str, key: str, proof: str, bits: int) -> bool:
    """Return whether the SHA-256 of ``token:key:proof`` begins with this many zero bits; every proof does for none."""
    if bits == 0:
        return True
    if not proof or len(proof) > _LONGEST:
        return False
    digest = hashlib.sha256(f"{token}:{key}:{proof}".encode(errors="replace")).digest()
    return int.from_bytes(digest) >> (_DIGEST_BITS - bits) == 0

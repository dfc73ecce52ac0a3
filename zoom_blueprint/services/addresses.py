"""Mail addresses of visitors: the codes by which people show that one is theirs, and which ones were shown to be.

A code is derived from the address and a bucket of ten minutes, so it is stored nowhere.
"""

from datetime import datetime

from zoom_blueprint.links import BUCKET, bucket_start
from zoom_blueprint.state import State

_DIGITS = 6


def code_for(state: State, email: str, at: datetime) -> str:
    """Return the six digits that are mailed to an address because of a ``visitor.checked`` event of that instant."""
    return _code(state.links.fingerprint(_coded(email, bucket_start(at))))


def good_until(at: datetime) -> datetime:
    """Return when the code of a ``visitor.checked`` event of that instant stops to count: later there is no sense in
    mailing it.
    """
    return bucket_start(at) + 2 * BUCKET


def _coded(email: str, bucket: datetime) -> str:
    return f"code {email.lower()} {bucket.isoformat()}"


def _code(digest: str) -> str:
    return f"{int(digest, 16) % 10**_DIGITS:0{_DIGITS}}"

"""Signed links and tokens: one salt per purpose, deterministic, bound to keys and the public address."""

import hmac
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from itsdangerous import BadData, URLSafeSerializer
from itsdangerous.encoding import base64_decode, base64_encode

from zoom_blueprint.errors import BadLink, ExpiredLink
from zoom_blueprint.languages import said

BUCKET = timedelta(minutes=10)
BUCKETS_VALID = 4
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def bucket_start(now: datetime) -> datetime:
    """Return the start of the 10-minute bucket that holds ``now``."""
    return _EPOCH + (now - _EPOCH) // BUCKET * BUCKET


@dataclass(frozen=True, eq=False)  # so it is found in the caches below by itself, and not by all that it holds
class Links:
    """Make and read the signed parts of public addresses.

    ``keys`` are newest first; ``base`` is the public address of the blueprint: origin and prefix, no slash at the end.
    """

    keys: tuple[str, ...] = field(repr=False)
    base: str

    def slot_token(self, event_type_id: str, now: datetime) -> str:
        """Return the token that goes with offered slots; the same within one 10-minute bucket."""
        return self._slot_token(event_type_id, (now - _EPOCH) // BUCKET)

    @lru_cache(maxsize=1024)  # noqa: B019  # an app's links live as long as the app
    def _slot_token(self, event_type_id: str, bucket: int) -> str:
        return self._signer("slots").dumps([event_type_id, bucket])

    def read_slot_token(self, token: str, event_type_id: str, now: datetime) -> datetime:
        """Return the start of the bucket in which the slots were offered.

        Raises:
            ExpiredLink: more than four buckets old.
            BadLink: not ours, or for another event type.
        """
        content = self._read("slots", token)
        if not (isinstance(content, list) and len(content) == 2 and content[0] == event_type_id):
            raise BadLink(said("This list of times belongs to another page. Reload the page and choose again."))
        bucket = content[1]
        current = (now - _EPOCH) // BUCKET
        # One bucket ahead is allowed: two machines' clocks are never quite equal.
        if not isinstance(bucket, int) or not current - BUCKETS_VALID < bucket <= current + 1:
            raise ExpiredLink(said("This list of times is too old. Choose your time again."))
        return _EPOCH + bucket * BUCKET

    @lru_cache(maxsize=1024)  # noqa: B019  # as above
    def manage_token(self, booking_id: str) -> str:
        """Return the secret part of a booking's manage link; it stays the same for the life of the keys."""
        return self._signer("manage").dumps(booking_id)

    def read_manage_token(self, token: str) -> str:
        """Return the booking's id.

        Raises:
            BadLink: the token was not made by us.
        """
        content = self._read("manage", token)
        if not isinstance(content, str):
            raise BadLink(said("This link is not complete. Open it from your mail again."))
        return content

    def manage_url(self, booking_id: str) -> str:
        """Return the page on which an invitee sees, moves and cancels the booking."""
        return f"{self.base}/bookings/{self.manage_token(booking_id)}"

    def invite_url(self, booking_id: str) -> str:
        """Return the address of the booking's calendar file."""
        return f"{self.base}/api/v1/bookings/{self.manage_token(booking_id)}/invite.ics"

    def book_url(self, host_slug: str, event_slug: str) -> str:
        """Return the hosted booking page of an event type."""
        return f"{self.base}/book/{host_slug}/{event_slug}"

    def cursor(self, place: str, about: str) -> str:
        """Return what leads back to a place in the list that ``about`` names."""
        return self._signer("cursor").dumps([about, place])

    def read_cursor(self, cursor: str, about: str) -> str:
        """Return the place in that list.

        Raises:
            BadLink: not ours, or of another list.
        """
        content = self._read("cursor", cursor)
        if not (isinstance(content, list) and len(content) == 2 and content[0] == about):
            raise BadLink(said("This cursor is of another list. Begin again without one."))
        return str(content[1])

    def preview_token(self, host_id: str, now: datetime) -> str:
        """Return what shows that a host is looking at the preview of their button; the same for one day."""
        return self._signer("preview").dumps([host_id, (now - _EPOCH).days])

    def is_preview_token(self, token: str, host_id: str, now: datetime) -> bool:
        """Return whether a token is of this host's preview, and of today or yesterday."""
        try:
            content = self._read("preview", token)
        except BadLink:
            return False
        today = (now - _EPOCH).days
        return content in ([host_id, today], [host_id, today - 1])

    def fingerprint(self, text: str) -> str:
        """Return a keyed digest (64 hex digits) by which equal texts are known without being kept."""
        return self._digest(self.keys[0], text)

    def fingerprints(self, text: str) -> list[str]:
        """Return all the digests that ``text`` may be known by, one for each of the keys."""
        return [self._digest(key, text) for key in self.keys]

    def is_fingerprint(self, digest: str, text: str) -> bool:
        """Return whether ``digest`` was made of ``text``, with any of the keys."""
        return any(hmac.compare_digest(digest, known) for known in self.fingerprints(text))

    @staticmethod
    def _digest(key: str, text: str) -> str:
        return hmac.digest(f"zoom_blueprint.fingerprint:{key}".encode(), text.encode(), "sha256").hex()

    @lru_cache(maxsize=1024)  # noqa: B019  # as above; what is no token of ours is not kept
    def _read(self, purpose: str, token: str) -> object:
        signature = token.rpartition(".")[2]
        try:
            content: object = self._signer(purpose).loads(token)
            # Base64 has several spellings of the same bytes; only the one that we wrote is ours.
            if base64_encode(base64_decode(signature)) != signature.encode():
                raise BadData("not as it was written")
        except BadData:
            raise BadLink(said("This link is not complete. Open it from your mail again.")) from None
        return content

    def _signer(self, purpose: str) -> URLSafeSerializer:
        return _signer(self.keys, purpose)


@lru_cache(maxsize=32)
def _signer(keys: tuple[str, ...], purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(list(reversed(keys)), salt=f"zoom_blueprint.{purpose}")

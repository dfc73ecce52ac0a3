"""Sealing of secret columns: each text is bound to its table, row and column."""

import json
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class SealBroken(Exception):
    """A sealed value does not open: wrong key, or it was moved here from another row or column."""


class Cipher:
    """Seal and open secret column values with ``ZOOM_TOKEN_KEYS`` (newest first)."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._newest = Fernet(keys[0])
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    def __repr__(self) -> str:
        return "Cipher(***)"

    def seal(self, table: str, row_id: str, column: str, value: str) -> str:
        """Return the text to store for ``value`` in this very place."""
        content = json.dumps([table, row_id, column, value], ensure_ascii=False, separators=(",", ":"))
        return self._fernet.encrypt(content.encode()).decode("ascii")

    def is_newest(self, sealed: str) -> bool:
        """Return whether a value is sealed with the newest key, so that no older one is needed for it."""
        try:
            self._newest.decrypt(sealed.encode("ascii"))
        except InvalidToken:
            return False
        return True

    def open(self, table: str, row_id: str, column: str, sealed: str) -> str:
        """Return the value that was sealed for this very place.

        Raises:
            SealBroken: no key opens it, or it was sealed for another place.
        """
        try:
            content = json.loads(self._fernet.decrypt(sealed.encode("ascii")))
        except (InvalidToken, ValueError):
            raise SealBroken(
                f"{table}.{column} does not open. Put the key it was sealed with into ZOOM_TOKEN_KEYS again."
            ) from None
        if content[:3] != [table, row_id, column]:
            raise SealBroken(f"{table}.{column} holds a value that was sealed for another row or column.")
        value: str = content[3]
        return value

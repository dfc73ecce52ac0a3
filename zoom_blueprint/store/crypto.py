"""Sealing of secret columns: each text is bound to its table, row and column."""

import json
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

# Slow to import, and nothing is sealed while an app is set up.
if TYPE_CHECKING:
    from cryptography.fernet import Fernet, MultiFernet


class SealBroken(Exception):
    """A sealed value does not open: wrong key, or it was moved here from another row or column."""


class Cipher:
    """Seal and open secret column values with ``ZOOM_TOKEN_KEYS`` (newest first)."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = tuple(keys)

    def __repr__(self) -> str:
        return "Cipher(***)"

    @cached_property
    def _fernet(self) -> "MultiFernet":
        from cryptography.fernet import Fernet, MultiFernet

        return MultiFernet([Fernet(key) for key in self._keys])

    @cached_property
    def _newest(self) -> "Fernet":
        from cryptography.fernet import Fernet

        return Fernet(self._keys[0])

    def seal(self, table: str, row_id: str, column: str, value: str) -> str:
        """Return the text to store for ``value`` in this very place."""
        import msgspec  # as slow to import as what seals

        content = msgspec.json.encode([table, row_id, column, value])
        return self._fernet.encrypt(content).decode("ascii")

    def is_newest(self, sealed: str) -> bool:
        """Return whether a value is sealed with the newest key, so that no older one is needed for it."""
        from cryptography.fernet import InvalidToken

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
        from cryptography.fernet import InvalidToken

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

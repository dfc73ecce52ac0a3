"""How headers of mails are written: words that are not ASCII keep the spaces between them."""

from email.header import Header
from email.headerregistry import Address
from email.policy import EmailPolicy
from typing import Any, Final

_LINE = 76


class _Spaced(EmailPolicy):
    """Python before 3.12.4 writes a space between two encoded words where every reader ignores it (gh-92081)."""

    def _fold(self, name: str, value: Any, *args: Any, **options: Any) -> str:
        written = _written(name, value, self.linesep)
        return f"{name}: {written}{self.linesep}" if written else super()._fold(name, value, *args, **options)  # type: ignore[misc]  # typeshed has no private names


def _written(name: str, value: Any, linesep: str) -> str | None:
    if str(value).isascii():
        return None
    if addresses := getattr(value, "addresses", ()):
        return f",{linesep} ".join(_mailbox(name, address, linesep) for address in addresses)
    return _words(name, str(value), linesep)


def _mailbox(name: str, address: Address, linesep: str) -> str:
    if address.display_name.isascii():
        return str(address)
    return f"{_words(name, address.display_name, linesep)}{linesep} <{address.addr_spec}>"


def _words(name: str, text: str, linesep: str) -> str:
    return Header(text, "utf-8", maxlinelen=_LINE, header_name=name).encode(linesep=linesep)


POLICY: Final = _Spaced()

"""Read the headers of a push notification; its body is empty.

Source: https://developers.google.com/workspace/calendar/api/guides/push : ``sync`` comes once after a watch, then
``exists`` for each change and ``not_exists`` when the resource went; message numbers rise and may leave gaps, ``sync``
is always 1; the token is what the watch gave. Nothing is signed, so the token is all that proves who sends.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from zoom_blueprint.errors import BadSignature
from zoom_blueprint.exchanges import fields

_CHANNEL, _RESOURCE, _STATE = "x-goog-channel-id", "x-goog-resource-id", "x-goog-resource-state"
_TOKEN, _NUMBER = "x-goog-channel-token", "x-goog-message-number"
_LONGEST_CHANNEL, _LONGEST_RESOURCE, _LONGEST_TOKEN, _LONGEST_STATE = 64, 255, 256, 32


@dataclass(frozen=True)
class Push:
    """What a notification says: that something changed on a channel, never what.

    ``number`` is None when there is none that can be read.
    """

    channel_id: str
    resource_id: str
    state: str
    number: int | None
    token: str = field(repr=False)

    @classmethod
    def from_headers(cls, headers: Mapping[str, str]) -> Self:
        """Read the headers, whose names may come in any case.

        Raises:
            BadSignature: one that each notification has is missing, or longer than Google's own ever are.
        """
        named: dict[str, object] = {name.lower(): value for name, value in headers.items()}
        sizes = ((_CHANNEL, _LONGEST_CHANNEL), (_RESOURCE, _LONGEST_RESOURCE), (_STATE, _LONGEST_STATE))
        found = {name: fields.short(named, name, size) for name, size in sizes}
        for name, value in found.items():
            if not value:
                raise BadSignature(f"the header {name} is missing, or too long")
        return cls(
            channel_id=found[_CHANNEL],
            resource_id=found[_RESOURCE],
            state=found[_STATE],
            number=fields.number(named, _NUMBER),
            token=fields.short(named, _TOKEN, _LONGEST_TOKEN),
        )

    @property
    def is_beginning(self) -> bool:
        """Whether it only says that the channel works, and nothing changed."""
        return self.state == "sync"

    def verify(self, token: str) -> None:
        """Accept it when it carries the token of its channel, compared in constant time, or raise BadSignature."""
        if not token or not hmac.compare_digest(self.token.encode(), token.encode()):
            raise BadSignature("the token of the channel does not match")

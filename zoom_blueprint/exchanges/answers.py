"""Hold what came back over the wire, to be judged by the room of whoever sent it."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from zoom_blueprint.depths import is_deep
from zoom_blueprint.exchanges import fields
from zoom_blueprint.exchanges.partners import Partner

T = TypeVar("T")

# Anything long that holds a capital or a digit may be a token, a code or a person's id; names of fields are neither.
_SECRET_LIKE = re.compile(r"(?=[^\s\"']*[A-Z0-9])[\w\-.~+/=%]{16,}")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status, headers (names in lower case; ``date`` and the limits' too), body, and from whom."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    partner: Partner = field(repr=False)

    @property
    def tracking_id(self) -> str | None:
        """The id that the other side's support asks for."""
        return self.partner.tracking_id(self.headers)

    def json_object(self) -> dict[str, object] | None:
        """Return the body when it is a JSON object, else None (it may be XML, HTML, half a body or nothing)."""
        if is_deep(self.body):
            return None
        try:
            value = json.loads(self.body)
        except ValueError:
            return None
        return value if isinstance(value, dict) else None

    def read(self, parse: Callable[[Mapping[str, object]], T]) -> T:
        """Return the body of a 2xx answer as a value; ``parse`` raises ValueError for what it cannot accept.

        Raises:
            The partner's unknown: the body is no JSON object or lacks what is relied on; it may have taken effect.
        """
        found = self.json_object()
        problem = "it is no JSON object"
        if found is not None:
            try:
                return parse(found)
            except ValueError as error:
                problem = str(error)
        name = self.partner.name
        raise self.partner.lost(
            f"{name}'s answer could not be read: {problem}. Look at {name} before you repeat the call.",
            status=self.status,
            headers=self.headers,
        )


def said(told: Mapping[str, object] | None, key: str) -> str:
    """Return a text of theirs for our own error messages, without what might be a secret: some have echoed codes."""
    return _SECRET_LIKE.sub("…", " ".join(fields.text(told or {}, key)[:2000].split()))[:300]

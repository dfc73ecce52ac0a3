"""How people meet, inside an event: a link of ours that Google shows, or a Meet link that Google is asked for.

Sources: ``conferenceData`` in https://developers.google.com/workspace/calendar/api/v3/reference/events and
https://developers.google.com/workspace/calendar/api/guides/create-events#conferencing . All of it is read and written
only with ``conferenceDataVersion=1``. ``addOn`` is the kind of every conference that is not Google's own. A Meet link
is made asynchronously: until ``statusCode`` is ``success`` there is none to show.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

from zoom_blueprint.exchanges import fields

MEET = "hangoutsMeet"
_MEETS_OWN = "https://meet.google.com/"
_LONGEST_LINK, _LONGEST_LABEL, _LONGEST_CODE = 1300, 512, 128


class ConferenceStatus(StrEnum):
    """Whether there is a link; the values are Google's. ``PENDING``: read the event again in a moment."""

    SUCCESS = "success"
    PENDING = "pending"
    FAILURE = "failure"


@dataclass(frozen=True)
class Conference:
    """The conference of an event; ``kind`` is ``hangoutsMeet``, ``addOn`` and the like.

    ``url`` is empty until it is there. Only what leads to a web page by http counts: it will stand in a link.
    """

    kind: str
    status: ConferenceStatus
    url: str = field(repr=False)

    @classmethod
    def from_google(cls, event: Mapping[str, object]) -> Self | None:
        """Read the conference of an event; None when there is none."""
        data = fields.mapping(event, "conferenceData")
        request = fields.mapping(data, "createRequest")
        code = fields.text(fields.mapping(request, "status"), "statusCode")
        kind = _kind(data) or _kind(request, "conferenceSolutionKey")
        url = _video(data) or _link(event, "hangoutLink")
        if not url and not request:
            return None
        if url:
            return cls(kind or MEET, ConferenceStatus.SUCCESS, url)
        failed = code in (ConferenceStatus.FAILURE, ConferenceStatus.SUCCESS)  # a success without a link is none
        return cls(kind or MEET, ConferenceStatus.FAILURE if failed else ConferenceStatus.PENDING, "")

    @property
    def meet_url(self) -> str | None:
        """The Meet link, None while there is none; what leads elsewhere is none, for people are told it is Meet's."""
        return self.url if self.kind == MEET and self.url.startswith(_MEETS_OWN) else None


@dataclass(frozen=True)
class JoinLink:
    """A link of somebody else's, Zoom's for instance, that Google shows where a Meet link would be.

    Google takes links of up to 1,300 characters; ``passcode`` is shown beside it.

    Raises:
        ValueError: the link is no web address, or too long.
    """

    name: str
    url: str = field(repr=False)
    passcode: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if not self.url.startswith(("https://", "http://")) or len(self.url) > _LONGEST_LINK:
            raise ValueError(f"a join link is a web address of at most {_LONGEST_LINK} characters")

    def to_google(self) -> dict[str, object]:
        """Return the ``conferenceData``."""
        entry: dict[str, object] = {"entryPointType": "video", "uri": self.url, "label": self.name[:_LONGEST_LABEL]}
        if self.passcode and len(self.passcode) <= _LONGEST_CODE:
            entry["passcode"] = self.passcode
        return {"conferenceSolution": {"key": {"type": "addOn"}, "name": self.name}, "entryPoints": [entry]}


@dataclass(frozen=True)
class MeetRequest:
    """Ask Google for a Meet link.

    Google ignores a request whose ``request_id`` is that of the event's last one: a new id for each new wish, the same
    one when a call is repeated. Not each calendar allows it: see ``CalendarEntry.conferences``.
    """

    request_id: str

    def to_google(self) -> dict[str, object]:
        """Return the ``conferenceData``."""
        return {"createRequest": {"requestId": self.request_id, "conferenceSolutionKey": {"type": MEET}}}


def _kind(data: Mapping[str, object], key: str = "") -> str:
    found = fields.mapping(data, key) if key else fields.mapping(fields.mapping(data, "conferenceSolution"), "key")
    return fields.short(found, "type", 64)


def _video(data: Mapping[str, object]) -> str:
    entries = data.get("entryPoints")
    videos = (
        one
        for one in (entries if isinstance(entries, list) else [])
        if isinstance(one, dict) and one.get("entryPointType") == "video"
    )
    return next((url for one in videos if (url := _link(one, "uri"))), "")


def _link(source: Mapping[str, object], key: str) -> str:
    url = fields.url(source, key)
    return url if len(url) <= _LONGEST_LINK else ""

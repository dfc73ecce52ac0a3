"""Make the REST calls of one connection."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial

from zoom_blueprint.errors import ZoomUnknown
from zoom_blueprint.exchanges import fields
from zoom_blueprint.exchanges.answers import Answer
from zoom_blueprint.exchanges.pages import follow
from zoom_blueprint.zoom_api.answers import raise_for
from zoom_blueprint.zoom_api.payloads import ListedMeeting, Meeting, MeetingChange, MeetingRequest, ZoomUser
from zoom_blueprint.zoom_api.transport import Transport

PAGE_SIZE = 300
_ZOOM_HOST = re.compile(r"https://((?:[a-z0-9-]+\.)*zoom\.us)(?::443)?(?:/.*)?", re.IGNORECASE | re.ASCII)
_ZOOM_BASE = re.compile(r"https://((?:[a-z0-9-]+\.)*zoom\.us)(?::443)?(?:/v2)?/?", re.IGNORECASE | re.ASCII)


class ListType(StrEnum):
    """Which meetings a list holds; the values are Zoom's."""

    SCHEDULED = "scheduled"
    LIVE = "live"
    UPCOMING = "upcoming"
    PREVIOUS = "previous_meetings"


@dataclass(frozen=True)
class Page:
    """A part of a list; ``next_token`` leads on and is empty on the last. Zoom forgets it after 15 minutes."""

    meetings: tuple[ListedMeeting, ...]
    next_token: str
    tracking_id: str | None


def read_on(page: Callable[[str], Page]) -> Iterator[ListedMeeting]:
    """Yield the meetings of all pages; ``page`` fetches the one behind a token, the first behind an empty one."""
    for found in follow(page, _endless):
        yield from found.meetings


def api_base(configured_api_url: str, token_api_url: str | None) -> str:
    """Return the address to call with a token, without a slash at its end.

    That is the token's own regional address (https, under zoom.us, nothing else in it) with ``/v2``; else, and whenever
    the configured address is not Zoom's, the configured one. So a token never travels to another party than the one
    that gave it out.
    """
    regional = _ZOOM_BASE.fullmatch(token_api_url or "")
    if regional and _ZOOM_HOST.fullmatch(configured_api_url):
        return f"https://{regional[1].lower()}/v2"
    return configured_api_url.rstrip("/")


class ZoomClient:
    """Zoom's REST API for the user who gave the access token.

    ``api_url`` comes from ``api_base``; ``budget`` is the seconds that each call may take, 10 at most. A client is
    cheap and holds no connection: make one per token. Each method raises, besides what it names itself,

    - ZoomUnauthorized: refresh the token and repeat once;
    - ZoomScopeMissing: the host has to reconnect;
    - ZoomRateLimited: wait until its ``retry_at``;
    - ZoomRejected: a clear no;
    - ZoomUnknown: no clear answer; it may have happened.
    """

    def __init__(self, api_url: str, access_token: str, transport: Transport, *, budget: float | None = None) -> None:
        self._api_url = api_url
        self._access_token = access_token
        self._transport = transport
        self._budget = budget
        self.last_date: str | None = None
        """The ``Date`` header of the last answer, as it came."""

    def me(self) -> ZoomUser:
        """Return the user who gave the access token."""
        return self._call("GET", "/users/me").read(ZoomUser.from_zoom)

    def create(self, request: MeetingRequest) -> Meeting:
        """Create a meeting; at most 100 creates and updates per user and UTC day.

        It is never sent twice. After ZoomUnknown the meeting may exist: look for it with ``list`` first.
        """
        return self._call("POST", "/users/me/meetings", body=request.to_zoom()).read(Meeting.from_zoom)

    def get(self, meeting_id: int) -> Meeting:
        """Return a meeting as it is now; ZoomMeetingNotFound when it is gone."""
        return self._call("GET", _path(meeting_id), about_meeting=True).read(Meeting.from_zoom)

    def update(self, meeting_id: int, change: MeetingChange) -> None:
        """Change a meeting; ZoomMeetingNotFound when it is gone.

        An empty change is not sent, for each update counts against the 100 a day. Zoom coerces what it does not allow
        without a word: only ``get`` tells what was stored.
        """
        body = change.to_zoom()
        if body:
            _done(self._call("PATCH", _path(meeting_id), body=body, about_meeting=True))

    def delete(self, meeting_id: int) -> None:
        """Delete a meeting; ZoomMeetingNotFound when it is already gone, which for most callers is as good."""
        _done(self._call("DELETE", _path(meeting_id), about_meeting=True))

    def upcoming(self) -> Iterator[ListedMeeting]:
        """List what is upcoming within six months. To look for a meeting of any date, use ``list``."""
        return self.list(ListType.UPCOMING)

    def list(self, type: ListType = ListType.SCHEDULED) -> Iterator[ListedMeeting]:
        """List the user's meetings, 300 at a time, each page fetched when it is reached.

        Read on without long pauses: Zoom forgets the place in the list after 15 minutes. ``scheduled`` holds all that
        have not expired, past ones too; ``upcoming`` and ``previous_meetings`` reach six months.
        """
        return read_on(partial(self.page, type))

    def page(self, type: ListType, token: str = "", size: int = PAGE_SIZE) -> Page:
        """Return the page of a list behind a token, or the first; ``read_on`` goes through all of them.

        ``size`` is 1 to 300, and the same for all pages of a list.
        """
        query = {"type": str(type), "page_size": str(size)}
        answer = self._call("GET", "/users/me/meetings", query={**query, "next_page_token": token} if token else query)
        meetings, following = answer.read(_page)
        return Page(meetings, following, answer.tracking_id)

    def start_url(self, meeting_id: int) -> str:
        """Return the link that starts the meeting as its host; ZoomMeetingNotFound when it is gone.

        Whoever has it is the host, for two hours. Redirect the host to it at once; do not store, log or mail it.
        """
        answer = self._call("GET", _path(meeting_id), about_meeting=True)
        return answer.read(lambda source: fields.required_url(source, "start_url"))

    def _call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, object] | None = None,
        about_meeting: bool = False,
    ) -> Answer:
        answer = self._transport.call(
            method, self._api_url + path, token=self._access_token, query=query, body=body, budget=self._budget
        )
        self.last_date = answer.headers.get("date")
        raise_for(answer, now=datetime.now(UTC), about_meeting=about_meeting)
        return answer


def _path(meeting_id: int) -> str:
    return f"/meetings/{meeting_id:d}"


def _done(answer: Answer) -> None:
    """Take only Zoom's own 204 for a change: a page of HTML with status 200 comes from something in between."""
    if answer.status != 204:
        raise ZoomUnknown(
            f"Zoom did not confirm the change (status {answer.status}, not 204). Look at Zoom before you repeat it.",
            status=answer.status,
            tracking_id=answer.tracking_id,
        )


def _endless(fault: str, last: Page) -> ZoomUnknown:
    words = f"Zoom's list of meetings {fault}. Try again later."
    return ZoomUnknown(words, status=200, tracking_id=last.tracking_id)


def _page(source: Mapping[str, object]) -> tuple[tuple[ListedMeeting, ...], str]:
    items = source.get("meetings")
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise ValueError("the list of meetings is missing")
    return tuple(ListedMeeting.from_zoom(item) for item in items), fields.text(source, "next_page_token")

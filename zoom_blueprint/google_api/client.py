"""Make the Calendar API's calls of one connection.

Source: https://developers.google.com/workspace/calendar/api/v3/reference
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Generic, TypeVar
from urllib.parse import quote

from zoom_blueprint.errors import GoogleUnknown
from zoom_blueprint.exchanges import fields
from zoom_blueprint.exchanges.answers import Answer
from zoom_blueprint.exchanges.pages import follow
from zoom_blueprint.google_api.answers import raise_for
from zoom_blueprint.google_api.event_requests import EventChange, EventRequest, Notify
from zoom_blueprint.google_api.events import Event
from zoom_blueprint.google_api.payloads import CalendarEntry, Channel, FreeBusy
from zoom_blueprint.google_api.transport import Transport

T = TypeVar("T")

_PAGE_SIZE = 250
_CALENDARS_AT_ONCE = 50  # calendarExpansionMax of a free/busy query
# What people write into their own events is none of our business, and would burst the size limit of an answer.
_LISTED = (
    "nextPageToken,nextSyncToken,items(id,status,eventType,start,end,transparency,recurringEventId,"
    "attendees(self,responseStatus))"
)


@dataclass(frozen=True)
class Changes:
    """What changed in a calendar, deleted events included, and the token that asks for what changes from now on."""

    events: tuple[Event, ...]
    sync_token: str


@dataclass(frozen=True)
class _Page(Generic[T]):
    items: tuple[T, ...]
    next_token: str
    sync_token: str


class GoogleClient:
    """Google's Calendar API for the account that gave the access token.

    ``api_url`` is ``https://www.googleapis.com/calendar/v3``; ``budget`` is the seconds that each call may take, 10 at
    most. A client is cheap and holds no connection: make one per token. Each method raises, besides what it names
    itself,

    - GoogleUnauthorized: refresh the token and repeat once;
    - GoogleScopeMissing: the host has to reconnect;
    - GoogleClientRefused: the Calendar API is not enabled for the site's client;
    - GoogleRateLimited: wait until its ``retry_at``, or longer each time;
    - GoogleRejected: a clear no;
    - GoogleUnknown: no clear answer; it may have happened.
    """

    def __init__(self, api_url: str, access_token: str, transport: Transport, *, budget: float | None = None) -> None:
        self._api_url = api_url.rstrip("/")
        self._access_token = access_token
        self._transport = transport
        self._budget = budget

    def calendars(self) -> Iterator[CalendarEntry]:
        """List the account's calendars, each page fetched when it is reached."""

        def fetch(token: str) -> "_Page[CalendarEntry]":
            query = {"maxResults": str(_PAGE_SIZE), **({"pageToken": token} if token else {})}
            answer = self._call("GET", "/users/me/calendarList", query=query)
            return answer.read(partial(_page, CalendarEntry.from_google))

        for page in follow(fetch, _endless):
            yield from page.items

    def free_busy(self, calendar_ids: Sequence[str], start: datetime, end: datetime) -> tuple[FreeBusy, ...]:
        """Return when these calendars are busy between two instants, one answer for each, in their order.

        Any number of calendars, 50 to a call.
        """
        found: list[FreeBusy] = []
        for first in range(0, len(calendar_ids), _CALENDARS_AT_ONCE):
            some = calendar_ids[first : first + _CALENDARS_AT_ONCE]
            body = {"timeMin": _zulu(start), "timeMax": _zulu(end), "items": [{"id": one} for one in some]}
            answer = self._call("POST", "/freeBusy", body=body)
            found += answer.read(partial(_busy, some))
        return tuple(found)

    def insert(self, calendar_id: str, request: EventRequest, notify: Notify) -> Event:
        """Insert an event, sent once. After GoogleUnknown it may be there: ``get`` tells, for the id is ours.

        Raises:
            GoogleDuplicate: there is an event with this id; it may be a deleted one.
        """
        query = {"conferenceDataVersion": "1", "sendUpdates": str(notify)}
        return self._call("POST", _events(calendar_id), query=query, body=request.to_google()).read(Event.from_google)

    def get(self, calendar_id: str, event_id: str) -> Event:
        """Return an event as it is now, a deleted one as ``is_gone``; GoogleNotFound when there never was one."""
        return self._call("GET", _events(calendar_id, event_id)).read(Event.from_google)

    def patch(self, calendar_id: str, event_id: str, change: EventChange, notify: Notify, *, etag: str) -> Event:
        """Change an event that still is as its ``etag`` says, and return it; an empty change only touches it.

        Source: https://developers.google.com/workspace/calendar/api/guides/version-resources

        Raises:
            GoogleChanged: it is not; read it again.
            GoogleNotFound: it is gone.
        """
        query = {"conferenceDataVersion": "1", "sendUpdates": str(notify)}
        path = _events(calendar_id, event_id)
        answer = self._call("PATCH", path, query=query, body=change.to_google(), headers={"If-Match": etag})
        return answer.read(Event.from_google)

    def delete(self, calendar_id: str, event_id: str, notify: Notify) -> None:
        """Delete an event; GoogleNotFound when it is already gone, which for most callers is as good."""
        _done(self._call("DELETE", _events(calendar_id, event_id), query={"sendUpdates": str(notify)}))

    def changes(self, calendar_id: str, sync_token: str = "", *, since: datetime | None = None) -> Changes:
        """Return what changed since ``sync_token`` was given out, or without one every event that ends after ``since``.

        Series come as their instances. Source: https://developers.google.com/workspace/calendar/api/guides/sync

        Raises:
            GoogleSyncLost: the token is too old; forget what is known of the calendar and ask without one.
            ValueError: both are given: Google takes no time bound with a token.
        """
        if sync_token and since is not None:
            raise ValueError("since is for the first time; a sync token has its own")
        asked = {"singleEvents": "true", "maxAttendees": "1", "maxResults": str(_PAGE_SIZE), "fields": _LISTED}
        if sync_token:
            asked["syncToken"] = sync_token
        elif since is not None:
            asked["timeMin"] = _zulu(since)

        def fetch(token: str) -> "_Page[Event]":
            answer = self._call("GET", _events(calendar_id), query={**asked, "pageToken": token} if token else asked)
            return answer.read(partial(_page, Event.from_list))

        pages = list(follow(fetch, _endless))
        if not pages[-1].sync_token:
            raise GoogleUnknown("Google's last page has no sync token. Read the calendar again.", status=200)
        return Changes(tuple(event for page in pages for event in page.items), pages[-1].sync_token)

    def watch(self, calendar_id: str, *, channel_id: str, token: str, address: str, seconds: int) -> Channel:
        """Ask for a push to ``address`` (https) whenever an event changes, with ``token``, for at most ``seconds``.

        Google may end it earlier: see ``expires_at``. There is no renewal, only another channel with another id.
        """
        body = {
            "id": channel_id,
            "type": "web_hook",
            "address": address,
            "token": token,
            "params": {"ttl": str(seconds)},
        }
        return self._call("POST", f"{_events(calendar_id)}/watch", body=body).read(
            partial(Channel.from_google, channel_id)
        )

    def stop(self, channel_id: str, resource_id: str) -> None:
        """End a channel; GoogleNotFound when it has ended already."""
        _done(self._call("POST", "/channels/stop", body={"id": channel_id, "resourceId": resource_id}))

    def _call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        answer = self._transport.call(
            method,
            self._api_url + path,
            token=self._access_token,
            query=query,
            body=body,
            headers=headers,
            budget=self._budget,
        )
        raise_for(answer, now=datetime.now(UTC))
        return answer


def _events(calendar_id: str, event_id: str = "") -> str:
    for part in (calendar_id, event_id):
        if part in (".", ".."):
            raise ValueError("an id that would change the path")
    path = f"/calendars/{quote(calendar_id, safe='')}/events"
    return f"{path}/{quote(event_id, safe='')}" if event_id else path


def _zulu(instant: datetime) -> str:
    if instant.utcoffset() is None:
        raise ValueError("the instant has no time zone; pass an aware datetime")
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _endless(fault: str, _last: object) -> GoogleUnknown:
    return GoogleUnknown(f"Google's list {fault}. Try again later.", status=200)


def _done(answer: Answer) -> None:
    """Take only Google's own 204: a page of HTML with status 200 comes from something in between."""
    if answer.status != 204:
        words = f"Google did not confirm it (status {answer.status}, not 204). Look at Google before you repeat it."
        raise GoogleUnknown(words, status=answer.status)


def _page(read: Callable[[Mapping[str, object]], T], source: Mapping[str, object]) -> "_Page[T]":
    next_token, sync_token = fields.text(source, "nextPageToken"), fields.text(source, "nextSyncToken")
    # Each page ends with one of the two; an answer in parts may leave an empty list out.
    items = source.get("items", [] if next_token or sync_token else None)
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise ValueError("the list is missing")
    return _Page(tuple(read(item) for item in items), next_token, sync_token)


def _busy(calendar_ids: Sequence[str], source: Mapping[str, object]) -> list[FreeBusy]:
    found = fields.mapping(source, "calendars")
    if not all(isinstance(found.get(one), dict) for one in calendar_ids):
        raise ValueError("a calendar is missing")
    return [FreeBusy.from_google(one, fields.mapping(found, one)) for one in calendar_ids]

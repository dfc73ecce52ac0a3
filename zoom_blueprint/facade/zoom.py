"""Hosts' Zoom accounts: how they are connected, and the meetings in them."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from zoom_blueprint.errors import NotConnected
from zoom_blueprint.healths import Health
from zoom_blueprint.loading import turn
from zoom_blueprint.state import current_state
from zoom_blueprint.values import Connection, Provider
from zoom_blueprint.zoom_api.client import ListType
from zoom_blueprint.zoom_api.payloads import ListedMeeting, Meeting, MeetingChange, MeetingRequest, ZoomUser

# Whoever names Meetings in an annotation does not wait for the services behind it, which take a tenth of a second.
if TYPE_CHECKING:
    from zoom_blueprint.services.accounts import Account


class Connections:
    """Links between hosts of the current app and their accounts at Zoom, and at Google where that is asked for."""

    def list(self, host_id: str, provider: Provider = Provider.ZOOM) -> list[Connection]:
        """Return a host's connections to a provider, those that work first.

        ``EventType.connection_id`` chooses one of Zoom's by its ``id``.
        """
        with turn:
            from zoom_blueprint.services import connections

        return connections.all_of(current_state(), host_id, provider)

    def check(self, host_id: str, connection_id: str | None = None) -> Health:
        """Ask now how a host's account stands, act on it, and return everything that is known.

        That is the named one of their accounts, else the first at Zoom that works. Silence is no error: it is told in
        ``unanswered``, and what was known before stays. The worker does the same by itself once a day.

        Raises:
            NotConnected: the host never connected Zoom.
            NotFound: the host has no connection of that id.
        """
        with turn:
            from zoom_blueprint.services import connections, health

        state = current_state()
        if connection_id is not None:
            found = connections.get(state, host_id, connection_id)
        else:
            current = connections.current(state, host_id)
            if current is None:
                raise NotConnected("Zoom is not connected. Press Connect Zoom on the dashboard.")
            found = current
        return health.check(state, found.id)

    def disconnect(self, host_id: str) -> bool:
        """Cut all of a host's Zoom accounts, as *Disconnect* does, and return whether Zoom has confirmed each.

        Whoever has none, or had them cut before, is left as they are, and nothing is confirmed.
        """
        with turn:
            from zoom_blueprint.services import clocks

        return clocks.cut(current_state(), host_id)


class Meetings:
    """Meetings in a host's own Zoom account, beside those that bookings bring: ``zoom.meetings(host_id)``.

    Scheduled meetings (type 2) only. Instants are aware and sent in UTC, durations are whole minutes. The access token
    is renewed when it has to be, and limits that pass within 4 seconds are waited out. Each method raises, besides
    what it names itself,

    - NotFound: the host has no connection of the id that was asked for;
    - NotConnected: the host has to connect Zoom, or reconnect it;
    - ZoomClientRefused: ``ZOOM_CLIENT_ID`` or ``ZOOM_CLIENT_SECRET`` is wrong;
    - ZoomScopeMissing: the host has to reconnect and allow ``scopes``;
    - ZoomRateLimited: ask again at ``retry_at``, or in a second where that is None;
    - ZoomRejected: a clear no, ``code`` says why (3161: the user may not host meetings);
    - ZoomUnknown: no clear answer came, and a change may have happened: look before you repeat it.

    All are a ZoomError, besides the first two; the text says what to do, and ``tracking_id`` is what Zoom's support
    asks for.
    """

    def __init__(self, host_id: str, connection_id: str | None = None) -> None:
        self._host_id = host_id
        self._connection_id = connection_id

    def me(self) -> ZoomUser:
        """Return the Zoom user behind the connection. Source: GET /users/me."""
        return self._account().me()

    def create(self, request: MeetingRequest) -> Meeting:
        """Create a meeting and return it as Zoom stored it, which may differ from what was asked.

        Zoom makes the passcode, and the personal meeting id is never used. Creates and updates share a hundred a day
        for each Zoom user; from then on ZoomRateLimited names the next midnight UTC. It is never sent twice: after
        ZoomUnknown look for the meeting with ``list``. Source: POST /users/me/meetings.
        """
        return self._account().create(request)

    def get(self, meeting_id: int) -> Meeting:
        """Return a meeting as it is now. Source: GET /meetings/{meetingId}.

        Raises:
            ZoomMeetingNotFound: it does not exist (any more).
        """
        return self._account().get(meeting_id)

    def update(self, meeting_id: int, change: MeetingChange) -> None:
        """Change what ``change`` names; an empty change is not sent. Counts against the hundred a day.

        Zoom replaces values that the account does not allow without a word: only ``get`` tells what was stored.
        Source: PATCH /meetings/{meetingId}.

        Raises:
            ZoomMeetingNotFound: it does not exist (any more).
        """
        self._account().update(meeting_id, change)

    def delete(self, meeting_id: int) -> None:
        """Delete a meeting. Source: DELETE /meetings/{meetingId}.

        Raises:
            ZoomMeetingNotFound: it was gone already, which for most callers is as good.
        """
        self._account().delete(meeting_id)

    def list(self, type: ListType = ListType.SCHEDULED) -> Iterator[ListedMeeting]:
        """List the meetings, a page of 300 at a time, each fetched when the loop reaches it.

        ``scheduled`` holds all that have not expired, past ones too; ``upcoming`` and ``previous_meetings`` reach six
        months. Zoom forgets the place in the list after 15 minutes, and then refuses to go on (ZoomRejected).
        Source: GET /users/me/meetings.
        """
        return self._account().list(type)

    def _account(self) -> "Account":
        with turn:
            from zoom_blueprint.services import accounts

        return accounts.of_host(current_state(), self._host_id, self._connection_id)


def start_url(booking_id: str, host_id: str) -> str:
    """Return the link that starts a booking's meeting as its host; see ``ZoomBlueprint.start_url``."""
    with turn:
        from zoom_blueprint.services import meetings

    return meetings.start_url(current_state(), host_id, booking_id)

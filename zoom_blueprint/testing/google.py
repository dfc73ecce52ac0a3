"""Steer the simulator's Google side and look into it, over HTTP."""

import time
from typing import Any
from urllib.parse import quote

from zoom_blueprint.testing.control import Control, Json

_SETTLE_EVERY = 0.02


class GoogleControl:
    """Google, as the simulator plays it for the same people; ``Simulator.google`` is one."""

    client_id = "sim-0123456789.apps.googleusercontent.com"
    client_secret = "SimGoogleSecret-0123456789"  # noqa: S105 - made up

    def __init__(self, control: Control) -> None:
        self._control = control

    @property
    def oauth_url(self) -> str:
        """Where ``/auth``, ``/token`` and ``/revoke`` are."""
        return f"{self._control.url}/google/oauth"

    @property
    def api_url(self) -> str:
        """Where the Calendar API is."""
        return f"{self._control.url}/google/calendar/v3"

    def set_client(self, **fields: object) -> Json:
        """Change ``client_id``, ``client_secret`` or ``redirect_uris``, of which there are none at first."""
        return self._ask("PUT", "client", fields)

    def grants(self) -> list[Json]:
        """Return every grant so far, live or ended, without its tokens."""
        return list(self._ask("GET", "grants")["grants"])

    def remove_app(self, user: str) -> None:
        """Take the access away, as people do on the page of their Google account."""
        self._ask("POST", f"{user}/remove-app")

    def calendars(self, user: str) -> list[Json]:
        """Return a user's calendars, as the calendar list shows them."""
        return list(self._ask("GET", f"{user}/calendars")["calendars"])

    def put_calendar(self, user: str, **fields: object) -> str:
        """Make another calendar, or change the one with the ``id``, and return its id.

        The fields are ``summary``, ``timezone``, ``access_role`` and ``has_meet``.
        """
        return str(self._ask("POST", f"{user}/calendars", fields)["id"])

    def remove_calendar(self, user: str, calendar: str) -> None:
        """Take a calendar off a user's list."""
        self._ask("POST", f"{user}/calendars/{quote(calendar, safe='')}/remove")

    def events(self, user: str, calendar: str = "primary") -> list[Json]:
        """Return the events of a calendar in the order of their last changes, deleted ones too, a series as it is."""
        return list(self._ask("GET", f"{user}/events", calendar=calendar)["events"])

    def put_event(self, user: str, calendar: str = "primary", **fields: object) -> Json:
        """Make an event as its owner does in Google, or change the one with the ``id``; the fields are Google's."""
        return self._ask("POST", f"{user}/events", fields, calendar=calendar)

    def delete_event(self, user: str, event_id: str, calendar: str = "primary") -> None:
        """Delete an event as the user does in Google; who is only invited declines by it."""
        self._ask("POST", f"{user}/events/{event_id}/delete", calendar=calendar)

    def move_event(self, user: str, event_id: str, to: str, calendar: str = "primary") -> Json:
        """Put an event into another calendar of its owner, who drags it there in Google; it keeps its id."""
        return self._ask("POST", f"{user}/events/{event_id}/to", {"calendar": to}, calendar=calendar)

    def respond(self, user: str, event_id: str, email: str, response: str, calendar: str = "primary") -> Json:
        """Let a guest of an event, or the user whose it is, answer ``accepted``, ``tentative`` or ``declined``."""
        return self._ask(
            "POST", f"{user}/events/{event_id}/respond", {"email": email, "response": response}, calendar=calendar
        )

    def invitations(self, kind: str | None = None) -> list[Json]:
        """Return what Google mailed to guests, as each call's ``sendUpdates`` wanted it; all, or those of one kind.

        Each has ``email``, ``kind`` (``invited``, ``updated`` or ``cancelled``), ``sent_at`` and the ``event`` as the
        mail showed it.
        """
        return [one for one in self._ask("GET", "invitations")["invitations"] if kind in (None, one["kind"])]

    def channels(self) -> list[Json]:
        """Return every push channel so far; ``stopped_at`` is None for one that was not stopped."""
        return list(self._ask("GET", "channels")["channels"])

    def pushes(self) -> list[Json]:
        """Return the notifications, each with its ``headers`` and ``attempts``."""
        return list(self._ask("GET", "channels")["pushes"])

    def settle(self, seconds: float = 10) -> None:
        """Wait until no notification is due or under way; TimeoutError if that takes too long."""
        end = time.monotonic() + seconds
        while self._ask("GET", "channels")["due"]:
            if time.monotonic() > end:
                raise TimeoutError(f"Notifications were still due after {seconds} s.")
            time.sleep(_SETTLE_EVERY)

    def forget_changes(self) -> None:
        """Let every sync token that was given out be too old: 410 ``fullSyncRequired``."""
        self._ask("POST", "forget-changes")

    def refuse(self, route: str, reason: str, status: int = 403, **plan: Any) -> int:
        """Order a refusal in Google's words for the next calls of a route; ``plan`` is that of ``Simulator.fault``."""
        words = {"errors": [{"domain": "usageLimits", "reason": reason, "message": reason}]}
        body = {"error": {**words, "code": status, "message": reason}}
        return self._control.fault(route=route, status=status, body=body, **plan)

    def _ask(self, method: str, path: str, body: object = None, **query: str) -> Json:
        return self._control.ask(method, f"google/{path}", body, query or None)

"""Steer a running simulator and look into it, over HTTP."""

import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import requests

Json = dict[str, Any]
_TIMEOUT = 10
_SETTLE_EVERY = 0.02


class SimulatorError(Exception):
    """The simulator refused what it was asked; the text is its answer."""


class Control:
    """What a test can ask of a simulator at ``url``; SimulatorError carries its answer when it refuses."""

    def __init__(self, url: str) -> None:
        self.url = url

    def users(self) -> list[Json]:
        """Return the Zoom users; their fields are those of the simulator's user table."""
        return _list(self.ask("GET", "users")["users"])

    def put_user(self, short: str, **fields: object) -> Json:
        """Create a user, or set what one is like from now on, without telling the apps.

        The fields are ``first_name``, ``last_name``, ``email``, ``timezone``, ``type`` (1 Basic, 2 Licensed, 4
        Unassigned) and ``status`` (``active``, ``inactive``, ``pending``).
        """
        return self.ask("POST", "users", {"short": short, **fields})

    def change_user(self, user: str, **fields: object) -> Json:
        """Change the fields of ``put_user`` as an administrator does: apps hear of it.

        They are sent ``user.deactivated`` or ``user.activated`` about the status, ``user.updated`` about the rest.
        """
        return self.ask("PATCH", f"users/{quote(user)}", fields)

    def delete_user(self, user: str) -> None:
        """Delete a user as an administrator does: grants and meetings end, apps are sent ``user.deleted``."""
        self.ask("DELETE", f"users/{quote(user)}")

    def disassociate_user(self, user: str) -> None:
        """Let a user leave the account: grants end, apps are sent ``user.disassociated``."""
        self.ask("POST", f"users/{quote(user)}/disassociate")

    def grants(self) -> list[Json]:
        """Return every grant so far, live or ended, without its tokens."""
        return _list(self.ask("GET", "grants")["grants"])

    def token_stats(self) -> Json:
        """Return ``grants``, ``refreshes`` and ``valid_refresh_chains``."""
        return self.ask("GET", "token-stats")

    def meetings(self, user: str | None = None, *, deleted: bool = False) -> list[Json]:
        """Return the meetings that exist, of one user or of all, as ``GET /meetings/{id}`` shows them."""
        query = {"user": user or "", "deleted": "1" if deleted else ""}
        return _list(self.ask("GET", "meetings", query=query)["meetings"])

    def join(self, meeting_id: int, name: str = "", email: str = "") -> Json:
        """Let somebody into a running meeting; apps are sent ``meeting.participant_joined``.

        Who has the ``email`` of a user here is signed in; anybody else is a guest, of whom Zoom tells the name alone.
        """
        return self.ask("POST", f"meetings/{meeting_id}/join", {"name": name, "email": email})

    def leave(self, meeting_id: int, name: str = "", email: str = "") -> Json:
        """Let the one leave who came last, of all or of those with this name or address.

        Apps are sent ``meeting.participant_left``, as they are when the meeting ends over somebody's head.
        """
        return self.ask("POST", f"meetings/{meeting_id}/leave", {"name": name, "email": email})

    def participants(self, meeting_id: int) -> list[Json]:
        """Return who is and was in a meeting since its last start, with ``joined_at`` and ``left_at``."""
        return _list(self.ask("GET", f"meetings/{meeting_id}/participants")["participants"])

    def recover(self, meeting_id: int) -> None:
        """Bring a deleted meeting back; apps are sent ``meeting.recovered``."""
        self.ask("POST", f"meetings/{meeting_id}/recover")

    def delete_forever(self, meeting_id: int) -> None:
        """Take a deleted meeting out of the bin for good; apps are sent ``meeting.permanently_deleted``."""
        self.ask("POST", f"meetings/{meeting_id}/delete_forever")

    def make_webinar(self, meeting_id: int) -> None:
        """Make a webinar of a meeting: from then on the meetings API answers 400 with code 3000."""
        self.ask("POST", f"meetings/{meeting_id}/make_webinar")

    def calls(self, route: str | None = None) -> list[Json]:
        """Return the calls that apps made, all or those of one route such as ``create_meeting``.

        Each has ``route``, ``method``, ``path``, ``status`` (None when the connection was dropped), ``fault`` (whether
        one was ordered for it), ``request`` and ``answer``. A ``request`` has ``query``, ``headers`` (their names in
        lower case, Authorization cut to its scheme), ``form`` and ``json``; an ``answer`` has ``status``, ``headers``
        and ``json``. Tokens, codes, passcodes and secrets read ``***`` everywhere.
        """
        return _list(self.ask("GET", "calls", query={"route": route} if route else None)["calls"])

    def webhooks(self, event: str | None = None) -> list[Json]:
        """Return the deliveries, all or those of one event, each with its ``body`` and its ``attempts``.

        An attempt has the ``headers`` that were sent, and the ``status`` of the app's answer or the ``error``.
        """
        every = _list(self.ask("GET", "webhooks")["webhooks"])
        return [delivery for delivery in every if event in (None, delivery["event"])]

    def fault(self, **plan: object) -> int:
        """Order a fault for the next ``times`` (1) calls of a ``route`` and return its id.

        ``status``, ``body`` (text, or anything that JSON can say), ``content_type`` and ``headers`` make the answer;
        nothing is done unless ``effect=True``. ``delay`` waits so many seconds before the effect, ``delay_after``
        after it; ``drop`` closes the connection ``"before"`` or ``"after"`` the effect; ``truncate`` sends so many
        bytes of the body. The routes are those of ``calls``; SimulatorError names all.
        """
        return int(self.ask("POST", "faults", plan)["id"])

    def clear_faults(self) -> None:
        """Cancel all faults."""
        self.ask("POST", "faults/clear")

    def advance(self, seconds: float) -> float:
        """Move the simulator's clock and return its new time in epoch seconds."""
        return float(self.ask("POST", "clock", {"advance": seconds})["now"])

    def now(self) -> float:
        """Return the simulator's time in epoch seconds."""
        return float(self.ask("GET", "clock")["now"])

    def knobs(self, **changes: object) -> Json:
        """Turn some switches and return the positions of all."""
        return dict(self.ask("POST", "knobs", changes)["knobs"])

    def set_app(self, **fields: object) -> Json:
        """Change ``webhook_url``, ``webhook_secret``, ``redirect_uris``, ``scopes`` or ``client_secret``."""
        return self.ask("PUT", "app", fields)

    def send_webhook(self, event: str = "", **details: object) -> list[int]:
        """Queue an event and return the deliveries' ids.

        About a meeting: ``meeting_id``; about a person: ``user``; anything else: ``payload``, or ``raw`` text.
        ``object`` adds to the payload's object; ``times`` repeats it; ``secret``, ``timestamp`` and ``headers``
        (None leaves one out) make it a forgery.
        """
        return list(self.ask("POST", "webhooks/send", {"event": event, **details})["ids"])

    def validate_webhook(self) -> Json:
        """Challenge the app's webhook address; return ``ok``, ``status``, ``error`` and ``failures``."""
        return self.ask("POST", "webhooks/validate")

    def release_webhooks(self, order: str = "kept", seed: int | None = None) -> int:
        """Let the events held by the knob ``webhook_hold`` go, in order, ``reversed`` or ``shuffled``."""
        return int(self.ask("POST", "webhooks/release", {"order": order, "seed": seed})["released"])

    def settle(self, seconds: float = 10) -> None:
        """Wait until no delivery is due or under way; TimeoutError if that takes too long."""
        end = time.monotonic() + seconds
        while self.ask("GET", "webhooks")["due"]:
            if time.monotonic() > end:
                raise TimeoutError(f"Webhooks were still due after {seconds} s.")
            time.sleep(_SETTLE_EVERY)

    def reset(self) -> None:
        """Make everything as new, the app's registration included."""
        self.ask("POST", "reset")

    def authorize(self, client_id: str, user: str, redirect_uri: str, **details: object) -> str:
        """Return a code, without a consent page; ``code_challenge`` and ``code_challenge_method`` may be given."""
        asked = {"client_id": client_id, "user": user, "redirect_uri": redirect_uri, **details}
        return str(self.ask("POST", "authorize", asked)["code"])

    def consent(
        self,
        authorize_url: str,
        user: str = "ada",
        decision: str = "allow",
        withhold: Sequence[str] = (),
    ) -> str:
        """Do what a person does on the consent page, and return the address to which it sends the browser."""
        parts = urlsplit(authorize_url)
        with _session() as session:
            page = session.get(authorize_url, timeout=_TIMEOUT)
            if page.status_code != 200:
                raise SimulatorError(page.text)
            fields = [*parse_qsl(parts.query), ("user", user), ("decision", decision)]
            fields += [("withhold", scope) for scope in withhold]
            address = parts._replace(query="").geturl()
            answer = session.post(address, data=fields, timeout=_TIMEOUT, allow_redirects=False)
        if answer.status_code != 302:
            raise SimulatorError(answer.text)
        return answer.headers["Location"]

    def press(self, user: str, meeting_id: int, action: str, **fields: object) -> None:
        """Press ``delete``, ``start``, ``end`` or ``move`` (``start="2030-01-15T09:00"``, UTC) on the user's page."""
        self._submit(f"users/{user}/meetings/{meeting_id}/{action}", fields)

    def remove_app(self, user: str, client_id: str) -> None:
        """Remove an app on the user's page."""
        self._submit(f"users/{user}/apps/{client_id}/remove", {})

    def ask(self, method: str, path: str, body: object = None, query: dict[str, str] | None = None) -> Json:
        """Call the JSON API below ``/__sim__/`` directly."""
        with _session() as session:
            answer = session.request(
                method,
                f"{self.url}/__sim__/{path}",
                json=body,
                params=query,
                timeout=_TIMEOUT,
            )
        if not answer.ok:
            raise SimulatorError(answer.text)
        return dict(answer.json())

    def _submit(self, path: str, fields: dict[str, object]) -> None:
        with _session() as session:
            answer = session.post(f"{self.url}/{path}", data=fields, timeout=_TIMEOUT, allow_redirects=False)
        if answer.status_code != 303:
            raise SimulatorError(answer.text)


def _session() -> requests.Session:
    """Return a session that no proxy of the environment gets between."""
    session = requests.Session()
    session.trust_env = False
    return session


def _list(value: object) -> list[Json]:
    return list(value) if isinstance(value, list) else []

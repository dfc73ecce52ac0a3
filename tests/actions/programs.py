"""A program of a host, which has a key and asks for actions over HTTP."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.fixtures.site import Answer, Site
from tests.fixtures.site_app import HOSTS
from zoom_blueprint.actions.listed import NAMES
from zoom_blueprint.services import api_keys

SLOT = "ada/intro-call"
EVENT = "intro-call"


class Program:
    """Asks a site for actions in the name of a host."""

    def __init__(self, site: Site, who: str = "ada", actions: Collection[str] = NAMES) -> None:
        self.site = site
        self.key = api_keys.make(site.state, HOSTS[who].id, "CRM", actions)
        self.text = self.key.text

    def ask(self, action: str, sent: Mapping[str, Any] | None = None, *, key: str | None = None) -> Answer:
        """Ask for an action; ``key`` is the idempotency key."""
        headers = {"Authorization": f"Bearer {self.text}"}
        if key is not None:
            headers["Idempotency-Key"] = key
        return self.site.post(f"/api/v1/actions/{action}", json=dict(sent or {}), headers=headers)

    def did(self, action: str, sent: Mapping[str, Any] | None = None, *, key: str | None = None) -> dict[str, Any]:
        """Ask for an action and return its output; fail when it was refused."""
        answer = self.ask(action, sent, key=key)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def slots(self, event: str = EVENT) -> list[str]:
        """Return the offered starts of the coming two weeks."""
        return list(self.did("list_slots", {"event": event, **days()})["slots"])


def days(count: int = 14) -> dict[str, str]:
    """Return the coming days, as ``list_slots`` takes them."""
    first = datetime.now(UTC).date() + timedelta(days=1)
    return {"first_day": first.isoformat(), "last_day": (first + timedelta(days=count)).isoformat()}


def ahead(**lengths: int) -> str:
    """Return an instant in full minutes that is so far ahead."""
    return (datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(**lengths)).isoformat()

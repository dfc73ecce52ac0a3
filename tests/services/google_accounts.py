"""A host's Google account, as tests of the services look at it."""

from datetime import UTC, datetime, timedelta

from tests.fixtures.site import Site
from tests.services.looking import only, turn
from zoom_blueprint.services import connections, drain
from zoom_blueprint.store import models
from zoom_blueprint.values import Connection, Provider

CALENDARS = "https://www.googleapis.com/auth/calendar"
GOOGLE = models.Connection.provider == "google"


def of_google(site: Site, host_id: str = "1") -> Connection:
    """Return a host's connection to Google, as it is now."""
    found = connections.current(site.state, host_id, Provider.GOOGLE)
    assert found is not None
    return found


def grant(site: Site) -> models.Grant:
    """Return the row that holds Google's tokens."""
    return only(site.state, models.Grant, models.Grant.connection_id == of_google(site).id)


def expire(site: Site) -> None:
    """Let the access token be at its end."""
    over = datetime.now(UTC) - timedelta(minutes=1)
    turn(site.state, models.Grant, models.Grant.connection_id == of_google(site).id, expires_at=over)


def look_at_it(site: Site) -> None:
    """Let it be time to look at the account, and do what is due."""
    turn(site.state, models.Connection, GOOGLE, checked_at=None)
    due = models.Duty.subject == of_google(site).id
    turn(site.state, models.Duty, due, due_at=datetime.now(UTC) - timedelta(minutes=1))
    for kind in ("duty", "delivery"):
        drain.drain(site.state, kind)


def refreshes(site: Site) -> int:
    """Return how often Google renewed the access."""
    asked = [call["request"]["form"]["grant_type"] for call in site.simulator.calls("google_token")]
    return asked.count("refresh_token")

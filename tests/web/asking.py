"""What the tests of HTTP ask, and what they compare before and after."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from tests.fixtures.site import Answer, Site
from zoom_blueprint.store.base import Base

_MAY_CHANGE = {"zoom_rate_counter", "zoom_worker_heartbeat", "zoom_tally"}
INTRO = "/api/v1/hosts/ada/intro-call"
PROBLEM = "application/problem+json"


def everything(site: Site) -> dict[str, list[Any]]:
    """Return all rows of all tables, to be compared with what is there later."""
    site.simulator.settle()
    tables = [table for name, table in Base.metadata.tables.items() if name not in _MAY_CHANGE]
    return site.state.database.read(
        lambda session: {table.name: sorted(map(repr, session.execute(select(table)).all())) for table in tables}
    )


def days(first: int = 1, last: int = 14, tz: str = "Europe/London") -> dict[str, str]:
    """Return the query for some of the coming days."""
    today = datetime.now(UTC).date()
    return {
        "from": (today + timedelta(days=first)).isoformat(),
        "to": (today + timedelta(days=last)).isoformat(),
        "tz": tz,
    }


def wish(site: Site, event: str = "ada/intro-call", **changes: str) -> dict[str, str]:
    """Return the fields of a booking that would be accepted, some of them changed."""
    offer = site.slots(event)
    fields = {
        "start": offer["slots"][0],
        "token": offer["token"],
        "name": "Bob Byrne",
        "email": "bob@example.com",
        "tz": "Europe/Paris",
        "lang": "en",
        "key": f"key-{offer['slots'][0]}",
    }
    return fields | changes


def refused(answer: Answer, status: int) -> dict[str, Any]:
    """Return the problem details of an answer, which any other site's script may read."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"].split(";")[0] == PROBLEM
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Retry-After" in answer.headers["Access-Control-Expose-Headers"]
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    return problem

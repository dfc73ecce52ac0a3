"""Work that fails until it is parked."""

from typing import Any

from sqlalchemy import ColumnElement

from tests.fixtures.site import MakeSite, Site
from tests.services.looking import make_due, rows, turn
from zoom_blueprint.services import drain, inbox
from zoom_blueprint.services.turns import DueModel
from zoom_blueprint.store import models

TRIES = 3
OF_KIND: dict[str, DueModel] = {
    "meeting": models.Meeting,
    "calendar": models.CalendarEvent,
    "delivery": models.Delivery,
    "inbox": models.WebhookEvent,
}


def site_of_few_tries(make_site: MakeSite, **settings: object) -> Site:
    """Serve a site that parks after three failures, with its host connected."""
    site = make_site(ZOOM_TRIES=TRIES, **settings)
    site.connect()
    return site


def fail(site: Site, kind: str, *where: ColumnElement[bool], times: int = TRIES) -> None:
    """Let what is owed be tried so often, whatever it is waiting for."""
    for _ in range(times):
        make_due(site.state, OF_KIND[kind], *where)
        drain.drain(site.state, kind)


def parked_meeting(site: Site, **fields: str) -> dict[str, Any]:
    """Book while Zoom is out of order, until the meeting is parked; Zoom works again afterwards."""
    site.simulator.fault(route="create_meeting", status=503, times=50)
    booking = site.booked(**fields)
    mine = models.Meeting.booking_id == booking["id"]
    fail(site, "meeting", mine, times=TRIES - 1)
    site.simulator.clear_faults()
    (row,) = rows(site.state, models.Meeting, mine)
    assert row.parked_at is not None, row.last_error
    return booking


def poison(site: Site) -> None:
    """Have a webhook come whose content nobody can open, and let it be tried until it is parked."""
    assert inbox.accept(site.state, b'{"event": "meeting.started", "payload": {}}', "meeting.started")
    mine = models.WebhookEvent.name == "meeting.started"
    turn(site.state, models.WebhookEvent, mine, payload_sealed="broken")
    fail(site, "inbox", mine)


def parked(site: Site, kind: str, *where: ColumnElement[bool]) -> int:
    """Return how many rows of a kind are parked, each of which is due no more and held by nobody."""
    model = OF_KIND[kind]
    found = [row for row in rows(site.state, model, *where) if row.parked_at is not None]
    assert all(row.due_at is None and row.claim is None for row in found)
    return len(found)

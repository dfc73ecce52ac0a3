"""What waits for somebody else's sake has not failed, and is not parked for it."""

import logging
from datetime import UTC, datetime
from typing import Any

import pytest
from psycopg import sql
from sqlalchemy.engine import make_url

from tests.fixtures.databases import PostgresServer
from tests.fixtures.site import MakeSite, Site
from tests.services.looking import look, make_due, meeting_of
from tests.services.parking import TRIES, parked, site_of_few_tries
from zoom_blueprint import Booking
from zoom_blueprint.services import claims, endings
from zoom_blueprint.store import models


@pytest.fixture
def few(make_site: MakeSite) -> Site:
    """A site that parks after three failures."""
    return site_of_few_tries(make_site)


def test_to_be_kept_waiting_by_zooms_limits_parks_nothing(few: Site) -> None:
    few.simulator.fault(route="create_meeting", times=TRIES + 2, status=429, headers={"Retry-After": "60"})
    booking = few.booked()
    for _ in range(TRIES + 1):
        make_due(few.state, models.Meeting)
        few.drain()
    row = meeting_of(few, booking)
    assert (parked(few, "meeting"), row.reason, row.attempts) == (0, "quota", 0)
    make_due(few.state, models.Meeting)
    few.drain()
    assert look(few, booking)["meeting_status"] == "ready"


def test_to_wait_for_the_host_parks_nothing(few: Site) -> None:
    few.simulator.fault(route="create_meeting", status=503)
    booking = few.booked()
    endings.disconnect(few.state, "1", few.connection().id)
    which = models.Meeting.booking_id == booking["id"]
    for _ in range(TRIES + 1):
        few.state.database.write(lambda session: claims.wish(session, models.Meeting, which, datetime.now(UTC)))
        few.drain()
        assert (parked(few, "meeting"), meeting_of(few, booking).attempts) == (0, 0)


class Door(logging.Handler):
    """The door of a site's database on PostgreSQL, which opens once a line of the log says what it is waited for."""

    def __init__(self, server: PostgresServer, site: Site) -> None:
        super().__init__()
        self._server = server
        self._name = make_url(site.app.config["SQLALCHEMY_DATABASE_URI"]).database or ""

    def close_it(self) -> None:
        """Throw everybody out, and let nobody in."""
        self._let(in_=False)
        everybody = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {}"
        self._server.run(sql.SQL(everybody).format(sql.Literal(self._name)))

    def emit(self, record: logging.LogRecord) -> None:
        """Open the door."""
        if "waits for the database" in record.getMessage():
            self._let(in_=True)

    def _let(self, *, in_: bool) -> None:
        command = "ALTER DATABASE {} ALLOW_CONNECTIONS {}"
        self._server.run(sql.SQL(command).format(sql.Identifier(self._name), sql.SQL(str(in_))))


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_a_database_that_went_away_meanwhile_parks_nothing(
    make_site: MakeSite, postgres_server: PostgresServer, caplog: pytest.LogCaptureFixture
) -> None:
    site = make_site(ZOOM_TRIES=1, ZOOM_FIRST_TRIES=0)
    door, closed = Door(postgres_server, site), list[str]()

    @site.zoom.meeting_options
    def options(booking: Booking) -> dict[str, Any]:
        if not closed:
            closed.append(booking.id)
            door.close_it()
        return {}

    site.connect()
    booking = site.booked()
    logging.getLogger("zoom_blueprint").addHandler(door)
    try:
        site.drain()
    finally:
        logging.getLogger("zoom_blueprint").removeHandler(door)
    assert f"meeting {meeting_of(site, booking).id} waits for the database" in caplog.messages
    assert (parked(site, "meeting"), meeting_of(site, booking).attempts) == (0, 0)
    make_due(site.state, models.Meeting)
    site.drain()
    assert look(site, booking)["meeting_status"] == "ready"
    assert len(site.simulator.meetings("ada")) == 1

"""What waits for somebody else's sake has not failed, and is not parked for it."""

from datetime import UTC, datetime

import pytest

from tests.fixtures.site import MakeSite, Site
from tests.services.looking import look, make_due, meeting_of
from tests.services.parking import TRIES, parked, site_of_few_tries
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

"""What is parked is in the log, with the reason: no other line says that nobody tries it any more."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.fixtures.site import MakeSite
from tests.services.looking import make_due, only, take
from tests.services.parking import TRIES, fail, parked_meeting, site_of_few_tries
from zoom_blueprint.services import claims
from zoom_blueprint.store import models


def test_the_log_says_what_is_parked_and_why(make_site: MakeSite, caplog: pytest.LogCaptureFixture) -> None:
    site = site_of_few_tries(make_site)
    parked_meeting(site)
    row = only(site.state, models.Meeting)
    assert [record.levelname for record in caplog.records if "is parked" in record.getMessage()] == ["ERROR"]
    assert f"meeting {row.id} is parked, for it failed {TRIES} times: Zoom" in caplog.text
    assert "will be tried again" not in caplog.text


def test_what_was_wished_for_during_its_last_try_is_not_said_to_be_parked(
    make_site: MakeSite, caplog: pytest.LogCaptureFixture
) -> None:
    site = site_of_few_tries(make_site)
    site.simulator.fault(route="create_meeting", status=503, times=50)
    site.booked()
    fail(site, "meeting", times=1)
    make_due(site.state, models.Meeting)
    row = only(site.state, models.Meeting)
    claimed = take(site.state, models.Meeting, row.id, tries=TRIES)
    now = datetime.now(UTC)
    site.state.database.write(lambda session: claims.wish(session, models.Meeting, models.Meeting.id == row.id, now))
    later = now + timedelta(hours=1)
    site.state.database.write(lambda session: claims.postpone(session, models.Meeting, claimed, now, later, "no luck"))
    assert only(site.state, models.Meeting).parked_at is None
    assert "is parked" not in caplog.text

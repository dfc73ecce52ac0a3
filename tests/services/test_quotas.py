"""Zoom's hundred creates and updates a day: not overrun, and deferred to Zoom's midnight with a reason."""

from datetime import UTC, datetime, timedelta

from tests.fixtures.site import Site, api
from tests.services.looking import make_due, meeting_of, move, only, turn
from zoom_blueprint.healths import Health, ProblemCode
from zoom_blueprint.services import agendas, health
from zoom_blueprint.store import models
from zoom_blueprint.values import LinkReason


def midnight() -> datetime:
    """Return when Zoom's next day begins."""
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return today + timedelta(days=1)


def assert_deferred(site: Site, booking: dict[str, str]) -> None:
    """Check that a meeting waits for the next day, and that the host can be told why."""
    row = meeting_of(site, booking)
    assert row.reason == "quota"
    assert row.due_at is not None
    assert timedelta() <= row.due_at - midnight() < timedelta(minutes=2)
    seen = agendas.get(site.state, row.booking_id)
    assert (seen.meeting_status, seen.meeting_reason) == ("coming", LinkReason.QUOTA)


def health_of(site: Site) -> Health:
    """Return what is known of ada's connection."""
    return health.last(site.state, site.connection().id)


def test_the_call_after_the_hundredth_is_not_made(site: Site) -> None:
    first = site.booked()
    turn(site.state, models.ZoomQuota, used=99)
    move(site, first, 5)
    site.drain()
    assert only(site.state, models.ZoomQuota).used == 100
    assert len(site.simulator.calls("update_meeting")) == 1
    offered = site.slots()
    booking = site.booked(start=offered["slots"][1], token=offered["token"], key="one-more-attempt")
    assert booking["meeting_status"] == "coming"
    assert len(site.simulator.calls("create_meeting")) == 1
    assert_deferred(site, booking)
    turn(site.state, models.ZoomQuota, day=datetime(2020, 1, 1, tzinfo=UTC).date())  # a new day
    make_due(site.state, models.Meeting)
    site.drain()
    assert site.get(api(booking)).json()["meeting_status"] == "ready"


def test_zooms_own_word_about_the_hundred_is_taken(site: Site) -> None:
    site.simulator.knobs(host_daily_limit=1)
    site.booked()
    offered = site.slots()
    booking = site.booked(start=offered["slots"][1], token=offered["token"], key="one-more-attempt")
    assert len(site.simulator.calls("create_meeting")) == 2
    assert_deferred(site, booking)
    assert meeting_of(site, booking).unsure_until is None
    known = health_of(site)
    assert (known.quota_left, known.quota_resets_at) == (0, midnight())
    assert [problem.code for problem in known.problems] == [ProblemCode.QUOTA]
    make_due(site.state, models.Meeting)
    site.drain()
    assert len(site.simulator.calls("create_meeting")) == 2, "Zoom is not asked again that day"
    assert_deferred(site, booking)

"""A name that says it is another booking does not get at its meeting."""

import pytest

from tests.fixtures.site import Site
from tests.services.looking import cancel, look, make_due
from zoom_blueprint.services.meetings import marker
from zoom_blueprint.store import models


@pytest.mark.parametrize("lost", ["before", "after"])
def test_a_meeting_whose_agenda_names_another_booking_is_not_taken_for_its_own(site: Site, lost: str) -> None:
    site.simulator.fault(route="create_meeting", drop=lost)
    victim = site.booked()
    attacker = site.booked(email="eve@example.com", name=marker(victim["id"]))
    assert attacker["join_url"]
    make_due(site.state, models.Meeting)
    site.drain()
    assert look(site, victim)["meeting_status"] == "ready"
    assert look(site, victim)["join_url"] != attacker["join_url"]
    assert len(site.simulator.meetings("ada")) == 2


def test_a_cancelled_booking_takes_nobody_elses_meeting_along(site: Site) -> None:
    site.simulator.fault(route="create_meeting", drop="before")
    mine = site.booked()
    other = site.booked(email="eve@example.com", name=marker(mine["id"]))
    cancel(site, mine)
    make_due(site.state, models.Meeting)
    site.drain()
    assert [meeting["join_url"] for meeting in site.simulator.meetings("ada")] == [other["join_url"]]

"""``flask zoom retry``: what was parked is due again, all of it or one kind."""

import pytest

from tests.cli.commands import Zoom
from tests.fixtures.site import MakeSite
from tests.services.looking import meeting_of
from tests.services.parking import parked, parked_meeting, poison, site_of_few_tries


@pytest.fixture
def zoom(make_site: MakeSite) -> Zoom:
    """Commands on a site that parks after three failures."""
    return Zoom(site_of_few_tries(make_site))


def test_nothing_that_is_parked_is_said_to_be_none(zoom: Zoom) -> None:
    assert zoom("retry") == "Nothing is parked.\n"


def test_one_kind_is_tried_again_and_then_the_rest(zoom: Zoom) -> None:
    booking = parked_meeting(zoom.site)
    poison(zoom.site)
    assert "!!  parked meetings: 1 since" in zoom("doctor --offline", status=1)
    assert "!!  parked webhooks: 1 since" in zoom("doctor --offline", status=1)
    assert zoom("retry --kind delivery") == "Nothing is parked.\n"
    assert zoom("retry --kind meeting") == "1 will be tried again.\n"
    assert (parked(zoom.site, "meeting"), parked(zoom.site, "inbox")) == (0, 1)
    assert zoom("retry") == "1 will be tried again.\n"
    zoom.site.drain()
    assert meeting_of(zoom.site, booking).zoom_meeting_id is not None
    assert "ok  parked meetings: none" in zoom("doctor --offline", status=1)


def test_an_unknown_kind_is_refused(zoom: Zoom) -> None:
    assert "--kind" in zoom("retry --kind duty", status=2)

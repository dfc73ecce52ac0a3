"""The answer with the times says what our clock shows at the first, so that a device can tell whether it agrees."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tests.fixtures.site import Site, api
from tests.web.asking import INTRO, days


@pytest.mark.parametrize("place", ["Europe/London", "Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns"])
def test_the_clock_at_the_first_time_is_told_by_our_own_rules(shared_site: Site, place: str) -> None:
    content = shared_site.get(f"{INTRO}/slots", params=days(tz=place)).json()
    first = datetime.fromisoformat(content["slots"][0]).astimezone(ZoneInfo(place))
    assert content["clock"] == f"{first:%Y-%m-%dT%H:%M}"


def test_there_is_no_clock_without_a_time(shared_site: Site) -> None:
    content = shared_site.get(f"{INTRO}/slots", params=days(4000, 4001)).json()
    assert (content["slots"], content["clock"]) == ([], None)


def test_the_clock_is_told_for_a_move_as_well(site: Site) -> None:
    offer = site.get(f"{api(site.booked())}/slots", params=days(tz="Asia/Tokyo")).json()
    first = datetime.fromisoformat(offer["slots"][0]).astimezone(ZoneInfo("Asia/Tokyo"))
    assert offer["clock"] == f"{first:%Y-%m-%dT%H:%M}"

"""What another site, or another tab, does to a consent that is under way."""

import pytest

from tests.fixtures.site import MakeSite, Site
from tests.web.browsing import Browser

EXPIRED = "This connection attempt has expired"
CONNECTED = "Zoom connected as Ada Lovelace"


@pytest.fixture
def site(make_site: MakeSite) -> Site:
    """Serve a site to which nobody has connected Zoom yet."""
    return make_site()


@pytest.mark.parametrize("query", ["", "?state=forged&code=forged", "?error=access_denied", "?state=x&error=y"])
def test_a_link_to_the_way_back_does_not_end_an_attempt(site: Site, query: str) -> None:
    """Any site can lead the host there while they read Zoom's page."""
    ada = Browser(site)
    back = ada.consent()
    assert CONNECTED not in ada.come_back(f"/callback{query}")
    assert CONNECTED in ada.come_back(back)


def test_the_answer_to_an_attempt_that_was_begun_anew_leaves_the_newer_one(site: Site) -> None:
    ada = Browser(site)
    older, newer = ada.consent(), ada.consent()
    assert EXPIRED in ada.come_back(older)
    assert CONNECTED in ada.come_back(newer)


def test_the_answer_to_the_attempt_of_somebody_else_leaves_our_own(site: Site) -> None:
    ada, grace = Browser(site), Browser(site, "grace")
    theirs, ours = grace.consent("grace"), ada.consent()
    assert EXPIRED in ada.come_back(theirs)
    assert CONNECTED in ada.come_back(ours)
    assert "Zoom connected as Grace Hopper" in grace.come_back(theirs)

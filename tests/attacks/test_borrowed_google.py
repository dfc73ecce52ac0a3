"""What others do to a consent at Google under way: at the other way back, a second time, in their own session."""

import pytest

from tests.fixtures.google import consent_google
from tests.fixtures.site import MakeSite, Site
from tests.web.browsing import Browser
from zoom_blueprint.services import connections
from zoom_blueprint.values import Provider

EXPIRED = "This connection attempt has expired"
CONNECTED = "Google Calendar connected as ada@"


@pytest.fixture
def site(make_google_site: MakeSite) -> Site:
    """Serve a site to which nobody has connected anything yet."""
    return make_google_site()


def test_googles_answer_at_zooms_way_back_is_none_of_zooms(site: Site) -> None:
    """Else Google's code would be sent to Zoom."""
    ada = Browser(site)
    back = consent_google(ada)
    ada.session.cookies.set("zoom_consent", ada.session.cookies["google_consent"])
    assert EXPIRED in ada.come_back(back.replace("/google/callback", "/callback"))
    assert site.simulator.calls("token") == []
    assert CONNECTED in ada.come_back(back)


def test_an_answer_of_google_serves_once(site: Site) -> None:
    ada = Browser(site)
    back = consent_google(ada)
    secret = ada.session.cookies["google_consent"]
    assert CONNECTED in ada.come_back(back)
    ada.session.cookies.set("google_consent", secret)
    asked = len(site.simulator.calls("google_token"))
    assert EXPIRED in ada.come_back(back)
    assert len(site.simulator.calls("google_token")) == asked


def test_an_answer_of_google_connects_nobody_but_who_asked(site: Site) -> None:
    """Not even with the cookie, which a shared browser would bring along."""
    ada, grace = Browser(site), Browser(site, "grace")
    back = consent_google(ada)
    grace.session.cookies.set("google_consent", ada.session.cookies["google_consent"])
    assert EXPIRED in grace.come_back(back)
    assert connections.all_of(site.state, "2", Provider.GOOGLE) == []
    assert CONNECTED in ada.come_back(back)

"""Several programs of one site need Google's access at once, when it is over."""

from typing import cast

from tests.fixtures.google import consent_google, google_keys
from tests.fixtures.site import Site, StartSite
from tests.races.fleet import beside, together
from tests.services.looking import LONG_AGO, only, turn
from tests.web.browsing import Browser
from zoom_blueprint.services import tokens
from zoom_blueprint.store import models
from zoom_blueprint.testing import Simulator


def test_two_processes_that_need_googles_access_renew_it_once(start_site: StartSite, zoom_simulator: Simulator) -> None:
    programs = start_site(ZOOM_WORKER="off", **google_keys(zoom_simulator))
    zoom_simulator.google.set_client(redirect_uris=[f"{programs.base}/google/callback"])
    programs.run()
    browser = Browser(cast(Site, programs))  # it looks at the address and the simulator alone
    browser.come_back(consent_google(browser))
    with beside(programs) as state:
        connection_id = only(state, models.Connection).id
        token = browser.csrf_token()
        turn(state, models.Grant, expires_at=LONG_AGO)
        asked = len(zoom_simulator.calls("google_token"))
        zoom_simulator.fault(route="google_token", delay=1)

        def need(number: int) -> bool:
            if number % 2:
                return bool(tokens.with_google(state, connection_id, lambda google: list(google.calendars())))
            answer = browser.post(f"/connections/{connection_id}/check", data={"csrf_token": token})
            return answer.status_code == 303

        assert together(10, need) == [True] * 10
        assert len(zoom_simulator.calls("google_token")) == asked + 1
        assert only(state, models.Grant).lost_at is None

"""Checks that Zoom does not answer: nothing is concluded, and what was known stays."""

from typing import Any

import pytest

from tests.fixtures.site import Site
from tests.services.looking import LONG_AGO, turn
from tests.services.test_health import check, standing, told
from zoom_blueprint.healths import Unanswered
from zoom_blueprint.store import models
from zoom_blueprint.values import ConnectionReason, ConnectionStatus

SILENCES: list[dict[str, Any]] = [
    {"status": 503},
    {"drop": "before"},
    {"status": 200, "body": "<html>"},
    {"status": 429, "body": {"code": 429, "message": "You have reached the maximum per-second rate limit"}},
    {"status": 400, "body": {"code": 9999, "message": "no"}},
]


@pytest.mark.parametrize("route", ["me", "list_meetings"])
@pytest.mark.parametrize("silence", SILENCES)
def test_silence_changes_nothing_and_what_was_known_stays(site: Site, silence: dict[str, Any], route: str) -> None:
    good = check(site)
    site.simulator.fault(route=route, times=3, **silence)
    found = check(site)
    site.simulator.clear_faults()
    assert found.unanswered is not None
    assert found.unanswered_at is not None
    assert (found.checked_at, found.account_active, found.may_host) == (good.checked_at, True, True)
    assert found.problems[0].press == "Check now"
    assert standing(site) == (ConnectionStatus.ACTIVE, None)
    assert told(site, "zoom.unhealthy") == 0
    assert check(site).unanswered is None


def test_silence_makes_no_sick_account_well(site: Site) -> None:
    site.simulator.put_user("ada", status="inactive")
    check(site)
    site.simulator.fault(route="me", status=503)
    found = check(site)
    assert (found.unanswered, found.account_active) == (Unanswered.UNREACHABLE, False)
    assert standing(site) == (ConnectionStatus.UNHEALTHY, ConnectionReason.ACCOUNT_INACTIVE)


def test_app_credentials_that_zoom_refuses_are_the_operators_trouble(site: Site) -> None:
    turn(site.state, models.Grant, expires_at=LONG_AGO)
    site.simulator.set_app(client_secret="another one")
    found = check(site)
    assert found.unanswered is Unanswered.CREDENTIALS
    assert "ZOOM_CLIENT_SECRET" in found.problems[0].sentence
    assert standing(site) == (ConnectionStatus.ACTIVE, None)

"""Profiles of Zoom users that no column was made for, and what is logged of a statement that failed."""

import logging
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from tests.fixtures.site import MakeSite, Site
from tests.services.looking import only, rows
from tests.web.browsing import Browser
from zoom_blueprint.services import health
from zoom_blueprint.store import models
from zoom_blueprint.store.base import new_id
from zoom_blueprint.values import ConnectionStatus

MAIL = "ada.private@example.test"
ODD: list[dict[str, Any]] = [
    {"display_name": "n" * 5000},
    {"email": f"{'e' * 5000}@example.test"},
    {"timezone": "z" * 500},
    {"account_id": "a" * 500},
]


def answer_me(site: Site, **odd: object) -> None:
    """Let Zoom say this of whoever asks for their profile next."""
    body = {"id": "whoever", "email": MAIL, "type": 2, "status": "active", **odd}
    site.simulator.fault(route="me", status=200, body=body, times=2)


@pytest.mark.parametrize("odd", ODD)
def test_a_profile_of_any_length_connects(make_site: MakeSite, odd: dict[str, Any]) -> None:
    site = make_site()
    answer_me(site, **odd)
    ada = Browser(site)
    assert "Zoom connected as" in ada.come_back(ada.consent())
    site.simulator.clear_faults()
    answer_me(site, **odd)
    assert health.check(site.state, site.connection().id).status is ConnectionStatus.ACTIVE


def test_a_user_whose_id_is_none_of_zooms_does_not_connect(make_site: MakeSite) -> None:
    site = make_site()
    answer_me(site, id="x" * 100)
    ada = Browser(site)
    assert "Zoom is slow to tell whose account this is" in ada.come_back(ada.consent())
    assert rows(site.state, models.Connection) == []


def test_a_statement_that_fails_tells_no_values_of_its_row(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """Its text is logged with the traceback, and the row may be a person's."""
    like = only(site.state, models.Connection)
    same = {"zoom_user_id": like.zoom_user_id, "host_id": like.host_id, "client_id": "", "oauth_url": "", "api_url": ""}
    twin = models.Connection(id=new_id(), status="active", email=MAIL, connected_at=like.connected_at, **same)
    with pytest.raises(DBAPIError) as failed:
        site.state.database.write(lambda session: session.add(twin))
    logging.getLogger(__name__).error("failed", exc_info=failed.value)
    assert MAIL not in str(failed.value)
    assert MAIL not in caplog.text

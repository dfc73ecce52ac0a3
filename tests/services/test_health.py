"""Health: one check tells how a connection stands, changes what must change, and keeps still when Zoom is silent."""

import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from tests.fixtures.site import MakeSite, Site
from tests.fixtures.waiting import wait_until
from tests.services.looking import Letters, look, meeting_of, only, rows, turn
from tests.web.browsing import Browser
from zoom_blueprint.errors import NotConnected, NotFound
from zoom_blueprint.healths import Health, TokenState
from zoom_blueprint.services import endings, health
from zoom_blueprint.store import models
from zoom_blueprint.values import ConnectionReason, ConnectionStatus

LIST = "meeting:read:list_meetings"
CREATE = "meeting:write:meeting"
LICENSED, UNASSIGNED = 2, 4


def check(site: Site) -> Health:
    """Ask Zoom how ada's account stands."""
    return health.check(site.state, site.connection().id)


def told(site: Site, name: str) -> int:
    """Return how often an event was recorded."""
    return len(rows(site.state, models.LifecycleEvent, models.LifecycleEvent.name == name))


def standing(site: Site) -> tuple[ConnectionStatus, ConnectionReason | None]:
    """Return how ada's connection stands."""
    found = site.connection()
    return found.status, found.reason


def connect_without(site: Site, *scopes: str) -> None:
    """Connect ada, who leaves permissions out on Zoom's page."""
    Browser(site).connect(withhold=scopes)


def test_a_check_of_a_sound_account_tells_everything_and_changes_nothing(site: Site) -> None:
    before = datetime.now(UTC)
    found = check(site)
    assert (found.status, found.reason, found.token) == (ConnectionStatus.ACTIVE, None, TokenState.VALID)
    assert (found.account_active, found.may_host, found.clock_skew) == (True, True, 0)
    assert {one.action: one.granted for one in found.permissions} == {
        "read the Zoom user": True,
        "create meetings": True,
        "read meetings": True,
        "change meetings": True,
        "delete meetings": True,
        "list meetings": True,
    }
    assert found.quota_left == 100
    assert found.quota_resets_at.date() == datetime.now(UTC).date() + timedelta(days=1)
    assert found.checked_at is not None
    assert found.checked_at >= before
    assert found.last_call_at == found.checked_at
    assert (found.last_webhook_at, found.unanswered, found.problems) == (None, None, ())
    assert [call["route"] for call in site.simulator.calls()][-2:] == ["me", "list_meetings"]
    assert (told(site, "zoom.unhealthy"), told(site, "zoom.recovered")) == (0, 0)
    assert health.last(site.state, found.connection_id) == found


@pytest.mark.parametrize("answers", ["me_only", "refused"])
def test_a_deactivated_account_is_told_of_and_works_again_when_it_is_active(make_site: MakeSite, answers: str) -> None:
    site = make_site()
    letters = Letters(site)
    site.connect()
    site.simulator.knobs(inactive_user=answers)
    site.simulator.put_user("ada", status="inactive")
    found = check(site)
    assert standing(site) == (ConnectionStatus.UNHEALTHY, ConnectionReason.ACCOUNT_INACTIVE)
    assert (found.account_active, found.problems[0].press) == (False, "Check now")
    site.simulator.put_user("ada", status="active")
    assert check(site).problems == ()
    assert standing(site) == (ConnectionStatus.ACTIVE, None)
    assert (told(site, "zoom.unhealthy"), told(site, "zoom.recovered")) == (1, 1)
    site.drain()
    assert len(letters.texts("ada@")) == 1
    assert "not active" in letters.texts("ada@")[0]


@pytest.mark.parametrize("sign", ["type", "code"])
def test_an_account_that_may_not_host_is_told_of_and_no_meeting_is_made_to_find_out(site: Site, sign: str) -> None:
    if sign == "type":
        site.simulator.put_user("ada", type=UNASSIGNED)
    else:
        refusal = {"code": 3161, "message": "Meeting hosting and scheduling capabilities are not allowed."}
        site.simulator.fault(route="list_meetings", status=400, body=refusal)
    found = check(site)
    assert (found.account_active, found.may_host) == (True, False)
    assert standing(site) == (ConnectionStatus.UNHEALTHY, ConnectionReason.MAY_NOT_HOST)
    assert site.simulator.calls("create_meeting") == []
    site.simulator.put_user("ada", type=LICENSED)
    assert check(site).may_host is True
    assert standing(site) == (ConnectionStatus.ACTIVE, None)


def test_what_waited_for_a_sound_account_gets_its_link_after_the_recovery(site: Site) -> None:
    offered = site.slots()
    site.simulator.put_user("ada", type=UNASSIGNED)
    booking = site.booked(start=offered["slots"][0], token=offered["token"])
    assert booking["meeting_status"] == "coming"
    check(site)
    turn(site.state, models.Meeting, due_at=None)
    site.simulator.put_user("ada", type=LICENSED)
    check(site)
    assert meeting_of(site, booking).due_at is not None
    site.drain()
    assert look(site, booking)["meeting_status"] == "ready"


def test_without_the_permission_to_create_a_connection_is_unhealthy(make_site: MakeSite) -> None:
    site = make_site()
    connect_without(site, CREATE)
    found = check(site)
    assert standing(site) == (ConnectionStatus.UNHEALTHY, ConnectionReason.SCOPES)
    assert [one.scope for one in found.permissions if one.granted is False] == [CREATE]
    assert [problem.press for problem in found.problems] == ["Reconnect Zoom"]
    connect_without(site)
    assert standing(site) == (ConnectionStatus.ACTIVE, None)
    assert check(site).problems == ()


def test_without_another_permission_a_connection_works_on_and_the_host_is_told(make_site: MakeSite) -> None:
    site = make_site()
    connect_without(site, LIST)
    found = check(site)
    assert standing(site) == (ConnectionStatus.ACTIVE, None)
    assert site.connection().missing_scopes == (LIST,)
    assert "list meetings" in found.problems[0].sentence
    assert found.problems[0].press == "Reconnect Zoom"
    assert found.may_host is True  # by the kind of licence


def test_scopes_that_zoom_did_not_tell_are_not_guessed_but_what_it_refuses_is_known(make_site: MakeSite) -> None:
    site = make_site()
    connect_without(site, LIST)
    turn(site.state, models.Grant, scopes="")
    turn(site.state, models.Connection, missing_scopes=[])
    granted = {one.action: one.granted for one in check(site).permissions}
    assert (granted["create meetings"], granted["list meetings"]) == (None, False)
    assert standing(site) == (ConnectionStatus.ACTIVE, None)


def test_a_lost_grant_is_found_by_a_check_and_not_asked_with_again(site: Site) -> None:
    site.simulator.knobs(webhook_hold=True)
    site.simulator.remove_app("ada", site.simulator.client_id)
    found = check(site)
    assert (found.status, found.token) == (ConnectionStatus.UNHEALTHY, TokenState.LOST)
    assert [problem.press for problem in found.problems] == ["Reconnect Zoom"]
    calls = len(site.simulator.calls())
    check(site)
    assert len(site.simulator.calls()) == calls
    assert told(site, "zoom.unhealthy") == 1


def test_the_host_gets_one_mail_a_day_however_often_the_account_changes(make_site: MakeSite) -> None:
    site = make_site()
    letters = Letters(site)
    site.connect()
    for _ in range(2):
        site.simulator.put_user("ada", status="inactive")
        check(site)
        check(site)
        site.simulator.put_user("ada", status="active")
        check(site)
    site.drain()
    assert told(site, "zoom.unhealthy") == 2  # hooks are always told
    assert len(letters.texts("ada@")) == 1
    turn(site.state, models.Connection, told_at=datetime.now(UTC) - timedelta(hours=25))
    site.simulator.put_user("ada", status="inactive")
    check(site)
    site.drain()
    assert len(letters.texts("ada@")) == 2


@pytest.mark.parametrize(("off", "where"), [(90, "behind"), (-90, "ahead of")])
def test_a_clock_that_is_off_is_seen_in_the_date_of_zooms_answer(site: Site, off: int, where: str) -> None:
    theirs = datetime.now(UTC) + timedelta(seconds=off)
    site.simulator.fault(route="me", headers={"Date": format_datetime(theirs, usegmt=True)})
    found = check(site)
    assert found.clock_skew is not None
    assert abs(found.clock_skew + off) <= 3
    assert where in found.problems[0].sentence
    assert standing(site) == (ConnectionStatus.ACTIVE, None)


@pytest.mark.parametrize("date", ["", "yesterday"])
def test_a_date_that_cannot_be_read_is_no_clock(site: Site, date: str) -> None:
    site.simulator.fault(route="me", headers={"Date": date})
    found = check(site)
    assert (found.clock_skew, found.problems) == (None, ())


def test_the_quota_that_is_left_today_is_told(site: Site) -> None:
    site.booked()
    assert check(site).quota_left == 99
    turn(site.state, models.ZoomQuota, used=100)
    found = check(site)
    assert found.quota_left == 0
    assert "00:00 UTC" in found.problems[0].sentence


def test_a_check_brings_the_profile_up_to_date(site: Site) -> None:
    site.simulator.put_user("ada", first_name="Augusta", email="augusta@example.com", timezone="Asia/Tokyo")
    check(site)
    found = site.connection()
    assert (found.email, found.time_zone) == ("augusta@example.com", "Asia/Tokyo")
    assert "Augusta" in found.name


def test_a_grant_of_another_zoom_app_is_not_used_and_told_of(site: Site) -> None:
    turn(site.state, models.Connection, client_id="of another app")
    calls = len(site.simulator.calls())
    found = check(site)
    assert (found.token, found.problems[0].press) == (TokenState.FOREIGN, "Reconnect Zoom")
    assert len(site.simulator.calls()) == calls


def test_a_cut_connection_is_not_asked_and_nothing_is_wrong_with_it(site: Site) -> None:
    check(site)
    endings.disconnect(site.state, "1", site.connection().id)
    calls = len(site.simulator.calls())
    found = check(site)
    assert (found.status, found.token, found.problems) == (ConnectionStatus.INACTIVE, TokenState.NONE, ())
    assert len(site.simulator.calls()) == calls


def test_what_is_heard_after_a_disconnect_is_forgotten(site: Site) -> None:
    site.simulator.put_user("ada", status="inactive")
    site.simulator.fault(route="me", delay_after=5)
    calls = len(site.simulator.calls())
    checking = threading.Thread(target=check, args=(site,))
    checking.start()
    connection_id = site.connection().id
    wait_until(lambda: site.simulator.ask("GET", "faults")["faults"] == [], why="Zoom is being asked")
    endings.disconnect(site.state, "1", connection_id)
    checking.join()
    assert len(site.simulator.calls()) > calls
    row = only(site.state, models.Connection)
    assert (row.status, row.reason) == (ConnectionStatus.INACTIVE, ConnectionReason.DISCONNECTED)
    assert (row.name, row.email, row.health) == ("", "", None)
    assert told(site, "zoom.unhealthy") == 0


def test_a_look_that_is_wanted_while_one_is_under_way_is_not_lost(site: Site) -> None:
    check(site)
    site.simulator.fault(route="me", delay=1)
    checking = threading.Thread(target=check, args=(site,))
    checking.start()
    wait_until(lambda: site.simulator.ask("GET", "faults")["faults"] == [], why="Zoom is being asked")
    turn(site.state, models.Connection, checked_at=None)
    checking.join()
    assert only(site.state, models.Connection).checked_at is None


def test_nothing_about_the_person_is_kept_in_what_was_found(site: Site) -> None:
    check(site)
    kept = str(only(site.state, models.Connection).health)
    for private in ("ada", "Ada", "@"):
        assert private not in kept


def test_code_of_the_host_app_can_ask(site: Site) -> None:
    with site.app.app_context():
        found = site.zoom.connections.check("1")
        assert found.is_fine
        assert site.zoom.connections.check("1", found.connection_id).connection_id == found.connection_id
        with pytest.raises(NotConnected):
            site.zoom.connections.check("2")
        with pytest.raises(NotFound):
            site.zoom.connections.check("2", found.connection_id)

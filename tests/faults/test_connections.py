"""Every fault, met by a connection: when it is made, made again, kept alive and ended."""

from tests.faults.plan import Fault, Kind, cells
from tests.faults.scene import Scene
from tests.fixtures.waiting import wait_until
from tests.services.looking import LONG_AGO, cancel, look, make_due, only, rows, turn
from tests.web.browsing import Browser
from zoom_blueprint.store import models
from zoom_blueprint.values import ConnectionStatus

CLIENT = Fault(
    "client_refused",
    Kind.REFUSED,
    {"status": 400, "body": {"reason": "Invalid client_id or client_secret", "error": "invalid_client"}},
)


@cells("refresh", CLIENT)
def test_a_booking_that_needs_a_refresh_gets_its_meeting(scene: Scene, fault: Fault) -> None:
    """A new refresh token that was lost on its way is lost for good; only then the host has to do something."""
    site = scene.site
    turn(site.state, models.Grant, expires_at=LONG_AGO)
    order = scene.order(fault, "token")
    booking = site.booked()
    if fault.kind is Kind.HARMLESS or (fault.kind is Kind.UNCLEAR and not fault.happens):
        assert booking["meeting_status"] == "ready", "what is unclear is asked once more at once"
    scene.work(order)
    scene.settle()
    is_lost = fault.happens and fault.name != "too_late_effect"  # which comes after our second, and is refused
    if is_lost:
        assert site.connection().status is ConnectionStatus.UNHEALTHY
        assert "Reconnect Zoom" in Browser(site).read("/")
        assert (scene.reason(), scene.alarms()) == ("not_connected", ["Zoom is disconnected: please reconnect"])
        site.connect()
        scene.settle()
    scene.check_confirmed(booking, booking["start"], booking["end"])
    scene.check_connection(refreshes=1, alarms=1 if is_lost else 0)


def connects(scene: Scene, fault: Fault, route: str) -> None:
    """Connect under a fault; when it did not work out, the host is told what to press, and presses it."""
    browser = Browser(scene.site)
    scene.order(fault, route)
    words = browser.connect()
    if fault.kind is Kind.HARMLESS:
        assert "Zoom connected as Ada" in words
    if "Zoom connected as Ada" not in words:
        told = ("Press Connect Zoom", "Tell the site's operator", "this page will show it in a moment")
        assert any(one in words for one in told), words
        if (route, fault.name) == ("token", "too_late_effect"):
            # A code that is honoured after the next one would end the access by that, as each new consent does.
            stats = scene.site.simulator.token_stats
            wait_until(lambda: stats()["valid_refresh_chains"] == 1, why="the first code is honoured at last")
        assert "Zoom connected as Ada" in browser.connect()


@cells("exchange", CLIENT, only_reads=True)
def test_a_host_connects_whatever_becomes_of_the_code(unconnected: Scene, fault: Fault) -> None:
    connects(unconnected, fault, "token")
    booking = unconnected.linked()
    unconnected.check_confirmed(booking, booking["start"], booking["end"])
    unconnected.check_connection()


@cells("read_user", only_reads=True)
def test_a_host_connects_whatever_becomes_of_the_profile(unconnected: Scene, fault: Fault) -> None:
    connects(unconnected, fault, "me")
    booking = unconnected.linked()
    unconnected.check_confirmed(booking, booking["start"], booking["end"])
    unconnected.check_connection()


@cells("reconnect", only_reads=True)
def test_a_host_who_connects_again_ends_with_a_working_connection(scene: Scene, fault: Fault) -> None:
    booking = scene.linked()
    connects(scene, fault, "me")
    cancel(scene.site, booking)
    scene.settle()
    scene.check_cancelled(booking)
    scene.check_connection()


def test_a_profile_that_cannot_be_read_costs_no_working_connection(scene: Scene) -> None:
    scene.site.simulator.fault(route="me", status=503)
    Browser(scene.site).connect()
    make_due(scene.site.state, models.Duty)
    scene.settle()
    booking = scene.linked()
    scene.check_confirmed(booking, booking["start"], booking["end"])
    scene.check_connection()


@cells("revoke")
def test_a_disconnect_ends_every_call_and_is_not_said_to_be_confirmed_when_it_is_not(
    scene: Scene, fault: Fault
) -> None:
    site = scene.site
    booking = scene.linked()
    browser = Browser(site)
    scene.order(fault, "revoke")
    path = f"/connections/{site.connection().id}/disconnect"
    browser.press(path, on=path)
    words = browser.read("/")
    is_confirmed = "Zoom has confirmed it" in words
    if fault.kind is Kind.HARMLESS:
        assert is_confirmed
    if is_confirmed:
        assert site.simulator.token_stats()["valid_refresh_chains"] == 0
    else:
        assert "remove the app in the Zoom App Marketplace" in words
    assert site.connection().status is ConnectionStatus.INACTIVE
    assert rows(site.state, models.Grant) == []
    made = len(site.simulator.calls())
    cancel(site, booking)
    scene.settle()
    assert len(site.simulator.calls()) == made, "nobody calls Zoom after a disconnect"
    assert only(site.state, models.Meeting).reason is None, "a cancelled booking waits for nothing"
    site.connect()
    scene.settle()
    assert look(site, booking)["status"] == "cancelled"
    assert len(site.simulator.meetings("ada")) == 1, "what was cancelled meanwhile is left as it is in Zoom"
    scene.check_connection()

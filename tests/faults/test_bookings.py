"""Every fault, met by what a visitor does: book, move, cancel."""

import threading

from tests.faults.plan import Fault, Kind, Place, cells
from tests.faults.scene import Scene
from tests.fixtures.waiting import wait_until
from tests.services.looking import cancel, meeting_of, move


def asked(fault: Fault) -> int:
    """Return how often a change is sent that is never to happen twice."""
    return 1 if fault.happens or fault.kind is Kind.HARMLESS else 2


@cells("create")
def test_a_booking_gets_its_one_meeting(scene: Scene, fault: Fault) -> None:
    order = scene.order(fault, "create_meeting")
    booking = scene.site.booked()
    if fault.kind in (Kind.HARMLESS, Kind.TOKEN):
        assert booking["meeting_status"] == "ready"
    elif fault.name not in ("per_second", "wait_seconds"):  # which are waited out
        assert (booking["meeting_status"], booking["join_url"]) == ("coming", None)
    if fault.kind is Kind.UNCLEAR and fault.place is not Place.DEEP:  # whose call is still under way
        assert scene.reason() == "unreachable"
    scene.work(order)
    scene.settle()
    scene.check_told_of_scopes(fault)
    scene.check_confirmed(booking, booking["start"], booking["end"])
    assert len(scene.site.simulator.meetings("ada", deleted=True)) == 1, "there never was another one"
    assert len(scene.calls("create_meeting")) == asked(fault)
    scene.check_connection(refreshes=fault.refreshes)


@cells("reschedule", without=("not_found",))
def test_a_reschedule_moves_the_one_meeting(scene: Scene, fault: Fault) -> None:
    booking = scene.linked()
    (before,) = scene.site.simulator.meetings("ada")
    order = scene.order(fault, "update_meeting")
    moved = move(scene.site, booking, 5)
    scene.work(order)
    scene.settle()
    scene.check_told_of_scopes(fault)
    assert scene.check_confirmed(booking, moved["start"], moved["end"])["id"] == before["id"]
    assert len(scene.calls("update_meeting")) == asked(fault)
    assert len(scene.calls("create_meeting")) == 1
    scene.check_connection(refreshes=fault.refreshes)


def test_a_reschedule_of_a_meeting_that_goes_between_look_and_change_makes_a_new_one(scene: Scene) -> None:
    booking = scene.linked()
    moved = move(scene.site, booking, 5)
    looks = len(scene.calls("get_meeting"))
    scene.site.simulator.knobs(webhook_hold=True)
    scene.site.simulator.fault(route="update_meeting", delay=3)
    working = threading.Thread(target=scene.site.drain)
    working.start()
    wait_until(lambda: len(scene.calls("get_meeting")) > looks)
    scene.site.simulator.press("ada", meeting_of(scene.site, booking).zoom_meeting_id or 0, "delete")
    working.join()
    scene.settle()
    assert scene.calls("update_meeting")[0]["status"] == 404
    assert scene.check_confirmed(booking, moved["start"], moved["end"])["join_url"] != booking["join_url"]
    scene.site.simulator.release_webhooks()
    scene.settle()
    scene.check_confirmed(booking, moved["start"], moved["end"])
    scene.check_connection()


@cells("cancel", without=("not_found",))
def test_a_cancellation_deletes_the_meeting(scene: Scene, fault: Fault) -> None:
    booking = scene.linked()
    order = scene.order(fault, "delete_meeting")
    cancel(scene.site, booking)
    scene.work(order)
    scene.settle()
    scene.check_told_of_scopes(fault)
    scene.check_cancelled(booking)
    assert len(scene.calls("delete_meeting")) <= 2
    scene.check_connection(refreshes=fault.refreshes)


def test_a_cancellation_of_a_meeting_that_is_gone_is_done(scene: Scene) -> None:
    booking = scene.linked()
    scene.site.simulator.knobs(webhook_hold=True)
    scene.site.simulator.press("ada", meeting_of(scene.site, booking).zoom_meeting_id or 0, "delete")
    cancel(scene.site, booking)
    scene.settle()
    scene.check_cancelled(booking)
    assert [call["status"] for call in scene.calls("delete_meeting")] == [404]
    scene.check_connection()

"""Every fault, met by our looks at Zoom: after a lost create, and when the host has changed the meeting there."""

from datetime import datetime, timedelta

from tests.faults.plan import Fault, cells
from tests.faults.scene import Scene
from tests.services.looking import meeting_of
from zoom_blueprint.web.contract import zulu


@cells("look_up", only_reads=True)
def test_a_lost_create_is_found_again(scene: Scene, fault: Fault) -> None:
    scene.site.simulator.fault(route="create_meeting", drop="after")
    booking = scene.site.booked()
    assert booking["meeting_status"] == "coming"
    order = scene.order(fault, "list_meetings")
    scene.due()
    scene.work(order)
    scene.settle()
    scene.check_told_of_scopes(fault)
    scene.check_confirmed(booking, booking["start"], booking["end"])
    assert len(scene.site.simulator.meetings("ada", deleted=True)) == 1
    assert len(scene.calls("create_meeting")) == 1
    scene.check_connection(refreshes=fault.refreshes)


@cells("moved_in_zoom", only_reads=True, without=("not_found",))
def test_a_booking_follows_its_meeting(scene: Scene, fault: Fault) -> None:
    booking = scene.linked()
    start = datetime.fromisoformat(booking["start"]) + timedelta(hours=1)
    order = scene.order(fault, "get_meeting")
    number = meeting_of(scene.site, booking).zoom_meeting_id or 0
    scene.site.simulator.press("ada", number, "move", start=start.strftime("%Y-%m-%dT%H:%M"), duration=45)
    scene.work(order)
    scene.settle()
    scene.check_told_of_scopes(fault)
    assert scene.check_confirmed(booking, zulu(start), zulu(start + timedelta(minutes=45)))["id"] == number
    assert scene.calls("update_meeting") == [], "the host's change is never overwritten"
    scene.check_connection(refreshes=fault.refreshes)


@cells("deleted_in_zoom", only_reads=True)
def test_a_booking_ends_with_its_meeting(scene: Scene, fault: Fault) -> None:
    booking = scene.linked()
    order = scene.order(fault, "get_meeting")
    scene.site.simulator.press("ada", meeting_of(scene.site, booking).zoom_meeting_id or 0, "delete")
    scene.work(order)
    scene.settle()
    scene.check_told_of_scopes(fault)
    scene.check_cancelled(booking)
    assert len(scene.calls("create_meeting")) == 1
    scene.check_connection(refreshes=fault.refreshes)

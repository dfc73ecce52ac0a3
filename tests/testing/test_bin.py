import pytest

from tests.fixtures.waiting import wait_until
from tests.testing.app import App
from tests.testing.receiver import Receiver
from zoom_blueprint.testing import SimulatorError


def test_a_deleted_meeting_comes_back_and_apps_are_told(connected: App, receiver: Receiver) -> None:
    made = connected.create()
    connected.call("DELETE", f"/meetings/{made['id']}")
    connected.zoom.recover(made["id"])
    assert connected.call("GET", f"/meetings/{made['id']}").json()["topic"] == made["topic"]
    (event,) = connected.events("meeting.recovered")
    assert event["payload"]["object"]["id"] == made["id"]
    with pytest.raises(SimulatorError, match="no deleted meeting"):
        connected.zoom.recover(made["id"])


def test_the_api_brings_a_deleted_meeting_back_as_well(app: App) -> None:
    app.zoom.set_app(scopes=["meeting:write", "meeting:read"])
    made = app.connect().create()
    app.call("DELETE", f"/meetings/{made['id']}")
    path = f"/meetings/{made['id']}"
    assert app.call("PUT", f"{path}/status", json={"action": "recover"}).status_code == 204
    assert app.call("GET", path).status_code == 200
    assert app.call("PUT", f"{path}/status", json={"action": "recover"}).json()["code"] == 3001


def test_what_is_deleted_for_good_does_not_come_back(connected: App, receiver: Receiver) -> None:
    made = connected.create()
    connected.call("DELETE", f"/meetings/{made['id']}")
    connected.zoom.delete_forever(made["id"])
    assert len(connected.events("meeting.permanently_deleted")) == 1
    with pytest.raises(SimulatorError, match="no deleted meeting"):
        connected.zoom.recover(made["id"])


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_the_meetings_api_does_not_know_webinars(connected: App, method: str) -> None:
    made = connected.create()
    connected.zoom.make_webinar(made["id"])
    answer = connected.call(method, f"/meetings/{made['id']}", json={})
    assert answer.status_code == 400
    assert answer.json() == {"code": 3000, "message": "Cannot access webinar information."}
    assert connected.call("GET", "/users/me/meetings").json()["total_records"] == 0


def test_deletes_of_one_user_at_the_same_time_may_be_refused(connected: App) -> None:
    first, second = connected.create(), connected.create()
    grace = App(connected.zoom).connect("grace")
    hers = grace.create()
    connected.zoom.knobs(delete_seconds=0.4)
    assert grace.call("DELETE", f"/meetings/{hers['id']}").status_code == 204
    connected.zoom.knobs(delete_seconds=600)
    with pytest.raises(OSError, match="timed out"):
        connected.call("DELETE", f"/meetings/{first['id']}", timeout=0.3)
    wait_until(lambda: [meeting["id"] for meeting in connected.zoom.meetings()] == [second["id"]])
    refused = connected.call("DELETE", f"/meetings/{second['id']}")
    assert refused.status_code == 429
    assert refused.json()["message"].startswith("Too many concurrent requests.")
    assert [meeting["id"] for meeting in connected.zoom.meetings()] == [second["id"]]

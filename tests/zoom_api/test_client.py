"""What the client asks Zoom, and what it makes of good answers."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from tests.zoom_api import tables
from tests.zoom_api.standin import Standin, json_reply, reply
from zoom_blueprint.errors import ZoomRejected, ZoomUnknown
from zoom_blueprint.zoom_api.client import ListType, ZoomClient, api_base
from zoom_blueprint.zoom_api.payloads import MeetingChange, MeetingRequest

START = datetime(2030, 1, 15, 10, tzinfo=timezone(timedelta(hours=1)))
REQUEST = MeetingRequest("Intro call", START, 30, agenda="Booking abc", time_zone="Europe/Paris")


def test_a_create_sends_only_fields_that_zoom_knows(zoom: Standin, client: ZoomClient) -> None:
    zoom.will(json_reply(201, tables.MEETING))
    client.create(REQUEST)
    assert (zoom.only.method, zoom.only.target) == ("POST", "/v2/users/me/meetings")
    assert tables.faults(zoom.only.json, tables.CREATE) == []


def test_a_create_sends_json_with_the_token_in_the_header_alone(zoom: Standin, client: ZoomClient) -> None:
    zoom.will(json_reply(201, tables.MEETING))
    client.create(REQUEST)
    headers = zoom.only.headers
    assert headers["authorization"] == "Bearer eyJaccessMadeUp.0.a"
    assert headers["accept"] == headers["content-type"] == "application/json"
    assert headers["user-agent"].startswith("zoom-blueprint/")
    assert b"eyJaccess" not in zoom.only.body


def test_a_start_with_an_offset_is_sent_in_utc_with_z(zoom: Standin, client: ZoomClient) -> None:
    zoom.will(json_reply(201, tables.MEETING))
    client.create(REQUEST)
    assert zoom.only.json["start_time"] == "2030-01-15T09:00:00Z"


def test_a_created_meeting_is_returned_as_zoom_stored_it(zoom: Standin, client: ZoomClient) -> None:
    zoom.will(json_reply(201, tables.MEETING))
    meeting = client.create(REQUEST)
    assert meeting.id == 81234567890
    assert meeting.start == datetime(2030, 1, 15, 9, tzinfo=UTC)
    assert (meeting.duration, meeting.time_zone, meeting.password) == (30, "Europe/Paris", "481516")
    assert meeting.join_url == tables.MEETING["join_url"]
    assert (meeting.zoom_user_id, meeting.status) == ("HostTest000000000000AA", "waiting")
    assert meeting.settings == tables.MEETING["settings"]


def test_an_update_sends_only_what_changes(zoom: Standin, client: ZoomClient) -> None:
    zoom.will(reply(204))
    client.update(81234567890, MeetingChange(start=START, duration=45))
    assert (zoom.only.method, zoom.only.target) == ("PATCH", "/v2/meetings/81234567890")
    assert zoom.only.json == {"start_time": "2030-01-15T09:00:00Z", "duration": 45}
    assert tables.faults(zoom.only.json, tables.UPDATE) == []


@pytest.mark.parametrize(
    "change", [MeetingChange(), MeetingChange(settings={}), MeetingChange(settings={"show_join_info": 1})]
)
def test_an_empty_update_is_not_sent(zoom: Standin, client: ZoomClient, change: MeetingChange) -> None:
    client.update(81234567890, change)
    assert zoom.received == []


def test_a_delete_is_done_with_a_204(zoom: Standin, client: ZoomClient) -> None:
    zoom.will(reply(204))
    client.delete(81234567890)
    assert (zoom.only.method, zoom.only.target) == ("DELETE", "/v2/meetings/81234567890")


def test_a_get_returns_the_meeting(zoom: Standin, client: ZoomClient) -> None:
    zoom.will(json_reply(200, tables.MEETING))
    assert client.get(81234567890).topic == "Intro call"
    assert zoom.only.target == "/v2/meetings/81234567890"


def test_me_returns_the_user(zoom: Standin, client: ZoomClient) -> None:
    zoom.will(json_reply(200, tables.USER))
    user = client.me()
    assert zoom.only.target == "/v2/users/me"
    assert (user.id, user.account_id) == ("HostTest000000000000AA", "AccTest0000000000000AA")
    assert (user.display_name, user.email, user.time_zone) == ("Ada Lovelace", "ada@example.test", "Europe/Paris")
    assert (user.type, user.status) == (2, "active")


def test_the_start_link_is_fetched_each_time(zoom: Standin, client: ZoomClient) -> None:
    zoom.will(json_reply(200, tables.MEETING), json_reply(200, {**tables.MEETING, "start_url": "https://zoom.us/s/2"}))
    assert client.start_url(81234567890) == tables.MEETING["start_url"]
    assert client.start_url(81234567890) == "https://zoom.us/s/2"


def test_a_list_follows_the_page_tokens(zoom: Standin, client: ZoomClient) -> None:
    second = {**tables.LISTED, "id": "82"}
    zoom.will(json_reply(200, tables.page(tables.LISTED, token="t/1+")), json_reply(200, tables.page(second)))
    assert [meeting.id for meeting in client.list()] == [81234567890, 82]
    first, last = zoom.received
    assert first.path == "/v2/users/me/meetings"
    assert first.query == {"type": "scheduled", "page_size": "300"}
    assert last.query == {"type": "scheduled", "page_size": "300", "next_page_token": "t/1+"}
    assert tables.faults(dict(last.query), tables.LIST_QUERY) == []


@pytest.mark.parametrize("kind", list(ListType))
def test_every_type_of_list_is_one_of_zooms(kind: ListType) -> None:
    assert tables.LIST_QUERY["type"](str(kind))


def test_a_list_asks_for_no_page_before_it_is_reached(zoom: Standin, client: ZoomClient) -> None:
    zoom.will(json_reply(200, tables.page(tables.LISTED, token="more")))
    meetings = client.upcoming()
    assert zoom.received == []
    next(meetings)
    assert zoom.only.query["type"] == "upcoming"


def test_a_list_that_runs_in_a_circle_ends(zoom: Standin, client: ZoomClient) -> None:
    zoom.will(*[json_reply(200, tables.page(token="again"))] * 5)
    with pytest.raises(ZoomUnknown):
        list(client.list())
    assert len(zoom.received) == 2


def test_a_page_token_that_expired_is_a_refusal(zoom: Standin, client: ZoomClient) -> None:
    zoom.will(json_reply(400, {"code": 300, "message": "The next page token is invalid or expired."}))
    with pytest.raises(ZoomRejected):
        list(client.list())


@pytest.mark.parametrize(
    "page",
    [{}, {"meetings": None}, {"meetings": ["x"]}, tables.page({"topic": "no id"}), tables.page({"id": "abc"})],
    ids=["empty", "null", "no objects", "no id", "odd id"],
)
def test_a_page_without_usable_meetings_is_unknown(zoom: Standin, client: ZoomClient, page: object) -> None:
    zoom.will(json_reply(200, page))
    with pytest.raises(ZoomUnknown):
        list(client.list())


def test_a_meeting_id_cannot_change_the_path(zoom: Standin, client: ZoomClient) -> None:
    with pytest.raises(ValueError, match="format code 'd'"):
        client.delete("1/../../users/me")  # type: ignore[arg-type]
    assert zoom.received == []


@pytest.mark.parametrize(
    ("token_url", "base"),
    [
        ("https://api.zoom.us", "https://api.zoom.us/v2"),
        ("https://api-eu.zoom.us/", "https://api-eu.zoom.us/v2"),
        ("https://API-EU.Zoom.us:443/v2", "https://api-eu.zoom.us/v2"),
    ],
)
def test_a_regional_address_under_zoom_us_is_honoured(token_url: str, base: str) -> None:
    assert api_base("https://api.zoom.us/v2", token_url) == base


@pytest.mark.parametrize(
    "token_url",
    [
        None,
        "",
        "http://api.zoom.us",
        "https://zoom.us.evil.test",
        "https://evilzoom.us",
        "https://evil.test/zoom.us",
        "https://api.zoom.us@evil.test",
        "https://evil.test\\.zoom.us",
        "https://evil.test#.zoom.us",
        "https://evil.test?.zoom.us",
        "https://api.zoom.us:8443",
        "https://user@api.zoom.us",
        "https://api.zoom.us/v2/../../x",
        "https://api.zoom.us/v2?x=1",
        "https://api.zoom.us\n.evil.test",
        "https://api.zoom.us\n",
        " https://api.zoom.us",
        "https://evil。zoom.us",
        "//api.zoom.us",
        "https://.zoom.us",
    ],
)
def test_any_other_address_in_a_token_is_ignored(token_url: str | None) -> None:
    assert api_base("https://api.zoom.us/v2/", token_url) == "https://api.zoom.us/v2"


def test_tokens_of_a_simulator_never_travel_to_zoom() -> None:
    assert api_base("http://127.0.0.1:5001/v2", "https://api.zoom.us") == "http://127.0.0.1:5001/v2"


def test_a_look_alike_of_zoom_in_the_settings_gets_no_regional_address() -> None:
    assert (
        api_base("https://api.zoom.us.example.test/v2", "https://api.zoom.us") == "https://api.zoom.us.example.test/v2"
    )


@pytest.mark.parametrize("status", [200, 201, 202])
def test_a_change_is_confirmed_by_zooms_204_only(zoom: Standin, client: ZoomClient, status: int) -> None:
    zoom.will(*[json_reply(status, {})] * 2)
    with pytest.raises(ZoomUnknown, match="did not confirm"):
        client.delete(81234567890)
    with pytest.raises(ZoomUnknown, match="did not confirm"):
        client.update(81234567890, MeetingChange(duration=45))

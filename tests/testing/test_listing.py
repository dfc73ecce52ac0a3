from datetime import UTC, datetime, timedelta

from tests.testing.app import App


def listed(app: App, **query: object) -> dict[str, object]:
    answer = app.call("GET", "/users/me/meetings", params=query)
    assert answer.status_code == 200, answer.text
    body: dict[str, object] = answer.json()
    return body


def topics(app: App, **query: object) -> list[str]:
    meetings = listed(app, **query)["meetings"]
    assert isinstance(meetings, list)
    return [meeting["topic"] for meeting in meetings]


def fill(app: App, count: int) -> None:
    app.zoom.knobs(host_daily_limit=0)
    for number in range(count):
        app.create(topic=f"m{number:02}", start_time=f"2040-01-{number + 1:02}T09:00:00Z")


def test_an_item_shows_neither_start_link_nor_passcode_nor_status(connected: App) -> None:
    connected.create(agenda="x" * 300)
    answer = listed(connected)
    meetings = answer["meetings"]
    assert isinstance(meetings, list)
    assert set(meetings[0]) == {
        *("uuid", "id", "host_id", "topic", "type", "start_time", "duration", "timezone", "agenda"),
        *("created_at", "join_url"),
    }
    assert len(meetings[0]["agenda"]) == 250


def test_an_empty_list_is_one_page_without_a_token(connected: App) -> None:
    assert listed(connected) == {
        "page_count": 1,
        "page_number": 1,
        "page_size": 30,
        "total_records": 0,
        "next_page_token": "",
        "meetings": [],
    }


def test_pages_follow_the_token_to_the_end(connected: App) -> None:
    fill(connected, 7)
    seen: list[str] = []
    token = ""
    while True:
        page = listed(connected, page_size=3, next_page_token=token)
        assert page["total_records"] == 7
        assert isinstance(page["meetings"], list)
        seen += [meeting["topic"] for meeting in page["meetings"]]
        token = str(page["next_page_token"])
        if not token:
            break
    assert seen == [f"m{number:02}" for number in range(7)]


def test_a_page_token_lives_fifteen_minutes_and_fits_one_query(connected: App) -> None:
    fill(connected, 2)
    token = listed(connected, page_size=1)["next_page_token"]
    told = {"code": 300, "message": "The next page token is invalid or expired."}
    other = connected.call("GET", "/users/me/meetings", params={"page_size": 2, "next_page_token": token})
    assert (other.status_code, other.json()) == (400, told)
    connected.zoom.advance(899)
    assert topics(connected, page_size=1, next_page_token=token) == ["m01"]
    connected.zoom.advance(2)
    late = connected.call("GET", "/users/me/meetings", params={"page_size": 1, "next_page_token": token})
    assert late.json() == told


def test_pages_may_be_numbered(connected: App) -> None:
    fill(connected, 3)
    assert topics(connected, page_size=2, page_number=2) == ["m02"]


def test_a_page_holds_at_most_three_hundred(connected: App) -> None:
    assert listed(connected, page_size=1000)["page_size"] == 300


def test_upcoming_leaves_out_what_is_over(connected: App) -> None:
    connected.create(topic="over", start_time="2001-01-01T00:00:00Z", duration=1)
    soon = datetime.fromtimestamp(connected.zoom.now(), UTC) + timedelta(days=150)
    connected.create(topic="ahead", start_time=soon.strftime("%Y-%m-%dT%H:%M:%SZ"))
    connected.create(topic="in 2040")
    connected.zoom.advance(61)
    assert topics(connected, type="upcoming") == ["ahead"]
    assert topics(connected, type="previous_meetings") == ["over"]
    assert topics(connected) == ["over", "ahead", "in 2040"]


def test_live_lists_running_meetings(connected: App) -> None:
    meeting_id = connected.create(topic="running")["id"]
    connected.create(topic="waiting")
    connected.zoom.press("ada", meeting_id, "start")
    assert topics(connected, type="live") == ["running"]


def test_instant_and_deleted_meetings_are_not_listed(connected: App) -> None:
    connected.create(topic="instant", type=1)
    connected.call("DELETE", f"/meetings/{connected.create()['id']}")
    assert topics(connected) == []


def test_from_and_to_are_days_in_the_given_zone(connected: App) -> None:
    fill(connected, 3)
    assert topics(connected, **{"from": "2040-01-02", "to": "2040-01-02"}) == ["m01"]
    assert topics(connected, **{"from": "2040-01-03", "timezone": "Pacific/Kiritimati"}) == ["m02"]


def test_a_wrong_query_is_refused(connected: App) -> None:
    for query in ({"type": "all"}, {"page_size": "x"}, {"page_size": "0"}, {"page_number": "-1"}):
        assert connected.call("GET", "/users/me/meetings", params=query).json()["code"] == 300


def test_the_coming_day_is_listed_apart(app: App) -> None:
    app.zoom.set_app(scopes=["meeting:write:meeting", "meeting:read:list_upcoming_meetings"])
    app.connect()
    tomorrow = datetime.fromtimestamp(app.zoom.now(), UTC) + timedelta(hours=20)
    made = app.create(start_time=tomorrow.strftime("%Y-%m-%dT%H:%M:%SZ"))
    app.create()
    listed = app.call("GET", "/users/me/upcoming_meetings").json()
    assert [meeting["id"] for meeting in listed["upcoming_meetings"]] == [made["id"]]

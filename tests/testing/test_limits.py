from datetime import datetime
from email.utils import parsedate_to_datetime

from tests.testing.app import App

PER_HOST = (
    "You have exceeded the daily rate limit (100) of Meeting Create/Update API requests permitted for this"
    " particular user. You may resume these requests at GMT 00:00:00."
)


def test_a_host_has_a_hundred_creates_and_updates_a_day(connected: App) -> None:
    meeting_id = connected.create()["id"]
    for _ in range(99):
        assert connected.call("PATCH", f"/meetings/{meeting_id}", json={}).status_code == 204
    refused = connected.call("POST", "/users/me/meetings", json={})
    assert (refused.status_code, refused.json()) == (429, {"code": 429, "message": PER_HOST})
    assert "Retry-After" not in refused.headers
    assert int(refused.headers["X-RateLimit-Remaining"]) > 0
    assert connected.call("PATCH", f"/meetings/{meeting_id}", json={}).status_code == 429
    assert connected.call("GET", f"/meetings/{meeting_id}").status_code == 200
    assert connected.call("DELETE", f"/meetings/{meeting_id}").status_code == 204


def test_the_hosts_limit_ends_at_midnight_utc(connected: App) -> None:
    connected.zoom.knobs(host_daily_limit=1, access_lifetime=200000)
    app = App(connected.zoom).connect()
    app.create()
    assert app.call("POST", "/users/me/meetings", json={}).status_code == 429
    app.zoom.advance(86400 - app.zoom.now() % 86400 + 1)
    assert app.call("POST", "/users/me/meetings", json={}).status_code == 201


def test_refused_bodies_do_not_count(connected: App) -> None:
    connected.zoom.knobs(host_daily_limit=1)
    connected.call("POST", "/users/me/meetings", json={"duration": 0})
    assert connected.call("POST", "/users/me/meetings", json={}).status_code == 201


def test_each_host_has_a_limit_of_their_own(connected: App) -> None:
    connected.zoom.knobs(host_daily_limit=1)
    connected.create()
    assert App(connected.zoom).connect("grace").call("POST", "/users/me/meetings", json={}).status_code == 201


def test_calls_per_second_are_limited_when_switched_on(connected: App) -> None:
    connected.zoom.knobs(rate_limits="free")
    answers = [connected.call("GET", "/users/me") for _ in range(12)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert "maximum per-second rate limit" in refused[0].json()["message"]
    assert refused[0].headers["X-RateLimit-Type"] == "QPS"


def test_what_is_left_of_a_plan_stands_in_the_headers(connected: App) -> None:
    connected.zoom.knobs(rate_limits="pro")
    headers = connected.call("GET", "/users/me/meetings").headers
    assert (headers["X-RateLimit-Category"], headers["X-RateLimit-Limit"]) == ("Medium", "20")


def test_without_limits_no_headers_speak_of_them(connected: App) -> None:
    assert "X-RateLimit-Category" not in connected.call("GET", "/users/me").headers


def test_the_accounts_limit_of_a_day_names_the_time_when_it_ends(connected: App) -> None:
    connected.zoom.knobs(account_daily_limit=2)
    left = [connected.call("GET", "/users/me").headers["X-RateLimit-Remaining"] for _ in range(2)]
    assert left == ["1", "0"]
    refused = connected.call("GET", "/users/me")
    assert refused.status_code == 429
    assert "maximum daily rate limit" in refused.json()["message"]
    assert (refused.headers["X-RateLimit-Type"], refused.headers["X-RateLimit-Category"]) == ("Daily-limit", "Light")
    again = datetime.fromisoformat(refused.headers["Retry-After"])
    assert refused.headers["Retry-After"] == again.strftime("%Y-%m-%dT00:00:00Z")
    assert 0 < again.timestamp() - connected.zoom.now() <= 86400
    assert connected.call("GET", "/users/me/meetings").status_code == 200


def test_the_end_of_a_daily_limit_may_be_written_in_other_ways(connected: App) -> None:
    connected.zoom.knobs(account_daily_limit=1, retry_after="seconds")
    connected.call("GET", "/users/me")
    seconds = int(connected.call("GET", "/users/me").headers["Retry-After"])
    connected.zoom.knobs(retry_after="http_date")
    date = parsedate_to_datetime(connected.call("GET", "/users/me").headers["Retry-After"])
    assert abs(date.timestamp() - connected.zoom.now() - seconds) < 5
    assert date.hour == date.minute == 0

"""Each way in which a call can fail, on every call."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from tests.google_api.connecting import EVENT_ID, HALF_AN_HOUR, START, code, exchange, wanted
from zoom_blueprint.errors import (
    GoogleChanged,
    GoogleClientRefused,
    GoogleDuplicate,
    GoogleError,
    GoogleNotFound,
    GoogleRateLimited,
    GoogleRejected,
    GoogleScopeMissing,
    GoogleSyncLost,
    GoogleUnauthorized,
    GoogleUnknown,
)
from zoom_blueprint.google_api.client import GoogleClient
from zoom_blueprint.google_api.event_requests import EventChange, Notify
from zoom_blueprint.google_api.oauth import OAuthClient
from zoom_blueprint.google_api.transport import Transport
from zoom_blueprint.testing import Simulator
from zoom_blueprint.testing.google import GoogleControl

CALLS: dict[str, Callable[[GoogleClient], object]] = {
    "list_calendars": lambda client: list(client.calendars()),
    "query_free_busy": lambda client: client.free_busy(["primary"], START, START + HALF_AN_HOUR),
    "insert_event": lambda client: client.insert("primary", wanted(), Notify.ALL),
    "get_event": lambda client: client.get("primary", EVENT_ID),
    "patch_event": lambda client: client.patch("primary", EVENT_ID, EventChange(), Notify.ALL, etag='"1"'),
    "delete_event": lambda client: client.delete("primary", EVENT_ID, Notify.ALL),
    "list_events": lambda client: client.changes("primary"),
    "watch_events": lambda client: client.watch(
        "primary", channel_id="c-1", token="t", address="https://site.example.test/push", seconds=60
    ),
    "stop_channel": lambda client: client.stop("c-1", "r-1"),
}
each_call = pytest.mark.parametrize("route", CALLS)
REFUSALS: list[tuple[int, str, type[GoogleError]]] = [
    (400, "invalid", GoogleRejected),
    (400, "timeRangeEmpty", GoogleRejected),
    (401, "authError", GoogleUnauthorized),
    (403, "rateLimitExceeded", GoogleRateLimited),
    (403, "userRateLimitExceeded", GoogleRateLimited),
    (403, "quotaExceeded", GoogleRateLimited),
    (403, "dailyLimitExceeded", GoogleRateLimited),
    (429, "rateLimitExceeded", GoogleRateLimited),
    (429, "somethingNew", GoogleRateLimited),
    (403, "insufficientPermissions", GoogleScopeMissing),
    (403, "accessNotConfigured", GoogleClientRefused),
    (403, "forbiddenForNonOrganizer", GoogleRejected),
    (404, "notFound", GoogleNotFound),
    (409, "duplicate", GoogleDuplicate),
    (409, "conflict", GoogleRejected),
    (410, "deleted", GoogleNotFound),
    (410, "fullSyncRequired", GoogleSyncLost),
    (410, "updatedMinTooLongAgo", GoogleSyncLost),
    (410, "somethingNew", GoogleRejected),
    (412, "conditionNotMet", GoogleChanged),
    (500, "backendError", GoogleUnknown),
    (503, "backendError", GoogleUnknown),
    (302, "moved", GoogleUnknown),
]
NO_ANSWERS: dict[str, dict[str, object]] = {
    "dropped before": {"drop": "before"},
    "dropped after": {"drop": "after"},
    "html": {"status": 502, "body": "<html>A page of a proxy.</html>"},
    "html of success": {"status": 200, "body": "<html>A page of a proxy.</html>"},
    "a bare 404": {"status": 404},
    "a bare 403": {"status": 403, "body": "Forbidden"},
    "an odd error": {"status": 400, "body": {"error": "text"}},
    "a list": {"status": 200, "body": []},
    "another object": {"status": 200, "body": {"hello": "world"}},
    "deep": {"status": 200, "body": "[" * 5000, "content_type": "application/json"},
    "deep refusal": {"status": 403, "body": '{"error": ' + "[" * 5000, "content_type": "application/json"},
    "too large": {"status": 200, "body": "x" * (2 * 1024 * 1024 + 1)},
    "cut": {"status": 200, "body": '{"id": "e', "content_type": "application/json"},
}


@pytest.fixture
def straight(google: GoogleControl, transport: Transport) -> GoogleClient:
    """A client whose calls are all answered by a fault, so no consent is needed."""
    return GoogleClient(google.api_url, "ya29.MadeUpAccessToken0123456789", transport)


@each_call
def test_each_refusal_is_its_own_error(google: GoogleControl, straight: GoogleClient, route: str) -> None:
    found: list[tuple[int | None, str, type[GoogleError]]] = []
    for status, reason, _ in REFUSALS:
        google.refuse(route, reason, status)
        with pytest.raises(GoogleError) as caught:
            CALLS[route](straight)
        found.append((caught.value.status, reason, type(caught.value)))
    assert found == REFUSALS


@each_call
def test_no_clear_answer_is_unknown_and_sent_once(zoom: Simulator, straight: GoogleClient, route: str) -> None:
    for kind, plan in NO_ANSWERS.items():
        tries = 2 if plan.get("drop") and _is_read(route) else 1
        zoom.fault(route=route, times=tries, **plan)
        before = len(zoom.calls(route))
        with pytest.raises(GoogleError) as caught:
            CALLS[route](straight)
        assert type(caught.value) is GoogleUnknown, kind
        assert len(zoom.calls(route)) == before + tries, kind


def _is_read(route: str) -> bool:
    """Tell the calls that may be sent again by themselves, when the connection broke before an answer."""
    return route in ("list_calendars", "get_event", "list_events")


def test_each_call_is_there(zoom: Simulator) -> None:
    with pytest.raises(Exception, match="one of") as refused:
        zoom.fault(route="nothing")
    known = str(refused.value).partition("one of ")[2]
    others = {"google_authorize", "google_decide", "google_token", "google_revoke"}
    assert all(route in known for route in (*CALLS, *others))


@pytest.mark.parametrize("body", [{"error": {"code": 401}}, {}, "Unauthorized"])
def test_a_401_is_always_about_the_token(zoom: Simulator, straight: GoogleClient, body: object) -> None:
    zoom.fault(route="get_event", status=401, body=body)
    with pytest.raises(GoogleUnauthorized):
        straight.get("primary", EVENT_ID)


def test_a_reason_may_stand_in_the_newer_place(zoom: Simulator, straight: GoogleClient) -> None:
    for reason, kind in (
        ("RATE_LIMIT_EXCEEDED", GoogleRateLimited),
        ("ACCESS_TOKEN_SCOPE_INSUFFICIENT", GoogleScopeMissing),
        ("SERVICE_DISABLED", GoogleClientRefused),
    ):
        details = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason}]
        body = {"error": {"code": 403, "message": "No.", "status": "PERMISSION_DENIED", "details": details}}
        zoom.fault(route="get_event", status=403, body=body)
        with pytest.raises(kind):
            straight.get("primary", EVENT_ID)


@pytest.mark.parametrize(("header", "seconds"), [("30", 30), ("99999999", 86400), (None, None), ("soon", None)])
def test_a_limit_tells_when_to_try_again_if_google_does(
    google: GoogleControl, straight: GoogleClient, header: str | None, seconds: int | None
) -> None:
    google.refuse("get_event", "rateLimitExceeded", headers={"Retry-After": header} if header else {})
    with pytest.raises(GoogleRateLimited) as caught:
        straight.get("primary", EVENT_ID)
    retry_at = caught.value.retry_at
    if seconds is None:
        assert retry_at is None
    else:
        assert retry_at is not None
        assert abs(retry_at - datetime.now(UTC) - timedelta(seconds=seconds)) < timedelta(seconds=20)


def test_a_grant_without_the_scope_says_so(
    zoom: Simulator, google: GoogleControl, oauth: OAuthClient, transport: Transport
) -> None:
    lacking = exchange(oauth, code(zoom, oauth, withhold=("https://www.googleapis.com/auth/calendar.freebusy",)))
    narrow = GoogleClient(google.api_url, lacking.access_token, transport)
    assert len(list(narrow.calendars())) == 1
    with pytest.raises(GoogleScopeMissing, match="Reconnect Google"):
        narrow.free_busy(["primary"], START, START + HALF_AN_HOUR)


def test_a_change_is_confirmed_by_googles_204_only(zoom: Simulator, straight: GoogleClient) -> None:
    for route in ("delete_event", "stop_channel"):
        zoom.fault(route=route, status=200, body={})
        with pytest.raises(GoogleUnknown, match="did not confirm"):
            CALLS[route](straight)

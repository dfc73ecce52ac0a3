"""Numbers about calls to Google."""

import pytest

from tests.fixtures.google import connect_google
from tests.fixtures.site import MakeSite
from tests.services.google_accounts import of_google
from tests.web.test_metrics import TOKEN, numbers, rise
from zoom_blueprint.services import health, tokens


@pytest.mark.parametrize(
    ("status", "reason", "outcome"),
    [
        (403, "rateLimitExceeded", "rate_limited"),
        (403, "quotaExceeded", "rate_limited"),
        (403, "insufficientPermissions", "refused"),
        (404, "rateLimitExceeded", "refused"),
    ],
)
def test_a_limit_is_counted_as_one_whatever_its_status(
    make_google_site: MakeSite, status: int, reason: str, outcome: str
) -> None:
    site = make_google_site(ZOOM_METRICS_TOKEN=TOKEN)
    connect_google(site)
    before = numbers(site)
    site.simulator.google.refuse("list_calendars", reason, status)
    health.check(site.state, of_google(site).id)
    labels = f"{{outcome={outcome},route=GET /users/me/calendarList}}"
    assert rise(before, numbers(site), f"google_call_duration_seconds_count{labels}") == 1


def test_calls_to_google_are_counted_by_route_and_outcome(make_google_site: MakeSite) -> None:
    site = make_google_site(ZOOM_METRICS_TOKEN=TOKEN)
    connect_google(site)
    before = numbers(site)
    site.simulator.google.refuse("list_calendars", "rateLimitExceeded", 429)
    for _ in range(2):
        health.check(site.state, of_google(site).id)
    tokens.with_google(site.state, of_google(site).id, lambda google: google.changes("primary"))
    tokens.renew(site.state, of_google(site).id)
    after = numbers(site)
    for outcome, route in (
        ("ok", "GET /users/me/calendarList"),
        ("rate_limited", "GET /users/me/calendarList"),
        ("ok", "GET /events"),
        ("ok", "POST /token"),
    ):
        labels = f"{{outcome={outcome},route={route}}}"
        assert rise(before, after, f"google_call_duration_seconds_count{labels}") == 1, route
    assert rise(before, after, "refreshes_total{outcome=renewed}") == 1

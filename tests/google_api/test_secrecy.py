"""Tokens, codes, verifiers and secrets reach no log, no traceback and no address."""

import logging
import traceback
from collections.abc import Callable
from functools import partial

import pytest

from tests.google_api.connecting import CALLBACK, EVENT_ID
from tests.google_api.test_answers import CALLS
from zoom_blueprint.errors import GoogleError
from zoom_blueprint.google_api.client import GoogleClient
from zoom_blueprint.google_api.oauth import OAuthClient
from zoom_blueprint.google_api.transport import Transport
from zoom_blueprint.testing import Simulator
from zoom_blueprint.testing.google import GoogleControl

ACCESS, REFRESH = "ya29.AccessMadeUp0123456789", "1//0RefreshMadeUp0123456789"
CODE, VERIFIER = "4/0ACodeMadeUp0123456789", "verifierMadeUpABCDEF0123456789verifierMadeUp"
SECRETS = (ACCESS, REFRESH, CODE, VERIFIER)
ECHO = " ".join(SECRETS)
OAUTH_CALLS: dict[str, tuple[str, Callable[[OAuthClient], object]]] = {
    "exchange": ("google_token", lambda oauth: oauth.exchange(code=CODE, verifier=VERIFIER, redirect_uri=CALLBACK)),
    "refresh": ("google_token", lambda oauth: oauth.refresh(REFRESH)),
    "revoke": ("google_revoke", lambda oauth: oauth.revoke(ACCESS)),
}
ANSWERS: list[dict[str, object]] = [
    {"status": 400, "body": {"error": "invalid_grant", "error_description": ECHO}},
    {"status": 403, "body": {"error": {"errors": [{"reason": "forbidden"}], "message": ECHO}}},
    {"status": 200, "body": {"access_token": ACCESS, "refresh_token": f"{REFRESH}\n"}},
    {"drop": "before"},
]


@pytest.mark.parametrize("plan", ANSWERS)
def test_no_secret_reaches_a_log_or_a_traceback(
    zoom: Simulator,
    google: GoogleControl,
    oauth: OAuthClient,
    transport: Transport,
    caplog: pytest.LogCaptureFixture,
    plan: dict[str, object],
) -> None:
    client = GoogleClient(google.api_url, ACCESS, transport)
    calls = [(route, partial(call, client)) for route, call in CALLS.items()]
    calls += [(route, partial(call, oauth)) for route, call in OAUTH_CALLS.values()]
    shown = ""
    with caplog.at_level(logging.DEBUG):
        for route, call in calls:
            zoom.fault(route=route, **plan)
            try:
                call()
            except GoogleError as error:
                shown += "".join(traceback.format_exception(error)) + repr(error) + str(error)
            zoom.clear_faults()
    assert shown
    assert [secret for secret in SECRETS if secret in shown + caplog.text] == []
    assert google.client_secret not in shown + caplog.text


def test_a_call_is_logged_by_the_name_of_the_room(client: GoogleClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger="zoom_blueprint.google_api"), pytest.raises(GoogleError):
        client.get("primary", EVENT_ID)
    lines = [record.getMessage() for record in caplog.records if record.name == "zoom_blueprint.google_api"]
    assert len(lines) == 1
    assert lines[0].startswith(f"GET /google/calendar/v3/calendars/primary/events/{EVENT_ID} -> 404 in ")


def test_the_clients_show_no_secret(google: GoogleControl, oauth: OAuthClient, transport: Transport) -> None:
    client = GoogleClient(google.api_url, ACCESS, transport)
    assert not any(one in f"{client!r} {oauth!r} {transport!r}" for one in (ACCESS, google.client_secret))


def test_a_token_that_fits_no_header_is_not_quoted(google: GoogleControl, transport: Transport) -> None:
    client = GoogleClient(google.api_url, f"{ACCESS}\n{ACCESS}", transport)
    with pytest.raises(GoogleError) as caught:
        client.get("primary", EVENT_ID)
    assert ACCESS not in "".join(traceback.format_exception(caught.value))

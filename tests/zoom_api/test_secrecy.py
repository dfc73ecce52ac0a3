"""Tokens, codes, verifiers, secrets, passcodes and start links reach no log, no traceback, no repr and no address."""

import logging
import traceback
from collections.abc import Callable

import pytest

from tests.zoom_api import tables
from tests.zoom_api.standin import Behaviour, Standin, drop, json_reply, reply
from tests.zoom_api.test_client import REQUEST
from zoom_blueprint.errors import ZoomError, ZoomUnknown
from zoom_blueprint.zoom_api.client import ZoomClient
from zoom_blueprint.zoom_api.oauth import OAuthClient
from zoom_blueprint.zoom_api.transport import Transport

SECRETS = {
    "access": "eyJaccessMadeUp.0.a",
    "new access": "eyJaccessNew0123456789",
    "refresh": "eyJrefreshOld0123456789",
    "new refresh": "eyJrefreshNew0123456789",
    "code": "codeABCDEF0123456789",
    "verifier": "verifierABCDEF0123456789",
    "client secret": "client-secret",
    "basic": "Y2xpZW50LWlkOmNsaWVudC1zZWNyZXQ",
    "passcode": "481516",
    "start link": "eyJStartSecret",
    "join secret": "abcDEF123",
}
EVERYTHING = " ".join(SECRETS.values())
NEW_TOKENS = {**tables.TOKENS, "access_token": SECRETS["new access"], "refresh_token": SECRETS["new refresh"]}
EVERY_CALL: list[Callable[[ZoomClient, OAuthClient], object]] = [
    lambda client, _: client.me(),
    lambda client, _: client.create(REQUEST),
    lambda client, _: client.get(8),
    lambda client, _: client.start_url(8),
    lambda client, _: client.delete(8),
    lambda client, _: list(client.list()),
    lambda _, oauth: oauth.exchange(code=SECRETS["code"], verifier=SECRETS["verifier"], redirect_uri="https://x.test"),
    lambda _, oauth: oauth.refresh(SECRETS["refresh"]),
    lambda _, oauth: oauth.revoke(SECRETS["access"]),
]
ANSWERS: dict[str, bytes | Behaviour] = {
    "a meeting": json_reply(200, {**tables.MEETING, **tables.page(tables.LISTED)}),
    "tokens": json_reply(200, {**NEW_TOKENS, "status": "success"}),
    "an echo": json_reply(400, {"code": 300, "message": EVERYTHING, "reason": EVERYTHING, "error": EVERYTHING}),
    "an old echo": json_reply(
        401, {"reason": f"Invalid authorization code {SECRETS['code']}", "error": "invalid_request"}
    ),
    "a cut": reply(200, f'{{"access_token": "{SECRETS["new access"]}", "refresh_token": "'.encode()),
    "half the tokens": json_reply(200, {"access_token": SECRETS["new access"]}),
    "bare quotes": reply(400, f'{{"code":104,"message":"{SECRETS["access"]}"x"}}'.encode()),
    "a drop": drop,
    "a redirect": reply(302, b"", "Location: /elsewhere"),
}
# A person's passcode and link secret are short words that no filter can tell from others; Zoom echoes neither.
NOT_FILTERED = {"passcode", "join secret", "start link", "client secret"}


def leaks(text: str, *, echoed: bool) -> list[str]:
    names = SECRETS.keys() - NOT_FILTERED if echoed else SECRETS.keys()
    return [name for name in names if SECRETS[name] in text]


@pytest.mark.parametrize("kind", ANSWERS)
@pytest.mark.parametrize("call", EVERY_CALL)
def test_no_secret_reaches_a_log_a_traceback_or_an_address(
    zoom: Standin,
    client: ZoomClient,
    oauth: OAuthClient,
    caplog: pytest.LogCaptureFixture,
    kind: str,
    call: Callable[[ZoomClient, OAuthClient], object],
) -> None:
    zoom.will(ANSWERS[kind], ANSWERS[kind])
    shown = ""
    with caplog.at_level(logging.DEBUG):
        try:
            call(client, oauth)
        except ZoomError as error:
            shown = "".join(traceback.format_exception(error)) + repr(error) + str(error)
    echoed = kind == "an echo"
    assert leaks(shown, echoed=echoed) == []
    assert leaks(caplog.text, echoed=False) == []
    assert all(leaks(one.target, echoed=False) == [] for one in zoom.received)


@pytest.mark.parametrize("token", ["eyJaccess\nMadeUp", "eyJaccessü☃MadeUp"])
def test_a_token_that_fits_no_header_is_not_quoted(zoom: Standin, transport: Transport, token: str) -> None:
    with pytest.raises(ZoomUnknown) as caught:
        ZoomClient(zoom.url, token, transport).get(8)
    assert "eyJ" not in "".join(traceback.format_exception(caught.value))
    assert zoom.received == []


def test_a_call_is_logged_with_method_path_status_and_tracking_id(
    zoom: Standin, client: ZoomClient, caplog: pytest.LogCaptureFixture
) -> None:
    zoom.will(reply(204))
    with caplog.at_level(logging.DEBUG, logger="zoom_blueprint.zoom_api"):
        client.delete(81234567890)
    lines = [record.getMessage() for record in caplog.records if record.name == "zoom_blueprint.zoom_api"]
    assert len(lines) == 1
    assert lines[0].startswith("DELETE /v2/meetings/81234567890 -> 204 in ")
    assert lines[0].endswith("tracking=v=2.0;clid=us02;rid=TEST_1")


def test_a_call_without_an_answer_is_logged_too(
    zoom: Standin, oauth: OAuthClient, caplog: pytest.LogCaptureFixture
) -> None:
    zoom.will(drop)
    with caplog.at_level(logging.DEBUG, logger="zoom_blueprint.zoom_api"), pytest.raises(ZoomUnknown):
        oauth.refresh("r")
    assert "POST /oauth/token -> no answer in" in caplog.text


def test_the_clients_show_no_secret(client: ZoomClient, oauth: OAuthClient, transport: Transport) -> None:
    assert leaks(f"{client!r} {oauth!r} {transport!r}", echoed=False) == []

"""Whatever somebody sends in Google's name gives a value or an error of ours, and nothing else."""

import base64
import contextlib
import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zoom_blueprint.errors import BadSignature, GoogleError, GoogleUnknown
from zoom_blueprint.exchanges.answers import Answer
from zoom_blueprint.google_api.answers import raise_for
from zoom_blueprint.google_api.conferences import Conference
from zoom_blueprint.google_api.events import Event
from zoom_blueprint.google_api.payloads import Account, CalendarEntry, Channel, FreeBusy, TokenSet
from zoom_blueprint.google_api.pushes import Push
from zoom_blueprint.google_api.transport import GOOGLE

NOW = datetime(2030, 1, 15, tzinfo=UTC)
CLIENT = "client.apps.googleusercontent.com"
TIME = {"dateTime": "2030-01-15T09:00:00", "timeZone": "Europe/Paris"}
WHOLE: dict[str, object] = {
    "id": "e1",
    "etag": '"1"',
    "status": "confirmed",
    "start": TIME,
    "end": {"date": "2030-01-16"},
    "recurrence": ["RRULE:FREQ=DAILY"],
    "attendees": [{"email": "bob@example.test", "self": True, "responseStatus": "declined"}],
    "conferenceData": {
        "createRequest": {"status": {"statusCode": "pending"}},
        "conferenceSolution": {"key": {"type": "addOn"}},
        "entryPoints": [{"entryPointType": "video", "uri": "https://zoom.us/j/8"}],
    },
    "extendedProperties": {"private": {"booking": "b"}},
    "conferenceProperties": {"allowedConferenceSolutionTypes": ["hangoutsMeet"]},
    "summary": "Call",
    "busy": [{"start": "2030-01-15T09:00:00Z", "end": "2030-01-15T10:00:00Z"}],
    "errors": [],
    "resourceId": "r1",
    "expiration": "1893456000000",
    "access_token": "ya29.a",
    "refresh_token": "1//0r",
    "expires_in": 3599,
    "scope": "openid",
    "id_token": "a.b.c",
    "error": {"code": 403, "errors": [{"reason": "quotaExceeded"}], "details": [{"reason": "X"}], "message": "No."},
}
READERS: list[Callable[[Mapping[str, object]], object]] = [
    Event.from_google,
    Event.from_list,
    Conference.from_google,
    CalendarEntry.from_google,
    partial(Channel.from_google, "e1"),
    partial(FreeBusy.from_google, "primary"),
    lambda source: TokenSet.from_google(source, CLIENT),
]
anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from([1e400, 10**400, "\ud800\x00"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=6,
)


def paths(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Return where something could be put in place of a part."""
    keys: list[str | int] = list(value) if isinstance(value, dict) else []
    keys += range(len(value)) if isinstance(value, list) else []
    return [path, *(found for key in keys for found in paths(value[key], (*path, key)))]  # type: ignore[index]  # of any JSON


def replaced(value: object, path: tuple[str | int, ...], part: object) -> object:
    """Return a copy with one part replaced."""
    if not path:
        return part
    if isinstance(value, list):
        return [replaced(one, path[1:], part) if key == path[0] else one for key, one in enumerate(value)]
    assert isinstance(value, dict)
    return {key: replaced(one, path[1:], part) if key == path[0] else one for key, one in value.items()}


PATHS = paths(WHOLE)[1:]


@pytest.mark.parametrize("number", range(len(READERS)))
@settings(max_examples=60)
@given(data=st.data())
def test_odd_parts_at_any_depth_give_a_value_or_a_value_error(number: int, data: st.DataObject) -> None:
    source = replaced(WHOLE, data.draw(st.sampled_from(PATHS)), data.draw(anything))
    assert isinstance(source, dict)
    with contextlib.suppress(ValueError):
        found = READERS[number](source)
        if isinstance(found, Event):
            found.span(ZoneInfo("Europe/Paris"))
            assert found.is_busy in (True, False)
            assert isinstance(found.own_response, str)


@settings(max_examples=150)
@given(body=st.binary(max_size=200) | anything.map(lambda value: json.dumps(value).encode()), data=st.data())
def test_any_body_of_success_is_read_or_unknown(body: bytes, data: st.DataObject) -> None:
    answer = Answer(200, {}, body, GOOGLE)
    raise_for(answer, now=NOW)
    with contextlib.suppress(GoogleUnknown):
        answer.read(data.draw(st.sampled_from(READERS)))


@settings(max_examples=150)
@given(
    status=st.integers(300, 599), body=st.binary(max_size=200) | anything.map(lambda value: json.dumps(value).encode())
)
def test_any_other_answer_is_an_error_of_ours(status: int, body: bytes) -> None:
    with pytest.raises(GoogleError):
        raise_for(Answer(status, {"retry-after": body.decode("latin-1")}, body, GOOGLE), now=NOW)


@settings(max_examples=150)
@given(path=st.sampled_from([one for one in PATHS if one[0] == "error"]), part=anything, status=st.integers(400, 499))
def test_an_odd_refusal_is_an_error_of_ours(path: tuple[str | int, ...], part: object, status: int) -> None:
    body = json.dumps(replaced(WHOLE, path, part)).encode()
    with pytest.raises(GoogleError):
        raise_for(Answer(status, {}, body, GOOGLE), now=NOW)


@settings(max_examples=150)
@given(
    headers=st.dictionaries(
        st.sampled_from(
            [
                f"X-Goog-{name}"
                for name in ("Channel-ID", "Resource-ID", "Resource-State", "Channel-Token", "Message-Number")
            ]
        ),
        st.text(max_size=300),
    ),
    token=st.text(max_size=300),
)
def test_any_headers_are_a_push_or_a_bad_signature(headers: dict[str, str], token: str) -> None:
    with contextlib.suppress(BadSignature):
        Push.from_headers(headers).verify(token)


def id_token(**claims: object) -> str:
    body = json.dumps({"iss": "https://accounts.google.com", "aud": CLIENT, "sub": "117", **claims}).encode()
    return f"e30.{base64.urlsafe_b64encode(body).decode().rstrip('=')}.c2ln"


def test_an_id_token_says_who_it_is() -> None:
    assert Account.from_id_token(id_token(email="g@example.test"), CLIENT) == Account("117", "g@example.test")
    assert Account.from_id_token(id_token(iss="accounts.google.com"), CLIENT) == Account("117", "")


@pytest.mark.parametrize(
    "token",
    [
        "",
        "a.b",
        "e30.e30.c2ln",
        "e30.ü.c2ln",
        id_token(aud="another"),
        id_token(aud=[CLIENT]),
        id_token(iss="https://accounts.google.com.example.test"),
        id_token(sub=""),
        id_token(sub=117),
        id_token(sub="1" * 300),
        f"e30.{base64.urlsafe_b64encode(b'[' * 5000).decode()}.c2ln",
    ],
)
def test_an_id_token_of_somebody_else_says_nothing(token: str) -> None:
    assert Account.from_id_token(token, CLIENT) is None


@settings(max_examples=100)
@given(token=st.text() | st.binary().map(lambda raw: f"a.{base64.urlsafe_b64encode(raw).decode()}.c"))
def test_any_id_token_is_an_account_or_none(token: str) -> None:
    assert Account.from_id_token(token, CLIENT) is None


@pytest.mark.parametrize("value", [None, "", 7, "line\nbreak", "a b", "ü"])
def test_an_access_token_has_to_fit_into_a_header(value: object) -> None:
    with pytest.raises(ValueError, match="incomplete"):
        TokenSet.from_google({"access_token": value}, CLIENT)


def test_a_refresh_token_that_fits_into_no_header_is_refused_and_none_is_fine() -> None:
    with pytest.raises(ValueError, match="incomplete"):
        TokenSet.from_google({"access_token": "ya29.a", "refresh_token": "line\nbreak"}, CLIENT)
    found = TokenSet.from_google({"access_token": "ya29.a"}, CLIENT)
    assert (found.refresh_token, found.expires_in, found.scopes) == (None, 3600, frozenset())


def test_no_secret_is_in_a_repr() -> None:
    shown = repr(TokenSet.from_google(WHOLE, CLIENT)) + repr(Event.from_google(WHOLE))
    assert not re.search(r"ya29|1//0r|zoom\.us|bob@", shown)


def test_text_that_no_database_takes_is_mended() -> None:
    assert Event.from_google({**WHOLE, "summary": "a\x00b\ud800c"}).summary == "ab?c"

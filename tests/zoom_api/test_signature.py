import hashlib
import hmac
import json

import pytest

from zoom_blueprint.errors import BadSignature, ZoomBlueprintError
from zoom_blueprint.zoom_api.signature import challenge_answer, sign, verify

SECRET = "whsec_test_0123456789"
TIMESTAMP = 1893553446
BODY = (
    '{"event":"meeting.started","payload":{"account_id":"AccTest0000000000000AA","object":{"duration":30,'
    '"start_time":"2030-01-02T03:04:05Z","timezone":"Europe/Paris","topic":"Café","id":"81234567890","type":2,'
    '"uuid":"AAAAAAAAAAAAAAAAAAAAAA==","host_id":"HostTest000000000000AA"}},"event_ts":1893553445000}'
).encode()
SIGNATURE = "v0=6ddae7ac394f2986a04cf87d1d2ddae3d0abda7d7929cd0f4c53c85f01caf101"
HEADERS = {"x-zm-request-timestamp": str(TIMESTAMP), "x-zm-signature": SIGNATURE}


def check(
    headers: dict[str, str] = HEADERS,
    body: bytes = BODY,
    secrets: tuple[str, ...] = (SECRET,),
    now: float = TIMESTAMP,
) -> None:
    verify(secrets, headers, body, now=now, tolerance=300)


def test_signs_the_raw_utf8_bytes_as_zoom_does() -> None:
    assert sign(SECRET, TIMESTAMP, BODY) == SIGNATURE


def test_the_timestamp_may_be_a_number_or_its_digits() -> None:
    assert sign(SECRET, str(TIMESTAMP), BODY) == sign(SECRET, TIMESTAMP, BODY)


def test_a_genuine_delivery_verifies() -> None:
    check()


def test_header_names_may_come_in_any_case() -> None:
    check({name.upper(): value for name, value in HEADERS.items()})


def test_a_re_encoded_body_does_not_verify() -> None:
    with pytest.raises(BadSignature, match="does not match"):
        check(body=json.dumps(json.loads(BODY)).encode())


@pytest.mark.parametrize("missing", sorted(HEADERS))
def test_a_missing_header_is_named(missing: str) -> None:
    with pytest.raises(BadSignature, match=f"{missing} is missing"):
        check({name: value for name, value in HEADERS.items() if name != missing})


@pytest.mark.parametrize(
    "timestamp",
    ["", " 1893553446", "+1893553446", "1893553446.0", "1_893_553_446", "١٨٩٣٥٥٣٤٤٦", "é", "9" * 5000],
)
def test_a_timestamp_is_decimal_digits_and_nothing_else(timestamp: str) -> None:
    headers = {"x-zm-request-timestamp": timestamp, "x-zm-signature": sign(SECRET, timestamp, BODY)}
    with pytest.raises(BadSignature, match="not a number of seconds"):
        check(headers)


def test_a_delivery_at_the_edge_of_the_tolerance_verifies() -> None:
    check(now=TIMESTAMP + 300)
    check(now=TIMESTAMP - 300)


def test_an_older_delivery_is_refused() -> None:
    with pytest.raises(BadSignature, match="too old"):
        check(now=TIMESTAMP + 300.5)


def test_a_delivery_from_the_future_is_refused() -> None:
    with pytest.raises(BadSignature, match="future"):
        check(now=TIMESTAMP - 300.5)


def test_a_timestamp_in_milliseconds_is_from_the_future() -> None:
    milliseconds = str(TIMESTAMP * 1000 // 10)
    headers = {"x-zm-request-timestamp": milliseconds, "x-zm-signature": sign(SECRET, milliseconds, BODY)}
    with pytest.raises(BadSignature, match="future"):
        check(headers)


@pytest.mark.parametrize(
    "signature",
    ["", "v0=", SIGNATURE[3:], SIGNATURE.upper(), SIGNATURE[:-1] + "0", "v0=é", "\ud800", "v1=" + SIGNATURE[3:]],
)
def test_a_wrong_signature_is_refused(signature: str) -> None:
    with pytest.raises(BadSignature, match="does not match"):
        check({**HEADERS, "x-zm-signature": signature})


def test_any_of_several_secrets_verifies_during_a_rotation() -> None:
    check(secrets=("the-next-one", SECRET))
    check(secrets=(SECRET, "the-one-before"))


@pytest.mark.parametrize("secrets", [(), ("",)])
def test_nothing_verifies_without_a_secret(secrets: tuple[str, ...]) -> None:
    forged = {**HEADERS, "x-zm-signature": sign("", TIMESTAMP, BODY)}
    with pytest.raises(BadSignature, match="does not match"):
        check(forged, secrets=secrets)


def test_the_challenge_is_answered_as_zoom_expects() -> None:
    expected = "1485e5bdb60c09563f7168e04819143e54a5b837b794c2db1eb722e785bac70b"
    assert challenge_answer(SECRET, "qgg8vlvZRS6UYooatFL8Aw") == expected


def test_a_non_ascii_secret_and_challenge_are_utf8() -> None:
    assert challenge_answer("sécret", "é") == hmac.new("sécret".encode(), "é".encode(), hashlib.sha256).hexdigest()


def test_a_bad_signature_belongs_to_the_error_tree() -> None:
    assert issubclass(BadSignature, ZoomBlueprintError)

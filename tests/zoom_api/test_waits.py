"""When a rate limit ends."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoom_blueprint.zoom_api.waits import retry_at

NOW = datetime(2030, 1, 15, 22, 30, tzinfo=UTC)
MIDNIGHT = datetime(2030, 1, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "when"),
    [
        ("7", NOW + timedelta(seconds=7)),
        ("0", NOW),
        (" 90 ", NOW + timedelta(seconds=90)),
        ("1.5", NOW + timedelta(seconds=1.5)),
        ("2030-01-16T00:00:00Z", MIDNIGHT),
        ("2030-01-16T01:00:00+01:00", MIDNIGHT),
        ("2030-01-16T00:00:00", MIDNIGHT),
        ("Wed, 16 Jan 2030 00:00:00 GMT", MIDNIGHT),
        ("Wed, 16 Jan 2030 00:00:00 -0000", MIDNIGHT),
    ],
)
def test_retry_after_is_read_as_seconds_iso_date_or_http_date(value: str, when: datetime) -> None:
    assert retry_at({"retry-after": value}, "", NOW) == when


@pytest.mark.parametrize("value", ["2020-05-31T00:00:00Z", "Sun, 31 May 2020 00:00:00 GMT"])
def test_a_date_in_the_past_means_now(value: str) -> None:
    assert retry_at({"retry-after": value}, "", NOW) == NOW


@pytest.mark.parametrize("value", ["999999999", "9999-12-31T23:59:59Z", "2031-01-01T00:00:00Z"])
def test_no_wait_is_longer_than_a_day(value: str) -> None:
    assert retry_at({"retry-after": value}, "", NOW) == NOW + timedelta(days=1)


def test_the_account_limit_per_day_ends_at_midnight_when_no_header_says_so() -> None:
    text = "You have reached the maximum daily rate limit for this API. Refer to the response header for details."
    assert retry_at({}, text, NOW) == MIDNIGHT
    assert retry_at({"x-ratelimit-type": "Daily-limit"}, "", NOW) == MIDNIGHT


def test_a_readable_header_wins_over_the_text() -> None:
    assert retry_at({"retry-after": "5"}, "daily rate limit (100)", NOW) == NOW + timedelta(seconds=5)


@pytest.mark.parametrize("value", ["", "soon", "-5", "9" * 5000, "0001-01-01T00:00:00+14:00", "Wed, 99 Foo 2030"])
def test_an_unreadable_header_says_nothing(value: str) -> None:
    assert retry_at({"retry-after": value}, "", NOW) is None
    assert retry_at({"retry-after": value}, "daily rate limit (100)", NOW) == MIDNIGHT


@given(value=st.text() | st.from_regex(r"[0-9T:.+Z -]{1,40}", fullmatch=True), message=st.text())
def test_any_header_gives_a_moment_within_a_day_or_none(value: str, message: str) -> None:
    when = retry_at({"retry-after": value}, message, NOW)
    assert when is None or NOW <= when <= NOW + timedelta(days=1)

"""Limits in words, read as the package reads them that counts in Redis."""

import pytest
from limits import parse_many

from zoom_blueprint.rates import rates


@pytest.mark.parametrize(
    "text",
    [
        "20 per minute",
        "20 per minute; 200 per day",
        "20/minute",
        " 1 PER 2 Hours ,3/day|4 per month;5 per 10 seconds ",
        "7per3years",
        "0 per second",
        "5 per 0 minutes",
    ],
)
def test_what_the_package_reads_is_read_alike(text: str) -> None:
    theirs = parse_many(text)
    assert [(rate.amount, rate.seconds) for rate in rates(text)] == [(one.amount, one.get_expiry()) for one in theirs]
    assert [rate.key("bob") for rate in rates(text)] == [one.key_for("bob") for one in theirs]


@pytest.mark.parametrize(
    "text",
    ["", "often", "20", "per minute", "20 per blink", "20 per minute;", "-1 per day", "1 per s"],
)
def test_what_the_package_does_not_read_is_refused(text: str) -> None:
    for read in (rates, parse_many):
        with pytest.raises(ValueError, match=r"per|parse|granularity"):
            read(text)

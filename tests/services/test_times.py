"""Times in words: the reader's zone by name and offset."""

from datetime import UTC, datetime, timedelta

import pytest

from zoom_blueprint.services import times

START = datetime(2030, 1, 15, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "label"),
    [
        ("Europe/London", "Europe/London, UTC+00:00"),
        ("Australia/Lord_Howe", "Australia/Lord Howe, UTC+11:00"),
        ("Asia/Kathmandu", "Asia/Kathmandu, UTC+05:45"),
        ("UTC", "UTC"),
    ],
)
def test_a_zone_is_named_as_people_write_it(zone: str, label: str) -> None:
    assert times.zone_label(START, zone) == label


def test_a_meeting_past_midnight_names_both_days() -> None:
    spelt = times.spell(START, START + timedelta(hours=1), "Europe/London", "en")
    assert spelt == "Tuesday, January 15, 2030, 11:30 PM – 12:30 AM (Jan 16, 2030) (Europe/London, UTC+00:00)"


def test_an_unknown_locale_is_read_as_english() -> None:
    assert times.day(START, "UTC", "xx-YY") == "Tuesday, January 15, 2030"


@pytest.mark.parametrize(
    ("locale", "moment"),
    [
        ("de_AT", "Dienstag, 15. Jänner 2030, 23:30"),
        ("ja", "2030年1月15日火曜日 23:30"),
        ("ar", "الثلاثاء، 15 يناير 2030، 11:30 م"),
        ("xx-YY", "Tuesday, January 15, 2030, 11:30 PM"),
    ],
)
def test_day_and_time_are_put_together_as_the_language_does_it(locale: str, moment: str) -> None:
    assert times.moment(START, "UTC", locale) == moment

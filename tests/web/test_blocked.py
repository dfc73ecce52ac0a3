"""Blocked time on the host's side: whole days and hours, what lies in them, and giving it back."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.fixtures.site import Site
from tests.services.looking import rows
from tests.web.asking import everything
from tests.web.browsing import Browser, words
from tests.web.desk import in_days, press, text_after
from zoom_blueprint.store import models

PAGE = "/host/blocked-times"
LONDON = ZoneInfo("Europe/London")


@pytest.fixture
def ada(site: Site) -> Browser:
    """Ada's browser."""
    return Browser(site)


def spans(site: Site) -> list[tuple[str, str]]:
    """Return what is blocked, as London's clocks show it."""
    found = rows(site.state, models.BlockedTime)
    return [(f"{one.starts_at.astimezone(LONDON):%F %R}", f"{one.ends_at.astimezone(LONDON):%F %R}") for one in found]


def test_a_day_without_times_is_blocked_from_midnight_to_midnight(site: Site, ada: Browser) -> None:
    day = in_days(5)
    text = press(ada, PAGE, PAGE, first_day=day, title="Dentist  and\x00 lunch")
    assert "Nobody can book you then" in text
    assert "Dentist and lunch" in text
    after = (datetime.fromisoformat(day) + timedelta(days=1)).date().isoformat()
    assert spans(site) == [(f"{day} 00:00", f"{after} 00:00")]
    assert not [start for start in site.slots()["slots"] if start.startswith(day)]


@pytest.mark.parametrize(
    ("fields", "span"),
    [
        ({"first_time": "10:00", "last_time": "12:30"}, ("2041-01-15 10:00", "2041-01-15 12:30")),
        ({"first_time": "10:00"}, ("2041-01-15 10:00", "2041-01-16 00:00")),
        ({"last_time": "12:30"}, ("2041-01-15 00:00", "2041-01-15 12:30")),
        ({"last_day": "2041-01-18"}, ("2041-01-15 00:00", "2041-01-19 00:00")),
        (
            {"first_time": "22:00", "last_day": "2041-01-16", "last_time": "06:00"},
            ("2041-01-15 22:00", "2041-01-16 06:00"),
        ),
        ({"last_day": "2041-01-16", "last_time": "00:00"}, ("2041-01-15 00:00", "2041-01-16 00:00")),
    ],
)
def test_times_and_days_mean_what_they_say(
    site: Site, ada: Browser, fields: dict[str, str], span: tuple[str, str]
) -> None:
    ada.press(PAGE, PAGE, first_day="2041-01-15", **fields)
    assert spans(site) == [span]
    assert "January 15, 2041" in ada.read(PAGE)


def test_a_day_that_begins_when_clocks_jump_can_be_blocked(site: Site, ada: Browser) -> None:
    del site
    assert "Nobody can book you then" in press(ada, PAGE, PAGE, first_day="2041-03-31")


def test_bookings_that_are_there_stay_and_are_counted(site: Site, ada: Browser) -> None:
    booking = site.booked()
    text = press(ada, PAGE, PAGE, first_day=booking["start"][:10])
    assert "1 booking is in this time, and stays until you move or cancel it." in text
    assert "Bob Byrne" in ada.read("/?view=list")


def test_pressing_twice_blocks_once(site: Site, ada: Browser) -> None:
    for _ in range(2):
        ada.press(PAGE, PAGE, first_day="2041-01-15", title="Away")
    assert len(spans(site)) == 1


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Choose a day."),
        ({"first_day": "soon"}, "Give a day as YYYY-MM-DD."),
        ({"first_day": "2041-01-15", "last_day": "2041-01-14"}, "This is before the first day."),
        ({"first_day": "2041-01-15", "first_time": "9 am"}, "Give a time of day as HH:MM."),
        ({"first_day": "2041-01-15", "first_time": "10:00", "last_time": "10:00"}, "This is not after the beginning."),
        ({"first_day": "2041-03-31", "first_time": "01:30"}, "Clocks are put forward then"),
        ({"first_day": "2020-01-15"}, "This is over already."),
        ({"first_day": "2041-01-15", "title": "x" * 201}, "Use at most 200 characters."),
    ],
)
def test_what_cannot_be_blocked_is_said_and_what_was_typed_stays(
    site: Site, ada: Browser, fields: dict[str, str], said: str
) -> None:
    before = everything(site)
    answer = ada.press(PAGE, PAGE, **fields)
    assert answer.status_code == 422
    assert said in words(answer.text)
    assert all(f'value="{value}"' in answer.text for value in fields.values())
    assert everything(site) == before


def test_removing_gives_the_time_back_and_twice_does_no_harm(site: Site, ada: Browser) -> None:
    day = in_days(5)
    ada.press(PAGE, PAGE, first_day=day)
    (row,) = rows(site.state, models.BlockedTime)
    path = f"{PAGE}/{row.id}/remove"
    token = ada.csrf_token(PAGE)
    assert "This time can be booked again." in text_after(ada, ada.post(path, data={"csrf_token": token}))
    assert [start for start in site.slots()["slots"] if start.startswith(day)]
    again = ada.post(path, data={"csrf_token": token})
    assert again.status_code == 404
    assert "Perhaps you have removed it already." in words(again.text)


def test_another_hosts_blocked_time_is_not_there(site: Site, ada: Browser) -> None:
    ada.press(PAGE, PAGE, first_day="2041-01-15", title="Secret")
    (row,) = rows(site.state, models.BlockedTime)
    grace = Browser(site, "grace")
    assert "Secret" not in grace.read(PAGE)
    answer = grace.press(f"{PAGE}/{row.id}/remove", PAGE)
    assert answer.status_code == 404
    assert len(spans(site)) == 1
    assert ada.post(f"{PAGE}/{row.id}/remove").status_code == 400, "no form without its token"

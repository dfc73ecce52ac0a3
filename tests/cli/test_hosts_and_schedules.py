"""``flask zoom host`` and ``schedule``: who can be booked, and in which hours."""

import json
from datetime import date

import pytest

from tests.cli.commands import Zoom
from zoom_blueprint.cli.hours import WEEKDAYS
from zoom_blueprint.scheduling.rules import Schedule, Span
from zoom_blueprint.services import hosts, schedules

NINE_TO_FIVE = (Span(540, 1020),)


def test_a_host_is_made_and_changed_by_what_is_named(zoom: Zoom) -> None:
    zoom("host put 7 --name 'Mary Somerville' --email mary@example.com --zone Asia/Kathmandu --language de")
    zoom("host put 7 --email somerville@example.com")
    found = hosts.get(zoom.state, "7")
    assert (found.name, found.email, found.slug) == ("Mary Somerville", "somerville@example.com", "mary-somerville")
    assert (found.time_zone, found.locale) == ("Asia/Kathmandu", "de")
    assert schedules.first_zone(zoom.state, "7") == "Asia/Kathmandu"
    assert "7  mary-somerville  Mary Somerville <somerville@example.com>" in zoom("host list")
    assert [one["slug"] for one in json.loads(zoom("host list --json"))] == ["ada", "grace", "mary-somerville"]


def test_a_new_host_needs_a_name_and_an_address(zoom: Zoom) -> None:
    told = zoom("host put 7", status=2)
    assert "--name: A new host needs this." in told
    assert "--email: A new host needs this." in told
    told = zoom("host put 7 --name x --email nowhere --slug 'A b'", status=2)
    assert "--email: Give the host a mail address." in told
    assert "--slug: Use small letters" in told


def test_a_host_is_named_by_id_or_by_slug_and_the_id_wins(zoom: Zoom) -> None:
    zoom("host put ada --name 'Ada Zwei' --email zwei@example.com --slug zwei")
    assert hosts.find(zoom.state, "ada") == hosts.get(zoom.state, "ada")
    assert zoom("event-type list zwei") == zoom("event-type list ada") != zoom("event-type list 1")
    assert "`flask zoom host list` names them" in zoom("schedule list nobody", status=1)


def test_hours_are_set_by_weekday_and_the_others_stay(zoom: Zoom) -> None:
    zoom("schedule put ada --mon 09:00-12:00,13:00-17:00 --fri 22:00-02:00 --weekend 10-14")
    assert zoom.schedule().weekly == (
        (Span(540, 720), Span(780, 1020)),
        *(NINE_TO_FIVE,) * 3,
        (Span(1320, 1560),),
        *((Span(600, 840),),) * 2,
    )
    zoom("schedule put 1 --weekdays closed --wed 00:00-24:00 --zone Australia/Lord_Howe")
    changed = zoom.schedule()
    assert changed.weekly == ((), (), (Span(0, 1440),), (), (), *((Span(600, 840),),) * 2)
    assert changed.time_zone == "Australia/Lord_Howe"


def test_a_weekdays_own_option_goes_before_those_of_many_days(zoom: Zoom) -> None:
    zoom("schedule put ada --wed 12:00-13:00 --daily 10:00-11:00 --weekend closed")
    ten = (Span(600, 660),)
    assert zoom.schedule().weekly == (ten, ten, (Span(720, 780),), ten, ten, (), ())


def test_dates_are_overridden_closed_and_reopened(zoom: Zoom) -> None:
    zoom("schedule override ada 2030-12-24 10:00-12:00,14:00-16:00")
    zoom("schedule override ada 2030-12-30..2030-12-31 23:00-01:30")
    zoom("schedule close ada 2030-12-25..2030-12-26 2031-01-01")
    night = (Span(1380, 1530),)
    assert zoom.schedule().overrides == {
        date(2030, 12, 24): (Span(600, 720), Span(840, 960)),
        date(2030, 12, 25): (),
        date(2030, 12, 26): (),
        date(2030, 12, 30): night,
        date(2030, 12, 31): night,
        date(2031, 1, 1): (),
    }
    zoom("schedule reopen ada 2030-12-20..2030-12-30")
    assert set(zoom.schedule().overrides) == {date(2030, 12, 31), date(2031, 1, 1)}
    assert zoom.schedule().weekly == Schedule("UTC").weekly


def test_a_host_has_several_schedules_and_event_types_choose(zoom: Zoom) -> None:
    zoom("schedule put ada --name Summer --zone Asia/Kathmandu --weekdays 06:00-10:00")
    assert zoom.schedule("Summer").weekly == (*((Span(360, 600),),) * 5, (), ())
    assert zoom.schedule().time_zone == "Europe/London"
    zoom("event-type put ada review --schedule Summer")
    assert "review" in zoom("schedule remove ada Summer", status=2)
    zoom("event-type put ada review --schedule first")
    assert zoom.event().schedule is None
    zoom("schedule remove ada Summer")
    assert list(schedules.all_of(zoom.state, "1")) == ["Working hours"]
    told = zoom("schedule close ada 2030-01-01 --name Summer", status=1)
    assert "only: Working hours" in told
    assert "only: Working hours" in zoom("event-type put ada review --schedule Summer", status=2)


def test_a_schedule_is_shown_as_it_can_be_typed_again(zoom: Zoom) -> None:
    shown = zoom("schedule put ada --mon 22:00-02:00,08:00-09:00 --tue 09:00-33:30")
    shown = zoom("schedule close ada 2030-01-01")
    lines = dict(line.split() for line in shown.splitlines()[1:])
    assert lines["2030-01-01"] == lines["sun"] == "closed"
    before = zoom.schedule()
    week = " ".join(f"--{day} {lines[day]}" for day in WEEKDAYS)
    zoom(f"schedule put grace {week} --zone Europe/London")
    assert schedules.all_of(zoom.state, "2")["Working hours"].weekly == before.weekly
    members = json.loads(zoom("schedule show ada --json"))
    assert members["weekly"]["mon"] == [["08:00", "09:00"], ["22:00", "02:00"]]
    assert members["overrides"] == {"2030-01-01": []}
    assert [one["name"] for one in json.loads(zoom("schedule list ada --json"))] == ["Working hours"]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("--mon nine", "'--mon': 'nine' are no hours. Give them like 09:00-12:00,13:00-17:00, or closed."),
        ("--mon 09:00-12:00,", "'--mon': '' are no hours"),
        ("--mon 25:00-26:00", "'25:00' is too late to begin"),
        ("--mon 09:00-60:00", "'60:00' is no time"),
        ("--mon 09:99-10:00", "'09:99' is no time"),
        ("--zone Europe/Nowhere", "'--zone': Unknown time zone 'Europe/Nowhere'"),
        ("--name ' '", "--name: Give the schedule a name"),
    ],
)
def test_hours_that_cannot_be_read_name_their_option(zoom: Zoom, typed: str, told: str) -> None:
    before = zoom.schedule()
    assert told in zoom(f"schedule put ada {typed}", status=2)
    assert zoom.schedule() == before


@pytest.mark.parametrize(
    "days", ["tomorrow", "20300101", "2030-02-30", "2030-01-02..2030-01-01", "2030-01-01..2040-01-01"]
)
def test_days_that_cannot_be_read_are_refused(zoom: Zoom, days: str) -> None:
    assert "Error: Invalid value" in zoom(f"schedule close ada {days}", status=2)

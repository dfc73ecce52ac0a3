"""``flask zoom event-type``: every field of what can be booked."""

import json
import shlex
from dataclasses import fields
from datetime import date
from typing import Any

import pytest

from tests.cli.commands import Zoom
from zoom_blueprint.values import AutoRecording, EventType, Location, MeetingSettings, Question, WithoutZoom


def test_every_field_of_an_event_type_can_be_set(zoom: Zoom) -> None:
    connection = zoom.site.connect().id
    zoom("schedule put ada --name Summer")
    zoom(
        "event-type put ada review --title 'Policy review' --description 'Bring your policy.' --minutes 45 --step 15"
        " --buffer-before 5 --buffer-after 15m --notice 1d2h --from 2030-02-01 --until 2030-03-31 --per-day 2"
        " --per-week 5 --schedule Summer --approval --approval-when-moved --reminders 2d,90,15m --location zoom"
        f" --place https://rooms.example.com/ada --connection {connection} --without-zoom manual --waiting-room yes"
        " --join-before-host no --host-video yes --participant-video no --mute-upon-entry yes --auto-recording cloud"
        " --alternative-hosts bea@example.com,cleo@example.com --colour '#2457D6' --hidden --inactive"
        " --ask 'choice:Home|Car' about 'What is it about? *' --ask phone number 'Your number'"
    )
    found = zoom.event()
    assert found == EventType(
        slug="review",
        title="Policy review",
        description="Bring your policy.",
        duration_minutes=45,
        step_minutes=15,
        buffer_before=5,
        buffer_after=15,
        notice_minutes=26 * 60,
        first_day=date(2030, 2, 1),
        last_day=date(2030, 3, 31),
        per_day=2,
        per_week=5,
        schedule="Summer",
        approval=True,
        approval_when_moved=True,
        reminders=(2880, 90, 15),
        questions=(
            Question(name="about", label="What is it about?", kind="choice", required=True, choices=("Home", "Car")),
            Question(name="number", label="Your number", kind="phone"),
        ),
        location=Location.ZOOM,
        location_text="https://rooms.example.com/ada",
        connection_id=connection,
        without_zoom=WithoutZoom.MANUAL,
        settings=MeetingSettings(
            waiting_room=True,
            join_before_host=False,
            host_video=True,
            participant_video=False,
            mute_upon_entry=True,
            auto_recording=AutoRecording.CLOUD,
            alternative_hosts=("bea@example.com", "cleo@example.com"),
        ),
        colour="#2457d6",
        hidden=True,
        active=False,
    )
    plain = EventType(slug="review", title="")
    same = {one.name for one in fields(EventType) if getattr(found, one.name) == getattr(plain, one.name)}
    assert same == {"slug", "horizon_days", "location"}  # all others were really set to something else


def test_what_is_not_named_stays_and_words_take_away(zoom: Zoom) -> None:
    zoom("event-type put ada review --per-day 2 --reminders 1d --colour '#112233' --waiting-room yes --hidden")
    before = zoom.event()
    zoom("event-type put ada review --title Other")
    assert zoom.event() == EventType(**{**vars(before), "title": "Other"})
    zoom(
        "event-type put ada review --per-day none --reminders none --colour '' --waiting-room account --public"
        " --days forever --connection any"
    )
    assert zoom.event() == EventType(slug="review", title="Other", reminders=(), horizon_days=None)


def test_a_new_event_type_begins_with_the_defaults_and_its_slugs_words(zoom: Zoom) -> None:
    zoom("event-type put ada first-steps")
    assert zoom.event("first-steps") == EventType(slug="first-steps", title="First steps")


def test_a_range_and_a_rolling_horizon_replace_each_other(zoom: Zoom) -> None:
    zoom("event-type put ada review --from 2030-02-01 --until 2030-03-31")
    zoom("event-type put ada review --until 2030-04-30")
    assert (zoom.event().first_day, zoom.event().last_day) == (date(2030, 2, 1), date(2030, 4, 30))
    zoom("event-type put ada review --days 10")
    assert (zoom.event().first_day, zoom.event().last_day, zoom.event().horizon_days) == (None, None, 10)
    assert "either --days or" in zoom("event-type put ada review --days 10 --from 2030-01-01", status=2)


def test_questions_are_given_as_json_and_taken_away(zoom: Zoom) -> None:
    them = [{"name": "a", "label": "A", "kind": "choice", "choices": ["1", "2"]}, {"name": "b", "label": "B"}]
    zoom(f"event-type put ada review --questions {shlex.quote(json.dumps(them))}")
    assert [one.name for one in zoom.event().questions] == ["a", "b"]
    shown = zoom("event-type show ada review")
    asks = [line.strip() for line in shown.splitlines() if "--ask" in line]
    questions = zoom.event().questions
    zoom(f"event-type put ada review {' '.join(asks)}")  # what is shown can be typed again
    assert zoom.event().questions == questions
    assert "Give one of" in zoom("event-type put ada review --no-questions --questions '[]'", status=2)
    zoom("event-type put ada review --no-questions")
    assert zoom.event().questions == ()


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("--minutes x", "'--minutes': 'x' is no length of time. Give minutes, or a length like 2h or 1d."),
        ("--minutes 0", "--minutes: Enter a whole number of minutes from 1 to 1440."),
        ("--step 2d", "--step: Enter a whole number of minutes from 5 to 1440."),
        ("--per-day 0", "--per-day: Enter a whole number from 1 on"),
        ("--per-week 10001", "--per-week: Enter at most 10000"),
        ("--days -1", "'--days': '-1' is no whole number."),
        ("--days 9999", "--days: Enter a whole number of days from 0 to 3660."),
        ("--from 2030-01-01", "--until: Give both"),
        ("--until 2030-01-01", "--from: Give both"),
        ("--from 2030-01-02 --until 2030-01-01", "--until: This is before the first day."),
        ("--reminders 0", "--reminders: Give at most 5 reminders"),
        ("--reminders 60,1h", "--reminders: Give each reminder once."),
        ("--reminders 60,", "'--reminders': '' is no length of time"),
        ("--location moon", "'--location': 'moon' is none of: zoom, link, phone, in_person."),
        ("--location link", "--place: Give the link to the meeting"),
        ("--location in_person", "--place: Say where to come to."),
        ("--without-zoom manual", "--place: Give your own link"),
        ("--waiting-room perhaps", "'--waiting-room': 'perhaps' is neither yes nor no."),
        ("--alternative-hosts bea", "--alternative-hosts: Give mail addresses. 'bea' is none."),
        ("--connection x", "--connection: This is no connection of this host."),
        ("--colour red", "--colour: Give a colour as #2457d6, or nothing."),
        ("--title ''", "--title: Give it a title."),
        ("--questions '{'", "'--questions': "),
        ('--questions \'[{"name": "a", "lable": "A"}]\'', "A question has no lable."),
        ('--questions \'[{"name": "a"}]\'', "`label`"),
        ("--ask colour a A", "textarea"),
    ],
)
def test_what_is_malformed_names_its_option_and_is_not_stored(zoom: Zoom, typed: str, told: str) -> None:
    before = zoom("event-type list ada --json")
    assert told in zoom(f"event-type put ada review {typed}", status=2)
    assert zoom("event-type list ada --json") == before


def test_event_types_are_listed_and_shown(zoom: Zoom) -> None:
    zoom("event-type put ada review --hidden --inactive --minutes 45")
    assert "ada/review  Review  45 min  hidden  inactive" in zoom("event-type list ada")
    assert "  duration minutes      45\n" in zoom("event-type show ada review")
    members: dict[str, Any] = json.loads(zoom("event-type show ada review --json"))
    assert (members["duration_minutes"], members["hidden"], members["reminders"]) == (45, True, [1440, 60])
    assert set(members) == {one.name for one in fields(EventType)}
    assert "only: 30-minutes, intro-call, review" in zoom("event-type show ada nope", status=1)

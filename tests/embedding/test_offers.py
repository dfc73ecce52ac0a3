"""Event types by code: what could not be read again, or not be asked of a visitor, is refused and named."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask

from tests.embedding.test_facade import ADA, embedded
from tests.embedding.test_registration import CALL
from zoom_blueprint import BadInput, Location, MeetingSettings, Question, WithoutZoom, ZoomBlueprint

__all__ = ["embedded"]
Embedded = tuple[Flask, ZoomBlueprint]
LINK: dict[str, Any] = {"location": Location.ZOOM, "without_zoom": WithoutZoom.MANUAL, "location_text": "https://["}
SETTINGS: dict[str, Any] = {"settings": MeetingSettings(waiting_room="yes")}  # type: ignore[arg-type]
RECORDING: dict[str, Any] = {"settings": MeetingSettings(auto_recording="sometimes")}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "field", "told"),
    [
        ({"first_day": datetime(2030, 1, 15, 9, tzinfo=UTC), "last_day": date(2030, 1, 20)}, "first_day", "a date"),
        ({"duration_minutes": 30.5}, "duration_minutes", "int"),
        ({"duration_minutes": "30"}, "duration_minutes", "int"),
        ({"duration_minutes": 0}, "duration_minutes", "1 to 1440"),
        ({"step_minutes": 0}, "step_minutes", "5 to 1440"),
        ({"horizon_days": -1}, "horizon_days", "0 to 3660"),
        ({"location": "moon"}, "location", "zoom, link, phone, in_person"),
        ({"without_zoom": "never"}, "without_zoom", "refuse, later, manual"),
        (LINK, "location_text", "https://"),
        ({"title": None}, "title", "str"),
        (SETTINGS, "settings", "waiting_room"),
        (RECORDING, "settings", "auto_recording"),
        ({"settings": {"waiting_rom": object()}}, "settings", "object"),
        ({"questions": (Question(name="a", label="A", kind="colour"),)}, "questions", "textarea"),
        ({"questions": (Question(name="a", label="A", kind="choice"),)}, "questions", "choices"),
        ({"questions": (Question(name="a", label=" "),)}, "questions", "label"),
        ({"questions": (Question(name="", label="A"),)}, "questions", "name"),
        ({"questions": (Question(name="a", label="A", choices=("x",)),)}, "questions", "make its kind choice"),
        ({"questions": (Question(name="a", label="A", kind="choice", choices=("x", " x")),)}, "questions", "once"),
        ({"questions": (Question(name="a", label="A", kind="choice", choices=("x", " ")),)}, "questions", "characters"),
        ({"questions": (Question(name="a", label="A\nB"),)}, "questions", "printed"),
        ({"questions": tuple(Question(name=str(n), label="A") for n in range(21))}, "questions", "at most 20"),
        ({"title": "x" * 201}, "title", "200"),
        ({"title": "Call\nBcc: all@example.com"}, "title", "printed"),
        ({"title": "Call \u202eevil"}, "title", "printed"),
        ({"description": "\x00"}, "description", "printed"),
        ({"per_day": 0}, "per_day", "from 1 on"),
        ({"per_week": 10**12}, "per_week", "10000"),
        ({"first_day": date(2030, 1, 2), "last_day": date(2030, 1, 1)}, "last_day", "before"),
        ({"first_day": date(2030, 1, 2)}, "last_day", "both"),
        ({"reminders": (60, 60)}, "reminders", "once"),
        ({"location": "in_person", "location_text": " "}, "location_text", "where"),
        ({"questions": (Question(name="a", label="A"), Question(name="a", label="B"))}, "questions", "Two"),
    ],
)
def test_what_is_malformed_is_refused_by_field_and_not_stored(
    embedded: Embedded, change: dict[str, Any], field: str, told: str
) -> None:
    app, zoom = embedded
    with app.app_context():
        zoom.upgrade()
        zoom.hosts.put(ADA)
        before = zoom.event_types.list("1")
        with pytest.raises(BadInput) as refused:
            zoom.event_types.put("1", replace(CALL, **change))
        assert told in refused.value.errors[field]
        assert zoom.event_types.list("1") == before


def test_all_fields_are_named_at_once(embedded: Embedded) -> None:
    app, zoom = embedded
    with app.app_context():
        zoom.upgrade()
        zoom.hosts.put(ADA)
        with pytest.raises(BadInput) as refused:
            zoom.event_types.put("1", replace(CALL, slug="A b", title="", duration_minutes=0, horizon_days=-1))
    assert set(refused.value.errors) == {"slug", "title", "duration_minutes", "horizon_days"}


def test_a_plain_text_for_a_choice_is_stored_as_the_choice(embedded: Embedded) -> None:
    app, zoom = embedded
    plain: Any = {"without_zoom": "later", "location": "zoom"}
    with app.app_context():
        zoom.upgrade()
        zoom.hosts.put(ADA)
        zoom.event_types.put("1", replace(CALL, **plain))
        found = next(one for one in zoom.event_types.list("1") if one.slug == CALL.slug)
    assert (found.without_zoom, found.location) == (WithoutZoom.LATER, Location.ZOOM)


def test_texts_are_stored_without_space_around_them_so_that_answers_match(embedded: Embedded) -> None:
    app, zoom = embedded
    question = Question(name=" a ", label=" A ", kind="choice", choices=(" Home ", "Car"))
    with app.app_context():
        zoom.upgrade()
        zoom.hosts.put(ADA)
        zoom.event_types.put("1", replace(CALL, title=" A call ", questions=(question,), colour="#ABCDEF"))
        found = next(one for one in zoom.event_types.list("1") if one.slug == CALL.slug)
    assert (found.title, found.colour) == ("A call", "#abcdef")
    assert found.questions == (Question(name="a", label="A", kind="choice", choices=("Home", "Car")),)

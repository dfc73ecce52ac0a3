"""Hours and horizons survive storage, and what cannot be read is named."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoom_blueprint.errors import BadInput
from zoom_blueprint.scheduling.rules import DEFAULT_WEEKLY, Horizon, Hours, Range, Rolling, Span
from zoom_blueprint.scheduling.stored import (
    dump_horizon,
    dump_overrides,
    dump_weekly,
    load_horizon,
    load_overrides,
    load_weekly,
)


@st.composite
def spans(draw: st.DrawFn) -> Span:
    start = draw(st.integers(0, 1439))
    return Span(start, draw(st.integers(start + 1, 2880)))


def ordered(spans: list[Span]) -> Hours:
    return tuple(sorted(spans, key=lambda span: (span.start, span.end)))


HOURS = st.lists(spans(), max_size=3).map(ordered)


@given(st.tuples(*[HOURS] * 7))
def test_a_week_survives_json(weekly: tuple[Hours, ...]) -> None:
    assert load_weekly(json.loads(json.dumps(dump_weekly(weekly)))) == weekly


@given(st.dictionaries(st.dates(), HOURS))
def test_overrides_survive_json(overrides: dict[date, Hours]) -> None:
    assert load_overrides(json.loads(json.dumps(dump_overrides(overrides)))) == overrides


@pytest.mark.parametrize("horizon", [None, Rolling(60), Range(date(2030, 1, 1), date(2030, 3, 31))])
def test_a_horizon_survives_json(horizon: Horizon) -> None:
    assert load_horizon(json.loads(json.dumps(dump_horizon(horizon)))) == horizon


def test_the_default_week_is_written_as_people_write_it() -> None:
    written = dump_weekly(DEFAULT_WEEKLY)
    assert list(written) == ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    assert written["fri"] == [["09:00", "17:00"]]
    assert written["sat"] == []


def test_a_weekday_left_out_is_closed() -> None:
    assert load_weekly({"sun": [["09:00", "17:00"]]}) == ((),) * 6 + ((Span(540, 1020),),)


@pytest.mark.parametrize(
    ("written", "span"),
    [
        (["00:00", "24:00"], Span(0, 1440)),
        (["18:00", "24:00"], Span(1080, 1440)),
        (["18:00", "00:00"], Span(1080, 1440)),
        (["22:00", "02:00"], Span(1320, 1560)),
        (["09:00", "09:00"], Span(540, 1980)),
        (["09:00", "33:30"], Span(540, 2010)),
        (["00:00", "48:00"], Span(0, 2880)),
    ],
)
def test_an_end_not_after_its_start_is_on_the_next_day(written: list[str], span: Span) -> None:
    assert load_weekly({"mon": [written]})[0] == (span,)


def test_an_end_is_written_as_people_write_it() -> None:
    spans = (Span(0, 1440), Span(540, 1980), Span(540, 1981), Span(1320, 1441))
    written = dump_overrides({date(2030, 1, 15): spans})["2030-01-15"]
    assert written == [["00:00", "24:00"], ["09:00", "09:00"], ["09:00", "33:01"], ["22:00", "00:01"]]


def test_hours_are_read_in_the_order_of_the_day() -> None:
    late, early = ["14:00", "17:00"], ["09:00", "12:00"]
    assert load_overrides({"2030-12-24": [late, early]}) == {date(2030, 12, 24): (Span(540, 720), Span(840, 1020))}


def test_an_empty_override_closes_its_date() -> None:
    assert load_overrides({"2030-12-25": []}) == {date(2030, 12, 25): ()}


@pytest.mark.parametrize(
    "hours",
    [
        None,
        "09:00-17:00",
        {"09:00": "17:00"},
        [["09:00"]],
        [["09:00", "17:00", "18:00"]],
        [[9, 17]],
        ["09:00", "17:00"],
        [["9:00", "17:00"]],
        [["09:60", "17:00"]],
        [["24:00", "25:00"]],
        [["09:00", "48:01"]],
        [["09:00 ", "17:00"]],
        [["09:00\n", "17:00"]],
        [["\u0660\u0669:00", "17:00"]],
    ],
)
def test_hours_that_cannot_be_read_name_their_day(hours: object) -> None:
    with pytest.raises(BadInput) as caught:
        load_weekly({"mon": [["09:00", "17:00"]], "tue": hours})
    assert list(caught.value.errors) == ["tue"]
    with pytest.raises(BadInput) as caught:
        load_overrides({"2030-01-15": hours})
    assert list(caught.value.errors) == ["2030-01-15"]


def test_every_bad_day_is_named_at_once() -> None:
    with pytest.raises(BadInput) as caught:
        load_weekly({"mon": None, "Tue": [], "wed": [["x", "y"]], "thu": []})
    assert list(caught.value.errors) == ["mon", "Tue", "wed"]


@pytest.mark.parametrize(
    "day", ["", "2030-02-30", "20300115", "2030-W03-2", "2030-1-5", "15.01.2030", "203\u0660-01-15"]
)
def test_a_date_has_one_spelling(day: str) -> None:
    with pytest.raises(BadInput) as caught:
        load_overrides({day: []})
    assert caught.value.errors == {day: "This is no date. Use YYYY-MM-DD."}


@pytest.mark.parametrize("stored", [None, [], "mon", 7])
def test_what_is_no_object_is_refused(stored: object) -> None:
    with pytest.raises(BadInput, match="weekly"):
        load_weekly(stored)
    with pytest.raises(BadInput, match="overrides"):
        load_overrides(stored)


@pytest.mark.parametrize(
    "stored",
    [
        7,
        {},
        {"days": "60"},
        {"days": True},
        {"days": 60, "first": "2030-01-01"},
        {"first": "2030-01-01"},
        {"first": "2030-01-01", "last": "soon"},
        {"first": "2030-01-02", "last": "2030-01-01"},
    ],
)
def test_a_horizon_that_cannot_be_read_is_refused(stored: object) -> None:
    with pytest.raises(BadInput) as caught:
        load_horizon(stored)
    assert list(caught.value.errors) == ["horizon"]

"""Event types on the host's pages: every field comes back as it was saved, and what is wrong is said where it is."""

import re
from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest

from tests.fixtures.site import Site
from tests.services.test_queries import counted
from tests.web.asking import everything
from tests.web.browsing import Browser, words
from tests.web.desk import text_after
from tests.web.editing import fields_of, open_form, send
from zoom_blueprint import EventType, Location, MeetingSettings, Question, Schedule, WithoutZoom
from zoom_blueprint.services import event_types
from zoom_blueprint.values import AutoRecording

LIST, NEW = "/event-types", "/event-types/new"
OWN = "https://meet.example.com/ada"
FULL = EventType(
    slug="full",
    title="Everything “set”",
    description="First line\nSecond <b>line</b>",
    duration_minutes=45,
    step_minutes=15,
    buffer_before=5,
    buffer_after=10,
    notice_minutes=2880,
    horizon_days=90,
    first_day=date(2030, 1, 15),
    last_day=date(2030, 3, 31),
    per_day=3,
    per_week=9,
    schedule="Evenings",
    approval=True,
    approval_when_moved=True,
    reminders=(2880, 90, 1),
    questions=(
        Question(name="goal", label="What is it about?", kind="textarea", required=True),
        Question(name="size", label="How many?", kind="choice", choices=("one & only", "many")),
    ),
    location=Location.ZOOM,
    location_text=OWN,
    without_zoom=WithoutZoom.MANUAL,
    settings=MeetingSettings(
        waiting_room=True,
        join_before_host=False,
        host_video=True,
        participant_video=False,
        mute_upon_entry=True,
        auto_recording=AutoRecording.CLOUD,
        alternative_hosts=("grace@example.com", "mary@example.com"),
    ),
    colour="#2457d6",
    hidden=True,
    active=False,
)


@pytest.fixture
def ada(site: Site) -> Browser:
    """Ada's browser; she has two schedules."""
    with site.app.app_context():
        site.zoom.schedules.put("1", Schedule("Europe/Berlin"), "Evenings")
    return Browser(site)


def stored(site: Site, slug: str) -> EventType:
    """Return one of Ada's event types."""
    return {one.slug: one for one in event_types.all_of(site.state, "1")}[slug]


def page_of(site: Site, slug: str = "intro-call") -> str:
    """Return the path of an event type's page."""
    ids = {one.slug: one_id for one_id, one in event_types.by_id(site.state, "1").items()}
    return f"{LIST}/{ids[slug]}"


def test_every_field_comes_back_as_it_was_saved(site: Site, ada: Browser) -> None:
    usual = EventType(slug="", title="")
    full = replace(FULL, connection_id=site.connection().id)
    same = [one.name for one in fields(EventType) if getattr(full, one.name) == getattr(usual, one.name)]
    assert same == ["location"], "a field that has its usual value would come back by chance"
    with site.app.app_context():
        site.zoom.event_types.put("1", full)
    path = page_of(site, "full")
    sent = open_form(ada, path)
    with site.app.app_context():
        site.zoom.event_types.put("1", replace(usual, slug="full", title="Other"))
    answer = ada.post(path, data=sent)
    assert answer.status_code == 303, words(answer.text)
    assert stored(site, "full") == full


@pytest.mark.parametrize("kind", [Location.LINK, Location.PHONE, Location.IN_PERSON])
def test_other_places_come_back_too(site: Site, ada: Browser, kind: Location) -> None:
    path = page_of(site)
    assert send(ada, path, location=kind, location_text=OWN).status_code == 303
    assert open_form(ada, path)["location"] == kind
    assert stored(site, "intro-call").location is kind


@pytest.mark.parametrize(
    ("changes", "field", "value"),
    [
        ({"horizon": "ever"}, "horizon_days", None),
        ({"horizon": "days", "horizon_days": "7"}, "horizon_days", 7),
        ({"notice_minutes": "2", "notice_minutes-unit": "1440"}, "notice_minutes", 2880),
        ({"notice_minutes": ""}, "notice_minutes", 0),
        ({"reminder-0": "", "reminder-1": "3", "reminder-1-unit": "60"}, "reminders", (180,)),
        ({"waiting_room": "no"}, "settings", MeetingSettings(waiting_room=False)),
        ({"active": None}, "active", False),
        ({"slug": "hello"}, "slug", "hello"),
        ({"title": "  Hello  "}, "title", "Hello"),
    ],
)
def test_what_is_changed_is_stored(
    site: Site, ada: Browser, changes: dict[str, str | None], field: str, value: Any
) -> None:
    path = page_of(site)
    before = stored(site, "intro-call")
    assert send(ada, path, **changes).status_code == 303
    after = stored(site, changes.get("slug") or "intro-call")
    assert after == replace(before, **{field: value})


def test_a_new_event_type_gets_an_address_from_its_title(site: Site, ada: Browser) -> None:
    for slug in ("house-viewing", "house-viewing-2"):
        answer = send(ada, NEW, title="House viewing!")
        assert "“House viewing!” is saved." in text_after(ada, answer)
        assert stored(site, slug) == EventType(slug=slug, title="House viewing!")
        assert f"/book/ada/{slug}" in ada.get(LIST).text


def test_a_new_event_type_takes_the_place_of_none(site: Site, ada: Browser) -> None:
    before = everything(site)
    answer = send(ada, NEW, title="Mine", slug="intro-call")
    assert answer.status_code == 422
    assert "Another of your event types has this address." in words(answer.text)
    assert everything(site) == before


def test_an_event_type_keeps_its_bookings_under_another_address_and_takes_no_other_ones(
    site: Site, ada: Browser
) -> None:
    site.booked()
    path = page_of(site)
    assert send(ada, path, slug="30-minutes").status_code == 422
    assert send(ada, path, slug="hello", title="Hello").status_code == 303
    assert page_of(site, "hello") == path
    assert "Hello" in ada.read("/?view=list")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"title": ""}, {"title": "Give it a title."}),
        ({"duration_minutes": "soon"}, {"duration_minutes": "Enter a whole number."}),
        ({"duration_minutes": ""}, {"duration_minutes": "Enter a whole number."}),
        ({"duration_minutes": "1441"}, {"duration_minutes": "from 1 to 1440"}),
        ({"step_minutes": "1"}, {"step_minutes": "from 5 to 1440"}),
        ({"buffer_before": "9999"}, {"buffer_before": "from 0 to 1440"}),
        ({"notice_minutes": "9999999999"}, {"notice_minutes": "Enter a whole number."}),
        ({"horizon_days": ""}, {"horizon_days": "Enter a whole number."}),
        ({"horizon": "dates"}, {"first_day": "Choose a day.", "last_day": "Choose a day."}),
        ({"horizon": "dates", "first_day": "2030-01-02", "last_day": "2030-01-01"}, {"last_day": "before the first"}),
        ({"per_day": "0"}, {"per_day": "from 1 on"}),
        ({"schedule": "None such"}, {"schedule": "Please choose"}),
        ({"location": "moon"}, {"location": "Please choose"}),
        ({"location": "link", "location_text": "javascript:alert(1)"}, {"location_text": "Give the link"}),
        ({"without_zoom": "manual"}, {"location_text": "Give your own link"}),
        ({"reminder-0": "99", "reminder-0-unit": "1440"}, {"reminders": "at most 5 reminders"}),
        ({"reminder-1": "1", "reminder-1-unit": "1440"}, {"reminders": "Give each reminder once."}),
        ({"alternative_hosts": "grace"}, {"alternative_hosts": "is none"}),
        ({"colour": "blue"}, {"colour": "#2457d6"}),
        ({"slug": "Not so"}, {"slug": "small letters"}),
        (
            {"question-0-label": "", "question-0-name": "x", "question-0-kind": "text", "question-0-choices": ""},
            {"question-0": "a label"},
        ),
        ({"question-0-label": "Which?", "question-0-kind": "choice"}, {"question-0": "its choices"}),
        ({"title": "", "colour": "blue", "per_day": "x"}, {"title": "title", "colour": "#2457d6", "per_day": "whole"}),
    ],
)
def test_what_is_wrong_is_said_beside_each_field_and_nothing_typed_is_lost(
    site: Site, ada: Browser, changes: dict[str, Any], told: dict[str, str]
) -> None:
    path, before = page_of(site), everything(site)
    answer = send(ada, path, **changes)
    assert answer.status_code == 422
    for name, sentence in told.items():
        beside = answer.text.partition(f'id="{name}-error">')[2].partition("</p>")[0]
        assert sentence in words(beside), (name, beside)
        assert f'href="#{name}"' in answer.text
        assert f'id="{name}"' in answer.text, "the way in the summary leads to it"
    again = fields_of(answer.text)
    assert {name: again.get(name) for name in changes if changes[name] not in ("None such", "moon")} == {
        name: value for name, value in changes.items() if value not in ("None such", "moon")
    }
    assert everything(site) == before


def test_questions_are_added_moved_and_removed_by_buttons_alone(site: Site, ada: Browser) -> None:
    path, before = page_of(site), everything(site)
    form = open_form(ada, path) | {"title": "Typed"}

    def press(deed: str, **changes: str) -> None:
        nonlocal form
        answer = ada.post(path, data={**form, **changes, "do": deed})
        assert answer.status_code == 200
        form = fields_of(answer.text)
        assert form["title"] == "Typed"

    press("add-question")
    press("add-question", **{"question-0-label": "First?"})
    press("up-question-1", **{"question-1-label": "Second?", "question-1-required": "yes"})
    assert (form["question-0-label"], form["question-0-required"]) == ("Second?", "yes")
    for deed in ("down-question-0", "down-question-1", "up-question-0"):
        press(deed)
    assert (form["question-0-label"], form["question-1-label"]) == ("First?", "Second?")
    press("add-question")
    press("remove-question-0")
    for deed in ("remove-question-9", "up-question-77"):
        press(deed)
    assert everything(site) == before
    assert ada.post(path, data=form).status_code == 303
    (question,) = stored(site, "intro-call").questions
    assert question == Question(name="second", label="Second?", required=True)


def test_questions_of_the_same_words_get_names_that_differ(site: Site, ada: Browser) -> None:
    asked = {f"question-{place}-label": label for place, label in enumerate(("Why?", "Why?", "質問"))}
    assert send(ada, page_of(site), **asked).status_code == 303
    assert [one.name for one in stored(site, "intro-call").questions] == ["why", "why-2", "question"]


def test_a_preview_changes_nothing_and_shows_what_visitors_would_be_offered(site: Site, ada: Browser) -> None:
    path, before = page_of(site), everything(site)
    text = words(send(ada, path, do="preview", duration_minutes="240", step_minutes="240").text)
    assert re.search("(20|19) times on 10 days|(18|17) times on 9 days", text), "two a day, of today one may be left"
    assert "9:00 AM 1:00 PM" in text
    assert everything(site) == before
    text = words(send(ada, path, do="preview", duration_minutes="x", title="").text)
    assert "The times are shown when these fields are put right: Enter a whole number." in text
    assert "Give it a title." not in text, "no time depends on that"


def test_an_event_type_is_removed_only_while_nobody_has_booked_it(site: Site, ada: Browser) -> None:
    site.booked()
    path = page_of(site)
    text = text_after(ada, ada.press(f"{path}/remove", path))
    assert "It has been booked, and its bookings stay what they are. Switch it off instead." in text
    other = page_of(site, "30-minutes")
    assert "“30-minute meeting” is removed." in text_after(ada, ada.press(f"{other}/remove", other))
    assert [one.slug for one in event_types.all_of(site.state, "1")] == ["intro-call"]


def test_other_hosts_event_types_are_not_there(site: Site, ada: Browser) -> None:
    path, before = page_of(site), everything(site)
    grace = Browser(site, "grace")
    for address in (path, f"{LIST}/none", f"{LIST}/%00"):
        assert grace.get(address).status_code == 404
        for deed in ("", "preview", "add-question"):
            assert grace.press(address, NEW, do=deed, title="Mine").status_code == 404
        assert grace.press(f"{address}/remove", NEW).status_code == 404
    for address in (path, NEW, f"{path}/remove"):
        assert ada.post(address, data={"title": "x"}).status_code == 400, "no form without its token"
    assert everything(site) == before


def test_a_long_list_has_pages(site: Site, ada: Browser) -> None:
    with site.app.app_context():
        for number in range(60):
            site.zoom.event_types.put("1", EventType(slug=f"more-{number}", title=f"Number {number}."))
    first, second, beyond = (ada.get(f"{LIST}{query}").text for query in ("", "?page=2", "?page=99"))
    assert first.count('class="kept"') == 50
    assert second.count('class="kept"') == 12
    assert 'event-types?page=2"' in first
    assert 'event-types?page=1"' in second
    assert "Next page" not in beyond
    assert ada.get(f"{LIST}?page=-1").text.count('class="kept"') == 50


def test_pages_take_as_many_queries_with_many_event_types_as_with_few(site: Site, ada: Browser) -> None:
    counts = []
    for _ in range(2):
        path = page_of(site)
        for address in (LIST, path):
            ada.get(address)
            with counted(site) as statements:
                assert ada.get(address).status_code == 200
            counts.append(len(statements))
        site.booked()
        for number in range(5):
            with site.app.app_context():
                site.zoom.event_types.put("1", EventType(slug=f"more-{number}", title="More"))
    assert counts[:2] == counts[2:]
    assert max(counts) <= 9

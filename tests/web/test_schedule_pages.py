"""Hours on the host's pages: weeks and dates come back as they were saved, rows change by buttons alone."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.fixtures.site import Site
from tests.services.test_queries import counted
from tests.web.asking import everything
from tests.web.browsing import Browser, words
from tests.web.desk import text_after
from tests.web.editing import fields_of, open_form, send
from zoom_blueprint import EventType, Schedule, Span
from zoom_blueprint.services import schedules

LIST, NEW = "/schedules", "/schedules/new"
ODD = Schedule(
    "America/New_York",
    (
        (Span(9 * 60, 12 * 60), Span(13 * 60, 24 * 60)),
        (Span(22 * 60, 26 * 60),),
        (Span(0, 24 * 60),),
        (Span(9 * 60, 33 * 60 + 30),),
        (),
        (Span(0, 5),),
        (Span(23 * 60 + 59, 48 * 60),),
    ),
    {
        date(2030, 12, 24): (Span(10 * 60, 12 * 60), Span(14 * 60, 16 * 60)),
        date(2030, 12, 25): (),
        date(2020, 1, 1): (),
    },
)


@pytest.fixture
def ada(site: Site) -> Browser:
    """Ada's browser."""
    return Browser(site)


def page_of(site: Site, name: str = "Working hours") -> str:
    """Return the path of the page of some hours."""
    ids = {one.name: one.id for one in schedules.kept(site.state, "1")}
    return f"{LIST}/{ids[name]}"


def test_every_kind_of_hours_comes_back_as_it_was_saved(site: Site, ada: Browser) -> None:
    schedules.put(site.state, "1", ODD, "Odd")
    path = page_of(site, "Odd")
    sent = open_form(ada, path)
    schedules.put(site.state, "1", Schedule("UTC"), "Odd")
    assert "Your hours are saved." in text_after(ada, ada.post(path, data=sent))
    assert schedules.all_of(site.state, "1")["Odd"] == ODD


def test_new_hours_are_made_and_named_and_no_others_replaced(site: Site, ada: Browser) -> None:
    answer = send(ada, NEW, name="  Even\x00ings ", **{"mon-0-from": "18:00", "mon-0-to": "20:00"})
    assert "Even ings" in text_after(ada, answer)
    before = everything(site)
    answer = send(ada, NEW, name="Even ings")
    assert answer.status_code == 422
    assert "Other hours of yours have this name." in words(answer.text)
    assert "Give the schedule a name" in words(send(ada, NEW, name=" ").text)
    assert everything(site) == before
    assert send(ada, page_of(site, "Even ings"), name="Late").status_code == 303
    assert send(ada, page_of(site, "Late"), name="Working hours").status_code == 422
    assert schedules.all_of(site.state, "1")["Late"].weekly[0] == (Span(18 * 60, 20 * 60),)


def test_the_hours_one_began_with_keep_their_name(site: Site, ada: Browser) -> None:
    assert send(ada, page_of(site), name="Other").status_code == 303
    assert list(schedules.all_of(site.state, "1")) == ["Working hours"]


def test_each_button_of_a_date_says_which_date_it_is_about(site: Site, ada: Browser) -> None:
    path = page_of(site)
    added = ada.post(path, data={**open_form(ada, path), "do": "add-date"})
    assert 'aria-label="Add hours to Date 1"' in added.text
    chosen = ada.post(path, data={**fields_of(added.text), "date-0-day": "2030-12-24", "do": "add-hours:date-0"})
    assert 'aria-label="Add hours to 2030-12-24"' in chosen.text


def test_rows_are_added_copied_and_removed_by_buttons_alone(site: Site, ada: Browser) -> None:
    path, before = page_of(site), everything(site)
    form = open_form(ada, path)

    def press(deed: str, **changes: str) -> None:
        nonlocal form
        answer = ada.post(path, data={**form, **changes, "do": deed})
        assert answer.status_code == 200
        form = fields_of(answer.text)

    press("add-hours:sat")
    assert (form["sat-0-from"], form["sat-0-to"]) == ("09:00", "17:00")
    press("add-hours:mon", **{"mon-0-to": "12:00"})
    press("copy-monday", **{"mon-1-from": "13:00", "mon-1-to": "15:00"})
    press("remove-hours:fri:0")
    press("add-date")
    press("add-hours:date-0", **{"date-0-day": "2030-12-24"})
    press("add-date")
    press("add-date", **{"date-1-day": "2030-12-31"})
    press("remove-date:date-1", **{"date-2-day": "2030-12-25"})
    assert everything(site) == before, "no button but Save changes anything"
    for deed in (
        "remove-hours:mon:99",
        "remove-date:date-99",
        "remove-date:mon",
        "add-hours:none",
        "remove-hours:mon:x",
    ):
        ada.post(path, data={**form, "do": deed}).raise_for_status()
    ada.post(path, data=form)
    found = schedules.all_of(site.state, "1")["Working hours"]
    both = (Span(9 * 60, 12 * 60), Span(13 * 60, 15 * 60))
    assert found.weekly == (both, both, both, both, both[1:], (Span(9 * 60, 17 * 60),), ())
    assert found.overrides == {date(2030, 12, 24): (Span(9 * 60, 17 * 60),), date(2030, 12, 25): ()}


@pytest.mark.parametrize(
    ("changes", "field", "told"),
    [
        ({"mon-0-from": "9 am"}, "mon-0-from", "Give the beginning and the end as HH:MM."),
        ({"mon-0-to": ""}, "mon-0-from", "Give the beginning and the end as HH:MM."),
        ({"tue-0-from": "24:00", "tue-0-to": "25:00"}, "tue-0-from", "as HH:MM."),
        ({"tue-0-from": "09:00", "tue-0-to": "48:01"}, "tue-0-from", "as HH:MM."),
        ({"date-0-day": "soon"}, "date-0-day", "Give a day as YYYY-MM-DD."),
        ({"date-0-day": "", "date-0-0-from": "09:00", "date-0-0-to": "10:00"}, "date-0-day", "Choose a day."),
        ({"date-0-day": "2030-01-15", "date-1-day": "2030-01-15"}, "date-1-day", "This day is there already."),
    ],
)
def test_what_is_wrong_is_said_beside_it_and_nothing_typed_is_lost(
    site: Site, ada: Browser, changes: dict[str, str], field: str, told: str
) -> None:
    path, before = page_of(site), everything(site)
    answer = send(ada, path, **changes)
    assert answer.status_code == 422
    assert told in words(answer.text.partition(f'id="{field}-error">')[2].partition("</p>")[0])
    assert f'id="{field}"' in answer.text
    again = fields_of(answer.text)
    assert {name: again.get(name) for name in changes} == changes
    assert everything(site) == before


def test_a_zone_that_does_not_exist_is_refused(site: Site, ada: Browser) -> None:
    before = everything(site)
    answer = send(ada, page_of(site), time_zone="Mars/Olympus")
    assert answer.status_code == 422
    assert "Unknown time zone" in words(answer.text)
    assert everything(site) == before


def test_a_preview_shows_the_times_of_an_event_type_and_changes_nothing(site: Site, ada: Browser) -> None:
    before = everything(site)
    closed = {f"{day}-0-{end}": "" for day in ("mon", "tue", "wed", "thu", "fri") for end in ("from", "to")}
    text = words(send(ada, page_of(site), do="preview", **closed).text)
    assert "Nothing is offered in these two weeks." in text
    day = datetime.now(UTC) + timedelta(days=3)
    name = day.strftime("%a").lower()
    one = closed | {f"{name}-0-from": "23:00", f"{name}-0-to": "01:00"}
    text = words(send(ada, page_of(site), do="preview", **one).text)
    assert "11:00 PM 11:30 PM" in text
    assert "12:00 AM 12:30 AM" in text
    text = words(send(ada, page_of(site), do="preview", **{"mon-0-from": "x"}).text)
    assert "The times are shown when these fields are put right: Give the beginning and the end as HH:MM." in text
    assert everything(site) == before


def test_hours_in_use_stay_and_others_can_be_removed(site: Site, ada: Browser) -> None:
    with site.app.app_context():
        site.zoom.schedules.put("1", Schedule("UTC"), "Spare")
        site.zoom.schedules.put("1", Schedule("UTC"), "Used")
        site.zoom.event_types.put("1", EventType(slug="late", title="Late call", schedule="Used"))
    assert "For: Late call" in ada.read(LIST)
    text = text_after(ada, ada.press(f"{page_of(site, 'Used')}/remove", page_of(site, "Spare")))
    assert "These event types use it: late." in text
    text = text_after(ada, ada.press(f"{page_of(site, 'Spare')}/remove", page_of(site, "Spare")))
    assert "“Spare” is removed." in text
    assert list(schedules.all_of(site.state, "1")) == ["Working hours", "Used"]


def test_other_hosts_hours_are_not_there(site: Site, ada: Browser) -> None:
    path, before = page_of(site), everything(site)
    grace = Browser(site, "grace")
    for address in (path, f"{LIST}/none", f"{LIST}/%00"):
        assert grace.get(address).status_code == 404
        for deed in ("", "preview", "add-date"):
            form = open_form(grace, NEW) | {"do": deed, "name": "Mine"}
            assert grace.post(address, data=form).status_code == 404
        assert grace.press(f"{address}/remove", NEW).status_code == 404
    for address in (path, NEW, f"{path}/remove"):
        assert ada.post(address, data={"name": "x"}).status_code == 400, "no form without its token"
    assert everything(site) == before


def test_pages_take_as_many_queries_with_many_hours_as_with_few(site: Site, ada: Browser) -> None:
    counts = []
    for _ in range(2):
        for address in (LIST, page_of(site)):
            ada.get(address)
            with counted(site) as statements:
                assert ada.get(address).status_code == 200
            counts.append(len(statements))
        for number in range(5):
            schedules.put(site.state, "1", ODD, f"More {number}")
    assert counts[:2] == counts[2:]
    assert max(counts) <= 9

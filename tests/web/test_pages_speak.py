"""Pages and problems are in their reader's language: the one asked for, else the booking's, else the browser's."""

import html
import re

import pytest

from tests.fixtures.site import Site, api
from tests.web.asking import INTRO, days, refused, wish
from tests.web.test_pages import hidden_fields
from zoom_blueprint.languages import CODES, language

BOOK = "/book/ada/intro-call"


def spoken(page: str) -> tuple[str, str]:
    """Return language and direction of a page."""
    found = re.search(r'<html lang="([^"]+)" dir="([^"]+)">', page)
    assert found
    return found[1], found[2]


@pytest.mark.parametrize("code", CODES)
def test_every_page_says_its_language_and_direction(shared_site: Site, code: str) -> None:
    direction = "rtl" if code == "ar" else "ltr"
    start = shared_site.slots()["slots"][0]
    for path in (BOOK, f"{BOOK}?start={start}", "/book/nobody/x", "/bookings/junk"):
        by_query = shared_site.get(path, params={"lang": code}, headers={"Accept-Language": "fr"})
        assert spoken(by_query.text) == (code, direction)
        assert by_query.headers["Content-Language"] == code
        by_browser = shared_site.get(path, headers={"Accept-Language": f"xx, {code};q=0.9, en;q=0.1"})
        assert spoken(by_browser.text) == (code, direction)
        assert language(code).say("Skip to content") in html.unescape(by_browser.text)


def test_a_wished_language_stays_from_the_first_page_to_the_booking(site: Site) -> None:
    times = site.get(BOOK, params={"lang": "de-AT"})
    address = html.unescape(re.findall(r'rel="nofollow" href="([^"]+)"', times.text)[0])
    form = site.get(site.base.removesuffix("/zoom") + address)
    assert spoken(form.text)[0] == "de-AT"
    fields = hidden_fields(form.text)
    bad = site.post(BOOK, data=fields | {"name": "", "email": "bob@example.com"})
    assert spoken(bad.text)[0] == "de-AT", "by the form's own field"
    assert language("de").say("Enter your name.") in html.unescape(bad.text)
    answer = site.post(BOOK, data=hidden_fields(bad.text) | {"name": "Bob", "email": "bob@example.com"})
    page = site.get(answer.headers["Location"], headers={"Accept-Language": "ja"})
    assert spoken(page.text)[0] == "de-AT", "by the booking's locale"
    manage = answer.headers["Location"].partition("?")[0]
    other = site.get(manage, params={"lang": "fr", "move": "1"})
    assert spoken(other.text)[0] == "fr"
    moved = site.post(f"{manage}/reschedule", data=hidden_fields(other.text) | {"start": site.slots()["slots"][5]})
    assert spoken(site.get(moved.headers["Location"]).text)[0] == "fr"


def test_times_follow_the_language_of_the_page(shared_site: Site) -> None:
    page = shared_site.get(f"{BOOK}?tz=Europe/London&lang=de").text
    assert re.search(r"(Montag|Dienstag|Mittwoch|Donnerstag|Freitag), \d+\. ", page)
    assert "09:00" in page


@pytest.mark.parametrize("as_json", [False, True], ids=["form", "json"])
def test_problems_are_told_in_the_language_of_the_body(shared_site: Site, as_json: bool) -> None:
    fields = wish(shared_site, name="", email="bob", lang="es")
    sent = {"json": fields} if as_json else {"data": fields}
    answer = shared_site.post(f"{INTRO}/bookings", headers={"Accept-Language": "de"}, **sent)
    problem = refused(answer, 422)
    spanish = language("es")
    assert answer.headers["Content-Language"] == "es"
    assert problem["title"] == spanish.say("Please check what you entered")
    assert problem["errors"] == {
        "name": spanish.say("Enter your name."),
        "email": spanish.say("This does not look like a mail address."),
    }
    assert problem["detail"] == " ".join(problem["errors"].values()), "whole sentences, no field names"


def test_problems_are_told_in_the_browsers_language_where_nothing_else_is_known(shared_site: Site) -> None:
    for method, path in (("get", "/api/v1/hosts/nobody/x"), ("get", f"{INTRO}/nothing"), ("post", INTRO)):
        answer = getattr(shared_site, method)(path, headers={"Accept-Language": "fr-CA, en;q=0.5"})
        assert answer.headers["Content-Language"] == "fr-CA"
    asked = shared_site.get(f"{INTRO}/slots", params={"lang": "de"})
    assert asked.json()["errors"]["from"] == language("de").say("Give a day as YYYY-MM-DD.")


def test_a_bookings_own_language_goes_before_the_browsers(site: Site) -> None:
    booking = site.booked(lang="ja")
    answer = site.post(f"{api(booking)}/reschedule", data={}, headers={"Accept-Language": "de"})
    assert answer.headers["Content-Language"] == "ja"
    assert refused(answer, 422)["errors"]["start"] == language("ja").say("Choose a time.")


def test_a_booking_without_a_language_has_the_browsers(site: Site) -> None:
    fields = wish(site)
    del fields["lang"]
    booking = site.post(f"{INTRO}/bookings", data=fields, headers={"Accept-Language": "de-CH"}).json()
    assert spoken(site.get(booking["manage_url"]).text)[0] == "de-CH"


def test_the_widgets_words_follow_the_language_and_no_other_ones_cache(shared_site: Site) -> None:
    german = shared_site.get(f"{INTRO}/slots", params=days() | {"lang": "de"})
    assert german.json()["strings"]["lang"] == "de"
    assert german.headers["Vary"] == "Accept-Language, Accept-Encoding"
    tag = german.headers["ETag"]
    arabic = shared_site.get(f"{INTRO}/slots", params=days() | {"lang": "ar"}, headers={"If-None-Match": tag})
    assert arabic.status_code == 200
    assert arabic.json()["strings"]["dir"] == "rtl"
    again = shared_site.get(f"{INTRO}/slots", params=days() | {"lang": "de"}, headers={"If-None-Match": tag})
    assert again.status_code == 304


def test_pages_read_from_right_to_left_are_laid_out_by_logical_properties(shared_site: Site) -> None:
    for name in ("pages", "pages-layout", "pages-visitor"):
        css = shared_site.get(f"/static/{name}.css").text
        sided = re.findall(r"[\w-]*(?:margin|padding|border|inset)-(?:left|right)[\w-]*|(?:^|\s)(?:left|right):", css)
        assert sided == []
        assert not re.search(r"text-align:\s*(?:left|right)|float:", css)

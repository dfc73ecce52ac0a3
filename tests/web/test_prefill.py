"""What the hosted booking form begins with, by the names of the widget's attributes, without JavaScript."""

import html
import re
from dataclasses import replace
from urllib.parse import urlencode

import pytest

from tests.fixtures.site import Site
from tests.fixtures.site_app import INTRO_CALL
from tests.web.asking import everything
from tests.web.browsing import Browser
from tests.web.test_embed import snippet
from tests.web.test_pages import BOOK, hidden_fields
from zoom_blueprint import Question

QUESTIONS = (
    Question(name="Goal", label="What is it about?"),
    Question(name="car", label="How will you come?", kind="choice", choices=("Car", "Train")),
    Question(name="terms", label="I agree", kind="checkbox"),
)
GIVEN = {
    "name": 'Bob "<b>" Byrne',
    "email": "bob@example.com",
    "guests": "carol@example.com",
    "answers.goal": "The roof\n& more",
    "answers.car": "Train",
    "answers.terms": "yes",
    "answers.other": "nobody asks",
}


@pytest.fixture
def database_kind() -> str:
    """One database will do for what pages look like."""
    return "sqlite"


@pytest.fixture
def asking(site: Site) -> Site:
    """A site whose intro call has questions."""
    with site.app.app_context():
        site.zoom.event_types.put("1", replace(INTRO_CALL, questions=QUESTIONS))
    return site


def links(page: str, part: str) -> list[str]:
    """Return the addresses on a page that have something in them, below the blueprint."""
    found = (html.unescape(one) for one in re.findall(r'href="([^"]+)"', page))
    return [one.removeprefix("/zoom") for one in found if part in one]


def values(page: str) -> dict[str, str]:
    """Return what a page's visible fields begin with."""
    found = re.findall(r'<input class="input" id="([^"]+)"[^>]* value="([^"]*)"', page)
    return {name: html.unescape(value) for name, value in found}


def test_what_the_query_gives_stands_in_the_form_after_links_alone(asking: Site) -> None:
    before = everything(asking)
    times = asking.get(BOOK, params={**GIVEN, "lang": "de", "utm_source": "news"})
    assert times.headers["Referrer-Policy"] == "same-origin"
    later = asking.get(links(times.text, "from=")[0])
    for page in (times, later):
        form = asking.get(links(page.text, "start=")[0]).text
        assert values(form) == {
            "name": 'Bob "<b>" Byrne',
            "email": "bob@example.com",
            "answers.Goal": "The roof & more",
            "guests": "carol@example.com",
        }
        assert "Bob &#34;&lt;b&gt;&#34; Byrne" in form
        assert re.search(r"<option[^>]* selected>Train</option>", form)
        assert "checked" not in form, "nobody agrees for the visitor"
        assert "nobody asks" not in form
        assert not {"name", "email", "answers.Goal"} & set(hidden_fields(form)), "else each is sent twice"
        again = asking.get(links(form, "from=")[0]).text
        assert hidden_fields(again)["answers.Goal"] == "The roof & more", "a change of the time loses nothing"
    assert everything(asking) == before


def test_a_change_of_the_zone_carries_it_too(asking: Site) -> None:
    zone_form = hidden_fields(asking.get(BOOK, params=GIVEN).text)
    assert zone_form["name"] == GIVEN["name"]
    times = asking.get(BOOK, params={**zone_form, "tz": "Asia/Tokyo"}).text
    assert values(asking.get(links(times, "start=")[0]).text)["email"] == "bob@example.com"


def test_what_was_typed_wins_over_what_was_given(asking: Site) -> None:
    form = asking.get(links(asking.get(BOOK, params=GIVEN).text, "start=")[0]).text
    sent = hidden_fields(form) | {"name": "Zelda", "email": "zelda"}
    page = asking.post(f"{BOOK}?{urlencode(GIVEN)}", data=sent)
    assert page.status_code == 422
    assert values(page.text) == {"name": "Zelda", "email": "zelda", "answers.Goal": "", "guests": ""}


def test_what_is_given_is_bounded_each_and_together(asking: Site) -> None:
    long = {name: f"{name} {'x' * 4000}" for name in GIVEN}
    with asking.app.app_context():
        more = tuple(Question(name=f"more{number}", label="More") for number in range(9))
        asking.zoom.event_types.put("1", replace(INTRO_CALL, questions=more))
    long |= {f"answers.more{number}": "y" * 4000 for number in range(9)}
    bare = len(links(asking.get(BOOK).text, "start=")[0])
    link = links(asking.get(BOOK, params=long).text, "start=")[0]
    assert bare + 1900 < len(link) < bare + 2500
    given = values(asking.get(link).text)
    assert {len(value) for value in given.values()} == {0, 500}


def test_the_plain_link_of_the_embed_page_begins_the_form_as_the_snippet_does(asking: Site) -> None:
    given = {"name": "Zoë & Bob", "email": "bob@example.com", "answers.Goal": "100 %"}
    ada = Browser(asking)
    made = [snippet(ada, kind, lang="de", **given) for kind in ("address", "link", "floating")]
    address = made[0]
    assert address.endswith("?lang=de&name=Zo%C3%AB%20%26%20Bob&email=bob%40example.com&answers.Goal=100%20%25")
    for one in made[1:]:
        assert f'href="{html.escape(address)}"' in one
    form = asking.get(links(asking.get(address.removeprefix(asking.base)).text, "start=")[0]).text
    assert {name: values(form)[name] for name in given} == given

"""The page of the button: snippets as they are wished, a preview that is closed off, and the list of allowed sites."""

import html
import re
from dataclasses import replace

import pytest

from tests.fixtures.site import Site
from tests.fixtures.site_app import HOSTS, INTRO_CALL
from tests.services.test_queries import counted
from tests.web.asking import INTRO, days
from tests.web.browsing import Browser, words
from zoom_blueprint import Question
from zoom_blueprint.services import sites, tallies


@pytest.fixture
def database_kind() -> str:
    """One database will do for what pages look like."""
    return "sqlite"


@pytest.fixture
def ada(site: Site) -> Browser:
    """Ada's browser."""
    return Browser(site)


def snippet(browser: Browser, kind: str = "floating", **wishes: str) -> str:
    """Return what the page says is to be pasted."""
    page = browser.get("/embed", params={"event": "intro-call", **wishes})
    assert page.status_code == 200, page.text
    found = re.search(rf'<code id="{kind}" data-live>(.*?)</code>', page.text, re.DOTALL)
    assert found
    return html.unescape(found[1])


def test_a_plain_wish_gives_the_snippet_of_the_readme(ada: Browser) -> None:
    base = ada.base
    button = f'<a class="book-now" href="{base}/book/ada/intro-call">Book Now</a>'
    script = f'<script async crossorigin src="{base}/widget/v1/book-now.js"></script>'
    assert snippet(ada) == f'{script}\n<book-now event="ada/intro-call">{button}</book-now>'
    assert snippet(ada, "link") == button
    assert snippet(ada, "address") == f"{base}/book/ada/intro-call"
    assert snippet(ada, "policy") == "script-src {0}; connect-src {0}".format(base.removesuffix("/zoom"))
    assert 'integrity="sha384-' in snippet(ada, "pinned")


def test_every_wish_arrives_in_the_snippet(site: Site, ada: Browser) -> None:
    question = Question(name="goal", label="What is it about?")
    with site.app.app_context():
        site.zoom.event_types.put("1", replace(INTRO_CALL, questions=(question,)))
    wishes = {"mode": "inline", "colour": "#FFCC00", "lang": "de", "name": "Bob", "answers.goal": 'a "b" <c>'}
    made = snippet(ada, **wishes)
    assert '<book-now event="ada/intro-call" mode="inline" lang="de" name="Bob" ' in made
    assert 'answers.goal="a &#34;b&#34; &lt;c&gt;"' in made
    assert 'style="--book-now-color: #ffcc00; --book-now-on-color: #000"' in made, "white could not be read on it"
    address = f"{ada.base}/book/ada/intro-call?lang=de&amp;name=Bob&amp;answers.goal=a%20%22b%22%20%3Cc%3E"
    assert f'href="{address}">Jetzt buchen</a>' in made
    assert "on-color" not in snippet(ada, colour="#0a5c36")
    assert "style-src 'unsafe-hashes' 'sha256-" in snippet(ada, "policy", colour="#0a5c36")


def test_what_is_wished_wrongly_is_as_if_it_was_not_wished(ada: Browser) -> None:
    wrong = {"mode": "floating", "colour": "red;x:y", "lang": "xx", "answers.odd": "x", "onclick": "x", "event": "none"}
    assert snippet(ada, **wrong) == snippet(ada, event="30-minutes")
    assert snippet(ada, label="<b>Now!</b>\n").endswith(">&lt;b&gt;Now!&lt;/b&gt;</a></book-now>")


def test_the_button_speaks_the_hosts_language(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(HOSTS, "ada", replace(HOSTS["ada"], locale="de"))
    ada = Browser(site)
    assert ">Jetzt buchen</a>" in snippet(ada)
    assert ">Book Now</a>" in snippet(ada, lang="en")


def test_the_preview_is_closed_off_and_framed_by_us_alone(ada: Browser) -> None:
    page = ada.get("/embed", params={"colour": "#0a5c36"})
    frame = re.search(r'<iframe [^>]*src="([^"]+)" sandbox="([^"]+)"', page.text)
    assert frame
    assert "allow-same-origin" not in frame[2]
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    shown = ada.get(html.unescape(frame[1]))
    policy = shown.headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in policy
    assert "unsafe-" not in policy
    assert '<book-now event="ada/30-minutes">' in shown.text
    assert 'data-style="--book-now-color: #0a5c36"' in shown.text


@pytest.mark.parametrize(("tested", "role"), [("no site", "alert"), ("shop.example", "status")])
def test_the_answer_about_a_tested_site_is_read_first(ada: Browser, tested: str, role: str) -> None:
    page = ada.get("/embed", params={"site": tested}).text
    assert re.search(rf'<div class="notice \w+" id="tested" role="{role}" tabindex="-1" data-focus>', page)


def test_allowed_sites_are_saved_shown_and_taken_back(site: Site, ada: Browser) -> None:
    answer = ada.press("/embed/sites", on="/embed", sites="shop.example/x\n\n*.example.org")
    assert answer.status_code == 303
    page = ada.get("/embed").text
    assert ">https://shop.example\nhttps://*.example.org</textarea>" in page
    assert "Your buttons work on these sites only." in page
    ada.press("/embed/sites", on="/embed", sites="")
    assert sites.of_host(site.state, "1") == ()
    assert "Your buttons work on every site." in ada.read("/embed")


def test_a_line_that_is_no_site_is_said_beside_what_was_typed(site: Site, ada: Browser) -> None:
    answer = ada.press("/embed/sites", on="/embed", sites="shop.example\nftp://x")
    assert answer.status_code == 422
    assert "ftp://x is not the address of a site" in words(answer.text)
    assert ">shop.example\nftp://x</textarea>" in answer.text
    assert sites.of_host(site.state, "1") == ()


def test_more_than_is_read_is_refused_and_stays_typed(site: Site, ada: Browser) -> None:
    sites.allow(site.state, "1", "shop.example")
    many = "\n".join(["https://shop.example"] * 800)
    assert len(many) > sites.LONGEST
    answer = ada.press("/embed/sites", on="/embed", sites=many)
    assert answer.status_code == 422
    assert "This is too long, so nothing of it was read. Enter at most 16000 characters." in words(answer.text)
    assert f">{many}</textarea>" in answer.text
    assert sites.of_host(site.state, "1") == ("https://shop.example",)


def test_a_site_is_tested_as_the_server_judges_it(site: Site, ada: Browser) -> None:
    def tested(typed: str) -> str:
        return words(ada.get("/embed", params={"site": typed}).text)

    assert "Your buttons may work on https://shop.example." in tested("shop.example/contact")
    sites.allow(site.state, "1", "*.shop.example")
    assert "Your buttons do not work on https://shop.example." in tested("shop.example/contact")
    assert "Your buttons may work on https://www.shop.example." in tested("https://www.shop.example")
    assert "Your buttons may work on" in tested(ada.base), "our own pages always do"
    for odd in ("*.shop.example", "ftp://x", "<script>"):
        assert "This is not the address of a site." in tested(odd)


def test_where_browsers_asked_from_is_shown_with_what_became_of_it(site: Site, ada: Browser) -> None:
    sites.allow(site.state, "1", "shop.example")
    for origin in ("https://shop.example", "http://localhost:3000", "https://shop.example"):
        site.get(f"{INTRO}/slots", params=days(0), headers={"Origin": origin})
    for is_written in (False, True):
        if is_written:
            tallies.write(site.state)
        page = ada.read("/embed")
        assert "https://shop.example allowed · opened 2 times" in page
        assert "http://localhost:3000 not allowed · refused 1 time" in page
    assert "Where browsers asked from" not in Browser(site, "grace").read("/embed")


def test_without_an_event_type_the_page_says_what_is_missing(site: Site, ada: Browser) -> None:
    with site.app.app_context():
        for event in site.zoom.event_types.list("1"):
            site.zoom.event_types.put("1", replace(event, active=False))
    assert "Nothing to book yet" in ada.read("/embed")
    assert ada.get("/embed/preview").status_code == 404


def test_the_page_asks_as_often_for_many_event_types_as_for_few(site: Site, ada: Browser) -> None:
    ada.get("/embed")
    with counted(site) as few:
        ada.get("/embed")
    with site.app.app_context():
        for number in range(9):
            site.zoom.event_types.put("1", replace(INTRO_CALL, slug=f"call-{number}"))
    sites.allow(site.state, "1", "\n".join(f"{number}.example" for number in range(40)))
    with counted(site) as many:
        ada.get("/embed")
    assert len(few) == len(many)

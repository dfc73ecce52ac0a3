"""A host puts their event types in order, by buttons on the list."""

import re

import pytest

from tests.fixtures.site import Site
from tests.web.browsing import Browser
from tests.web.test_event_type_pages import LIST, page_of
from zoom_blueprint import EventType


@pytest.fixture
def ada(site: Site) -> Browser:
    """Ada's browser."""
    return Browser(site)


def listed(browser: Browser, query: str = "") -> list[str]:
    """Return the titles of a list in its order."""
    return re.findall(r'<h2 class="small-heading"><a [^>]*><bdi>(.*?)</bdi>', browser.get(f"{LIST}{query}").text)


def test_event_types_are_moved_up_and_down_and_all_pages_have_their_order(site: Site, ada: Browser) -> None:
    for number in range(3):
        with site.app.app_context():
            site.zoom.event_types.put("1", EventType(slug=f"more-{number}", title=f"More {number}"))
    assert listed(ada) == ["30-minute meeting", "Intro call", "More 0", "More 1", "More 2"]

    def move(slug: str, way: str) -> str:
        path = f"{page_of(site, slug)}/move"
        answer = ada.press(path, LIST, way=way)
        assert answer.status_code == 303
        return answer.headers["Location"].removeprefix(site.base)

    ids = {slug: page_of(site, slug).removeprefix(f"{LIST}/") for slug in ("more-0", "more-2")}
    assert move("more-2", "up") == f"{LIST}#up-{ids['more-2']}"
    assert listed(ada)[3:] == ["More 2", "More 1"]
    assert [move("more-0", "up") for _ in range(3)] == [
        f"{LIST}#{button}-{ids['more-0']}" for button in ("up", "down", "down")
    ]
    order = ["More 0", "30-minute meeting", "Intro call", "More 2", "More 1"]
    assert listed(ada) == order
    page = ada.get(LIST).text
    assert 'aria-label="Move Intro call up, now 3 of 5"' in page
    assert f'id="up-{ids["more-0"]}"' not in page
    for path in ("/host/book", "/embed", "/numbers", "/schedules"):
        shown = ada.get(path).text.partition("<main")[2]
        assert sorted(order, key=shown.index) == order, path
    assert move("more-0", "sideways") == f"{LIST}#down-{ids['more-0']}"
    assert listed(ada) == order
    with site.app.app_context():
        site.zoom.event_types.put("1", EventType(slug="new", title="New"))
        site.zoom.event_types.put("1", EventType(slug="more-0", title="More 0"))
    assert listed(ada) == [*order, "New"], "what is new comes last, and what is put again stays where it is"


def test_who_moves_an_event_type_over_the_end_of_a_page_follows_it(site: Site, ada: Browser) -> None:
    with site.app.app_context():
        for number in range(60):
            site.zoom.event_types.put("1", EventType(slug=f"more-{number}", title=f"Number {number}."))
    path = page_of(site, "more-47")
    answer = ada.press(f"{path}/move", LIST, way="down")
    assert answer.headers["Location"] == f"{site.base}{LIST}?page=2#down-{path.removeprefix(f'{LIST}/')}"
    assert listed(ada, "?page=2")[0] == "Number 47."
    assert 'aria-label="Move Number 47. down, now 51 of 62"' in ada.get(f"{LIST}?page=2").text

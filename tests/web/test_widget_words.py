"""The widget says who is booked, where, and that a host decides first; who is too fast hears how long to wait."""

from dataclasses import replace

import pytest

from tests.fixtures.site import MakeSite, Site
from tests.fixtures.site_app import HOSTS, INTRO_CALL
from zoom_blueprint import EventType
from zoom_blueprint.languages import language
from zoom_blueprint.values import Location
from zoom_blueprint.web.kinds import TooMany

CAFE = "Café Central, Wien"


def offered(make_site: MakeSite, event: EventType) -> Site:
    """Serve a site where this can be booked."""
    site = make_site()
    site.connect()
    with site.app.app_context():
        site.zoom.event_types.put(HOSTS["ada"].id, event)
    return site


@pytest.mark.parametrize(
    ("location", "text", "place"),
    [
        (Location.ZOOM, "", "Zoom meeting"),
        (Location.LINK, "https://rooms.example.com/ada", "Online meeting"),
        (Location.PHONE, "+44 20 7946 0000", "Phone call"),
        (Location.IN_PERSON, CAFE, CAFE),
    ],
)
def test_the_widget_tells_where_it_will_be_as_the_page_does(
    make_site: MakeSite, location: Location, text: str, place: str
) -> None:
    site = offered(make_site, replace(INTRO_CALL, location=location, location_text=text))
    facts = site.slots()["strings"]["facts"]
    assert [fact.strip("\u2068\u2069") for fact in facts.split(" · ")] == ["Ada Lovelace", "30 minutes", place]
    assert place in site.get("/book/ada/intro-call").text


def test_the_widget_tells_before_that_a_host_decides(make_site: MakeSite) -> None:
    site = offered(make_site, INTRO_CALL)
    assert (site.slots()["strings"]["approval"], site.slots()["strings"]["confirm"]) == ("", "Confirm booking")
    with site.app.app_context():
        site.zoom.event_types.put(HOSTS["ada"].id, replace(INTRO_CALL, approval=True))
    strings = site.slots()["strings"]
    assert strings["approval"] == "Ada Lovelace has to accept it first."
    assert (strings["confirm"], strings["confirming"]) == ("Send request", "Sending…")


@pytest.mark.parametrize(
    ("seconds", "wait"), [(1, "1 minute"), (61, "2 minutes"), (7200, "120 minutes"), (7201, "3 hours")]
)
def test_who_was_too_fast_hears_how_long_to_wait_in_a_unit_that_people_count(seconds: int, wait: str) -> None:
    assert str(TooMany(seconds)).endswith(f"Please try again in {wait}.")


def test_the_wait_is_counted_as_each_language_counts() -> None:
    assert language("ar").say(TooMany(100).args[0]).endswith("بعد دقيقتين.")
    assert "in 3 Stunden" in language("de").say(TooMany(10_000).args[0])

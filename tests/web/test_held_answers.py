"""Who holds the answer to a question is told that it still holds: to this very question, in this very language."""

from tests.fixtures.site import Site, Visitor
from tests.web.asking import INTRO, days
from zoom_blueprint import EventType, Location
from zoom_blueprint.services import event_types

PHONE = EventType(slug="phone", title="Phone", location=Location.PHONE, notice_minutes=0)
BY_PHONE = "/api/v1/hosts/ada/phone"
ENGLISH, GERMAN = {"Accept-Language": "en"}, {"Accept-Language": "de"}


def status(site: Visitor, path: str, tag: str, **headers: str) -> int:
    """Ask the same days of each path, as somebody does who holds an answer."""
    answer = site.get(f"{path}/slots", params=days(), headers={"If-None-Match": tag, **headers})
    return answer.status_code


def test_an_answer_counts_only_in_the_browsers_language(shared_site: Site) -> None:
    tags = {}
    for name, headers in (("en", ENGLISH), ("de", GERMAN)):
        tags[name] = shared_site.get(f"{INTRO}/slots", params=days(), headers=headers).headers["ETag"]
    assert tags["en"] != tags["de"]
    for _ in range(2):
        assert status(shared_site, INTRO, tags["en"], **ENGLISH) == 304
        assert status(shared_site, INTRO, tags["en"], **GERMAN) == 200
        assert status(shared_site, INTRO, tags["de"], **GERMAN) == 304


def test_an_answer_says_nothing_about_another_event_type_or_host(site: Site) -> None:
    for host_id in ("1", "2"):
        event_types.put(site.state, host_id, PHONE)
    paths = [INTRO, BY_PHONE, "/api/v1/hosts/grace/phone"]
    tags = {path: site.get(f"{path}/slots", params=days()).headers["ETag"] for path in paths}
    found = {(path, held): status(site, path, tag) for path in paths for held, tag in tags.items()}
    assert found == {(path, held): 304 if path == held else 200 for path in paths for held in paths}


def test_a_booking_with_one_event_type_makes_answers_for_the_others_old(site: Site) -> None:
    event_types.put(site.state, "1", PHONE)
    tag = site.get(f"{BY_PHONE}/slots", params=days()).headers["ETag"]
    assert status(site, BY_PHONE, tag) == 304
    site.booked()
    assert status(site, BY_PHONE, tag) == 200

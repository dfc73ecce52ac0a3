"""What counts as opening a button or the booking page, and where its visitor came from."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from tests.fixtures.site import Site
from tests.web.asking import INTRO, days
from zoom_blueprint.services import sites, tallies

SHOP = "https://shop.example"
PAGE = "/book/ada/intro-call"


@pytest.fixture
def database_kind() -> str:
    """One database will do for what is counted in memory."""
    return "sqlite"


def seen(site: Site) -> Counter[tuple[str, str, str]]:
    """Return what is counted by step, site and campaign."""
    found: Counter[tuple[str, str, str]] = Counter()
    for key, number in tallies.pending(site.state, "1").items():
        found[key.step, key.site, key.campaign] += number
    return found


def test_a_look_at_a_button_counts_once_whether_or_not_the_browser_holds_the_answer(site: Site) -> None:
    ask, origin = f"{INTRO}/slots", {"Origin": SHOP}
    tag = site.get(ask, params=days(0, 61), headers=origin).headers["ETag"]
    assert seen(site) == {("opened", "shop.example", ""): 1}
    assert site.get(ask, params=days(62, 120), headers=origin).status_code == 200, "the next months are the same look"
    assert site.session.head(f"{site.base}{ask}", params=days(0), headers=origin).status_code == 200
    assert seen(site) == {("opened", "shop.example", ""): 1}
    again = site.get(ask, params=days(0, 61), headers=origin | {"If-None-Match": tag})
    assert again.status_code == 304
    assert seen(site) == {("opened", "shop.example", ""): 2}


@pytest.mark.parametrize(
    ("headers", "site_of"),
    [
        ({"Origin": "http://localhost:3000"}, "http://localhost:3000"),
        ({"Origin": "https://www.shop.example", "Referer": "https://other.example/"}, "www.shop.example"),
        ({"Referer": "https://shop.example/page?x#y"}, "shop.example"),
        ({"Origin": f"https://{'a' * 60}.{'b' * 60}.example"}, tallies.OTHERS),
        ({"Origin": "odd"}, ""),
        ({}, ""),
        ({"Origin": "null"}, None),
    ],
)
def test_a_look_names_the_site_of_the_page(site: Site, headers: dict[str, str], site_of: str | None) -> None:
    site.get(f"{INTRO}/slots", params=days(0), headers=headers)
    assert seen(site) == ({} if site_of is None else {("opened", site_of, ""): 1})


def test_a_visitor_east_or_west_of_us_looks_from_their_own_day_on(site: Site) -> None:
    for shift in (-1, 0, 1):
        first = datetime.now(UTC).date() + timedelta(days=shift)
        query = {"from": first.isoformat(), "to": (first + timedelta(days=61)).isoformat(), "tz": "UTC"}
        site.get(f"{INTRO}/slots", params=query)
    assert sum(seen(site).values()) == 3


def test_a_button_that_does_not_work_on_a_site_is_counted_as_that(site: Site) -> None:
    sites.allow(site.state, "1", SHOP)
    assert site.get(f"{INTRO}/slots", params=days(0), headers={"Origin": "https://other.example"}).status_code == 403
    assert seen(site) == {("refused", "other.example", ""): 1}


def test_the_booking_page_counts_when_it_is_opened_and_not_when_it_is_used(site: Site) -> None:
    came = {"Referer": f"{SHOP}/contact"}
    site.get(PAGE, params={"utm_source": "Spring"}, headers=came)
    assert seen(site) == {("opened", "shop.example", "spring"): 1}
    start = site.slots(days=3)["slots"][0]
    before = seen(site)
    own = {"Referer": f"{site.base}{PAGE}"}
    for query in ({"tz": "Europe/Paris"}, {"from": start[:10]}, {"start": start}):
        assert site.get(PAGE, params=query, headers=own).status_code == 200
    assert site.get("/book/ada/none").status_code == 404
    assert seen(site) == before
    site.get(PAGE)
    assert seen(site) - before == {("opened", "", ""): 1}


@pytest.mark.parametrize("referrer", ["http://[", "https://[::1", "http://a:b:c/", "\xff"])
def test_a_page_that_no_address_names_is_none(site: Site, referrer: str) -> None:
    start = site.slots(days=3)["slots"][0]
    before = seen(site)
    for query in ({}, {"start": start}):
        answer = site.get(PAGE, params=query, headers={"Referer": referrer})
        assert answer.status_code == 200, answer.text
    assert seen(site) - before == {("opened", "", ""): 1}

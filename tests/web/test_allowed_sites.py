"""Buttons work on the pages of allowed sites only; everybody else's are told so, and where to book instead."""

from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest

from tests.fixtures.site import Answer, Site
from tests.services.test_queries import counted
from tests.web.asking import INTRO, days, wish
from tests.web.browsing import words
from zoom_blueprint.services import sites

SHOP, OTHER = "https://shop.example", "https://other.example"
PAGE, BOOKINGS = "/book/ada/intro-call", f"{INTRO}/bookings"


@pytest.fixture
def shop_only(site: Site) -> Site:
    """A site whose host's buttons work in one shop."""
    sites.allow(site.state, "1", SHOP)
    return site


def own(site: Site) -> str:
    """Return the site's own origin."""
    return site.base.removesuffix("/zoom")


def ask(site: Site, **headers: str) -> Answer:
    """Ask for free times."""
    return site.get(f"{INTRO}/slots", params=days(), headers=headers)


def book(
    site: Site, path: str = f"{INTRO}/bookings", /, headers: dict[str, str] | None = None, **fields: str
) -> Answer:
    """Send a booking."""
    return site.post(path, data=wish(site, **fields), headers=headers or {})


def test_without_a_list_every_site_gets_times_and_bookings(site: Site) -> None:
    answer = ask(site, Origin=OTHER)
    assert answer.status_code == 200
    assert "Origin" not in answer.headers["Vary"]
    assert book(site, headers={"Origin": OTHER}).status_code == 201


def test_pages_of_other_sites_get_no_times_and_are_told_why_and_where_to_book(shop_only: Site) -> None:
    answer = ask(shop_only, Origin=OTHER)
    assert answer.status_code == 403
    problem = answer.json()
    assert problem["reason"] == "refused"
    assert problem["type"].endswith("#site-refused")
    assert f"{shop_only.base}{PAGE}" in problem["detail"]
    assert f"add {OTHER} to the allowed sites" in problem["detail"]
    assert answer.headers["Access-Control-Allow-Origin"] == "*", "or the page could not read why"
    assert answer.headers["Cache-Control"] == "no-store"
    assert ask(shop_only, Origin=SHOP).status_code == 200


@pytest.mark.parametrize("headers", [{"Origin": SHOP}, {"Referer": f"{SHOP}/contact"}, {}, {"Origin": "own"}])
def test_bookings_come_from_allowed_sites_from_our_own_pages_and_from_programs(
    shop_only: Site, headers: dict[str, str]
) -> None:
    sent = {name: own(shop_only) if value == "own" else value for name, value in headers.items()}
    assert book(shop_only, headers=sent).status_code == 201


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": OTHER},
        {"Origin": "null"},
        {"Origin": "http://shop.example"},
        {"Origin": "https://shop.example.evil.example"},
        {"Origin": OTHER, "Referer": f"{SHOP}/"},
        {"Referer": f"{OTHER}/?{SHOP}"},
        {"Origin": "chrome-extension://abc"},
        {"Origin": "http://["},
    ],
)
@pytest.mark.parametrize("path", [BOOKINGS, PAGE])
def test_bookings_from_elsewhere_are_refused(shop_only: Site, headers: dict[str, str], path: str) -> None:
    answer = book(shop_only, path, headers=headers)
    assert answer.status_code == 403
    text = words(answer.text)
    assert "Bookings are not taken on this site" in text
    assert f"{shop_only.base}{PAGE}" in text


def test_the_booking_page_itself_works_under_any_name_of_ours(shop_only: Site) -> None:
    other_name = own(shop_only).replace("127.0.0.1", "localhost")
    host = {"Host": other_name.removeprefix("http://"), "Origin": other_name}
    assert book(shop_only, PAGE, headers=host).status_code == 303
    stolen = {"Host": other_name.removeprefix("http://"), "Origin": OTHER}
    assert book(shop_only, PAGE, headers=stolen).status_code == 403


def test_times_that_a_cache_keeps_are_given_to_nobody_unasked(shop_only: Site) -> None:
    allowed = ask(shop_only, Origin=SHOP)
    assert allowed.headers["Cache-Control"] == "no-cache"
    assert "Origin" in allowed.headers["Vary"]
    tag = allowed.headers["ETag"]
    again = ask(shop_only, **{"Origin": SHOP, "If-None-Match": tag})
    assert again.status_code == 304
    assert "Origin" in again.headers["Vary"]
    assert ask(shop_only, **{"Origin": OTHER, "If-None-Match": tag}).status_code == 403
    sites.allow(shop_only.state, "1", "")
    assert ask(shop_only, Origin=OTHER).status_code == 200, "what was refused is asked for anew"


def test_the_list_costs_no_query(shop_only: Site) -> None:
    tag = ask(shop_only, Origin=SHOP).headers["ETag"]
    with counted(shop_only) as statements:
        assert ask(shop_only, **{"Origin": SHOP, "If-None-Match": tag}).status_code == 304
    assert len(statements) <= 1, statements


def test_a_page_without_a_site_reads_times_and_books_only_as_the_hosts_own_preview(shop_only: Site) -> None:
    assert ask(shop_only, Origin="null").status_code == 200
    page = shop_only.get("/embed", headers={"X-Host": "ada"}).text
    start = page.index(f"{shop_only.base}/embed/preview?")
    preview = page[start : page.index('"', start)].replace("&amp;", "&")
    hers, graces = (shop_only.state.links.preview_token(one, datetime.now(UTC)) for one in "12")
    assert hers in preview
    nowhere = {"Origin": "null"}
    forged = f"{shop_only.base}/embed/preview?pass=forged"
    for page_url in ("", forged, preview.replace(hers, graces), f"https://evil.example/?{preview}"):
        assert book(shop_only, headers=nowhere, page_url=page_url).status_code == 403, page_url
    assert book(shop_only, headers=nowhere, page_url=preview).status_code == 201


def test_only_allowed_sites_may_frame_the_booking_page_and_what_follows_it(shop_only: Site) -> None:
    sites.allow(shop_only.state, "1", f"{SHOP}\n*.example.org")
    booking = shop_only.booked()
    start = shop_only.slots()["slots"][3]
    for path in (PAGE, f"{PAGE}?{urlencode({'start': start})}", booking["manage_url"]):
        policy = shop_only.get(path).headers["Content-Security-Policy"]
        assert f"frame-ancestors {SHOP} https://*.example.org;" in policy, path
    for path in ("/guide", "/book/grace/intro-call", "/bookings/x"):
        assert "frame-ancestors 'none'" in shop_only.get(path).headers["Content-Security-Policy"], path

"""Every page and button of a host, as the app's URL map has them: guarded, headed right, and light."""

import re
from collections.abc import Callable
from typing import Any

import brotli
import pytest
from sqlalchemy import select

from tests.fixtures.site import Answer, MakeSite, Site
from tests.services.parking import TRIES
from tests.services.test_queries import counted
from tests.web.browsing import Browser
from tests.web.furnished import Ids, address, crowd, furnish, host_rules
from zoom_blueprint.store.base import Base
from zoom_blueprint.web import routes

#: Written whatever is asked for: signs of life of those who work, and counts of requests.
_LIVELY = {"zoom_worker_heartbeat", "zoom_rate_counter", "zoom_zoom_quota", "zoom_tally"}
LARGEST = 6000


@pytest.fixture
def desk(make_site: MakeSite) -> tuple[Site, Ids]:
    """A site whose host has something of everything, the clock of a bounded sign-in too."""
    site = make_site(ZOOM_TRIES=TRIES)
    site.zoom.sign_out(lambda: None)
    return site, furnish(site)


def kept(site: Site) -> dict[str, Any]:
    """Return all that the tables hold."""
    tables = [table for table in Base.metadata.sorted_tables if table.name not in _LIVELY]
    return site.state.database.read(
        lambda session: {table.name: sorted(map(repr, session.execute(select(table)))) for table in tables}
    )


def differing(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Return the tables that do not hold the same any more."""
    return [name for name in before if before[name] != after[name]]


def each(site: Site, ids: Ids, method: str) -> list[tuple[str, str]]:
    """Return endpoint and address of each host page that takes a method."""
    return [(rule.endpoint, address(rule, ids)) for rule in host_rules(site, method)]


def test_the_url_map_has_the_pages_that_are_listed(desk: tuple[Site, Ids]) -> None:
    site, _ = desk
    listed = {(f"/zoom{path}", method) for path, method, *_ in routes.HOST_PAGES}
    found = {(rule.rule, method) for method in ("GET", "POST") for rule in host_rules(site, method)}
    assert found == listed


def test_no_button_works_without_the_token_of_its_form(desk: tuple[Site, Ids]) -> None:
    site, ids = desk
    browser = Browser(site)
    before = kept(site)
    for endpoint, path in each(site, ids, "POST"):
        assert browser.post(path, data={}).status_code == 400, endpoint
        assert browser.post(path, data={"csrf_token": "forged"}).status_code == 400, endpoint
    assert not differing(before, kept(site))


def test_what_belongs_to_another_host_is_not_there(desk: tuple[Site, Ids]) -> None:
    site, ids = desk
    grace = Browser(site, "grace")
    token = grace.csrf_token("/host/blocked-times")
    before = kept(site)
    for method, ask in (("GET", grace.get), ("POST", lambda path: grace.post(path, data={"csrf_token": token}))):
        of_ids = [rule for rule in host_rules(site, method) if rule.arguments]
        assert of_ids
        for rule in of_ids:
            assert ask(address(rule, ids)).status_code == 404, f"{method} {rule.endpoint}"
    assert not differing(before, kept(site))


def test_looking_changes_nothing(desk: tuple[Site, Ids]) -> None:
    site, ids = desk
    browser = Browser(site)
    browser.get("/")
    before = kept(site)
    for endpoint, path in each(site, ids, "GET"):
        answer = browser.get(path)
        assert answer.status_code in (200, 302), f"{endpoint}: {answer.status_code} {answer.text}"
        assert not (changed := differing(before, kept(site))), f"{endpoint} changed {changed}"


def test_nobody_sees_anything_without_signing_in(desk: tuple[Site, Ids]) -> None:
    site, ids = desk
    nobody = Browser(site, "")
    before = kept(site)
    asked: tuple[tuple[str, Callable[[str], Answer]], ...] = (("GET", nobody.get), ("POST", nobody.post))
    for method, ask in asked:
        for endpoint, path in each(site, ids, method):
            assert ask(path).status_code == 401, f"{method} {endpoint}"
    assert not differing(before, kept(site))


def test_every_page_gives_other_origins_nothing(desk: tuple[Site, Ids]) -> None:
    site, ids = desk
    browser = Browser(site)
    for endpoint, path in each(site, ids, "GET"):
        answer = browser.get(path)
        if answer.status_code != 200 or not answer.headers["Content-Type"].startswith("text/html"):
            continue
        headers = answer.headers
        policy = headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in policy or "frame-ancestors 'self'" in policy, endpoint
        assert "require-trusted-types-for 'script'" in policy, endpoint
        assert "unsafe-" not in policy, endpoint
        assert headers["X-Content-Type-Options"] == "nosniff", endpoint
        assert headers["Referrer-Policy"] in ("same-origin", "no-referrer"), endpoint
        assert headers["Cache-Control"] == "no-store", endpoint
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin", endpoint
        assert {cookie.name for cookie in answer.cookies} <= {"session"}, endpoint
        assert not re.search(r"<style|<script(?![^>]* src=)|\sstyle=|\son[a-z]+=", answer.text), endpoint


def test_a_page_asks_as_often_for_many_things_as_for_few(desk: tuple[Site, Ids]) -> None:
    site, ids = desk
    few = _statements(site, ids)
    assert all(few.values())
    crowd(site, 8)
    assert _statements(site, ids) == few


def _statements(site: Site, ids: Ids) -> dict[str, int]:
    """Return how many statements each page takes."""
    browser = Browser(site)
    browser.get("/")
    counts: dict[str, int] = {}
    for endpoint, path in each(site, ids, "GET"):
        with counted(site) as statements:
            browser.get(path)
        counts[endpoint] = len(statements)
    return counts


@pytest.mark.parametrize(
    ("kind", "links"), [("css", r'<link rel="stylesheet" href="([^"]+)"'), ("js", r'<script src="([^"]+)"')]
)
def test_a_page_weighs_little(desk: tuple[Site, Ids], kind: str, links: str) -> None:
    site, ids = desk
    browser = Browser(site)
    for endpoint, path in each(site, ids, "GET"):
        answer = browser.get(path)
        origin = site.base.removesuffix("/zoom")
        sizes = {
            link: len(brotli.compress(browser.get(f"{origin}{link}").content))
            for link in re.findall(links, answer.text)
        }
        assert sum(sizes.values()) <= LARGEST, f"{endpoint}: {sizes}"
        if answer.headers["Content-Type"].startswith("text/html") and answer.status_code == 200:
            assert sizes, f"{endpoint} has no {kind}"

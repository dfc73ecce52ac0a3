"""How often one client may look, and what it is told when that was too often."""

import pytest

from tests.fixtures.redis_servers import RedisServer
from tests.fixtures.site import MakeSite, Site
from tests.services.looking import rows
from tests.web.asking import INTRO, days, refused, wish
from zoom_blueprint.store import models


@pytest.fixture
def site(make_site: MakeSite) -> Site:
    """A site that shows three pages a minute, and takes two posts."""
    made = make_site(ZOOM_READ_LIMITS="3 per minute", ZOOM_LIMITS="2 per minute")
    made.connect()
    return made


def test_who_looks_too_often_is_told_when_to_look_again(site: Site) -> None:
    assert [site.get(INTRO).status_code for _ in range(3)] == [200] * 3
    for path in (INTRO, f"{INTRO}/slots", "/api/v1/openapi.json"):
        answer = site.get(path, params=days())
        assert refused(answer, 429)["type"].endswith("/guide#too-many")
        assert 1 <= int(answer.headers["Retry-After"]) <= 60
    page = site.get("/book/ada/intro-call")
    assert page.status_code == 429
    assert page.headers["Content-Type"].startswith("text/html")
    assert page.headers["Retry-After"]


def test_a_host_app_is_alive_and_has_its_widget_however_often_it_is_asked(site: Site) -> None:
    assert {site.get("/healthz").status_code for _ in range(9)} == {200}
    assert {site.get("/widget/v1/book-now.js").status_code for _ in range(9)} == {200}
    assert {site.get("/", headers={"X-Host": "ada"}).status_code for _ in range(9)} == {200}, "its host's pages, too"


def test_looking_and_posting_are_counted_apart(site: Site) -> None:
    fields = wish(site)
    assert [site.get(INTRO).status_code for _ in range(3)] == [200, 200, 429]
    assert site.post(f"{INTRO}/bookings", data=fields).status_code == 201
    site.post(f"{INTRO}/bookings", data={})
    assert site.post(f"{INTRO}/bookings", data=fields).status_code == 429
    assert site.post("/book/ada/intro-call", data=fields).status_code == 429


def each_post_counts_once(site: Site) -> None:
    """Post what comes to different ends until the limit of four is reached."""
    slots = site.slots()
    chosen = {"start": slots["slots"][0], "token": slots["token"]}
    assert site.book(**chosen).status_code == 201
    assert site.book(**chosen).status_code == 201, "the same attempt, sent again"
    assert site.book(**chosen, key="another-key").status_code == 409
    assert site.post(f"{INTRO}/bookings", data={}).status_code == 422
    assert site.book(start=slots["slots"][1], token=slots["token"]).status_code == 429


def test_each_post_counts_once_whatever_it_comes_to(make_site: MakeSite) -> None:
    site = make_site(ZOOM_LIMITS="4 per minute")
    site.connect()
    each_post_counts_once(site)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_each_post_counts_once_in_redis_too(make_site: MakeSite, redis_server: RedisServer) -> None:
    site = make_site(ZOOM_LIMITS="4 per minute", ZOOM_RATELIMIT_URL=redis_server.url)
    site.connect()
    each_post_counts_once(site)
    assert rows(site.state, models.RateCounter) == []


@pytest.mark.parametrize("key", ["ZOOM_READ_LIMITS", "ZOOM_LIMITS"])
def test_looking_is_not_limited_when_it_is_switched_off(make_site: MakeSite, key: str) -> None:
    site = make_site(**{"ZOOM_READ_LIMITS": "1 per minute", "ZOOM_LIMITS": "9 per minute", key: "off"})
    assert {site.get("/guide").status_code for _ in range(5)} == {200}

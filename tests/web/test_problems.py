"""Errors leave as problem details below the API and as a page elsewhere, whatever the host app does with its own."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient

from tests.fixtures.databases import PostgresServer
from tests.fixtures.site import MakeSite, Site
from tests.fixtures.site_app import HOSTS, TOKEN_KEY, prepare
from tests.fixtures.waiting import wait_until
from tests.web.asking import INTRO, days, refused, wish
from tests.web.database_away import shut
from zoom_blueprint import BookingRefused, Draft, Host, Location, ZoomBlueprint

SECRET = "the text of an unexpected error"


@pytest.fixture
def host_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, ZoomBlueprint]]:
    """An app that has pages of its own for every error, and an API of its own."""
    address = f"sqlite:///{tmp_path_factory.mktemp('problems') / 'test.sqlite3'}"
    prepare(address)
    app, zoom = Flask(__name__), ZoomBlueprint()
    app.config.update(
        SECRET_KEY="a secret",
        ZOOM_TOKEN_KEYS=TOKEN_KEY,
        ZOOM_CLIENT_ID="id",
        ZOOM_CLIENT_SECRET="secret",
        ZOOM_WEBHOOK_SECRETS="secret",
        ZOOM_PUBLIC_URL="http://localhost",
        ZOOM_DATABASE_URL=address,
        ZOOM_WORKER="off",
    )

    @app.errorhandler(Exception)
    @app.errorhandler(404)
    @app.errorhandler(405)
    @app.errorhandler(413)
    @app.errorhandler(500)
    def own_page(error: Exception) -> tuple[str, int]:
        return "the host app's own page", getattr(error, "code", None) or 500

    zoom.host_loader(lambda: HOSTS["ada"])
    yield app, zoom
    zoom_state: Any = app.extensions.get("zoom_blueprint")
    if zoom_state:
        zoom_state.database.dispose()


def problem_of(answer: Any, status: int) -> dict[str, Any]:
    """Return the problem details of a test client's answer."""
    assert answer.status_code == status, answer.text
    assert answer.mimetype == "application/problem+json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    found: dict[str, Any] = json.loads(answer.data)
    assert found["status"] == status
    return found


@pytest.mark.parametrize("prefix", ["/zoom", "/api/v1/zoom", "/zoom/", ""])
def test_addresses_without_a_route_below_the_api_are_problems_too(
    host_app: tuple[Flask, ZoomBlueprint], prefix: str
) -> None:
    app, zoom = host_app
    app.register_blueprint(zoom, url_prefix=prefix)
    client: FlaskClient = app.test_client()
    below = prefix.rstrip("/")
    assert problem_of(client.get(f"{below}/api/v1/hosts/ada/intro-call/nothing"), 404)["type"] == "about:blank"
    told = problem_of(client.post(f"{below}/api/v1/hosts/ada/intro-call"), 405)
    assert (told["type"], told["detail"]) == ("about:blank", "This address takes GET only.")
    told = problem_of(client.get(f"{below}/api/v1/actions/get_user"), 405)
    assert (told["type"], told["detail"]) == ("about:blank", "This address takes POST only.")
    answer = client.delete(f"{below}{INTRO}/bookings")
    problem_of(answer, 405)
    assert set(answer.headers["Allow"].split(", ")) == {"OPTIONS", "POST"}
    if prefix:
        problem_of(client.get(f"{below}/api/v1/"), 404)


@pytest.mark.parametrize("prefix", ["/zoom", ""])
def test_the_host_app_keeps_its_own_error_pages(host_app: tuple[Flask, ZoomBlueprint], prefix: str) -> None:
    app, zoom = host_app
    app.register_blueprint(zoom, url_prefix=prefix)

    @app.get("/api/v1/own")
    def own() -> Response:
        raise RuntimeError(SECRET)

    client = app.test_client()
    for path in ("/nothing", "/api/v1/nothing", "/api/v1/own"):
        assert client.get(path).text == "the host app's own page"
    assert client.post("/api/v1/own").text == "the host app's own page"


def test_errors_of_our_routes_are_ours_though_the_host_app_has_pages_for_them(
    host_app: tuple[Flask, ZoomBlueprint],
) -> None:
    app, zoom = host_app
    app.register_blueprint(zoom, url_prefix="/zoom")
    client = app.test_client()
    problem_of(client.get("/zoom/api/v1/hosts/nobody/nothing"), 404)
    problem_of(client.get("/zoom/api/v1/bookings/junk"), 404)
    page = client.get("/zoom/book/nobody/nothing")
    assert (page.status_code, page.mimetype) == (404, "text/html")
    assert "host app" not in page.text
    assert "Access-Control-Allow-Origin" not in page.headers


def test_an_unexpected_error_says_nothing_of_itself_and_is_logged(
    host_app: tuple[Flask, ZoomBlueprint], caplog: pytest.LogCaptureFixture
) -> None:
    app, zoom = host_app

    @zoom.busy_times
    def busy(host: Host, first: object, last: object) -> list[Any]:
        raise RuntimeError(SECRET)

    app.register_blueprint(zoom, url_prefix="/zoom")
    with app.app_context():
        zoom.hosts.put(HOSTS["ada"])
        event = zoom.event_types.list("1")[0]
        zoom.event_types.put("1", replace(event, location=Location.PHONE))
    client = app.test_client()
    answer = client.get("/zoom/api/v1/hosts/ada/30-minutes/slots", query_string=days())
    problem_of(answer, 500)
    assert SECRET not in answer.text
    page = client.get("/zoom/book/ada/30-minutes")
    assert page.status_code == 500
    assert SECRET not in page.text
    assert "host app" not in page.text
    assert any(record.exc_info and SECRET in str(record.exc_info[1]) for record in caplog.records)


def test_every_kind_of_page_error_is_a_page_in_our_design(shared_site: Site) -> None:
    for path, status in (
        ("/book/nobody/x", 404),
        ("/bookings/junk", 404),
        ("/", 401),
        ("/connections/x/disconnect", 401),
    ):
        answer = shared_site.get(path)
        assert answer.status_code == status
        assert answer.headers["Content-Type"].startswith("text/html")
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "<h1>" in answer.text


def test_preflights_are_answered_for_every_origin(shared_site: Site) -> None:
    answer = shared_site.session.options(f"{shared_site.base}{INTRO}/bookings", timeout=30)
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    assert "Content-Type" in answer.headers["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_a_database_that_is_away_is_a_503_with_retry_after(
    make_site: MakeSite, postgres_server: PostgresServer
) -> None:
    site = make_site()
    site.connect()
    booking = site.booked()
    fields = wish(site)
    shut(site, postgres_server)
    manage = f"/api/v1/bookings/{booking['manage_url'].rpartition('/')[2]}"
    wait_until(lambda: site.get(INTRO).status_code != 200, why="what can be booked is known for a moment")
    for answer in (
        site.get(INTRO),
        site.get(f"{INTRO}/slots", params=days()),
        site.post(f"{INTRO}/bookings", data=fields),
        site.get(manage),
        site.get(f"{manage}/slots", params=days()),
        site.get(f"{manage}/invite.ics"),
        site.post(f"{manage}/reschedule", data=fields),
        site.post(f"{manage}/cancel"),
    ):
        problem = refused(answer, 503)
        assert int(answer.headers["Retry-After"]) > 0
        assert "psycopg" not in answer.text
        assert "database" not in problem["detail"]
    page = site.get("/book/ada/intro-call")
    assert page.status_code == 503
    assert page.headers["Retry-After"]
    assert site.get("/healthz").status_code == 200


def test_a_refusal_of_the_site_itself_is_shown(make_site: MakeSite) -> None:
    site = make_site()
    site.connect()

    @site.zoom.before_booking
    def gate(draft: Draft) -> None:
        if draft.email.endswith("@example.org"):
            raise BookingRefused("Please write from your company's address.")

    before = site.simulator.calls()
    problem = refused(site.book(email="bob@example.org"), 403)
    assert problem["detail"] == "Please write from your company's address."
    assert site.simulator.calls() == before
    page = site.post("/book/ada/intro-call", data=wish(site, email="bob@example.org"))
    assert page.status_code == 403
    assert "Please write from your company" in page.text
    assert site.booked(email="bob@example.com")

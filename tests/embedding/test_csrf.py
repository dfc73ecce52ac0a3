"""The host app's own CSRF protection: it may be set up in any order, and protects what it should."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from flask_wtf.csrf import CSRFProtect

from tests.embedding.conftest import MakeApp
from tests.embedding.test_registration import known
from tests.fixtures.site_app import HOSTS
from zoom_blueprint import ZoomBlueprint
from zoom_blueprint.testing.signing import sign_webhook

ORDERS = ["blueprint first", "protection first", "protection by init_app", "another name"]


def protected(app: Flask, order: str) -> FlaskClient:
    """Set up an app of its own with protection and blueprint in some order."""
    zoom = ZoomBlueprint("bookings" if order == "another name" else "zoom")
    zoom.host_loader(lambda: HOSTS["ada"])
    if order == "protection first":
        CSRFProtect(app)
    app.register_blueprint(zoom, url_prefix="/zoom")
    SQLAlchemy(app)
    if order in ("blueprint first", "another name"):
        CSRFProtect(app)
    elif order == "protection by init_app":
        CSRFProtect().init_app(app)
    app.add_url_rule("/own", "own", lambda: "done", methods=["POST"])
    known(app, zoom)
    return app.test_client()


@pytest.fixture(params=ORDERS)
def client(make_app: MakeApp, request: pytest.FixtureRequest) -> FlaskClient:
    """Ask an app in which both are set up in one of the orders."""
    return protected(make_app(), request.param)


def test_pages_of_the_host_app_stay_protected(client: FlaskClient) -> None:
    assert client.post("/own").status_code == 400


def test_our_host_pages_are_protected(client: FlaskClient) -> None:
    client.get("/zoom/")
    answer = client.post("/zoom/connect")
    assert answer.status_code == 400
    assert "This page has expired" in answer.text


def test_our_host_pages_work(client: FlaskClient) -> None:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/zoom/").text)
    assert found
    answer = client.post("/zoom/connect", data={"csrf_token": found[1]})
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("https://zoom.us/oauth/authorize?")


def test_public_calls_need_no_token(client: FlaskClient) -> None:
    assert client.post("/zoom/api/v1/hosts/ada/call/bookings", data={"name": "Bob"}).status_code == 422
    assert client.post("/zoom/book/ada/call", data={"name": "Bob"}).status_code == 422
    assert client.post("/zoom/webhook", data=b"{}").status_code == 403
    assert client.post("/zoom/webhook", data=b"{}", headers=sign_webhook("secret", b"{}")).status_code == 400
    assert client.post("/zoom/bookings/forged/cancel").status_code == 404


def test_over_https_the_cancel_page_passes_the_check_of_the_referrer(make_app: MakeApp) -> None:
    """Protection over https wants a referrer: our pages may not hide theirs from our own site."""
    app = make_app(ZOOM_PUBLIC_URL="https://localhost")
    client = protected(app, "protection first")
    page = client.get("/zoom/", base_url="https://localhost")
    assert page.headers["Referrer-Policy"] == "same-origin"
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    assert found
    sent = {"data": {"csrf_token": found[1]}, "base_url": "https://localhost"}
    assert client.post("/zoom/connect", **sent).status_code == 400
    with_referrer = client.post("/zoom/connect", **sent, headers={"Referer": "https://localhost/zoom/"})
    assert with_referrer.status_code == 303

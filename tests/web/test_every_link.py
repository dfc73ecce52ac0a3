"""Whatever the host's pages lead to is there, in an app that names, nests and mounts the blueprint as it likes."""

import html
import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode, urljoin, urlsplit

import pytest
from flask import Blueprint, Flask
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from werkzeug.test import TestResponse

from tests.fixtures.site import MakeSite
from tests.fixtures.site_app import HOSTS
from tests.services.parking import TRIES
from tests.web.furnished import QUERIES, Ids, furnish
from zoom_blueprint import EventType, Location, ZoomBlueprint
from zoom_blueprint.services import endings, event_types
from zoom_blueprint.web import routes

_MOUNT = "http://localhost/shop"
_OURS = f"{_MOUNT}/tools/calls"
_FRAME = """<title>{% block title %}{% endblock %}</title>{% block messages %}{% endblock %}
{% include "zoom_blueprint/_navigation.html" %}{% block content %}{% endblock %}"""


@pytest.fixture
def elsewhere(make_site: MakeSite, tmp_path: Path) -> tuple[FlaskClient, Ids]:
    """Return a client of an app with everything its own way, on the database of a host with something of everything."""
    site = make_site(ZOOM_TRIES=TRIES)
    ids = furnish(site)
    app = Flask(__name__, template_folder=str(tmp_path))
    kept = ("ZOOM_", "SECRET_KEY", "SQLALCHEMY_DATABASE_URI")
    app.config.update({key: value for key, value in site.app.config.items() if key.startswith(kept)})
    app.config.update(ZOOM_PUBLIC_URL="http://localhost", APPLICATION_ROOT="/shop")
    SQLAlchemy(app)
    CSRFProtect(app)
    zoom, tools = ZoomBlueprint("bookings"), Blueprint("tools", __name__)
    zoom.host_loader(lambda: HOSTS["ada"])
    tools.register_blueprint(zoom, url_prefix="/calls")
    app.register_blueprint(tools, url_prefix="/tools")
    return app.test_client(), ids


def test_every_link_and_button_of_a_host_leads_to_a_page(elsewhere: tuple[FlaskClient, Ids]) -> None:
    client, ids = elsewhere
    links: dict[str, str] = {}
    buttons: dict[str, str] = {}
    for page in _pages(ids):
        answer = _get(client, page)
        assert answer.status_code in (200, 302), f"{page}: {answer.status_code}"
        for tag in re.findall(r"<[a-z][^>]*>", answer.text) if "html" in answer.content_type else ():
            _note(tag, page, links, buttons)
    assert len(links) > len(_pages(ids))
    assert len(buttons) > len(ids)
    for address, page in links.items():
        assert address.startswith(f"{_OURS}/"), f"{address} on {page}"
        assert _get(client, address).status_code in (200, 302), f"{address} on {page}"
    for address, page in buttons.items():
        assert address.startswith(f"{_OURS}/"), f"{address} on {page}"
        # There, and guarded; 404 and 405 would be nobody's.
        pressed = client.post(address.removeprefix(_MOUNT), base_url=_MOUNT)
        assert pressed.status_code == 400, f"{address} on {page}: {pressed.status_code}"


def test_no_link_leads_to_a_booking_page_that_lets_nobody_book(elsewhere: tuple[FlaskClient, Ids]) -> None:
    client, ids = elsewhere
    state = client.application.extensions["zoom_blueprint"]
    active = EventType(slug="phone", title="Call", location=Location.PHONE)
    event_types.put(state, "1", active)
    event_types.put(state, "1", replace(active, slug="off", active=False))
    endings.disconnect(state, "1", ids["connection_id"])
    event_type_ids = [one for one, event in event_types.by_id(state, "1").items() if event.slug != "phone"]
    pages = [page for page in _pages(ids) if "/preview" not in page]  # that shows a button as it is
    pages += (f"{_OURS}/event-types/{one}" for one in event_type_ids)
    links = {link for page in pages for link in re.findall(r'href="([^"?]+/book/ada/[^"?]+)', _get(client, page).text)}
    assert links == {f"{_OURS}/book/ada/phone"}
    assert _get(client, links.pop()).status_code == 200


def test_every_page_stands_in_a_frame_of_the_site(elsewhere: tuple[FlaskClient, Ids], tmp_path: Path) -> None:
    client, ids = elsewhere
    (tmp_path / "zoom_blueprint").mkdir()
    (tmp_path / "zoom_blueprint" / "layout.html").write_text(_FRAME)
    for page in _pages(ids):
        answer = _get(client, page)
        assert answer.status_code in (200, 302), f"{page}: {answer.status_code}"


def _pages(ids: Ids) -> list[str]:
    """Return the address of each page of a host."""
    found = [(path, view.partition(".")[2]) for path, method, view, *_ in routes.HOST_PAGES if method == "GET"]
    return [
        f"{_OURS}{re.sub('<([a-z_]+)>', lambda name: ids[name[1]], path)}?{urlencode(QUERIES.get(name, {}))}"
        for path, name in found
    ]


def _get(client: FlaskClient, address: str) -> TestResponse:
    return client.get(address.removeprefix(_MOUNT), base_url=_MOUNT, buffered=True)


def _note(tag: str, page: str, links: dict[str, str], buttons: dict[str, str]) -> None:
    """Note where a tag leads to: one address of each path, and what is elsewhere is not ours to look at."""
    found = re.search(r'\s(?:href|src|action|formaction)="([^"#]+)"', tag)
    address = urljoin(page, html.unescape(found[1])) if found else ""
    if urlsplit(address).netloc != "localhost":
        return
    is_button = "formaction=" in tag or 'method="post"' in tag
    known = buttons if is_button else links
    path = address.partition("?")[0]
    if all(other.partition("?")[0] != path for other in known):
        known[address] = page

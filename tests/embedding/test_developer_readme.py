"""The README's other programs do what stands beside them; its first app is tested from a wheel in tests/packaging."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from textwrap import dedent, indent
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.fernet import Fernet
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy

from tests.embedding.conftest import MakeApp
from tests.embedding.developer import code
from tests.fixtures.site import MakeSite
from tests.fixtures.site_app import HOSTS
from zoom_blueprint import ZoomBlueprint
from zoom_blueprint.services import endings
from zoom_blueprint.state import EXTENSION
from zoom_blueprint.testing import Simulator

WHAT_THE_README_LEAVES_OUT = """
page = client.get("/zoom/")
token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)[1]
to_zoom = client.post("/zoom/connect", data={"csrf_token": token}).location
assert "Zoom connected" in client.get(zoom_simulator.consent(to_zoom, "ada"), follow_redirects=True).text
event, today = "/zoom/api/v1/hosts/ada/30-minutes", datetime.now(UTC).date()
days = {"from": today, "to": today + timedelta(days=14), "tz": "Europe/Paris"}
slots = client.get(f"{event}/slots", query_string=days).json
wish = {"start": slots["slots"][0], "token": slots["token"], "key": "the-first-booking", "tz": "Europe/Paris"}
booked = client.post(f"{event}/bookings", data={**wish, "name": "Bob Byrne", "email": "bob@example.com"})
assert booked.status_code == 201, booked.text
"""


@pytest.fixture
def made_apps() -> Iterator[list[Flask]]:
    """Apps whose databases are closed with the test."""
    apps: list[Flask] = []
    yield apps
    for app in apps:
        app.extensions[EXTENSION].database.dispose()
        with app.app_context():
            app.extensions["sqlalchemy"].engine.dispose()


def test_a_test_with_the_simulator_reaches_zoom(
    zoom_simulator: Simulator, tmp_path: Path, made_apps: list[Flask]
) -> None:
    zoom = ZoomBlueprint()
    zoom.host_loader(lambda: HOSTS["ada"])

    def create_app(settings: dict[str, Any]) -> Flask:
        app = Flask("host_app")
        app.config.update(SECRET_KEY="the host app's", **settings)
        SQLAlchemy(app)
        app.register_blueprint(zoom, url_prefix="/zoom")
        made_apps.append(app)
        return app

    text = code("## Test your own integration")
    rest = indent(dedent("client = app.test_client()" + WHAT_THE_README_LEAVES_OUT), "    ")
    text, filled = re.subn(r"    \.\.\. .*\n", lambda _: rest, text)
    assert filled == 1
    names: dict[str, Any] = {"create_app": create_app, "zoom": zoom, "Fernet": Fernet, "re": re}
    names |= {"datetime": datetime, "timedelta": timedelta, "UTC": UTC}
    exec(text, names)
    names["test_a_booking_reaches_zoom"](zoom_simulator, tmp_path)


def test_hosts_hours_and_event_types_are_written_by_code(make_app: MakeApp) -> None:
    app, zoom = make_app(), ZoomBlueprint()
    SQLAlchemy(app)
    app.register_blueprint(zoom, url_prefix="/zoom")
    with app.app_context():
        exec(code("Hosts, hours and event types"), {"zoom": zoom})
        assert "intro-call" in [event.slug for event in zoom.event_types.list("1")]
    assert app.test_client().get("/zoom/guide").status_code == 200


def test_zoom_is_used_by_code_and_event_types_say_what_happens_without_it(make_site: MakeSite) -> None:
    site = make_site()
    site.connect()
    with site.app.app_context():
        exec(code("What shall happen while no Zoom account works"), {"zoom": site.zoom})
        names: dict[str, Any] = {"zoom": site.zoom, "print": lambda *said: said_by_zoom.append(said)}
        said_by_zoom: list[tuple[object, ...]] = []
        exec(code("## Zoom by code"), names)
    assert said_by_zoom == [("ada@example.com", ["Team call"]), ("active", [])]
    assert site.simulator.meetings("ada") == []
    endings.disconnect(site.state, "1", site.connection().id)
    booked = site.booked("ada/review")
    assert booked["join_url"] == "https://rooms.example.com/ada"


def test_bookings_are_made_moved_and_cancelled_by_code(make_site: MakeSite) -> None:
    site = make_site()
    site.connect()
    with site.app.app_context():
        exec(code("## Bookings by code"), {"zoom": site.zoom})
        assert site.zoom.bookings.upcoming("1") == []
        assert [one.title for one in site.zoom.blocked_times.list("1")] == ["Dentist"]
    site.drain()
    assert site.simulator.meetings("ada") == []


def test_every_decision_is_asked(make_site: MakeSite) -> None:
    site = make_site()
    told: list[str] = []
    mails: list[EmailMessage] = []

    def my_calendar(*asked: object) -> list[SimpleNamespace]:
        told.append("busy")
        return [meeting] if len(asked) == 3 else []

    meeting = SimpleNamespace(start=datetime(2020, 1, 1, 9, tzinfo=UTC), end=datetime(2020, 1, 1, 10, tzinfo=UTC))
    names: dict[str, Any] = {
        "zoom": site.zoom,
        "is_paying": lambda host_id: host_id == HOSTS["ada"].id,
        "is_client": lambda email: False,
        "my_calendar": my_calendar,
        "my_mail_service": SimpleNamespace(send=mails.append),
        "crm": SimpleNamespace(add=lambda email, event_id: told.append(email)),
    }
    exec(code("## Your decisions"), names)
    site.connect()
    site.booked()
    site.drain()
    assert {"busy", "bob@example.com"} <= set(told)
    assert len(mails) == 2
    (made,) = site.simulator.meetings("ada")
    assert made["settings"]["waiting_room"] is True


def test_a_layout_says_only_what_differs(make_app: MakeApp, tmp_path: Path) -> None:
    client = _framed(make_app, tmp_path, code("## Your look", "html"), host=True)
    page, guide = client.get("/talk/to/").text, client.get("/talk/to/guide").text
    assert re.search(r'<bdi>Ada Lovelace</bdi>.*href="/">Our site</a>.*action="/sign-out">', page, flags=re.DOTALL)
    assert "Sign out" not in guide
    for shown in (page, guide):
        assert "pages-layout.css" in shown


def test_a_frame_needs_nothing_but_blocks(make_app: MakeApp, tmp_path: Path) -> None:
    """Only ours told what the blueprint is called in endpoints, and the guide asks for its styles by that name."""
    client = _framed(make_app, tmp_path, "{% block styles %}{% endblock %}{% block content %}{% endblock %}")
    guide = client.get("/talk/to/guide")
    assert guide.status_code == 200
    assert "/talk/to/zoom-static/pages-guide.css" in guide.text


def _framed(make_app: MakeApp, tmp_path: Path, layout: str, *, host: bool = False) -> FlaskClient:
    """Return a client of a site with a layout of its own."""
    app, zoom = make_app(), ZoomBlueprint("calls")
    app.template_folder = str(tmp_path / "templates")
    ours = tmp_path / "templates" / "zoom_blueprint" / "layout.html"
    ours.parent.mkdir(parents=True)
    ours.write_text(layout)
    app.add_url_rule("/", "home", lambda: "")
    app.add_url_rule("/sign-out", "sign_out", lambda: zoom.leave("home"), methods=["POST"])
    zoom.host_loader(lambda: HOSTS["ada"] if host else None)
    SQLAlchemy(app)
    app.register_blueprint(zoom, url_prefix="/talk/to")
    return app.test_client()


@pytest.mark.parametrize("name", ["layout.html", "guide.html"])
def test_a_template_of_the_host_app_wins(make_app: MakeApp, tmp_path: Path, name: str) -> None:
    app = make_app()
    app.template_folder = str(tmp_path / "templates")
    ours = tmp_path / "templates" / "zoom_blueprint" / name
    ours.parent.mkdir(parents=True)
    ours.write_text("<title>{% block title %}{% endblock %} – My Shop</title>{% block content %}{% endblock %}")
    SQLAlchemy(app)
    app.register_blueprint(ZoomBlueprint("calls"), url_prefix="/talk/to")
    page = app.test_client().get("/talk/to/guide").text
    assert "– My Shop</title>" in page
    assert ("Guide" in page) is (name == "layout.html")

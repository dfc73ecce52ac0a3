"""What a site says to Jinja about its own templates is nothing to ours."""

from email.message import EmailMessage
from pathlib import Path

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from jinja2 import StrictUndefined

from tests.embedding.conftest import MakeApp
from tests.mail.samples import CASES
from zoom_blueprint import EventType, Host, Location, ZoomBlueprint
from zoom_blueprint.state import EXTENSION, State

OPTIONS: dict[str, dict[str, object]] = {
    "trimmed": {"trim_blocks": True, "lstrip_blocks": True, "keep_trailing_newline": True},
    "strict": {"undefined": StrictUndefined},
    "for_vue": {"variable_start_string": "[[", "variable_end_string": "]]"},
    "by_lines": {"line_statement_prefix": "%", "line_comment_prefix": "#"},
    "escaped": {"autoescape": True},
    "bare": {"autoescape": False},
}
ADA = Host(id="1", slug="ada", name="Ada <Lovelace>", email="ada@example.com")
PAGES = ("/", "/host/book", "/host/blocked-times", "/guide", "/book/ada/visit", "/bookings/none", "/book/nobody/visit")


def site(make_app: MakeApp, options: dict[str, object]) -> Flask:
    app, zoom = make_app(SECRET_KEY="the same for all", TESTING=True), ZoomBlueprint()
    app.jinja_options = options
    SQLAlchemy(app)
    app.register_blueprint(zoom, url_prefix="/zoom")
    zoom.host_loader(lambda: ADA)
    with app.app_context():
        zoom.hosts.put(ADA)
        zoom.event_types.put(
            "1", EventType(slug="visit", title="Visit", location=Location.IN_PERSON, location_text="A")
        )
    return app


def contents(message: EmailMessage) -> list[str]:
    parts = [message.get_body((kind,)) for kind in ("plain", "html")]
    return [str(message["Subject"]), *(part.get_content() for part in parts if part is not None)]


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
def test_mails_are_what_they_are_whatever_a_site_says_to_jinja(make_app: MakeApp, options: dict[str, object]) -> None:
    """With ``trim_blocks`` the greeting joined the subject, and the next sentence the link."""
    found = []
    for app in (site(make_app, {}), site(make_app, options)):
        state = app.extensions[EXTENSION]
        assert isinstance(state, State)
        with app.app_context():
            found.append(
                [contents(letter.message) for case in CASES.values() for *_, letter in case.letters(state, "de")]
            )
    assert found[0] == found[1]


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
def test_pages_are_what_they_are_whatever_a_site_says_to_jinja(make_app: MakeApp, options: dict[str, object]) -> None:
    plain, odd = (site(make_app, each).test_client() for each in ({}, options))
    days = plain.get("/zoom/book/ada/visit").text
    form = days[days.index("/zoom/book/ada/visit?start=") :].partition('"')[0].replace("&amp;", "&")
    for path in (*(f"/zoom{page}" for page in PAGES), form):
        pages = [one.get(path) for one in (plain, odd)]
        assert pages[0].status_code == pages[1].status_code
        assert said_by(pages[0].text) == said_by(pages[1].text)


def said_by(page: str) -> list[str]:
    """Return a page's words without the values of fields, some of which are new each time."""
    return [word for word in page.split() if not word.startswith("value=")]


def test_what_a_site_escapes_in_templates_of_its_own_stays_escaped(make_app: MakeApp, tmp_path: Path) -> None:
    (tmp_path / "zoom_blueprint").mkdir()
    (tmp_path / "base.jinja").write_text("{{ '<b>' }}{% block content %}{% endblock %}")
    (tmp_path / "zoom_blueprint" / "layout.html").write_text('{% extends "base.jinja" %}')
    for escapes, shown in ((True, "&lt;b&gt;"), (False, "<b>")):
        app = site(make_app, {"autoescape": escapes})
        app.template_folder = str(tmp_path)
        assert app.test_client().get("/zoom/").text.startswith(shown)

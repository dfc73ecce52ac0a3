"""The blueprint fits into any app: any prefix, name and parent, several apps in one process, one registration each."""

import re
import threading
from dataclasses import replace

import pytest
from flask import Blueprint, Flask
from flask_sqlalchemy import SQLAlchemy

from tests.embedding.conftest import MakeApp
from tests.fixtures.site_app import HOSTS
from zoom_blueprint import ConfigurationError, EventType, Host, Location, ZoomBlueprint
from zoom_blueprint.state import EXTENSION, State

CALL = EventType(
    slug="call", title="A call", notice_minutes=0, location=Location.PHONE, location_text="+44 20 7946 0000"
)


def embed(app: Flask, zoom: ZoomBlueprint, **options: str | None) -> State:
    """Register the blueprint on a Flask-SQLAlchemy app, and make ada bookable by phone."""
    SQLAlchemy(app)
    app.register_blueprint(zoom, **options)
    return known(app, zoom)


def known(app: Flask, zoom: ZoomBlueprint) -> State:
    """Make ada bookable by phone."""
    with app.app_context():
        zoom.hosts.put(HOSTS["ada"])
        zoom.event_types.put(HOSTS["ada"].id, CALL)
    state: State = app.extensions[EXTENSION]
    return state


def links_of(page: str) -> set[str]:
    """Return the local addresses in a page."""
    found = re.findall(r'(?:href|src|action)="(/[^"#]*)"', page)
    return {address.replace("&amp;", "&") for address in found}


def works(app: Flask, state: State) -> None:
    """Look at every kind of page and at the address of all they link to."""
    client = app.test_client()
    below = state.links.base.removeprefix("http://localhost")
    assert client.get(f"{below}/healthz").status_code == 200
    assert client.get(f"{below}/api/v1/hosts/ada/call").json["host"]["slug"] == "ada"  # type: ignore[index]  # JSON
    assert client.get(f"{below}/widget/v1/book-now.js", buffered=True).status_code == 200
    assert client.get(f"{below}/api/v1/nothing").status_code == 404
    pages = [client.get(f"{below}{path}") for path in ("/", "/book/ada/call", "/guide")]
    assert [page.status_code for page in pages] == [200, 200, 200]
    followed = {address for page in pages for address in links_of(page.text)}
    assert followed
    for address in followed:
        assert address.startswith(f"{below}/"), address
        assert client.get(address, buffered=True).status_code in (200, 405), address
    if app.cli.commands:
        assert "zoom" in app.cli.commands


@pytest.mark.parametrize("prefix", ["/zoom", "/zoom/", "/a/long/prefix", "/api/v1/zoom", "", None, "/"])
def test_any_prefix_will_do(make_app: MakeApp, prefix: str | None) -> None:
    app, zoom = make_app(), ZoomBlueprint()
    zoom.host_loader(lambda: HOSTS["ada"])
    state = embed(app, zoom, url_prefix=prefix)
    assert state.links.base == f"http://localhost{(prefix or '').rstrip('/')}"
    works(app, state)


def test_a_prefix_with_a_variable_is_refused(make_app: MakeApp) -> None:
    with pytest.raises(ConfigurationError, match="fixed url_prefix"):
        make_app().register_blueprint(ZoomBlueprint(), url_prefix="/<tenant>/zoom")


def test_it_may_have_another_name(make_app: MakeApp) -> None:
    app, zoom = make_app(), ZoomBlueprint("bookings")
    zoom.host_loader(lambda: HOSTS["ada"])
    works(app, embed(app, zoom, url_prefix="/zoom"))
    app, zoom = make_app(), ZoomBlueprint()
    zoom.host_loader(lambda: HOSTS["ada"])
    works(app, embed(app, zoom, url_prefix="/zoom", name="something_else"))


def test_it_may_be_nested_in_another_blueprint(make_app: MakeApp) -> None:
    app, zoom = make_app(), ZoomBlueprint()
    zoom.host_loader(lambda: HOSTS["ada"])
    SQLAlchemy(app)
    parent = Blueprint("portal", __name__)
    parent.register_blueprint(zoom, url_prefix="/zoom")
    app.register_blueprint(parent, url_prefix="/portal")
    state = known(app, zoom)
    assert state.links.base == "http://localhost/portal/zoom"
    works(app, state)


def test_a_second_registration_is_refused_with_what_to_do(make_app: MakeApp) -> None:
    app = make_app()
    app.register_blueprint(ZoomBlueprint(), url_prefix="/zoom")
    for second in (ZoomBlueprint(), ZoomBlueprint("other")):
        with pytest.raises(ConfigurationError, match="registered on this app already"):
            app.register_blueprint(second, url_prefix="/second")


def test_two_apps_in_one_process_know_nothing_of_each_other(make_app: MakeApp) -> None:
    first, second = make_app(), make_app()
    ours, theirs = ZoomBlueprint(), ZoomBlueprint()
    ours.host_loader(lambda: HOSTS["ada"])
    theirs.host_loader(lambda: HOSTS["grace"])
    one, two = embed(first, ours, url_prefix="/zoom"), embed(second, theirs, url_prefix="/calls")
    assert (one.config.client_id, two.config.client_id) == ("client-0", "client-1")
    with first.app_context():
        ours.hosts.put(replace(HOSTS["ada"], name="Augusta King"))
    assert "Augusta King" in first.test_client().get("/zoom/book/ada/call").text
    assert "Ada Lovelace" in second.test_client().get("/calls/book/ada/call").text
    assert one.links.manage_token("x") != two.links.manage_token("x")
    works(first, one)
    works(second, two)


def test_one_object_may_serve_an_app_factory_again_and_again(make_app: MakeApp) -> None:
    zoom = ZoomBlueprint()
    zoom.host_loader(lambda: HOSTS["ada"])
    states = []
    for app in (make_app(), make_app()):
        states.append(embed(app, zoom, url_prefix="/zoom"))
        works(app, states[-1])
    assert states[0] is not states[1]
    assert states[0].config != states[1].config


def test_sqlalchemy_may_come_later(make_app: MakeApp) -> None:
    app, zoom, db = make_app(), ZoomBlueprint(), SQLAlchemy()
    app.register_blueprint(zoom, url_prefix="/zoom")
    zoom.host_loader(lambda: HOSTS["ada"])
    db.init_app(app)
    works(app, known(app, zoom))


def test_without_flask_sqlalchemy_an_address_of_its_own_is_enough(make_app: MakeApp) -> None:
    app, zoom = make_app(), ZoomBlueprint()
    address = app.config.pop("SQLALCHEMY_DATABASE_URI")
    app.config["ZOOM_DATABASE_URL"] = address
    app.register_blueprint(zoom, url_prefix="/zoom")
    zoom.host_loader(lambda: HOSTS["ada"])
    works(app, known(app, zoom))


def test_a_missing_host_loader_is_told_to_the_developer(make_app: MakeApp) -> None:
    app, zoom = make_app(TESTING=True), ZoomBlueprint()
    embed(app, zoom, url_prefix="/zoom")
    with pytest.raises(ConfigurationError, match=r"@zoom\.host_loader"):
        app.test_client().get("/zoom/")


def test_pending_work_of_the_host_app_is_left_alone(make_app: MakeApp) -> None:
    """Neither a page nor a call from code commits, flushes or rolls back what the host app has begun."""
    app, zoom, db = make_app(), ZoomBlueprint(), SQLAlchemy()
    app.register_blueprint(zoom, url_prefix="/zoom")
    db.init_app(app)

    class Note(db.Model):  # type: ignore[name-defined,misc]  # Flask-SQLAlchemy makes it at run time
        id = db.Column(db.Integer, primary_key=True)
        text = db.Column(db.String(20))

    with app.app_context():
        db.create_all()
        note = Note(text="not yet")
        db.session.add(note)
        zoom.hosts.put(HOSTS["ada"])
        zoom.event_types.put(HOSTS["ada"].id, CALL)
        assert zoom.hosts.get(HOSTS["ada"].id) == HOSTS["ada"]
        assert note in db.session.new
        db.session.rollback()
        assert db.session.query(Note).count() == 0
        db.session.remove()


def test_the_tables_are_not_the_host_apps(make_app: MakeApp) -> None:
    app, zoom, db = make_app(), ZoomBlueprint(), SQLAlchemy()
    app.register_blueprint(zoom, url_prefix="/zoom")
    db.init_app(app)
    known(app, zoom)
    assert not any(name.startswith("zoom_") for name in db.metadata.tables)


def test_no_thread_runs_without_a_server(make_app: MakeApp) -> None:
    before = set(threading.enumerate())
    app, zoom = make_app(ZOOM_WORKER="thread", TESTING=True), ZoomBlueprint()
    zoom.host_loader(lambda: HOSTS["ada"])
    works(app, embed(app, zoom, url_prefix="/zoom"))
    started = {thread.name for thread in set(threading.enumerate()) - before}
    assert not any(name.startswith("zoom-") for name in started), started


def test_the_host_who_is_signed_in_is_known_from_then_on(make_app: MakeApp) -> None:
    app, zoom = make_app(), ZoomBlueprint()
    SQLAlchemy(app)
    app.register_blueprint(zoom, url_prefix="/zoom")
    zoom.host_loader(lambda: Host(id="7", name="Zoë Ö. Test", email="zoe@example.com", time_zone="Asia/Tokyo"))
    app.test_client().get("/zoom/")
    page = app.test_client().get("/zoom/embed")
    assert "zoe-o-test/30-minutes" in page.text
    with app.app_context():
        assert zoom.hosts.get("7").slug == "zoe-o-test"
        assert [event.duration_minutes for event in zoom.event_types.list("7")] == [30]

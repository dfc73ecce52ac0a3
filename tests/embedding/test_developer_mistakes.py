"""What a developer is told about a mistake: what is wrong, and what to do about it."""

import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from flask_sqlalchemy import SQLAlchemy

from tests.embedding.conftest import MakeApp
from tests.embedding.developer import FirstApp
from tests.fixtures.servers import free_port
from tests.fixtures.site import Site
from tests.house.tree import ROOT
from zoom_blueprint import BookingPayload, ConfigurationError, ConnectionPayload, Host, ZoomBlueprint
from zoom_blueprint.events import EndpointPayload, EventName, VisitorPayload, type_of_payload


@pytest.mark.parametrize("key", ["SQLALCHEMY_DATABASE_URI", "ZOOM_DATABASE_URL"])
def test_a_database_that_we_do_not_run_on_is_refused_at_registration(make_app: MakeApp, key: str) -> None:
    app = make_app(**{key: "mysql://user:secret@db/site"})
    with pytest.raises(ConfigurationError, match=rf"{key}.*mysql.*PostgreSQL") as told:
        app.register_blueprint(ZoomBlueprint(), url_prefix="/zoom")
    assert "secret" not in str(told.value)


def test_a_missing_flask_sqlalchemy_is_named(make_app: MakeApp) -> None:
    app, zoom = make_app(), ZoomBlueprint()
    app.register_blueprint(zoom, url_prefix="/zoom")
    with app.app_context(), pytest.raises(ConfigurationError, match=r"db\.init_app\(app\)"):
        zoom.upgrade()


def test_the_sign_in_is_an_endpoint_and_no_address(make_app: MakeApp) -> None:
    with pytest.raises(ConfigurationError, match=r"ZOOM_LOGIN_ENDPOINT.*endpoint"):
        make_app(ZOOM_LOGIN_ENDPOINT="/login").register_blueprint(ZoomBlueprint(), url_prefix="/zoom")


def test_a_sign_in_that_the_app_does_not_have_is_named(make_app: MakeApp) -> None:
    app, zoom = make_app(TESTING=True, ZOOM_LOGIN_ENDPOINT="auth.sign_in"), ZoomBlueprint()
    SQLAlchemy(app)
    app.register_blueprint(zoom, url_prefix="/zoom")
    zoom.host_loader(lambda: None)
    with pytest.raises(ConfigurationError, match=r"ZOOM_LOGIN_ENDPOINT is 'auth\.sign_in'.*flask routes"):
        app.test_client().get("/zoom/")


@pytest.mark.parametrize("path", ["/zoom/", "/zoom/event-types", "/zoom/doctor", "/zoom/session"])
@pytest.mark.parametrize("is_debugged", [True, False])
def test_without_a_host_loader_the_log_and_a_developers_page_say_what_to_write(
    make_app: MakeApp, caplog: pytest.LogCaptureFixture, path: str, *, is_debugged: bool
) -> None:
    app, zoom = make_app(), ZoomBlueprint()
    app.debug = is_debugged
    SQLAlchemy(app)
    app.register_blueprint(zoom, url_prefix="/zoom")
    answer = app.test_client().get(path)
    assert answer.status_code == 500
    told = "Say who is signed in: decorate a function with @zoom.host_loader that returns the zoom_blueprint.Host"
    assert caplog.text.count(told) == 1
    assert (told in answer.text) == is_debugged
    assert ("flask zoom doctor" in answer.text) != is_debugged
    assert "Try again" not in answer.text
    assert "try again" not in answer.text
    assert 'href="/zoom/"' not in answer.text, "which leads to this same page"


def test_a_host_loader_that_returns_something_else_is_told_what_to_return(make_app: MakeApp) -> None:
    app, zoom = make_app(TESTING=True), ZoomBlueprint()
    SQLAlchemy(app)
    app.register_blueprint(zoom, url_prefix="/zoom")
    zoom.host_loader(lambda: {"id": "1"})  # type: ignore[arg-type,return-value]
    with pytest.raises(ConfigurationError, match=r"zoom_blueprint\.Host or None, not dict"):
        app.test_client().get("/zoom/")


@pytest.mark.parametrize(
    ("field", "value", "kind"),
    [
        ("id", 1, "int"),
        ("name", None, "NoneType"),
        ("email", None, "NoneType"),
        ("time_zone", None, "NoneType"),
        ("slug", 1, "int"),
        ("locale", None, "NoneType"),
    ],
)
def test_what_is_no_text_of_a_host_is_named_and_logged(
    make_app: MakeApp, caplog: pytest.LogCaptureFixture, field: str, value: Any, kind: str
) -> None:
    """Columns of user tables are numbers, and empty."""
    app, zoom = make_app(), ZoomBlueprint()
    SQLAlchemy(app)
    app.register_blueprint(zoom, url_prefix="/zoom")
    given: dict[str, Any] = {"id": "1", "name": "Ada", "email": "ada@example.com", field: value}
    zoom.host_loader(lambda: Host(**given))
    assert app.test_client().get("/zoom/").status_code == 422
    assert f"{field}: Give text, not {kind}." in caplog.text


def test_a_path_that_the_proxy_takes_away_has_to_be_known(make_app: MakeApp, caplog: pytest.LogCaptureFixture) -> None:
    app, zoom = make_app(), ZoomBlueprint()
    SQLAlchemy(app)
    app.register_blueprint(zoom, url_prefix="/zoom")
    zoom.host_loader(lambda: Host(id="1", name="Ada", email="ada@example.com"))
    answer = app.test_client().get("/zoom/", environ_overrides={"SCRIPT_NAME": "/tools"})
    assert answer.status_code == 421
    assert "Set APPLICATION_ROOT to /tools" in answer.text
    assert "Set APPLICATION_ROOT to /tools" in caplog.text


def test_a_zoom_that_does_not_answer_is_in_the_log(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    site.simulator.kill()
    booking = site.booked()
    assert booking["meeting_status"] == "coming"
    assert "is not as it should be yet: Zoom gave no usable answer" in caplog.text


def test_a_hook_can_tell_by_its_type_what_an_event_is_about() -> None:
    kinds = {
        **dict.fromkeys(("booking", "meeting", "calendar"), BookingPayload),
        **dict.fromkeys(("zoom", "google"), ConnectionPayload),
        "visitor": VisitorPayload,
        "endpoint": EndpointPayload,
    }
    for name in EventName:
        assert type_of_payload[name] is kinds[name.partition(".")[0]]


def test_the_commands_say_what_is_missing_without_a_traceback(tmp_path: Path) -> None:
    first_app = FirstApp(tmp_path, "")
    (tmp_path / "app.py").write_text(
        (tmp_path / "app.py").read_text(encoding="utf-8").replace("db = SQLAlchemy(app)", "db = SQLAlchemy()")
    )
    done = first_app.flask("zoom", "upgrade", environ={})
    assert done.returncode == 1
    assert "Flask-SQLAlchemy is not set up" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", ["PORT", "SIMULATOR_PORT"])
def test_the_demo_names_a_port_that_is_none(name: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "demo_app"],
        cwd=ROOT,
        env={"DEMO_INSTANCE": str(tmp_path), name: "70000"},
        check=False,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 1
    assert done.stderr == f"{name} must be a port, a number from 1 to 65535, and not '70000'.\n"


@pytest.mark.parametrize("name", ["PORT", "SIMULATOR_PORT"])
def test_the_demo_says_how_to_name_another_port_than_a_taken_one(name: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ports = {"PORT": free_port(), "SIMULATOR_PORT": free_port(), name: taken.getsockname()[1]}
        done = subprocess.run(
            [sys.executable, "-m", "demo_app"],
            cwd=ROOT,
            env={"DEMO_INSTANCE": str(tmp_path), **{key: str(port) for key, port in ports.items()}},
            check=False,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=60,
        )
    assert done.returncode == 1
    assert f"make demo {name}=" in done.stderr
    assert "Traceback" not in done.stderr

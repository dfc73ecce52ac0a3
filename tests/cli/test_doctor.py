"""``flask zoom doctor`` in real processes: what is wrong, what to press, and no secret in it."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from celery import Celery
from cryptography.fernet import Fernet
from sqlalchemy import create_engine, text

from tests.cli.conftest import APP, Shell, make_shell
from tests.cli.test_commands import connect
from tests.fixtures.servers import ROOT, Start, free_port
from tests.fixtures.site import MakeSite, Site
from tests.fixtures.site_app import TOKEN_KEY, prepare
from tests.mail.conftest import Post
from zoom_blueprint import not_ours
from zoom_blueprint.services import doctors
from zoom_blueprint.store.tables import VERSION_TABLE
from zoom_blueprint.testing import Simulator

MAIL = {"ZOOM_SMTP_URL": "smtp://postman:mail-password@127.0.0.1:25", "ZOOM_MAIL_FROM": "us@example.com"}


def doctor(shell: Shell, *arguments: str, **env: str) -> tuple[int, str]:
    """Return exit status and output of the doctor of a site with mail."""
    done = subprocess.run(
        [sys.executable, *APP, "zoom", "doctor", *arguments],
        cwd=ROOT,
        env={**os.environ, **shell.env, **MAIL, **env},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout


@contextmanager
def post_office() -> Iterator[dict[str, str]]:
    """Run a mail server, and hand out the settings of who sends by it."""
    server = Controller(Post(), hostname="127.0.0.1", port=free_port())
    server.start()
    yield {"ZOOM_SMTP_URL": f"smtp://127.0.0.1:{server.port}"}
    server.stop()


def finding(report: dict[str, Any], name: str) -> dict[str, Any]:
    """Return what was found about one thing."""
    (found,) = [one for one in report["findings"] if one["name"] == name]
    return dict(found)


def test_a_healthy_site_ends_with_nought(shell: Shell, zoom_simulator: Simulator) -> None:
    status, said = doctor(shell, "--offline")
    assert (status, said.splitlines()[-1]) == (0, "All is well.")
    assert "not asked: webhook, Zoom credentials, clock, mail server, limits" in said
    shell.serve(None, **MAIL)
    connect(shell, zoom_simulator)
    with post_office() as mail:
        status, said = doctor(shell, "--check", **mail)
    assert (status, said.splitlines()[-1]) == (0, "All is well.")
    assert f"ok  webhook: {shell.base}/webhook answers Zoom's challenge" in said
    assert doctor(shell, "--check", "--offline")[0] == 2
    assert "ok  Zoom of host 1: active ada@example.com" in said
    assert "May create meetings: yes" in said
    assert f"redirect URL: {shell.base}/callback" in said


def test_a_token_key_that_is_gone_is_found_before_zoom_is_asked(shell: Shell, zoom_simulator: Simulator) -> None:
    server = shell.serve(None, **MAIL)
    connect(shell, zoom_simulator)
    server.stop()
    other = {"ZOOM_TOKEN_KEYS": Fernet.generate_key().decode()}
    for arguments in (("--offline",), ("--check",)):
        status, said = doctor(shell, *arguments, **other)
        assert (status, "!!  sealed values: no key in ZOOM_TOKEN_KEYS opens" in said) == (1, True)
        assert "zoom_grant.access_token" in said
    with_both = {"ZOOM_TOKEN_KEYS": f"{other['ZOOM_TOKEN_KEYS']},{TOKEN_KEY}"}
    assert doctor(shell, "--offline", **with_both)[0] == 0


def test_an_account_that_is_not_active_is_found_by_asking_and_says_what_to_press(
    shell: Shell, zoom_simulator: Simulator
) -> None:
    server = shell.serve(None, **MAIL)
    connect(shell, zoom_simulator)
    server.stop()
    zoom_simulator.knobs(webhook_hold=True)
    zoom_simulator.put_user("ada", status="inactive")
    calls = len(zoom_simulator.calls())
    assert doctor(shell, "--offline")[0] == 0  # without --check, Zoom is not asked
    assert len(zoom_simulator.calls()) == calls
    status, said = doctor(shell, "--check")
    assert status == 1
    assert "!!  Zoom of host 1: unhealthy account_inactive ada@example.com" in said
    assert "press Check now" in said
    assert doctor(shell, "--offline")[0] == 1  # and it is remembered
    status, said = doctor(shell, "--host", "nobody")
    assert (status, "'nobody' is not known" in said, "Check the id" in said) == (1, True, True)
    status, said = doctor(shell, "--host", "2")
    assert (status, "'2' never connected Zoom" in said, "press Connect Zoom" in said) == (1, True, True)


def test_programs_read_the_same_as_json(shell: Shell, zoom_simulator: Simulator) -> None:
    shell.serve(None, **MAIL)
    connect(shell, zoom_simulator)
    with post_office() as mail:
        status, said = doctor(shell, "--json", "--check", "--host", "1", **mail)
    report = json.loads(said)
    assert (status, report["is_healthy"]) == (0, True)
    (patient,) = report["connections"]
    assert (patient["connection"]["host_id"], patient["health"]["token"]) == ("1", "valid")
    assert patient["health"]["problems"] == []
    assert finding(report, "database")["words"] == "SQLite, tables up to date"


def test_no_secret_is_ever_said(shell: Shell, zoom_simulator: Simulator) -> None:
    shell.serve(None, **MAIL)
    connect(shell, zoom_simulator)
    shell.booked()
    engine = create_engine(shell.env["SQLALCHEMY_DATABASE_URI"])
    with engine.connect() as connection:
        sealed = [
            *connection.execute(text("SELECT access_token_sealed, refresh_token_sealed FROM zoom_grant")).one(),
            *connection.execute(text("SELECT join_url_sealed, passcode_sealed FROM zoom_meeting")).one(),
        ]
    engine.dispose()
    (meeting,) = zoom_simulator.meetings("ada")
    secrets = {
        *filter(None, sealed),
        meeting["password"],
        meeting["join_url"],
        shell.env["ZOOM_CLIENT_SECRET"],
        shell.env["ZOOM_WEBHOOK_SECRETS"],
        TOKEN_KEY,
        "a secret of the tests",
        "mail-password",
        "bob@example.com",
    }
    for arguments in ((), ("--json",), ("--check", "--json")):
        said = doctor(shell, *arguments)[1]
        assert [secret for secret in secrets if secret in said] == []


def test_what_is_missing_is_named_with_what_to_do(
    start_program: Start, database_copy: Callable[..., str], zoom_simulator: Simulator, tmp_path: Path
) -> None:
    (tmp_path / "plain.py").write_text(
        "import os\n"
        "from flask import Flask\n"
        "from zoom_blueprint import ZoomBlueprint\n"
        "app = Flask(__name__)\n"
        "app.config.update({k: v for k, v in os.environ.items() if k.startswith(('ZOOM_', 'SQLALCHEMY_'))})\n"
        f"app.config.update(SECRET_KEY='x', ZOOM_TOKEN_KEYS={TOKEN_KEY!r})\n"
        "app.config['ZOOM_DATABASE_URL'] = app.config.pop('SQLALCHEMY_DATABASE_URI')\n"
        "app.register_blueprint(ZoomBlueprint(), url_prefix='/zoom')\n"
    )
    app = str(tmp_path / "plain.py")
    shell = make_shell(start_program, database_copy(None), zoom_simulator, tmp_path, FLASK_APP=app, ZOOM_WORKER="off")
    done = subprocess.run(
        [sys.executable, "-m", "flask", "zoom", "doctor", "--offline"],
        env={**os.environ, **shell.env},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, "")
    for words in ("flask zoom upgrade", "ZOOM_SMTP_URL", "@zoom.host_loader", "flask zoom worker"):
        assert words in done.stdout


def test_work_that_nobody_does_is_found(shell: Shell, zoom_simulator: Simulator) -> None:
    server = shell.serve(None, ZOOM_WORKER="off", **MAIL)
    connect(shell, zoom_simulator)
    server.stop()
    assert doctor(shell, "--offline")[0] == 0
    engine = create_engine(shell.env["SQLALCHEMY_DATABASE_URI"])
    with engine.begin() as connection:
        connection.execute(text("UPDATE zoom_duty SET due_at = '2020-01-01 00:00:00.000000' WHERE name = 'tend'"))
    engine.dispose()
    status, said = doctor(shell, "--offline", ZOOM_WORKER="off")
    assert status == 1
    assert "!!  due duties: since 2020-01-01 00:00:00 UTC, 1 in all" in said
    assert "?   sign of life: none yet\n      No worker has reached" in said
    assert "flask zoom worker" in said


def test_a_site_that_leaves_its_work_to_celery_hears_of_celery(site: Site) -> None:
    site.zoom.init_celery(Celery("site", broker="memory://", set_as_current=False))
    report = doctors.examine(site.state)
    (found,) = [one.to_do for one in report.findings if one.name == "sign of life"]
    assert report.facts["worker"] == "Celery"
    assert "Keep a Celery worker and `celery beat` running." in (found or "")


def test_a_database_that_does_not_answer_is_one_problem_and_no_traceback(make_site: MakeSite) -> None:
    site = make_site()
    address = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"
    other = site.app.__class__(__name__)
    other.config.update({**site.app.config, "ZOOM_DATABASE_URL": address})
    other.register_blueprint(type(site.zoom)(), url_prefix="/zoom")
    report = doctors.examine(other.extensions["zoom_blueprint"])
    assert not report.is_healthy
    (found,) = [one for one in report.findings if one.name == "database"]
    assert (found.words, found.is_bad) == ("does not answer", True)
    assert "127.0.0.1" in (found.to_do or ""), (
        "the driver's own words say whether it is the server, the name or the password"
    )
    assert report.connections == ()


def everything(*_: object) -> bool:
    """Let autogenerate have all tables, as it does by itself."""
    return True


def nothing_of_zoom(item: object, name: str | None, *_: object) -> bool:
    """Choose as not_ours does, in the host app's own words."""
    del item
    return not (name or "").startswith("zoom_")


def broken(*_: object) -> bool:
    """Fail, as anybody's function may."""
    raise ValueError


@pytest.mark.parametrize(
    ("given", "env_py", "is_safe"),
    [
        ({"include_object": not_ours}, "", True),
        ({"include_object": nothing_of_zoom}, "", True),
        ({"include_object": everything}, "", False),
        ({"include_object": broken}, "", False),
        ({}, "context.configure(include_object=zoom_blueprint.not_ours)", True),
        ({}, "context.configure()", False),
        ({}, None, False),
    ],
)
def test_an_autogenerate_that_would_drop_our_tables_is_found(
    make_site: MakeSite, tmp_path: Path, given: dict[str, object], env_py: str | None, is_safe: bool
) -> None:
    site = make_site()
    folder = tmp_path / "migrations"
    folder.mkdir()
    if env_py is not None:
        (folder / "env.py").write_text(env_py)
    # What Flask-Migrate hangs on the app; it is not installed here.
    site.app.extensions["migrate"] = SimpleNamespace(directory=str(folder), configure_args=given)
    (found,) = [one for one in doctors.examine(site.state).findings if one.name == "autogenerate"]
    assert found.is_bad is not is_safe
    assert bool(found.to_do and "not_ours" in found.to_do) is not is_safe


def test_tables_of_an_earlier_release_are_found(
    start_program: Start, database_copy: Callable[..., str], zoom_simulator: Simulator, tmp_path: Path
) -> None:
    address = database_copy(prepare)
    shell = make_shell(start_program, address, zoom_simulator, tmp_path)
    engine = create_engine(address)
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '0001'"))
    engine.dispose()
    status, said = doctor(shell, "--offline")
    assert status == 1
    assert "flask zoom upgrade" in said

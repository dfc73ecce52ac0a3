"""Each finding of the doctor: one thing is broken, its finding turns and no other, and turns back when it is mended."""

import json
import zoneinfo
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiosmtpd.controller import Controller

from tests.fixtures.databases import SqliteFiles
from tests.fixtures.google import google_keys
from tests.fixtures.servers import free_port
from tests.fixtures.site import Site, served
from tests.fixtures.site_app import prepare
from tests.mail.conftest import Post
from tests.services.breaking import BREAKS, configured, faulty, swapped
from zoom_blueprint import LifecycleEvent
from zoom_blueprint.services import doctors, heartbeats, zone_data
from zoom_blueprint.services.doctors import Report
from zoom_blueprint.services.findings import ASKED, Finding, Name, Verdict
from zoom_blueprint.store import models
from zoom_blueprint.testing import Simulator


@pytest.fixture(scope="module")
def zones(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with data of time zones as they are today, whatever this machine has."""
    folder = tmp_path_factory.mktemp("zones")
    place = folder / "Europe" / "London"
    place.parent.mkdir()
    place.write_bytes((resources.files("tzdata") / "zoneinfo" / "Europe" / "London").read_bytes())
    (folder / "tzdata.zi").write_text(f"# version {datetime.now(UTC).year}a\n")
    zoneinfo.reset_tzpath([folder])
    yield folder
    zoneinfo.reset_tzpath()


@pytest.fixture(scope="module")
def well(_sqlite_files: SqliteFiles, _zoom_simulator_process: Simulator, zones: Path) -> Iterator[Site]:
    """A site where all is well: mails leave, a host is connected, a hook is told, and somebody works."""
    del zones
    _zoom_simulator_process.reset()
    server = Controller(Post(), hostname="127.0.0.1", port=free_port())
    server.start()
    settings: dict[str, object] = {
        **google_keys(_zoom_simulator_process),
        "SQLALCHEMY_DATABASE_URI": _sqlite_files.create(prepare),
        "ZOOM_SMTP_URL": f"smtp://127.0.0.1:{server.port}",
        "ZOOM_MAIL_FROM": "us@example.com",
        **google_keys(_zoom_simulator_process),
    }
    with served(settings, _zoom_simulator_process) as site:

        @site.zoom.on("booking.confirmed")
        def crm(_: LifecycleEvent) -> None:
            """Be told."""

        site.zoom.sign_out(lambda: None)
        site.connect()
        booking = site.booked()
        event = models.CalendarEvent(booking_id=booking["id"], host_id="1", connection_id=site.connection().id)
        site.state.database.write(lambda session: session.add(event))
        site.drain()
        heartbeats.beat(site.state, "worker")
        yield site
    server.stop()


def examine(site: Site, **how: Any) -> Report:
    """Let the doctor look at everything."""
    return doctors.examine(site.state, asks_others=True, **how)


def turned(report: Report) -> dict[Name, Verdict]:
    """Return what is not as it should be."""
    return {one.name: one.state for one in report.findings if one.state is not Verdict.OK}


@pytest.mark.parametrize("name", BREAKS)
def test_what_is_broken_turns_its_own_finding_and_no_other(well: Site, name: Name) -> None:
    assert turned(examine(well)) == {}
    verdict, broken = BREAKS[name]
    with broken(well):
        report = examine(well)
    assert turned(report) == {name: verdict}
    assert report.is_healthy is (verdict is Verdict.WARN)
    (found,) = [one for one in report.findings if one.name is name]
    assert found.words
    assert found.to_do
    assert turned(examine(well)) == {}, "mended"


def test_no_finding_is_without_such_a_test(well: Site) -> None:
    found = [one.name for one in examine(well).findings]
    assert len(found) == len(set(found))
    assert set(found) == BREAKS.keys() == {*Name} - {Name.HOST}, "that one is asked for by name"


def test_a_bound_that_nobody_keeps_is_said(well: Site) -> None:
    with swapped(well.state.hooks, "sign_out", None):
        found = finding(examine(well), Name.SESSION)
    assert (found.state, "@zoom.sign_out" in (found.to_do or "")) == ("warn", True)


@pytest.mark.parametrize(
    ("endpoint", "state"),
    [(None, "ok"), ("zoom.public.guide", "ok"), ("zoom.connect", "bad"), ("zoom.ask_cancel", "bad")],
)
def test_a_sign_in_is_a_page_that_needs_no_more_than_its_name(well: Site, endpoint: str | None, state: str) -> None:
    """Here are a page, an address that only takes POST, and one with an argument."""
    with configured(login_endpoint=endpoint)(well):
        found = finding(examine(well), Name.SIGN_IN)
    assert (found.state, endpoint is None or endpoint in found.words) == (state, True)


def test_a_host_who_is_asked_about_is_named_when_there_is_none(well: Site) -> None:
    assert turned(examine(well, host_id="1")) == {}
    assert turned(examine(well, host_id="2")) == turned(examine(well, host_id="nobody")) == {Name.HOST: Verdict.BAD}


def test_nobody_else_is_asked_unless_it_is_wished(well: Site) -> None:
    calls = len(well.simulator.calls())
    report = doctors.examine(well.state)
    assert (report.not_asked, report.is_healthy) == (ASKED, True)
    assert not {one.name for one in report.findings} & {*ASKED}
    assert len(well.simulator.calls()) == calls
    assert examine(well).not_asked == ()


def test_programs_read_every_finding_in_one_shape(well: Site) -> None:
    report = json.loads(msgspec.json.encode(examine(well)))
    assert set(report) == {"is_healthy", "facts", "findings", "not_asked", "connections"}
    for one in report["findings"]:
        assert set(one) == {"name", "state", "words", "to_do"}
        assert one["state"] in ("ok", "warn", "bad")


def finding(report: Report, name: Name) -> Finding:
    """Return one of the findings."""
    (found,) = [one for one in report.findings if one.name is name]
    return found


def test_a_webhook_address_says_what_kind_of_wrong_it_is(well: Site) -> None:
    told = []
    for answer in (("<html>", 200), ("", 302), ("", 403)):
        before = well.app.before_request_funcs.setdefault(None, [])
        before.insert(0, lambda answer=answer: answer)
        told.append(finding(examine(well), Name.WEBHOOK).words.partition("/zoom/webhook")[::2])
        before.pop(0)
    assert [end or begin.partition(" at ")[0] for begin, end in told] == [
        "something else answers",
        " answers with 302",
        " refuses the signature",
    ]


def test_a_mail_server_is_greeted_and_sent_nothing(well: Site) -> None:
    found = finding(examine(well), Name.MAIL_SERVER)
    assert found.words == "answers"


def test_a_zoom_that_is_not_there_is_said_without_advice_for_programs(well: Site) -> None:
    with faulty(route="token", drop="before")(well):
        found = finding(examine(well), Name.CREDENTIALS)
    assert found.words == "Zoom gave no usable answer (ConnectionError)."


def test_who_hangs_does_not_hold_the_doctor_up(well: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zoom_blueprint.services.probes.SECONDS", 0.5)
    with faulty(route="token", delay=5)(well):
        report = examine(well)
    assert turned(report) == {Name.CREDENTIALS: Verdict.BAD}
    assert finding(report, Name.CREDENTIALS).words == "no answer in time"


def test_the_package_is_asked_where_the_machine_has_no_zones(tmp_path: Path, zones: Path) -> None:
    zoneinfo.reset_tzpath([tmp_path])
    found = zone_data.version()
    zoneinfo.reset_tzpath([zones])
    assert found is not None
    assert found.source == "of the package tzdata"
    assert found.name[:4].isdigit()
    assert found.name[4:].isalpha()

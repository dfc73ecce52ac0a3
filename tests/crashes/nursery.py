"""A program that has read the app's code and lives each life in a fork of its own: a start costs milliseconds.

``python -m tests.crashes.nursery`` reads one order after another from standard input, a line of JSON each, and answers
with a line: how the life ended. The parent opens no connection and no thread, so that a fork has nothing of another.
"""

import faulthandler
import json
import os
import signal
import sys
import traceback
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.crashes import judging, lives, sites
from tests.crashes.catalogue import SCENARIOS
from tests.crashes.lives import Life
from tests.crashes.scenarios import Scenario
from tests.crashes.spy import Spy, watch
from tests.fixtures.compiled import compiled_once
from tests.fixtures.site_app import create_app, prepare
from zoom_blueprint.errors import ZoomBlueprintError
from zoom_blueprint.state import EXTENSION, State
from zoom_blueprint.testing import Simulator

LONGEST_SECONDS = 60
ORIGIN = "http://127.0.0.1:9"  # nobody serves it: the app is asked within its process


def main() -> None:
    """Live as ordered, until there are no more orders."""
    with compiled_once():
        _learn()
        for line in sys.stdin:
            order = json.loads(line)
            pid = os.fork()
            if pid == 0:
                os._exit(_live(order))
            _, status = os.waitpid(pid, 0)
            sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
            sys.stdout.flush()


def _learn() -> None:
    """Import and compile once what each life would by itself, by an app that ends before the first one is born."""
    import authlib.integrations.requests_client  # noqa: F401  # for its first call to Zoom

    sites.every()
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/app.sqlite3"
        prepare(url)
        zoom = Simulator()
        zoom.url = ORIGIN
        app, _ = create_app(
            {**zoom.config(), "SQLALCHEMY_DATABASE_URI": url, "ZOOM_PUBLIC_URL": ORIGIN, "ZOOM_WORKER": "off"}
        )
        with app.test_client() as client:
            client.get("/zoom/", headers={"X-Host": "ada"}, base_url=ORIGIN)
            client.post("/zoom/api/v1/hosts/ada/intro-call/bookings", base_url=ORIGIN)
        state: State = app.extensions[EXTENSION]
        for name in state.templates.list_templates():
            state.templates.get_template(name)
        state.database.dispose()
        with app.app_context():
            app.extensions["sqlalchemy"].engine.dispose()


def _live(order: dict[str, Any]) -> int:
    """Be born, live, and return the exit code, if it comes to that."""
    folder = Path(order["folder"])
    with (folder / "trouble.txt").open("a") as trouble:
        os.dup2(trouble.fileno(), 2)
        faulthandler.dump_traceback_later(LONGEST_SECONDS - 5)
        signal.alarm(LONGEST_SECONDS)
        try:
            scenario = SCENARIOS[order["scenario"]]
            spy = Spy(folder / "points.jsonl", order["deadly"])
            watch(spy)
            notes = folder / "notes.json"
            life = lives.begin(
                order["settings"],
                order["simulator"],
                notes,
                spy,
                has_options=scenario.has_options,
                has_mailer=scenario.has_mailer,
                has_celery=scenario.has_celery,
            )
            with life.app.app_context():
                report = _first(life, scenario) if order["life"] == "first" else _second(life, scenario)
            (folder / "report.json").write_text(json.dumps(report))
        except BaseException:  # noqa: BLE001  # whatever it is, the test shows it
            traceback.print_exc(file=trouble)
            return 1
        return 0


def _first(life: Life, scenario: Scenario) -> dict[str, Any]:
    """Live the life that is to end early: each point of it is counted from the moment when something is asked for."""
    scenario.before(life)
    for fault in scenario.faults:
        life.simulator.fault(**fault)
    life.spy.armed = True
    scenario.act(life)
    life.note(answered=True)
    life.settle()
    life.spy.armed = False
    _reconnect(life)
    return _report(life, scenario)


def _second(life: Life, scenario: Scenario) -> dict[str, Any]:
    """Live on after a life that ended: whoever got no answer asks again. Report how things stand then."""
    life.simulator.clear_faults()
    life.free_leases()  # of half a minute; who asks before waits that long
    is_asked = bool(life.noted().get("answered"))
    if not is_asked:
        try:
            scenario.act(life)
            is_asked = True
        except (AssertionError, ZoomBlueprintError):
            traceback.print_exc()
    life.settle()
    is_lost = _reconnect(life)
    if not is_asked:
        scenario.act(life)
        life.settle()
    return {**_report(life, scenario), "reconnected": is_lost}


def _reconnect(life: Life) -> bool:
    """Do as the dashboard asks, once it is clear whether the tokens work."""
    if life.is_connected():
        with suppress(ZoomBlueprintError):
            life.zoom.meetings("1").me()
    is_lost = life.has_connection() and life.is_ill()
    if is_lost:
        life.connect()
        life.settle()
    return is_lost


def _report(life: Life, scenario: Scenario) -> dict[str, Any]:
    scenario.then(life)
    return {
        "complaints": [*judging.complaints(life), *scenario.judge(life)],
        "owed": judging.owed(life),
        "reconnected": False,
        "live_grants": sum(1 for grant in life.simulator.grants() if grant["live"]),
    }


if __name__ == "__main__":
    main()

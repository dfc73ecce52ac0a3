"""Run the demo on this machine as a site on many machines runs, until Ctrl-C."""

import argparse
import logging
import os
import signal
import sys
import tempfile
import time
import urllib.request
from contextlib import ExitStack, suppress
from pathlib import Path
from subprocess import Popen
from types import FrameType

from demo_app import mail, programs
from demo_app.__main__ import free_port, simulator
from demo_app.seed import seed
from demo_app.settings import Settings, read
from demo_app.site import create_app
from zoom_blueprint.state import EXTENSION

_SITE = "demo_app.cluster_site"
_CELERY = [sys.executable, "-m", "celery", "-A", f"{_SITE}:celery_app"]


def main() -> int:
    """Serve until SIGINT or SIGTERM, then stop everything that was started, the last one first."""
    options = _options()
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    signal.signal(signal.SIGTERM, _interrupt)
    ended: list[str] = []
    with suppress(KeyboardInterrupt), ExitStack() as stack:
        folder = Path(os.environ.get("DEMO_INSTANCE") or stack.enter_context(_own_folder())).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        running = _start(stack, folder, options)
        while not (ended := [name for name, process in running.items() if process.poll() is not None]):
            time.sleep(0.5)
        print(f"{', '.join(ended)} ended by itself. Look into {folder}.", file=sys.stderr)
    print("The cluster has stopped.")  # for the person at the terminal
    return 1 if ended else 0


def _start(stack: ExitStack, folder: Path, options: argparse.Namespace) -> dict[str, "Popen[bytes]"]:
    redis = stack.enter_context(programs.redis(folder, _port("REDIS_PORT")))
    mail_port = free_port()
    env = {
        **os.environ,
        "DEMO_INSTANCE": str(folder),
        "DEMO_DATABASE_URL": stack.enter_context(programs.postgresql(folder)),
        "DEMO_BROKER": f"{redis}/0",
        "PORT": str(_port("PORT")),
        "SIMULATOR_PORT": str(_port("SIMULATOR_PORT")),
        "ZOOM_RATELIMIT_URL": f"{redis}/1",
        "ZOOM_SMTP_URL": f"smtp://127.0.0.1:{mail_port}",
        "ZOOM_MAIL_FROM": "Northgate Advisory <bookings@northgate.example>",
    }
    settings = read(env, mail_port)
    stack.callback(mail.start(folder / "mail", mail_port).stop)
    if settings.simulator_port is not None:
        stack.enter_context(simulator(settings))
    _prepare(settings)
    commands = {
        f"worker-{number}": [*_CELERY, "worker", "-n", f"worker-{number}@%h", "-c", "2", "-l", "INFO"]
        for number in range(1, options.workers + 1)
    }
    commands["beat"] = [*_CELERY, "beat", "--schedule", str(folder / "beat"), "--pidfile="]
    commands["web"] = [
        *(sys.executable, "-m", "gunicorn", "--worker-class", "gthread", "--bind", f"127.0.0.1:{settings.port}"),
        *("--workers", str(options.web), "--threads", str(options.threads), f"{_SITE}:app"),
    ]
    running = {
        name: stack.enter_context(programs.running(command, folder / f"{name}.log", env))
        for name, command in commands.items()
    }
    programs.until(lambda: _answers(f"{settings.origin}/healthz"), running["web"], folder / "web.log")
    _announce(settings, redis, env["DEMO_DATABASE_URL"], running)
    return running


def _prepare(settings: Settings) -> None:
    """Make tables and data before anybody needs them."""
    app = create_app(settings)
    try:
        seed(app, settings)
    finally:
        app.extensions[EXTENSION].database.dispose()
        with app.app_context():
            app.extensions["sqlalchemy"].engine.dispose()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="demo_app/cluster.sh",
        description=__doc__,
        epilog="PORT, SIMULATOR_PORT and REDIS_PORT name ports, else free ones are used; DEMO_INSTANCE names a folder "
        "that keeps the data. Every ZOOM_* variable is a setting.",
    )
    parser.add_argument("--web", type=int, default=2, help="gunicorn's workers (2)")
    parser.add_argument("--threads", type=int, default=8, help="threads of each (8)")
    parser.add_argument("--workers", type=int, default=2, help="Celery workers, of two processes each (2)")
    return parser.parse_args()


def _own_folder() -> "tempfile.TemporaryDirectory[str]":
    return tempfile.TemporaryDirectory(prefix="zoom-cluster-", ignore_cleanup_errors=True)


def _port(name: str) -> int:
    return int(os.environ.get(name) or free_port())


def _answers(address: str) -> bool:
    with suppress(OSError):
        return bool(urllib.request.urlopen(address, timeout=5).status == 200)  # noqa: S310  # our own address
    return False


def _announce(settings: Settings, redis: str, database: str, running: dict[str, "Popen[bytes]"]) -> None:
    lines = [
        "",
        f"  Demo site        {settings.origin}/",
        f"  Ready            {settings.origin}/zoom/readyz",
        f"  Mails            {settings.origin}/demo/mail",
        f"  Zoom             {settings.simulator_origin}/ (simulated)" if settings.simulator_port else "",
        f"  PostgreSQL       {database}",
        f"  Redis            {redis}",
        f"  Logs             {settings.folder}",
        f"  Processes        {', '.join(f'{name} {process.pid}' for name, process in running.items())}",
        "",
        "  Ctrl-C stops everything.",
        "",
    ]
    print("\n".join(lines), flush=True)  # for the person at the terminal


def _interrupt(number: int, frame: FrameType | None) -> None:
    del number, frame
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())

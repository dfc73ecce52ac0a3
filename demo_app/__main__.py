"""Run the demo: the Zoom simulator, a mail sink and the site, until Ctrl-C."""

import contextlib
import faulthandler
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from types import FrameType

from flask import Flask
from werkzeug.serving import BaseWSGIServer, make_server

from demo_app import mail
from demo_app.seed import seed
from demo_app.settings import Settings, read
from demo_app.site import create_app, zoom
from zoom_blueprint.testing.control import Control
from zoom_blueprint.testing.google import GoogleControl

_HOST = "127.0.0.1"
_STOP_WITHIN = 5
_END_WITHIN = 8


def main() -> int:
    """Serve until SIGINT or SIGTERM, then stop everything that was started."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    # The development server would log manage links, which are secrets, and every static file.
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.getLogger("mail.log").setLevel(logging.WARNING)
    settings = read(os.environ, free_port())
    signal.signal(signal.SIGTERM, _interrupt)
    with contextlib.suppress(KeyboardInterrupt), contextlib.ExitStack() as stack:
        if settings.simulator_port is not None:
            stack.enter_context(simulator(settings))
        if settings.mail_port is not None:
            sink = mail.start(settings.folder / "mail", settings.mail_port)
            stack.callback(sink.stop)
        app = create_app(settings)
        seed(app, settings)
        with app.app_context():
            zoom.start_worker()
        stack.callback(_stop_worker, app)
        stack.enter_context(_serving(_listening(settings.port, app)))
        # Whoever presses Ctrl-C wants an end: what hangs is shown then, and cut off.
        stack.callback(faulthandler.dump_traceback_later, _END_WITHIN, exit=True)
        _announce(settings)
        while True:  # a signal that the kernel gives to another thread wakes no endless wait
            time.sleep(0.5)
    print("The demo has stopped.")  # for the person at the terminal
    return 0


def _stop_worker(app: Flask) -> None:
    """Stop what sends mails and asks Zoom, while both are still there."""
    with app.app_context():
        zoom.stop_worker()


def _listening(port: int, app: Flask) -> BaseWSGIServer:
    try:
        return make_server(_HOST, port, app, threaded=True)
    except SystemExit:  # Werkzeug has said what is in the way
        raise SystemExit("The demo did not start. Is its port taken? Then name another: make demo PORT=8000") from None


@contextlib.contextmanager
def _serving(server: BaseWSGIServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


@contextlib.contextmanager
def simulator(settings: Settings) -> Iterator[None]:
    """Run the simulator in a process of its own; it ends with us, even if we are killed."""
    options = {
        "--port": str(settings.simulator_port),
        "--state": str(settings.folder / "simulator.sqlite"),
        "--client-id": settings.config["ZOOM_CLIENT_ID"],
        "--client-secret": settings.config["ZOOM_CLIENT_SECRET"],
        "--redirect-uri": f"{settings.config['ZOOM_PUBLIC_URL']}/zoom/callback",
        "--webhook-url": f"{settings.origin}/zoom/webhook",
        "--webhook-secret": settings.config["ZOOM_WEBHOOK_SECRETS"].split(",")[0].strip(),
    }
    arguments = [f"{option}={value}" for option, value in options.items()]
    process = subprocess.Popen(  # noqa: S603  # our own module, with our own settings
        [sys.executable, "-m", "zoom_blueprint.testing.simulator", "--stop-with-stdin", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        if process.stdout is None or " on http" not in process.stdout.readline():
            raise SystemExit(
                f"The Zoom simulator did not start. Is port {settings.simulator_port} taken? "
                "Then name another: make demo SIMULATOR_PORT=5002"
            )
        if settings.plays_google:
            google = GoogleControl(Control(settings.simulator_origin))
            google.set_client(redirect_uris=[f"{settings.config['ZOOM_PUBLIC_URL']}/zoom/google/callback"])
        yield
    finally:
        process.terminate()
        process.wait(_STOP_WITHIN)


def _announce(settings: Settings) -> None:
    lines = [
        "",
        f"  Demo site        {settings.origin}/",
        f"  Sign in          {settings.origin}/sign-in",
        f"  Mails            {settings.origin}/demo/mail",
        f"  Zoom             {settings.simulator_origin}/ (simulated)"
        if settings.simulator_port is not None
        else "  Zoom             the real one, with your ZOOM_CLIENT_ID",
        *(
            [f"  Google Calendar  {settings.simulator_origin}/users/grace/google (simulated)"]
            if settings.plays_google
            else []
        ),
        "",
        "  Ctrl-C stops everything.",
        "",
    ]
    print("\n".join(lines), flush=True)  # for the person at the terminal


def _interrupt(number: int, frame: FrameType | None) -> None:
    del number, frame
    raise KeyboardInterrupt


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    sys.exit(main())

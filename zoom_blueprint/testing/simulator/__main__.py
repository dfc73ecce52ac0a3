"""Run the simulator from the command line."""

import argparse
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from zoom_blueprint.testing.simulator.server import Server

_LOOK_EVERY = 0.5  # seconds: a signal that the kernel gives to another thread wakes no endless wait


def run(argv: Sequence[str] | None = None) -> int:
    """Serve until SIGINT or SIGTERM; return 0, or 1 with a message if the port is taken."""
    options = _parser().parse_args(argv)
    try:
        server = Server(options.host, options.port, options.state)
    except OSError as error:
        click.echo(
            f"Cannot listen on {options.host}:{options.port} ({error.strerror}). Choose another --port.",
            err=True,
        )
        return 1
    server.world.register_app(options.client_id, _app_fields(options))
    stopping = threading.Event()
    with _stopped_by_signals(stopping):
        server.start()
        click.echo(f"Zoom simulator on {server.url}")
        if options.stop_with_stdin:
            threading.Thread(target=_wait_for_end_of_input, args=(stopping,), daemon=True).start()
        while not stopping.wait(_LOOK_EVERY):
            pass
        server.stop()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m zoom_blueprint.testing.simulator",
        description="A Zoom to develop and test against: OAuth, REST and webhooks, without a Zoom account.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=5001, help="port; 0 takes a free one (default: %(default)s)")
    parser.add_argument("--state", type=Path, help="SQLite file that keeps everything (default: memory only)")
    parser.add_argument("--client-id", help="the app's client id")
    parser.add_argument("--client-secret", help="the app's client secret")
    parser.add_argument("--redirect-uri", action="append", help="a redirect address of the app; may be repeated")
    parser.add_argument("--webhook-url", help="where the app takes webhooks")
    parser.add_argument("--webhook-secret", help="the app's Secret Token, with which webhooks are signed")
    parser.add_argument("--scopes", help="the app's scopes, separated by spaces")
    parser.add_argument("--stop-with-stdin", action="store_true", help="stop when standard input is closed")
    return parser


def _app_fields(options: argparse.Namespace) -> dict[str, Any]:
    """Return what the command line says about the app; it wins over the state file."""
    fields = {
        "client_secret": options.client_secret,
        "redirect_uris": options.redirect_uri,
        "webhook_url": options.webhook_url,
        "webhook_secret": options.webhook_secret,
        "scopes": options.scopes.split() if options.scopes is not None else None,
    }
    return {name: value for name, value in fields.items() if value is not None}


@contextmanager
def _stopped_by_signals(stopping: threading.Event) -> Iterator[None]:
    """Set the event on SIGINT and SIGTERM; outside the main thread signals are somebody else's."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    names = (signal.SIGINT, signal.SIGTERM)
    former = [signal.signal(name, lambda *_: stopping.set()) for name in names]
    try:
        yield
    finally:
        for name, handler in zip(names, former, strict=True):
            signal.signal(name, handler)


def _wait_for_end_of_input(stopping: threading.Event) -> None:
    sys.stdin.read()
    stopping.set()


if __name__ == "__main__":
    sys.exit(run())

"""``flask zoom worker`` and ``simulator``: what stays until it is stopped."""

import contextlib
import signal
import threading
from types import FrameType

import click
from flask.cli import with_appcontext

from zoom_blueprint.services import drain, heartbeats
from zoom_blueprint.state import current_state
from zoom_blueprint.work.thread import ThreadEngine

_WAITING = ("meeting", "calendar", "delivery", "posting")  # for others' answers, most of the time
_LOOK_EVERY = 0.5  # seconds: a signal that the kernel gives to another thread wakes no endless wait


@click.command()
@click.option(
    "--concurrency", type=click.IntRange(1, 32), default=1, show_default=True, help="Meetings at a time, and mails."
)
@with_appcontext
def worker(concurrency: int) -> None:
    """Work off what is due, until SIGTERM or Ctrl-C; the rows in hand are finished first."""
    state = current_state()
    engine = ThreadEngine(
        {kind: concurrency if kind in _WAITING else 1 for kind in drain.KINDS},
        lambda kind, limit: drain.drain(state, kind, limit),
        beat=lambda: heartbeats.beat(state, "worker"),
    )
    done = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        del number, frame
        done.set()

    signal.signal(signal.SIGTERM, stop)
    engine.start()
    click.echo("The worker runs.")
    with contextlib.suppress(KeyboardInterrupt):
        while not done.wait(_LOOK_EVERY):
            pass
    engine.stop()
    click.echo("The worker has stopped.")


@click.command(context_settings={"ignore_unknown_options": True}, add_help_option=False)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@with_appcontext
def simulator(arguments: tuple[str, ...]) -> None:
    """Run a Zoom for tests and first steps, with this app's credentials; --help lists its options."""
    from zoom_blueprint.testing.simulator.__main__ import run  # not a part of the app that serves

    config = current_state().config
    base = current_state().links.base
    own = {
        "--client-id": config.client_id,
        "--client-secret": config.client_secret,
        "--redirect-uri": f"{base}/callback",
        "--webhook-url": f"{base}/webhook",
        "--webhook-secret": config.webhook_secrets[0],
    }
    raise SystemExit(run([f"{option}={value}" for option, value in own.items()] + list(arguments)))

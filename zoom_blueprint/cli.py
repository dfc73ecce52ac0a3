"""The commands below ``flask zoom``."""

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType

import click
import msgspec
from flask.cli import with_appcontext

from zoom_blueprint.errors import ConfigurationError, ZoomBlueprintError
from zoom_blueprint.services import doctors, drain, rotation, upkeep
from zoom_blueprint.state import current_state
from zoom_blueprint.store import migrate
from zoom_blueprint.store.crypto import SealBroken
from zoom_blueprint.work.thread import ThreadEngine


def add_commands(group: click.Group) -> None:
    """Add the commands to the blueprint's group."""
    group.help = "Zoom bookings: tables, worker, upkeep and the simulator."
    for command in (upgrade, worker, purge, rotate_keys, doctor, simulator):
        group.add_command(command)


@contextlib.contextmanager
def _said_plainly() -> Iterator[None]:
    """End with what an error of ours says, without a traceback."""
    try:
        yield
    except (ConfigurationError, ZoomBlueprintError, SealBroken) as error:
        raise click.ClickException(str(error)) from error


@click.command()
@with_appcontext
def upgrade() -> None:
    """Create the tables, or bring them to the newest version."""
    with _said_plainly():
        migrate.upgrade(current_state().database)
    click.echo("The tables of zoom_blueprint are up to date.")


@click.command()
@with_appcontext
def worker() -> None:
    """Work off what is due, until SIGTERM or Ctrl-C; the row in hand is finished first."""
    state = current_state()
    engine = ThreadEngine(
        drain.KINDS,
        lambda kind: drain.drain(state, kind),
        lambda kind, row_id: drain.drain_one(state, kind, row_id),
    )
    done = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        del number, frame
        done.set()

    signal.signal(signal.SIGTERM, stop)
    engine.start()
    click.echo("The worker runs.")
    with contextlib.suppress(KeyboardInterrupt):
        done.wait()
    engine.stop()
    click.echo("The worker has stopped.")


@click.command()
@click.option("--dry-run", is_flag=True, help="Only count.")
@with_appcontext
def purge(dry_run: bool) -> None:  # click passes it by name
    """Forget what must not be kept any longer."""
    with _said_plainly():
        purged = upkeep.purge(current_state(), dry_run=dry_run)
    verb = "would be" if dry_run else "were"
    click.echo(f"{purged} {verb} forgotten.")


@click.command("rotate-keys")
@with_appcontext
def rotate_keys() -> None:
    """Seal everything anew with the first of ZOOM_TOKEN_KEYS; afterwards the others can go."""
    with _said_plainly():
        rotated = rotation.rotate(current_state())
    click.echo(f"{rotated.sealed} values were sealed anew with the newest key.")
    if rotated.left:
        raise click.ClickException(f"{rotated.left} are being changed at this moment. Run the command again.")


@click.command()
@click.option("--host", "host_id", help="Only the connections of this host.")
@click.option("--check", "asks_zoom", is_flag=True, help="Ask Zoom now how each account stands.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@with_appcontext
def doctor(host_id: str | None, asks_zoom: bool, as_json: bool) -> None:  # click passes them by name
    """Say what is wrong and what to do; ends with status 1 when something is."""
    with _said_plainly():
        report = doctors.examine(current_state(), host_id=host_id, asks_zoom=asks_zoom)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(report, enc_hook=str)).decode())
    else:
        for line in doctors.lines(report):
            click.echo(line)
    if not report.is_healthy:
        raise SystemExit(1)


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

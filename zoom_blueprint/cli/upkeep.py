"""``flask zoom upgrade``, ``purge``, ``retry`` and ``rotate-keys``: keep the tables in order."""

import click
from flask.cli import with_appcontext

from zoom_blueprint.cli.speaking import said_plainly
from zoom_blueprint.services import parked, rotation, upkeep
from zoom_blueprint.state import current_state
from zoom_blueprint.store import migrate


@click.command()
@with_appcontext
def upgrade() -> None:
    """Create the tables, or bring them to the newest version."""
    with said_plainly():
        migrate.upgrade(current_state().database)
    click.echo("The tables of zoom_blueprint are up to date.")


@click.command()
@click.option("--dry-run", is_flag=True, help="Only count.")
@with_appcontext
def purge(dry_run: bool) -> None:  # click passes it by name
    """Forget what must not be kept any longer."""
    with said_plainly():
        purged = upkeep.purge(current_state(), dry_run=dry_run)
    verb = "would be" if dry_run else "were"
    click.echo(f"{purged} {verb} forgotten.")


@click.command()
@click.option("--kind", type=click.Choice(parked.KINDS), help="Only these.")
@with_appcontext
def retry(kind: str | None) -> None:  # click passes it by name
    """Try again what failed so often that it was parked."""
    with said_plainly():
        number = parked.retry_all(current_state(), kind)
    click.echo(f"{number} will be tried again." if number else "Nothing is parked.")


@click.command("rotate-keys")
@with_appcontext
def rotate_keys() -> None:
    """Seal everything anew with the first of ZOOM_TOKEN_KEYS; afterwards the others can go."""
    with said_plainly():
        rotated = rotation.rotate(current_state())
    click.echo(f"{rotated.sealed} values were sealed anew with the newest key.")
    if rotated.left:
        raise click.ClickException(f"{rotated.left} are being changed at this moment. Run the command again.")

"""``flask zoom api-key``: the keys by which programs act for a host."""

from datetime import UTC, datetime, timedelta

import click
from flask.cli import with_appcontext

from zoom_blueprint.actions import keys
from zoom_blueprint.actions.listed import NAMES
from zoom_blueprint.cli.speaking import as_json_option, echo_json, host_argument, host_of, said_plainly
from zoom_blueprint.errors import NotFound
from zoom_blueprint.services import api_keys
from zoom_blueprint.state import State, current_state
from zoom_blueprint.values import ApiKey

_MOST_DAYS = 3650


@click.group("api-key")
def api_key() -> None:
    """Keys by which programs act for a host."""


@api_key.command("make")
@host_argument
@click.argument("name")
@click.option("--may", "actions", multiple=True, metavar="ACTION", help=f"One of: {', '.join(NAMES)}. Give several.")
@click.option("--all", "everything", is_flag=True, help="It may do all of them.")
@click.option(
    "--days", type=click.IntRange(0, _MOST_DAYS), default=90, show_default=True, help="0: until it is revoked."
)
@as_json_option
@with_appcontext
def make(host_name: str, name: str, actions: tuple[str, ...], days: int, *, everything: bool, as_json: bool) -> None:
    """Make a key and print its text, which nobody can look up again; NAME says which program it is for."""
    if everything and actions:
        raise click.UsageError("Give either --all or --may.")
    if not everything and not actions:
        raise click.UsageError("Choose what the key may do: --may ACTION for each, or --all.")
    with said_plainly():
        state = current_state()
        made = keys.make(
            state,
            host_of(state, host_name).id,
            name,
            NAMES if everything else actions,
            expires_at=datetime.now(UTC) + timedelta(days=days) if days else None,
        )
    if as_json:
        echo_json(made)
        return
    click.echo(made.text)
    click.echo("Keep it where only the program reads it: it is not shown again.", err=True)


@api_key.command("list")
@host_argument
@click.option("--all", "everything", is_flag=True, help="Those that are revoked or expired, too.")
@as_json_option
@with_appcontext
def list_(host_name: str, *, everything: bool, as_json: bool) -> None:
    """List keys that are good, each with the id that revokes it."""
    now = datetime.now(UTC)
    with said_plainly():
        state = current_state()
        found = [one for one in api_keys.all_of(state, host_of(state, host_name).id) if everything or one.is_good(now)]
    if as_json:
        echo_json(found)
        return
    for one in found:
        click.echo(f"{one.id}  {one.prefix}…  {_state_of(one, now)}  {one.name}: {', '.join(one.actions)}")


@api_key.command("revoke")
@host_argument
@click.argument("which", metavar="ID")
@with_appcontext
def revoke(host_name: str, which: str) -> None:
    """Take a key back, named by its id or by the beginning that the list shows."""
    with said_plainly():
        state = current_state()
        host_id = host_of(state, host_name).id
        api_keys.revoke(state, host_id, _id_of(state, host_id, which))
    click.echo("The key opens nothing any more.")


def _id_of(state: State, host_id: str, which: str) -> str:
    """Return the id of the one key that is meant.

    Raises:
        NotFound: the beginning is that of two.
    """
    found = [one.id for one in api_keys.all_of(state, host_id) if one.prefix == which.rstrip("….")]
    if len(found) > 1:
        raise NotFound("Several keys begin like this. Name it by its id.")
    return found[0] if found else which


def _state_of(key: ApiKey, now: datetime) -> str:
    if key.revoked_at is not None:
        return f"revoked {key.revoked_at:%Y-%m-%d}"
    if not key.is_good(now):
        return f"expired {key.expires_at:%Y-%m-%d}"
    until = f"until {key.expires_at:%Y-%m-%d}" if key.expires_at else "no end"
    used = f"used {key.last_used_at:%Y-%m-%d %H:%M}" if key.last_used_at else "never used"
    return f"{until}, {used}"

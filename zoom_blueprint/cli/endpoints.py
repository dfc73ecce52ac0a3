"""``flask zoom endpoint``: where a host's programs are told of what happens."""

import contextlib
from collections.abc import Iterator
from dataclasses import fields

import click
from flask.cli import with_appcontext

from zoom_blueprint.cli.speaking import as_json_option, echo_json, host_argument, host_of, said_plainly
from zoom_blueprint.errors import BadInput
from zoom_blueprint.events import for_programs
from zoom_blueprint.services import endpoints, postings
from zoom_blueprint.state import State, current_state
from zoom_blueprint.values import Endpoint

_id_argument = click.argument("endpoint_id", metavar="ID")


@click.group("endpoint")
def endpoint() -> None:
    """Webhooks by which programs of a host are told of what happens."""


@endpoint.command("make")
@host_argument
@click.argument("url")
@click.option("--event", "events", multiple=True, help=f"One of: {', '.join(for_programs)}. Give several.")
@click.option("--all", "everything", is_flag=True, help="It is told of all of them.")
@click.option("--name", default="", help="Which program it is.")
@with_appcontext
def make(host_name: str, url: str, events: tuple[str, ...], name: str, *, everything: bool) -> None:
    """Make an endpoint and print its secret, which is not shown again.

    URL is public and begins with https://. While you develop, ZOOM_ENDPOINTS_ON_LOOPBACK=on allows this machine's, by
    http too.
    """
    if everything and events:
        raise click.UsageError("Give either --all or --event.")
    if not everything and not events:
        raise click.UsageError("Choose of what it is told: --event EVENT for each, or --all.")
    with said_plainly():
        state = current_state()
        host_id = host_of(state, host_name).id
        with _saying_more(state):
            made, secret = endpoints.make(state, host_id, url, for_programs if everything else events, name=name)
    click.echo(secret)
    click.echo(f"Endpoint {made.id} is made. Keep its secret where only the program reads it.", err=True)


@endpoint.command("list")
@host_argument
@as_json_option
@with_appcontext
def list_(host_name: str, *, as_json: bool) -> None:
    """List endpoints, each with its id and how it stands."""
    with said_plainly():
        state = current_state()
        found = endpoints.all_of(state, host_of(state, host_name).id)
    if as_json:
        # Behind its site an address may hold a secret, as those of Zapier do.
        echo_json([{part.name: getattr(one, part.name) for part in fields(one) if part.name != "url"} for one in found])
        return
    for one in found:
        click.echo(f"{one.id}  {one.site}  {_state_of(one)}  {one.name}: {', '.join(one.events)}")


@endpoint.command("rotate")
@host_argument
@_id_argument
@with_appcontext
def rotate(host_name: str, endpoint_id: str) -> None:
    """Make a new secret and print it; the one before signs for 24 hours more."""
    with said_plainly():
        state = current_state()
        _, secret = endpoints.rotate(state, host_of(state, host_name).id, endpoint_id)
    click.echo(secret)


@endpoint.command("test")
@host_argument
@_id_argument
@with_appcontext
def test(host_name: str, endpoint_id: str) -> None:
    """Send a message that tells of nothing, and say what came of it."""
    with said_plainly():
        state = current_state()
        posted = postings.test(state, host_of(state, host_name).id, endpoint_id)
    if posted.error is not None:
        raise click.ClickException(f"The test did not arrive: {posted.error}.")
    click.echo(f"The test arrived: it answered {posted.status}.")


@endpoint.command("enable")
@host_argument
@_id_argument
@with_appcontext
def enable(host_name: str, endpoint_id: str) -> None:
    """Send to an endpoint again that was switched off."""
    with said_plainly():
        state = current_state()
        endpoints.enable(state, host_of(state, host_name).id, endpoint_id)
    click.echo("It is sent to again.")


@endpoint.command("remove")
@host_argument
@_id_argument
@with_appcontext
def remove(host_name: str, endpoint_id: str) -> None:
    """Forget an endpoint."""
    with said_plainly():
        state = current_state()
        endpoints.remove(state, host_of(state, host_name).id, endpoint_id)
    click.echo("Nothing is sent there any more.")


@contextlib.contextmanager
def _saying_more(state: State) -> Iterator[None]:
    """Add to what an error says to hosts what a developer does about it."""
    try:
        yield
    except BadInput as error:
        more = {"events": f"Known are: {', '.join(for_programs)}."}
        if not state.sends_to_loopback:
            more["url"] = "While you develop, ZOOM_ENDPOINTS_ON_LOOPBACK=on allows this machine's, by http too."
        told = {name: f"{text} {more.get(name, '')}".rstrip() for name, text in error.errors.items()}
        raise BadInput(told) from error


def _state_of(one: Endpoint) -> str:
    if one.disabled_at is not None:
        return f"off since {one.disabled_at:%Y-%m-%d} ({one.disabled_reason})"
    return f"failing since {one.failing_since:%Y-%m-%d %H:%M}" if one.failing_since else "on"

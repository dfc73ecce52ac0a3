"""``flask zoom host``: who can be booked."""

from dataclasses import replace
from typing import Any

import click
from flask.cli import with_appcontext

from zoom_blueprint.cli.kinds import place
from zoom_blueprint.cli.speaking import as_json_option, echo_json, given, said_plainly
from zoom_blueprint.errors import BadInput, NotFound
from zoom_blueprint.services import hosts
from zoom_blueprint.state import current_state
from zoom_blueprint.values import Host


@click.group("host")
def host() -> None:
    """Set who can be booked; other commands take the id or the slug as HOST."""


@host.command("put")
@click.argument("host_id", metavar="ID")
@click.option("--name", help="What visitors read.")
@click.option("--email", help="Where mails to the host go.")
@click.option("--zone", "time_zone", type=place, help="Of the host's mails and new schedules, like Europe/London.")
@click.option("--slug", help="In public addresses; made from the name unless given.")
@click.option("--language", "locale", help="Of the host's pages and mails, like en or de-AT.")
@as_json_option
@with_appcontext
def put(host_id: str, as_json: bool, **_: object) -> None:
    """Make or change a host; what is not named stays, or begins with its default.

    ID is the app's own key. When the host visits the dashboard, what the app says of them wins.
    """
    with said_plainly():
        state = current_state()
        fields: dict[str, Any] = {name: one for name, one in given().items() if name not in {"host_id", "as_json"}}
        try:
            wanted = replace(hosts.get(state, host_id), **fields)
        except NotFound:
            missing = {name: "A new host needs this." for name in ("name", "email") if name not in fields}
            if missing:
                raise BadInput(missing) from None
            wanted = Host(id=host_id, **fields)
        stored = hosts.put(state, wanted)
    if as_json:
        echo_json(stored)
    else:
        click.echo(_line(stored))


@host.command("list")
@as_json_option
@with_appcontext
def list_(as_json: bool) -> None:
    """List the hosts: id, slug, name, mail address and time zone."""
    with said_plainly():
        found = hosts.all_of(current_state())
    if as_json:
        echo_json(found)
    else:
        for one in found:
            click.echo(_line(one))


def _line(one: Host) -> str:
    return f"{one.id}  {one.slug}  {one.name} <{one.email}>  {one.time_zone}  {one.locale}"

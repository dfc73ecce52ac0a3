"""``flask zoom doctor``: say what is wrong."""

import click
from flask.cli import with_appcontext

from zoom_blueprint.cli.speaking import as_json_option, echo_json, said_plainly
from zoom_blueprint.services import doctors
from zoom_blueprint.state import current_state


@click.command()
@click.option("--host", "host_id", help="Only the connections of this host.")
@click.option("--check", "asks_zoom", is_flag=True, help="Ask Zoom now how each account stands, too.")
@click.option(
    "--offline", is_flag=True, help="Ask nobody: neither Zoom, nor Google, the webhook, mail server and Redis."
)
@as_json_option
@with_appcontext
def doctor(host_id: str | None, asks_zoom: bool, offline: bool, as_json: bool) -> None:  # click passes them by name
    """Say what is wrong and what to do.

    Ends with status 0 when nothing has to be done, 1 when something has, and 2 when it was called wrongly.
    """
    if offline and asks_zoom:
        raise click.UsageError("--offline asks nobody, and --check asks Zoom: use one of them.")
    with said_plainly():
        report = doctors.examine(current_state(), host_id=host_id, asks_others=not offline, asks_zoom=asks_zoom)
    if as_json:
        echo_json(report)
    else:
        for line in doctors.lines(report):
            click.echo(line)
    if not report.is_healthy:
        raise SystemExit(1)

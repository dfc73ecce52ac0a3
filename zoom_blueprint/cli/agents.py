"""``flask zoom mcp``: an AI agent's program starts it, and acts for a host over its standard input and output."""

import click
from flask import current_app
from flask.cli import with_appcontext

from zoom_blueprint import readings
from zoom_blueprint.actions.listed import NAMES
from zoom_blueprint.cli.speaking import host_of, said_plainly
from zoom_blueprint.state import current_state


@click.command("mcp")
@click.option("--host", "host_name", required=True, metavar="HOST", help="In whose name: an id or a slug.")
@click.option("--action", "actions", multiple=True, type=click.Choice(NAMES), help="May be given often; else all.")
@with_appcontext
def mcp(host_name: str, actions: tuple[str, ...]) -> None:
    """Let an AI agent act for a host: a Model Context Protocol server on standard input and output."""
    with said_plainly():
        readings.ensure_extra("mcp", "mcp", "flask zoom mcp")
        from zoom_blueprint.mcp_server import over_stdio
        from zoom_blueprint.mcp_server.agents import Agent

        state = current_state()
        agent = Agent(state=state, host_id=host_of(state, host_name).id, may=actions or NAMES)
    over_stdio.serve(agent, current_app.app_context)

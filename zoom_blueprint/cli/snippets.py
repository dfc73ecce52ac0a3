"""``flask zoom snippet``: the HTML of a Book Now button."""

import click
from flask.cli import with_appcontext

from zoom_blueprint.cli.speaking import host_argument, host_of, said_plainly
from zoom_blueprint.errors import NotFound
from zoom_blueprint.services import event_types
from zoom_blueprint.state import current_state
from zoom_blueprint.web import snippets


@click.command("snippet")
@host_argument
@click.argument("slug", metavar="EVENT")
@click.option("--pinned", is_flag=True, help="Only this release's script, with the digest by which browsers check it.")
@with_appcontext
def snippet(host_name: str, slug: str, pinned: bool) -> None:
    """Print the HTML that puts a Book Now button on a page."""
    with said_plainly():
        state = current_state()
        host = host_of(state, host_name)
        slugs = [one.slug for one in event_types.all_of(state, host.id)]
        if slug not in slugs:
            raise NotFound(f"This host has no event type {slug!r}, only: {', '.join(slugs)}.")
    click.echo(snippets.snippet(state, host, slug, pinned=pinned))

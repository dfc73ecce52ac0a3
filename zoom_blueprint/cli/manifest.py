"""``flask zoom manifest``: what to enter at Zoom, to paste there."""

import click
from flask.cli import with_appcontext

from zoom_blueprint.cli.speaking import echo_json, said_plainly
from zoom_blueprint.services import manifests
from zoom_blueprint.state import current_state


@click.command("manifest")
@click.option("--name", default="Bookings", show_default=True, help="What the app is called at Zoom.")
@with_appcontext
def manifest(name: str) -> None:
    """Print the manifest of the Zoom app: redirect, scopes, webhook address and events.

    At Zoom: make a General app, open its Manifest, and put this in the place of what is there.
    """
    with said_plainly():
        state = current_state()
        echo_json(manifests.manifest(state, name))
    if not state.links.base.startswith("https:"):
        click.echo(
            f"Zoom takes only https addresses, and ZOOM_PUBLIC_URL is {state.config.public_url}. Run this where the "
            "site is public; for trying out, `flask zoom simulator` needs no manifest.",
            err=True,
        )

"""``flask zoom manifest``: a Zoom app that is set up as it says is all that the site needs."""

import json
from typing import Any

from tests.cli.commands import Zoom
from tests.fixtures.site import MakeSite
from zoom_blueprint.services import agendas
from zoom_blueprint.values import ConnectionStatus


def printed(zoom: Zoom, *options: str) -> tuple[dict[str, Any], str]:
    """Return the manifest, and what else is said."""
    done = zoom.site.app.test_cli_runner().invoke(args=["zoom", "manifest", *options])
    assert done.exit_code == 0, done.output
    manifest: dict[str, Any] = json.loads(done.stdout)
    return manifest, done.stderr


def test_a_zoom_app_that_is_set_up_by_the_manifest_alone_connects_books_and_tells(make_site: MakeSite) -> None:
    site = make_site()
    manifest, _ = printed(Zoom(site))
    oauth = manifest["oauth_information"]
    (subscription,) = manifest["features"]["event_subscription"]["events"]
    site.simulator.set_app(
        redirect_uris=oauth["oauth_allow_list"],
        scopes=[one["scope"] for one in oauth["scopes"]],
        webhook_url=subscription["production_webhook_url"],
    )
    assert oauth["production_redirect_uri"] in oauth["oauth_allow_list"]
    site.connect()
    assert site.connection().status is ConnectionStatus.ACTIVE
    booking = site.booked()
    site.drain()
    assert agendas.get(site.state, booking["id"]).join_url
    (meeting,) = site.simulator.meetings("ada")
    site.simulator.press("ada", meeting["id"], "delete")
    site.drain()
    assert agendas.get(site.state, booking["id"]).status == "cancelled"
    assert {told["event"] for told in site.simulator.webhooks()} <= {*subscription["event_types"], "app_deauthorized"}


def test_a_site_that_zoom_cannot_reach_is_told_so_beside_the_manifest(make_site: MakeSite) -> None:
    manifest, beside = printed(Zoom(make_site()), "--name", "Ada’s calls")
    assert manifest["display_information"]["display_name"] == "Ada’s calls"
    assert "Zoom takes only https addresses" in beside
    manifest, beside = printed(Zoom(make_site(ZOOM_PUBLIC_URL="https://ada.example")))
    assert manifest["oauth_information"]["oauth_allow_list"] == ["https://ada.example/zoom/callback"]
    assert beside == ""

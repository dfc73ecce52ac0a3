"""The public guide: adding the app, what it may do and why, removing it, and what happens to the data."""

from flask import Response

from zoom_blueprint.services.consents import redirect_uri
from zoom_blueprint.services.inbox import SUBSCRIBED
from zoom_blueprint.services.purges import WEBHOOKS_KEPT
from zoom_blueprint.state import current_state
from zoom_blueprint.web import replies
from zoom_blueprint.zoom_api.scopes import missing


def guide() -> Response:
    """Show the guide, written from the live configuration."""
    state = current_state()
    return replies.page(
        "guide.html",
        base=state.links.base,
        redirect_uri=redirect_uri(state),
        webhook_url=f"{state.links.base}/webhook",
        scopes=missing(()),
        events=SUBSCRIBED,
        retention_days=state.config.retention_days,
        booking_days=state.config.booking_retention_days,
        webhook_days=WEBHOOKS_KEPT.days,
    )

"""Manifests: what a Zoom app has to be told to work with this site, as Zoom's build flow takes it.

Source: https://developers.zoom.us/docs/build-flow/manifests/schema/ (2026).
"""

from zoom_blueprint.services import providers
from zoom_blueprint.services.inbox import SUBSCRIBED
from zoom_blueprint.state import State
from zoom_blueprint.values import Provider
from zoom_blueprint.zoom_api.scopes import missing

_WHY = (
    "Bookings made on our site become meetings in the user's own account. They are read, changed, deleted and listed "
    "so that they follow the bookings, and the user is read to show whose account is connected."
)


def manifest(state: State, name: str = "Bookings") -> dict[str, object]:
    """Return the manifest of a user-managed general app of this name, development and production being this site."""
    callback, webhook = providers.side(Provider.ZOOM).callback(state), f"{state.links.base}/webhook"
    return {
        "display_information": {
            "display_name": name,
            "description": "Gives each booking its own Zoom meeting.",
            "long_description": (
                "Visitors of our site book a time, and each booking gets its own meeting in your Zoom account. When a "
                "booking is moved or cancelled, its meeting follows; when you move or delete the meeting, the booking "
                f"follows. How it is added, used and removed: {state.links.base}/guide"
            ),
        },
        "oauth_information": {
            "usage": "USER_OPERATION",
            "development_redirect_uri": callback,
            "production_redirect_uri": callback,
            "oauth_allow_list": [callback],
            "strict_mode": True,
            "subdomain_strict_mode": False,
            "scopes": [{"scope": one.scope, "optional": False} for one in missing(())],
            "scope_description": _WHY,
        },
        "features": {
            "products": ["ZOOM_MEETING"],
            "event_subscription": {
                "enable": True,
                "events": [
                    {
                        "subscription_name": name,
                        "event_types": list(SUBSCRIBED),
                        "development_webhook_url": webhook,
                        "production_webhook_url": webhook,
                    }
                ],
            },
        },
    }

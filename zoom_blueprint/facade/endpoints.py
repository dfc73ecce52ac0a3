"""Where programs of hosts are told of what happens, by code."""

from collections.abc import Collection

from zoom_blueprint.services import endpoints
from zoom_blueprint.state import current_state
from zoom_blueprint.values import Endpoint


class Endpoints:
    """Where programs of hosts of the current app are told of lifecycle events, by Standard Webhooks.

    Each method but ``list`` raises NotFound: the host has no such endpoint, or there is no such host.
    """

    def make(self, host_id: str, url: str, events: Collection[str], *, name: str = "") -> tuple[Endpoint, str]:
        """Make an endpoint and return it with its secret, which is never told again.

        Raises:
            BadInput: the address is not public and https, an event is not known or none is named, or there are ten.
        """
        return endpoints.make(current_state(), host_id, url, events, name=name)

    def rotate(self, host_id: str, endpoint_id: str) -> tuple[Endpoint, str]:
        """Give an endpoint a new secret and return it; the one before signs as well for 24 hours."""
        return endpoints.rotate(current_state(), host_id, endpoint_id)

    def enable(self, host_id: str, endpoint_id: str) -> Endpoint:
        """Send to an endpoint again that was switched off."""
        return endpoints.enable(current_state(), host_id, endpoint_id)

    def remove(self, host_id: str, endpoint_id: str) -> None:
        """Forget an endpoint: nothing is sent there any more."""
        endpoints.remove(current_state(), host_id, endpoint_id)

    def list(self, host_id: str) -> list[Endpoint]:
        """Return a host's endpoints, the oldest first."""
        return endpoints.all_of(current_state(), host_id)

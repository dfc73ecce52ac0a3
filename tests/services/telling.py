"""Endpoints of hosts as tests have them, and how a receiver knows our messages."""

import pytest
import standardwebhooks
import svix

from tests.fixtures.receivers import Message, Receiver
from tests.fixtures.site import Site
from tests.services.looking import only
from zoom_blueprint.services import endpoints
from zoom_blueprint.store import models
from zoom_blueprint.values import Endpoint

BOOKED = ("booking.confirmed", "booking.cancelled")
ADA = "1"


def made(site: Site, receiver: Receiver, events: tuple[str, ...] = BOOKED, host: str = ADA) -> tuple[Endpoint, str]:
    """Have an endpoint of a host's that is told of these events."""
    return endpoints.make(site.state, host, receiver.url, events, name="CRM")


def owed(site: Site) -> models.Delivery:
    """Return the one delivery that an endpoint is or was owed."""
    return only(site.state, models.Delivery, models.Delivery.subscriber.startswith("endpoint:"))


def row(site: Site) -> models.Endpoint:
    """Return the only endpoint as it is stored."""
    return only(site.state, models.Endpoint)


def is_from_us(message: Message, secret: str) -> bool:
    """Tell whether both packages take a message for ours, and neither one that was changed."""
    headers = dict(message.headers)
    for webhook in (standardwebhooks.Webhook(secret), svix.Webhook(secret)):
        try:
            webhook.verify(message.body, headers)
        except (standardwebhooks.webhooks.WebhookVerificationError, svix.WebhookVerificationError):
            return False
        with pytest.raises((standardwebhooks.webhooks.WebhookVerificationError, svix.WebhookVerificationError)):
            webhook.verify(message.body.replace("data", "date"), headers)
    return True

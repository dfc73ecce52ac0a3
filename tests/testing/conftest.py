"""A simulator, an app registered with it, and a place for its webhooks."""

from collections.abc import Iterator

import pytest

from tests.testing.app import REDIRECT, App
from tests.testing.receiver import Receiver, receiving
from zoom_blueprint.testing import Simulator


@pytest.fixture(scope="session")
def simulator() -> Iterator[Simulator]:
    """One process for all tests that leave it running."""
    with Simulator(redirect_uris=[REDIRECT]) as simulator:
        yield simulator


@pytest.fixture
def zoom(simulator: Simulator) -> Simulator:
    """A simulator as new."""
    simulator.reset()
    return simulator


@pytest.fixture
def app(zoom: Simulator) -> App:
    """A registered app that nobody has connected."""
    return App(zoom)


@pytest.fixture
def connected(app: App) -> App:
    """The app, connected by Ada."""
    return app.connect()


@pytest.fixture
def receiver(zoom: Simulator) -> Iterator[Receiver]:
    """The app's webhook address."""
    with receiving() as receiver:
        receiver.secret = zoom.webhook_secret
        zoom.set_app(webhook_url=receiver.url)
        yield receiver
        zoom.set_app(webhook_url=None)


@pytest.fixture
def google(zoom: Simulator) -> Simulator:
    """A simulator where a client is registered with Google."""
    zoom.google.set_client(redirect_uris=[REDIRECT])
    return zoom

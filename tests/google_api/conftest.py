"""A simulated Google, and clients that talk to it."""

from collections.abc import Iterator

import pytest

from tests.google_api.connecting import CALLBACK, code, exchange
from zoom_blueprint.google_api.client import GoogleClient
from zoom_blueprint.google_api.oauth import OAuthClient
from zoom_blueprint.google_api.payloads import TokenSet
from zoom_blueprint.google_api.transport import Transport
from zoom_blueprint.testing import Simulator
from zoom_blueprint.testing.google import GoogleControl


@pytest.fixture(scope="session")
def simulator() -> Iterator[Simulator]:
    with Simulator() as simulator:
        yield simulator


@pytest.fixture
def zoom(simulator: Simulator) -> Simulator:
    """A simulator as new, where our client is registered."""
    simulator.reset()
    simulator.google.set_client(redirect_uris=[CALLBACK])
    return simulator


@pytest.fixture
def google(zoom: Simulator) -> GoogleControl:
    return zoom.google


@pytest.fixture
def transport() -> Transport:
    return Transport()


@pytest.fixture
def oauth(google: GoogleControl, transport: Transport) -> OAuthClient:
    return OAuthClient(google.client_id, google.client_secret, google.oauth_url, transport=transport)


@pytest.fixture
def tokens(zoom: Simulator, oauth: OAuthClient) -> TokenSet:
    """What Grace's consent brought."""
    return exchange(oauth, code(zoom, oauth))


@pytest.fixture
def client(google: GoogleControl, tokens: TokenSet, transport: Transport) -> GoogleClient:
    return GoogleClient(google.api_url, tokens.access_token, transport)

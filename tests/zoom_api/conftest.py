"""A stand-in for Zoom, and clients that talk to it."""

from collections.abc import Iterator

import pytest

from tests.zoom_api.standin import Standin
from zoom_blueprint.zoom_api.client import ZoomClient
from zoom_blueprint.zoom_api.oauth import OAuthClient
from zoom_blueprint.zoom_api.transport import Transport


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "NETRC", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def zoom() -> Iterator[Standin]:
    server = Standin()
    yield server
    server.close()


@pytest.fixture
def transport() -> Transport:
    return Transport()


@pytest.fixture
def client(zoom: Standin, transport: Transport) -> ZoomClient:
    return ZoomClient(f"{zoom.url}/v2", "eyJaccessMadeUp.0.a", transport)


@pytest.fixture
def hasty(zoom: Standin, transport: Transport) -> ZoomClient:
    """Return a client that gives up after 0.3 s."""
    return ZoomClient(f"{zoom.url}/v2", "eyJaccessMadeUp.0.a", transport, budget=0.3)


@pytest.fixture
def oauth(zoom: Standin, transport: Transport) -> OAuthClient:
    return OAuthClient("client-id", "client-secret", f"{zoom.url}/oauth", transport=transport)

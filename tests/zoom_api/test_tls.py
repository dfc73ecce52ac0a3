"""The same promises over https, which is what Zoom speaks."""

import ssl
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.zoom_api import tables
from tests.zoom_api.standin import Standin, drip, json_reply
from zoom_blueprint.errors import ZoomUnknown
from zoom_blueprint.zoom_api.client import ZoomClient
from zoom_blueprint.zoom_api.transport import Transport


@pytest.fixture
def secure_zoom(certificate: Path) -> Iterator[Standin]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = Standin(context)
    yield server
    server.close()


def test_a_certificate_authority_of_the_environment_is_trusted(
    secure_zoom: Standin, certificate: Path, transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    secure_zoom.will(json_reply(200, tables.MEETING))
    assert ZoomClient(secure_zoom.url, "token", transport).get(8).id == 81234567890


def test_an_unknown_certificate_gets_no_token(secure_zoom: Standin, transport: Transport) -> None:
    with pytest.raises(ZoomUnknown):
        ZoomClient(secure_zoom.url, "token", transport).get(8)
    assert (secure_zoom.received, secure_zoom.accepted) == ([], 1)


def test_a_dripping_answer_ends_with_the_budget(
    secure_zoom: Standin, certificate: Path, transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    secure_zoom.will(drip(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"))
    began = time.monotonic()
    with pytest.raises(ZoomUnknown):
        ZoomClient(secure_zoom.url, "token", transport, budget=0.4).get(8)
    assert time.monotonic() - began < 5

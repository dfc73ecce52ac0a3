"""The same promises over https, which is what Zoom speaks."""

import ssl
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.zoom_api import tables
from tests.zoom_api.standin import Standin, drip, json_reply
from zoom_blueprint.errors import ZoomUnknown
from zoom_blueprint.zoom_api.client import ZoomClient
from zoom_blueprint.zoom_api.transport import Transport


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file with a key and a self-signed certificate for 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "zoom stand-in")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path


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

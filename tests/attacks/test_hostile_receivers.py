"""Whoever chooses where messages go can neither make us ask what we hide, nor keep us busy, nor read us out."""

import re
import socket
import ssl
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.receivers import Receiver, answering
from tests.fixtures.site import MakeSite
from tests.services.looking import only
from zoom_blueprint.exchanges import pinned
from zoom_blueprint.exchanges.pinned import Fault, Reply, Unanswered
from zoom_blueprint.services import endpoints, postings
from zoom_blueprint.store import models

NAME = "hooks.example.com"


@pytest.fixture
def database_kind() -> str:
    """One database will do for what goes over the wire."""
    return "sqlite"


class Names:
    """A name server: each look-up of a name gets the next of its answers, the last one for ever."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.asked: list[str] = []
        self._known: dict[str, list[list[str]]] = {}
        real = socket.getaddrinfo

        def look_up(host: Any, port: Any, *arguments: Any, **options: Any) -> Any:
            if host not in self._known:
                return real(host, port, *arguments, **options)
            self.asked.append(host)
            answers = self._known[host]
            found = answers.pop(0) if len(answers) > 1 else answers[0]
            if not found:
                raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
            return [each for one in found for each in real(one, port, *arguments, **options)]

        patch.setattr(socket, "getaddrinfo", look_up)

    def answer(self, name: str, *answers: list[str]) -> None:
        """Say what the look-ups of a name give, one after the other."""
        self._known[name] = list(answers)


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    """Have a name server whose names lead where a test wants them to."""
    return Names(monkeypatch)


@pytest.fixture
def secure(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """Have a receiver by TLS, whose certificate is for 127.0.0.1 and good."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    made = Receiver(context)
    yield made
    made.close()


def post(url: str, *, seconds: float = 5, on_loopback: bool = True) -> Reply:
    """Post as deliveries do."""
    return pinned.post(url, b"{}", {"Content-Type": "application/json"}, seconds=seconds, on_loopback=on_loopback)


def fault(url: str, *, seconds: float = 5, on_loopback: bool = True) -> Fault:
    """Return why nobody has answered."""
    with pytest.raises(Unanswered) as told:
        post(url, seconds=seconds, on_loopback=on_loopback)
    assert told.value.__cause__ is None
    assert told.value.__suppress_context__ or told.value.__context__ is None
    return told.value.fault


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.7", "172.16.1.1", "192.168.1.1", "100.100.100.200"),
        *("169.254.169.254", "168.63.129.16", "192.0.0.192", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255"),
        *("::1", "::", "fe80::1", "fd00:ec2::254", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.7"),
        *("64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::", "2001:db8::1", "fec0::1", "::127.0.0.1"),
    ],
)
def test_no_network_of_ours_is_sent_to_by_any_name_or_number(names: Names, address: str) -> None:
    names.answer(NAME, [address])
    assert fault(f"https://{NAME}/", on_loopback=False) is Fault.NOT_PUBLIC
    names.answer(NAME, ["93.184.216.34", address])
    assert fault(f"https://{NAME}/", on_loopback=False) is Fault.NOT_PUBLIC
    literal = f"[{address}]" if ":" in address else address
    assert fault(f"https://{literal}/", on_loopback=False) is Fault.NOT_PUBLIC
    with pytest.raises(ValueError, match="https"):
        pinned.normal(f"https://{literal}/", on_loopback=False)


@pytest.mark.parametrize("number", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1"])
def test_odd_spellings_of_this_machine_lead_there_and_are_refused(names: Names, number: str) -> None:
    names.answer(number, ["127.0.0.1"])  # as the C library reads them
    assert fault(f"https://{number}/", on_loopback=False) is Fault.NOT_PUBLIC


def test_in_development_only_this_machine_is_added(names: Names, receiver: Receiver) -> None:
    assert post(receiver.url).status == 204
    names.answer(NAME, ["10.0.0.7"])
    assert fault(f"https://{NAME}/") is Fault.NOT_PUBLIC
    names.answer(NAME, ["93.184.216.34"])
    assert fault(f"http://{NAME}/") is Fault.NOT_PUBLIC  # in the clear nowhere else


def test_a_name_that_leads_elsewhere_after_it_was_checked_is_not_asked_again(names: Names, receiver: Receiver) -> None:
    """The first answer passes the check; were the name looked up again to connect, nobody would be there."""
    names.answer(NAME, ["127.0.0.1"], ["127.0.0.2"])
    assert post(receiver.url.replace("127.0.0.1", NAME)).status == 204
    assert names.asked == [NAME]
    assert receiver.messages[0].headers["Host"] == f"{NAME}:{receiver.port}"


def test_the_certificate_has_to_be_for_the_name_and_not_for_the_checked_address(names: Names, secure: Receiver) -> None:
    assert post(secure.url).status == 204
    names.answer(NAME, ["127.0.0.1"])
    assert fault(secure.url.replace("127.0.0.1", NAME)) is Fault.CERTIFICATE
    assert len(secure.messages) == 1


def test_a_certificate_of_nobody_we_trust_is_refused(secure: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    assert fault(secure.url) is Fault.CERTIFICATE
    assert secure.messages == []


def test_proxies_of_the_environment_are_not_told_where_to_go(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert post(receiver.url).status == 204


def test_a_redirect_is_an_answer_like_any_other(receiver: Receiver) -> None:
    receiver.answer = answering(302, Location="http://127.0.0.1:9/latest/meta-data")
    assert post(receiver.url).status == 302
    assert len(receiver.messages) == 1


def _hangs(handler: BaseHTTPRequestHandler) -> None:
    receiver_of(handler).ends.wait(30)


def _drips(handler: BaseHTTPRequestHandler) -> None:
    ends = receiver_of(handler).ends
    for _ in range(300):
        handler.wfile.write(b"HTTP/1.1 100 Continue\r\nX: y\r\n\r\n")
        if ends.wait(0.05):
            return


def _hangs_in_its_body(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
    receiver_of(handler).ends.wait(30)


def _floods(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
    for _ in range(2000):
        handler.wfile.write(b"x" * 500_000)
        FLOODED.append(500_000)


FLOODED: list[int] = []
RECEIVERS: dict[int, Receiver] = {}


def receiver_of(handler: BaseHTTPRequestHandler) -> Receiver:
    """Return the receiver that a request came to."""
    return RECEIVERS[handler.server.server_address[1]]  # type: ignore[index]  # by internet there is a port


@pytest.mark.parametrize("answer", [_hangs, _drips])
def test_who_gives_no_answer_is_waited_for_no_longer_than_was_said(receiver: Receiver, answer: Any) -> None:
    RECEIVERS[receiver.port] = receiver
    receiver.answer = answer
    began = time.monotonic()
    assert fault(receiver.url, seconds=0.5) is Fault.LATE
    assert time.monotonic() - began < 5


def test_who_hangs_within_the_answer_has_answered(receiver: Receiver) -> None:
    RECEIVERS[receiver.port] = receiver
    receiver.answer = _hangs_in_its_body
    assert post(receiver.url, seconds=0.5).status == 200


def test_of_a_long_answer_no_more_than_its_beginning_is_taken(receiver: Receiver) -> None:
    FLOODED.clear()
    receiver.answer = _floods
    assert post(receiver.url).status == 200
    assert sum(FLOODED) < 20_000_000  # what the system's buffers take


def test_endless_headers_and_what_is_no_http_are_no_answer(receiver: Receiver) -> None:
    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: y\r\n" % number for number in range(10_000)))

    def nonsense(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"SSH-2.0-OpenSSH_9.6\r\n")

    for answer in (endless, nonsense):
        receiver.answer = answer
        assert fault(receiver.url) is Fault.BROKEN


def test_nobody_there_and_no_such_name_are_told_apart(names: Names) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        assert fault(f"http://127.0.0.1:{taken.getsockname()[1]}/") is Fault.UNREACHABLE
    names.answer(NAME, [])
    assert fault(f"https://{NAME}/") is Fault.NO_NAME


def test_another_of_the_checked_addresses_is_tried_where_one_is_dead(names: Names, receiver: Receiver) -> None:
    names.answer(NAME, ["::1", "127.0.0.1"])
    assert post(receiver.url.replace("127.0.0.1", NAME)).status == 204


def test_a_delivery_to_what_became_private_waits_and_says_why(
    make_site: MakeSite, names: Names, caplog: pytest.LogCaptureFixture
) -> None:
    site = make_site()
    site.connect()
    names.answer(NAME, ["10.0.0.7"])
    endpoint, secret = endpoints.make(site.state, "1", f"https://{NAME}/hooks/s3cr3t", ["booking.confirmed"])
    with caplog.at_level("DEBUG"):
        assert postings.test(site.state, "1", endpoint.id).error == Fault.NOT_PUBLIC
        site.booked()
        site.drain()
    owed = only(site.state, models.Delivery, models.Delivery.subscriber.startswith("endpoint:"))
    assert owed.last_error == "its address is not public"
    assert owed.due_at is not None
    assert "s3cr3t" not in caplog.text
    assert not re.search(re.escape(secret), caplog.text)

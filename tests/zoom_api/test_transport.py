"""What the wire may do to us: drip, drop, cut short, redirect, flood."""

import gzip
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from tests.zoom_api import tables
from tests.zoom_api.standin import Behaviour, Standin, drip, drop, flood, hang, json_reply, only_bytes, reply
from tests.zoom_api.test_client import REQUEST
from zoom_blueprint.errors import ZoomUnknown
from zoom_blueprint.exchanges.adapters import CONNECT_SECONDS, LARGEST_BODY, TOTAL_SECONDS
from zoom_blueprint.zoom_api.client import ZoomClient
from zoom_blueprint.zoom_api.payloads import MeetingChange
from zoom_blueprint.zoom_api.transport import Transport

MEETING = json_reply(200, tables.MEETING)
HEAD_OF_HUNDRED = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"
CALLS: list[Callable[[ZoomClient], object]] = [
    lambda client: client.create(REQUEST),
    lambda client: client.update(8, MeetingChange(duration=20)),
    lambda client: client.delete(8),
]


@pytest.mark.parametrize(
    "slow",
    [hang, drip(b""), drip(b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 9000), drip(HEAD_OF_HUNDRED)],
    ids=["silence", "dripping spaces", "dripping header", "dripping body"],
)
def test_a_slow_answer_ends_with_the_budget(zoom: Standin, hasty: ZoomClient, slow: Behaviour) -> None:
    zoom.will(slow)
    began = time.monotonic()
    with pytest.raises(ZoomUnknown):
        hasty.get(8)
    assert 0.25 < time.monotonic() - began < 5
    assert len(zoom.received) == 1


def test_a_dripping_chunked_body_ends_with_the_budget(zoom: Standin, hasty: ZoomClient) -> None:
    zoom.will(drip(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 900))
    began = time.monotonic()
    with pytest.raises(ZoomUnknown):
        hasty.get(8)
    assert time.monotonic() - began < 5


def test_no_budget_can_exceed_the_total(zoom: Standin, transport: Transport, monkeypatch: pytest.MonkeyPatch) -> None:
    assert TOTAL_SECONDS == 10
    monkeypatch.setattr("zoom_blueprint.exchanges.adapters.TOTAL_SECONDS", 0.3)
    zoom.will(hang)
    began = time.monotonic()
    with pytest.raises(ZoomUnknown):
        ZoomClient(zoom.url, "token", transport, budget=60).get(8)
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("budget", [0.0, -3.0])
def test_nothing_is_sent_when_no_time_is_left(zoom: Standin, transport: Transport, budget: float) -> None:
    with pytest.raises(ZoomUnknown):
        ZoomClient(zoom.url, "token", transport, budget=budget).create(REQUEST)
    assert zoom.received == []


def test_a_port_where_nobody_listens_is_unknown(transport: Transport) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    with pytest.raises(ZoomUnknown):
        ZoomClient(f"http://127.0.0.1:{port}", "token", transport).create(REQUEST)


def test_connecting_gets_less_time_than_the_answer(transport: Transport, monkeypatch: pytest.MonkeyPatch) -> None:
    assert CONNECT_SECONDS == 2
    monkeypatch.setattr("zoom_blueprint.exchanges.adapters.CONNECT_SECONDS", 0.2)
    with ExitStack() as open_sockets:
        full = open_sockets.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(4):  # nobody accepts: after these, the system answers no further attempt
            waiting = open_sockets.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(full.getsockname())
        began = time.monotonic()
        with pytest.raises(ZoomUnknown):
            ZoomClient(f"http://127.0.0.1:{full.getsockname()[1]}", "token", transport).create(REQUEST)
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("call", CALLS, ids=["create", "update", "delete"])
def test_a_write_whose_answer_was_dropped_is_sent_once(
    zoom: Standin, client: ZoomClient, call: Callable[[ZoomClient], object]
) -> None:
    zoom.will(drop, MEETING)
    with pytest.raises(ZoomUnknown):
        call(client)
    assert len(zoom.received) == 1


def test_a_read_whose_connection_broke_is_sent_once_more(zoom: Standin, client: ZoomClient) -> None:
    zoom.will(drop, MEETING)
    assert client.get(8).id == 81234567890


def test_a_read_that_breaks_twice_is_unknown(zoom: Standin, client: ZoomClient) -> None:
    zoom.will(drop, drop, MEETING)
    with pytest.raises(ZoomUnknown):
        client.get(8)
    assert len(zoom.received) == 2


def test_a_read_whose_time_ran_out_is_not_sent_again(zoom: Standin, hasty: ZoomClient) -> None:
    zoom.will(hang, MEETING)
    with pytest.raises(ZoomUnknown):
        hasty.get(8)
    assert len(zoom.received) == 1


def test_a_connection_that_zoom_closed_meanwhile_is_replaced_unseen(zoom: Standin, client: ZoomClient) -> None:
    zoom.will(only_bytes(MEETING), reply(204))
    client.get(8)
    assert zoom.hung_up.wait(5)
    client.delete(8)
    assert [one.method for one in zoom.received] == ["GET", "DELETE"]


@pytest.mark.parametrize(
    "cut",
    [
        b'HTTP/1.1 200 OK\r\nContent-Length: 4000\r\n\r\n{"id": 8',
        b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"id"',
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}",
        b'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{"id": 8, "join_u',
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 9\r\n\r\nnot gzip.",
        b"HTTP/1.1 200",
        b"\x16\x03\x01 no http at all\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n",
    ],
    ids=["length", "chunk", "bad chunk", "no length", "gzip", "status line", "noise", "headers"],
)
def test_an_answer_cut_short_or_garbled_is_unknown(zoom: Standin, client: ZoomClient, cut: bytes) -> None:
    zoom.will(only_bytes(cut), only_bytes(cut))
    with pytest.raises(ZoomUnknown):
        client.get(8)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308, 300, 304])
@pytest.mark.parametrize("call", [lambda client: client.get(8), *CALLS], ids=["get", "create", "update", "delete"])
def test_a_redirect_is_not_followed(
    zoom: Standin, client: ZoomClient, status: int, call: Callable[[ZoomClient], object]
) -> None:
    zoom.will(reply(status, b"", f"Location: {zoom.url}/elsewhere"))
    with pytest.raises(ZoomUnknown) as caught:
        call(client)
    assert len(zoom.received) == 1
    assert (caught.value.status, caught.value.tracking_id) == (status, "v=2.0;clid=us02;rid=TEST_1")


def test_a_redirect_is_refused_even_to_those_who_would_follow(zoom: Standin, transport: Transport) -> None:
    zoom.will(reply(302, b"", f"Location: {zoom.url}/elsewhere"), MEETING)
    with pytest.raises(ZoomUnknown):
        transport.session().get(zoom.url)
    assert len(zoom.received) == 1


def test_a_redirect_to_nonsense_is_unknown(zoom: Standin, client: ZoomClient) -> None:
    zoom.will(reply(302, b"", "Location: http://["))
    with pytest.raises(ZoomUnknown):
        client.get(8)


@pytest.mark.parametrize("huge", [reply(200, b" " * (LARGEST_BODY + 1)), flood], ids=["a byte too many", "a flood"])
def test_a_huge_body_is_refused_without_reading_it_all(
    zoom: Standin, client: ZoomClient, huge: bytes | Behaviour
) -> None:
    zoom.will(huge)
    with pytest.raises(ZoomUnknown, match="larger"):
        client.get(8)


def test_a_small_body_that_unpacks_to_a_huge_one_is_refused(zoom: Standin, client: ZoomClient) -> None:
    bomb = gzip.compress(b" " * (40 * LARGEST_BODY))
    assert len(bomb) < LARGEST_BODY
    zoom.will(reply(200, bomb, "Content-Encoding: gzip"))
    with pytest.raises(ZoomUnknown, match="larger"):
        client.get(8)


def test_a_body_of_the_largest_size_is_read(zoom: Standin, client: ZoomClient) -> None:
    body = json_reply(200, tables.MEETING).partition(b"\r\n\r\n")[2]
    zoom.will(reply(200, body + b" " * (LARGEST_BODY - len(body))))
    assert client.get(8).id == 81234567890


def test_a_packed_body_is_read(zoom: Standin, client: ZoomClient) -> None:
    body = gzip.compress(MEETING.partition(b"\r\n\r\n")[2])
    zoom.will(reply(200, body, "Content-Encoding: gzip"))
    assert client.get(8).id == 81234567890


def test_clients_of_one_transport_share_a_connection(zoom: Standin, transport: Transport) -> None:
    zoom.will(MEETING, reply(204), MEETING)
    ZoomClient(zoom.url, "one", transport).get(8)
    ZoomClient(zoom.url, "two", transport).delete(8)
    ZoomClient(zoom.url, "three", transport).get(8)
    assert len({one.peer for one in zoom.received}) == 1
    assert [one.headers["authorization"] for one in zoom.received] == ["Bearer one", "Bearer two", "Bearer three"]


def test_many_threads_share_a_transport(zoom: Standin, transport: Transport) -> None:
    zoom.will(*[MEETING] * 64)

    def one(number: int) -> int:
        return ZoomClient(zoom.url, f"token-{number}", transport).get(number).id

    with ThreadPoolExecutor(16) as threads:
        assert set(threads.map(one, range(64))) == {81234567890}
    assert {one.headers["authorization"].removeprefix("Bearer token-") for one in zoom.received} == {
        one.target.removeprefix("/meetings/") for one in zoom.received
    }


def test_no_cookie_is_kept(zoom: Standin, client: ZoomClient) -> None:
    zoom.will(json_reply(200, tables.MEETING, "Set-Cookie: cred=ABC; Path=/"), MEETING)
    client.get(8)
    client.get(8)
    assert all("cookie" not in one.headers for one in zoom.received)

"""Post to an address that somebody else chose: to public machines only, over a connection to what was checked."""

import ipaddress
import os
import socket
import ssl
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from http.client import HTTPException
from typing import Any
from urllib.parse import SplitResult, urlsplit

from requests import PreparedRequest, RequestException
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3.exceptions import HTTPError

from zoom_blueprint.exchanges.bounded import DeadlineHTTPConnection, DeadlineHTTPSConnection

LARGEST_ANSWER = 4096
_CONNECT_SECONDS = 4.0
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_UNICAST = ipaddress.IPv6Network("2000::/3")
_OWN = (ipaddress.IPv4Network("192.0.0.0/24"), ipaddress.IPv4Network("168.63.129.16/32"))
"""Where clouds keep what their machines ask of them, though the second is a public address."""
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_Found = tuple[socket.AddressFamily, Any]


class Fault(StrEnum):
    """Why nobody has answered."""

    NO_NAME = "its name is not known"
    NOT_PUBLIC = "its address is not public"
    UNREACHABLE = "it cannot be reached"
    CERTIFICATE = "its certificate is not good"
    LATE = "it gave no answer in time"
    BROKEN = "its answer broke off"


class Unanswered(Exception):
    """No answer came, for the reason of ``fault``; it may have arrived all the same."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True)
class Reply:
    """What was answered, besides the body; header names are in lower case."""

    status: int
    headers: Mapping[str, str]


def normal(url: str, *, on_loopback: bool) -> str:
    """Return an address as it goes over the wire.

    Raises:
        ValueError: it is no https address, or has a user or a fragment in it. http is for ``on_loopback`` only.
    """
    request = PreparedRequest()
    try:
        request.prepare_url(url.strip(), None)
        parts = urlsplit(str(request.url))
        _ = parts.port
    except (RequestException, UnicodeError) as error:
        raise ValueError(type(error).__name__) from None
    is_plain = parts.hostname and "@" not in parts.netloc and not parts.fragment
    if not is_plain or not _is_allowed(parts, on_loopback=on_loopback):
        raise ValueError("not an https address")
    return parts.geturl()


def post(url: str, body: bytes, headers: Mapping[str, str], *, seconds: float, on_loopback: bool) -> Reply:
    """Send one request and return the answer, whatever it is; a redirect is one, and is not followed.

    The name is looked up once, each address found is checked, and one of these is connected to: no other that the name
    may have a moment later. No proxy is used, for it would look the name up itself. At most 4 KiB of the answer's body
    are read, and what it says counts whether or not all of it comes. ``seconds`` are for everything but the resolver.

    Raises:
        Unanswered: nothing was sent, or no answer came.
    """
    parts = urlsplit(url)
    try:
        found = _look_up(parts, on_loopback=on_loopback)
        ends = time.monotonic() + seconds
        connection = _connection(parts, found, ends)
        try:
            return _exchange(connection, parts, body, headers, ends)
        finally:
            connection.close()
    # "from None": these exceptions carry the request, and with it the address.
    except TimeoutError:
        raise Unanswered(Fault.LATE) from None
    except ssl.SSLError:
        raise Unanswered(Fault.CERTIFICATE) from None
    except (OSError, HTTPException, HTTPError, ValueError):
        raise Unanswered(Fault.BROKEN) from None


def _is_allowed(parts: SplitResult, *, on_loopback: bool) -> bool:
    """Judge an address by its text, as far as that goes: a name is judged by what it leads to."""
    if parts.scheme not in ("https", "http") or (parts.scheme == "http" and not on_loopback):
        return False
    try:
        address = ipaddress.ip_address(parts.hostname or "")
    except ValueError:
        return True
    return _may_be(address, on_loopback=on_loopback)


def _may_be(address: _Address, *, on_loopback: bool) -> bool:
    """Return whether this machine may be sent to: a public one, of which no network of ours knows another by it."""
    within = _within(address)
    if within is not None:
        return _may_be(within, on_loopback=on_loopback)
    if address.is_loopback:
        return on_loopback
    is_own = any(address in one for one in _OWN)
    is_unicast = isinstance(address, ipaddress.IPv4Address) or address in _UNICAST
    return address.is_global and is_unicast and not address.is_multicast and not is_own


def _within(address: _Address) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address that one of IPv6 stands for, by any of the ways there are."""
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]


def _look_up(parts: SplitResult, *, on_loopback: bool) -> Sequence[_Found]:
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unanswered(Fault.NO_NAME) from None
    addresses = [ipaddress.ip_address(str(where[0]).partition("%")[0]) for *_, where in found]
    # One that is not public among others that are is how a name is made to pass here and to lead elsewhere.
    is_good = bool(addresses) and all(_may_be(one, on_loopback=on_loopback) for one in addresses)
    if not is_good or (parts.scheme == "http" and not all(one.is_loopback for one in addresses)):
        raise Unanswered(Fault.NOT_PUBLIC)
    return [(family, where) for family, *_, where in found]


def _reach(found: Sequence[_Found], ends: float) -> socket.socket:
    """Connect to the first of the addresses that lets us."""
    for family, where in found:
        sock = socket.socket(family, socket.SOCK_STREAM)
        try:
            sock.settimeout(min(_CONNECT_SECONDS, _left(ends)))
            sock.connect(where)
            sock.settimeout(_left(ends))
        except OSError:
            sock.close()
        else:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return sock
    raise Unanswered(Fault.UNREACHABLE)


def _connection(
    parts: SplitResult, found: Sequence[_Found], ends: float
) -> DeadlineHTTPConnection | DeadlineHTTPSConnection:
    """Return a connection that knows its name for the certificate and the Host header only."""
    host = parts.hostname or ""
    if parts.scheme == "http":
        return _PinnedHTTP(host, parts.port, found=found, ends=ends)
    return _PinnedHTTPS(host, parts.port, ssl_context=_trust(_authorities()), found=found, ends=ends)


class _Pinned:
    def __init__(self, *arguments: Any, found: Sequence[_Found], ends: float, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._found, self._ends = found, ends

    def _new_conn(self) -> socket.socket:
        return _reach(self._found, self._ends)


class _PinnedHTTP(_Pinned, DeadlineHTTPConnection):
    pass


class _PinnedHTTPS(_Pinned, DeadlineHTTPSConnection):
    pass


def _exchange(
    connection: DeadlineHTTPConnection | DeadlineHTTPSConnection,
    parts: SplitResult,
    body: bytes,
    headers: Mapping[str, str],
    ends: float,
) -> Reply:
    connection.connect()
    connection.timeout = _left(ends)
    path = parts._replace(scheme="", netloc="").geturl() or "/"
    connection.request("POST", path, body, headers, preload_content=False, decode_content=False)
    connection.timeout = _left(ends)
    answer = connection.getresponse()
    reply = Reply(answer.status, {name.lower(): value for name, value in answer.headers.items()})
    try:
        answer.read(LARGEST_ANSWER, decode_content=False)
    except (OSError, HTTPException, HTTPError, ValueError):
        return reply  # it has said what counts
    return reply


def _left(ends: float) -> float:
    left = ends - time.monotonic()
    if left <= 0:
        raise TimeoutError("no time is left for this call")
    return left


def _authorities() -> str:
    """Return the file of whom to believe: whom requests believes, or whom its variables name."""
    return os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or DEFAULT_CA_BUNDLE_PATH


@cache
def _trust(file: str) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=file)

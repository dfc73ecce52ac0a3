"""Connections that give up at one instant, however slowly an answer drips."""

import http.client
import io
import socket
import time
from typing import Any, cast

from urllib3.connection import HTTPConnection, HTTPSConnection


class _Deadline(io.RawIOBase):
    """The reading end of a socket that gives up at one instant; a plain time-out starts anew with each dripped byte."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket) -> None:
        self._raw = raw
        self._sock = sock
        self._ends = time.monotonic() + (sock.gettimeout() or 0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TimeoutError("the time for this answer is used up")
        self._sock.settimeout(left)
        return cast("int | None", self._raw.readinto(buffer))

    def close(self) -> None:
        self._raw.close()
        super().close()


class _HTTPResponse(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        # The socket's time-out has just been set to what is left of the total after connecting and sending.
        self.fp = io.BufferedReader(_Deadline(self.fp.detach(), sock))


class DeadlineHTTPConnection(HTTPConnection):
    """A connection whose answer has to be there by one instant."""

    response_class = _HTTPResponse


class DeadlineHTTPSConnection(HTTPSConnection):
    """The same by TLS."""

    response_class = _HTTPResponse

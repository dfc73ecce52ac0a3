"""Stand between the socket and the app: record every call, and do to some of them what a network does."""

import io
import json
import socket
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from flask import Flask
from werkzeug.datastructures import Headers
from werkzeug.exceptions import HTTPException
from werkzeug.http import HTTP_STATUS_CODES, http_date
from werkzeug.test import run_wsgi_app
from werkzeug.wrappers import Request

from zoom_blueprint.testing.simulator import calls, faults
from zoom_blueprint.testing.simulator.faults import Fault
from zoom_blueprint.testing.simulator.world import World

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class ConnectionDropped(ConnectionError):
    """The fault plan closed this connection; the server has nothing more to say on it."""


class Wire:
    """A WSGI app around the simulator's own."""

    def __init__(self, flask: Flask, inner: "WSGIApplication", world: World) -> None:
        self._flask = flask
        self._inner = inner
        self._world = world

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request, late, wrongly or not at all if a fault says so."""
        endpoint = self._endpoint(environ)
        if not environ["PATH_INFO"].startswith(("/v2/", "/oauth/", "/google/")):
            return self._inner(environ, start_response)
        raw = Request(environ).get_data()
        read = {**environ, "CONTENT_LENGTH": str(len(raw)), "wsgi.input": io.BytesIO(raw)}
        read.pop("HTTP_TRANSFER_ENCODING", None)
        route = endpoint.partition(".")[2] or None
        began = time.monotonic()
        entry = {
            "at": time.time(),
            "method": environ["REQUEST_METHOD"],
            "path": environ["PATH_INFO"],
            "route": route,
            "request": calls.describe(Request(dict(read)), raw),
        }
        with self._world.moment(quiet=True) as m:
            fault = faults.take(m, route) if route else None
        status, headers, body = self._outcome({**read, "wsgi.input": io.BytesIO(raw)}, fault or Fault())
        dropped = fault is not None and fault.drop is not None
        number = int(status.split()[0])
        entry.update(
            status=None if dropped else number,
            answer=None if dropped else calls.describe_answer(number, headers, body),
            ms=round((time.monotonic() - began) * 1000, 2),
            fault=fault is not None,
        )
        with self._world.moment(quiet=True) as m:
            calls.note(m.db, entry)
        if dropped:
            _drop(environ)
        start_response(status, list(headers))
        return [body]

    def _endpoint(self, environ: "WSGIEnvironment") -> str:
        try:
            endpoint, _ = self._flask.url_map.bind_to_environ(environ).match()
        except HTTPException:
            return ""
        return str(endpoint)

    def _outcome(self, environ: "WSGIEnvironment", fault: Fault) -> tuple[str, Headers, bytes]:
        """Return what the client gets; nothing is done if the fault comes before the effect."""
        time.sleep(fault.delay)
        if fault.drop == "before" or (fault.answers and not fault.effect):
            status, headers, body = "500 INTERNAL SERVER ERROR", Headers(), b""
        else:
            pieces, status, headers = run_wsgi_app(self._inner, environ, buffered=True)
            body = b"".join(pieces)
        headers.setdefault("Date", http_date())
        if not environ["PATH_INFO"].startswith("/google/"):
            headers.setdefault("x-zm-trackingid", f"v=2.0;clid=us02;rid=WEB_{uuid4().hex}")
        if fault.answers:
            status, body = _replaced(fault, status, headers, body)
        for name, value in fault.headers.items():
            headers[name] = value
        if fault.truncate is not None:
            body = body[: fault.truncate]
        if not status.startswith("204"):
            headers["Content-Length"] = str(len(body))
        time.sleep(fault.delay_after)
        return status, headers, body


def _replaced(fault: Fault, status: str, headers: Headers, body: bytes) -> tuple[str, bytes]:
    if fault.status is not None:
        status = f"{fault.status} {HTTP_STATUS_CODES.get(fault.status, 'UNKNOWN').upper()}"
        body = b""
    content_type = "text/html"
    if fault.body is not None:
        content_type, body = _encoded(fault.body)
    headers["Content-Type"] = fault.content_type or content_type
    return status, body


def _encoded(body: Any) -> tuple[str, bytes]:
    if isinstance(body, str):
        return "text/html", body.encode()
    return "application/json;charset=UTF-8", json.dumps(body).encode()


def _drop(environ: "WSGIEnvironment") -> None:
    environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    raise ConnectionDropped

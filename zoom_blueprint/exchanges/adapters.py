"""Carry one HTTP exchange through requests: within its time, within its size, and to one address only."""

import http.client
import io
import time
from typing import Any
from urllib.parse import urlsplit

from requests import PreparedRequest, RequestException, Response
from requests.adapters import HTTPAdapter
from requests.exceptions import ConnectionError as RequestsConnectionError
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, Timeout
from urllib3.exceptions import HTTPError, ProtocolError

from zoom_blueprint import logs
from zoom_blueprint.exchanges.bounded import DeadlineHTTPConnection, DeadlineHTTPSConnection
from zoom_blueprint.exchanges.partners import Partner

CONNECT_SECONDS = 2.0
TOTAL_SECONDS = 10.0
LARGEST_BODY = 2 * 1024 * 1024
LOOK_FIRST = "Look at {name} before you repeat the call."


class _HTTPPool(HTTPConnectionPool):
    ConnectionCls = DeadlineHTTPConnection


class _HTTPSPool(HTTPSConnectionPool):
    ConnectionCls = DeadlineHTTPSConnection


_POOLS = {"http": _HTTPPool, "https": _HTTPSPool}


class Adapter(HTTPAdapter):
    """A connection pool for requests that answers with a whole body, or raises the partner's unknown.

    ``timeout`` is the number of seconds for everything together, 10 when absent; connecting gets 2 of them per address.
    The time for looking up the name is the resolver's, and a name with several dead addresses costs 2 s for each.

    A redirect is no answer: following one would carry a secret elsewhere. No cookie is kept. A GET whose connection
    broke before an answer began (a pooled one that the other side was just closing) is sent once more; nothing else is,
    because a create may have happened, an update counts against a quota, and their owners look before they repeat.
    """

    def __init__(self, partner: Partner) -> None:
        self._partner = partner
        super().__init__(pool_connections=8, pool_maxsize=32)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the pool with connections that keep the deadline."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        """Make the same connections through a proxy (a SOCKS proxy needs its own, with a time-out per read only)."""
        manager = super().proxy_manager_for(proxy, **kwargs)
        if not proxy.lower().startswith("socks"):
            manager.pool_classes_by_scheme = _POOLS
        return manager

    def send(self, request: PreparedRequest, stream: bool = False, timeout: Any = None, **kwargs: Any) -> Response:  # type: ignore[override]  # passes on the rest
        """Exchange one request for one answer, whose body is in memory.

        Raises:
            The partner's unknown: no whole, bounded answer came in time, or it was a redirect.
        """
        began, name = time.monotonic(), self._partner.name
        try:
            response = self._exchange(request, began + (TOTAL_SECONDS if timeout is None else timeout), kwargs)
            body = _read(response)
        except (RequestException, HTTPError, http.client.HTTPException, OSError, ValueError) as error:
            _note(self._partner, request, began, None, None)
            # "from None": these exceptions carry the request, or quote a header, and with it a secret.
            raise self._partner.lost(
                f"{name} gave no usable answer ({type(error).__name__}). {LOOK_FIRST.format(name=name)}"
            ) from None
        _note(self._partner, request, began, response, body)
        if body is None or 300 <= response.status_code < 400:
            raise self._partner.lost(
                f"{name}'s answer is larger than {LARGEST_BODY} bytes."
                if body is None
                else f"{name} answered with a redirect, which is never followed. Check {self._partner.keys}.",
                status=response.status_code,
                headers=response.headers,
            )
        response.raw = io.BytesIO(body)
        return response

    def _exchange(self, request: PreparedRequest, ends: float, kwargs: dict[str, Any]) -> Response:
        try:
            return super().send(request, stream=True, timeout=_until(ends), **kwargs)
        except RequestsConnectionError as error:
            if request.method != "GET" or not _broke_before_an_answer(error):
                raise
        return super().send(request, stream=True, timeout=_until(ends), **kwargs)


def _until(ends: float) -> Any:  # requests takes a Timeout, and its types do not say so
    left = ends - time.monotonic()
    if left <= 0:
        raise TimeoutError("no time is left for this call")
    return Timeout(total=left, connect=min(CONNECT_SECONDS, left))


def _read(response: Response) -> bytes | None:
    try:
        body: bytes = response.raw.read(LARGEST_BODY + 1, decode_content=True)
    finally:
        # Gives the connection back when the body was read to its end, else closes it.
        response.close()
    return body if len(body) <= LARGEST_BODY else None


def _broke_before_an_answer(error: RequestsConnectionError) -> bool:
    cause = error.args[0] if error.args else None
    return isinstance(cause, ProtocolError) and any(isinstance(one, ConnectionError) for one in cause.args)


def _note(
    partner: Partner, request: PreparedRequest, began: float, response: Response | None, body: bytes | None
) -> None:
    seconds = time.monotonic() - began
    path = urlsplit(str(request.url)).path
    if partner.count is not None:
        partner.count(str(request.method), path, _outcome(partner, response, body), seconds)
    logs.tracking(tracking_id := None if response is None else partner.tracking_id(response.headers))
    partner.logger.debug(
        "%s %s -> %s in %.0f ms",
        request.method,
        path,
        "no answer" if response is None else response.status_code,
        1000 * seconds,
        extra={"zoom": {"tracking": tracking_id}},
    )


def _outcome(partner: Partner, response: Response | None, body: bytes | None) -> str:
    if response is None:
        return "lost"
    if 200 <= response.status_code < 300:
        return "ok"
    if not 400 <= response.status_code < 500:
        return "failed"
    return "rate_limited" if partner.is_limit(response.status_code, body or b"") else "refused"

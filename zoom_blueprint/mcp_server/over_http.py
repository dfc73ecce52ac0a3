"""MCP over HTTP: one request in, one JSON answer out, and nothing kept between two of them."""

import asyncio
import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

import anyio
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from starlette.types import Message, Scope

from zoom_blueprint.mcp_server import serving
from zoom_blueprint.mcp_server.agents import Agent

_T = TypeVar("_T")
_PATIENCE_SECONDS, _PAUSE_SECONDS = 30.0, 0.005
# It says that it starts and that it ends, which here is with each request.
logging.getLogger(StreamableHTTPSessionManager.__module__).setLevel(logging.WARNING)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A POST as it came in; ``headers`` are those that MCP looks at."""

    path: str
    headers: Iterable[tuple[str, str]]
    body: bytes = field(repr=False)


@dataclass(kw_only=True)
class Answer:
    """What goes back."""

    status: int = 500
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = field(default=b"", repr=False)


def answer(agent: Agent, asked: Asked) -> Answer:
    """Return the answer to one request of an agent, by a loop that lives as long as the request does.

    Where requests are greenlets of one thread, as gevent's are, they take turns: a thread has one loop at a time.
    """
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while _has_loop() and time.monotonic() < deadline:
        time.sleep(_PAUSE_SECONDS)
    return anyio.run(_answer, agent, asked)


def _has_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


async def _answer(agent: Agent, asked: Asked) -> Answer:
    found = Answer()
    waiting: list[Message] = [{"type": "http.request", "body": asked.body, "more_body": False}]

    async def receive() -> Message:
        if not waiting:
            await anyio.sleep_forever()  # a client that went away is seen when the answer is sent
        return waiting.pop()

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            found.status = message["status"]
            found.headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in message["headers"]]
        else:
            found.body += message.get("body", b"")

    manager = StreamableHTTPSessionManager(
        serving.server(agent, _here), json_response=True, stateless=True, max_request_body_size=len(asked.body) + 1
    )
    async with manager.run():
        await manager.handle_request(_scope(asked), receive, send)
    return found


async def _here(work: Callable[[], _T]) -> _T:
    """Do work in the request's own thread and context: its loop has nothing else to do."""
    return work()


def _scope(asked: Asked) -> Scope:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": asked.path,
        "query_string": b"",
        "headers": [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in asked.headers],
    }

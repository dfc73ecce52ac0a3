"""MCP over stdio: an agent's program starts ours, and speaks with it by its standard input and output."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from typing import TypeVar

import anyio
import anyio.to_thread
from mcp.server.stdio import stdio_server

from zoom_blueprint.mcp_server import serving
from zoom_blueprint.mcp_server.agents import Agent

_T = TypeVar("_T")


def serve(agent: Agent, around: Callable[[], AbstractContextManager[object]]) -> None:
    """Serve an agent until its program closes our standard input.

    Each call is done in a thread of its own, in a context that ``around`` makes: the app's, so that hooks find it, and
    that what they leave open in the host's session is closed after each.
    """

    async def in_thread(work: Callable[[], _T]) -> _T:
        return await anyio.to_thread.run_sync(partial(_inside, around, work))

    async def until_closed() -> None:
        served = serving.server(agent, in_thread)
        async with stdio_server() as (reading, writing):
            await served.run(reading, writing, served.create_initialization_options())

    anyio.run(until_closed)


def _inside(around: Callable[[], AbstractContextManager[object]], work: Callable[[], _T]) -> _T:
    with around():
        return work()

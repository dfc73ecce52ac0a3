"""AI agents as the official client makes them: over HTTP with an API key, or over stdio with a program of their own."""

import json
import os
import re
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import anyio
import httpx2
from mcp import Client, StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp_types import CallToolResult, TextResourceContents

from tests.fixtures.servers import ROOT
from tests.fixtures.site import WAIT, Site

_T = TypeVar("_T")
Connect = Callable[[], AbstractAsyncContextManager[Any]]
Conversation = Callable[[Client], Awaitable[_T]]


def converse(connect: Connect, conversation: Conversation[_T], mode: str = "auto") -> _T:
    """Connect a client, let it converse, and return what came out of it."""

    async def run() -> _T:
        with anyio.fail_after(2 * WAIT):
            async with Client(connect(), mode=mode, read_timeout_seconds=WAIT) as client:
                return await conversation(client)

    with ThreadPoolExecutor(1) as pool:  # in the main thread runs the loop of the browsers that other tests drive
        return pool.submit(anyio.run, run).result()


def configured() -> list[dict[str, Any]]:
    """Return what README gives to agents' programs: one over stdio, one over HTTP."""
    written = re.findall(
        r"```json\n(\{\"mcpServers\".*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL
    )
    return [json.loads(one)["mcpServers"]["zoom"] for one in written]


def over_http(site: Site, key: str) -> Connect:
    """Return how an agent with an API key connects to a site as README says it."""
    _, told = configured()
    address = told["url"].replace("https://www.example.com/zoom", site.base)
    headers = {name: value.replace("zbk_…", key) for name, value in told["headers"].items()}

    @asynccontextmanager
    async def connect() -> AsyncIterator[Any]:
        async with (
            httpx2.AsyncClient(headers=headers, trust_env=False, timeout=WAIT) as http,
            streamable_http_client(address, http_client=http) as streams,
        ):
            yield streams

    return connect


def over_stdio(site: Site, folder: Path, *options: str) -> Connect:
    """Return how an agent's program starts ``flask zoom mcp`` as README says it, beside a site and on its database."""
    command, env = program_of(site, folder)

    @asynccontextmanager
    async def connect() -> AsyncIterator[Any]:
        program = StdioServerParameters(command=command[0], args=[*command[1:], *options], env=env, cwd=ROOT)
        with (folder / "stderr").open("w") as errors:
            async with stdio_client(program, errlog=errors) as streams:
                yield streams

    return connect


def program_of(site: Site, folder: Path) -> tuple[list[str], dict[str, str]]:
    """Return the command that README gives to agents, and what of the environment it needs beside a site."""
    told, _ = configured()
    ours = {"app": "tests.cli.host_app:create_app()"}
    settings = {name: str(value) for name, value in site.app.config.items() if name.startswith("ZOOM_")}
    address = str(site.app.config["SQLALCHEMY_DATABASE_URI"])
    coverage = {name: value for name, value in os.environ.items() if name.startswith("COV")}
    env = {**coverage, **settings, "SQLALCHEMY_DATABASE_URI": address, "TOLD": str(folder / "told")}
    return [sys.executable, "-m", told["command"], *(ours.get(one, one) for one in told["args"])], env


async def did(client: Client, tool: str, **sent: Any) -> dict[str, Any]:
    """Call a tool and return its output, which the client checks against the tool's schema; fail on an error."""
    result = await client.call_tool(tool, sent)
    assert not result.is_error, result.structured_content
    return structured(result)


async def failed(client: Client, tool: str, **sent: Any) -> dict[str, Any]:
    """Call a tool that has to fail, and return the problem."""
    result = await client.call_tool(tool, sent)
    assert result.is_error, result.structured_content
    return structured(result)


def structured(result: CallToolResult) -> dict[str, Any]:
    """Return what a result holds, which it says as a text too."""
    found: dict[str, Any] = result.structured_content
    assert [json.loads(block.text) for block in result.content if block.type == "text"] == [found]
    return found


async def held(client: Client, name: str) -> Any:
    """Return what a resource holds."""
    (content,) = (await client.read_resource(f"zoom-blueprint://{name}")).contents
    assert isinstance(content, TextResourceContents)
    assert content.mime_type == "application/json"
    return json.loads(content.text)

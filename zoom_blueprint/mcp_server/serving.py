"""Serving: one agent's tools and resources as an MCP server, whatever carries its messages."""

from collections.abc import Awaitable, Callable
from importlib import metadata
from typing import Any, Final, Protocol, TypeVar

from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp_types import (
    CallToolRequestParams,
    CallToolResult,
    ListResourcesResult,
    ListToolsResult,
    PaginatedRequestParams,
    ReadResourceRequestParams,
    ReadResourceResult,
)

from zoom_blueprint.mcp_server import resources, tools
from zoom_blueprint.mcp_server.agents import Agent

_Context = ServerRequestContext[Any]
_T = TypeVar("_T")
_INSTRUCTIONS: Final = (
    "The tools act in the name of one host, in their Zoom account and their bookings. Instants are sent with their "
    "offset and come back in UTC. To book: list_slots for an event of the resource zoom-blueprint://event-types (who "
    "asks for one that there is not is told those that there are), then create_booking with one of its slots; join_url "
    "is the link to the meeting, null until meeting_status is ready. "
    "What was not done comes back as an error with code, message, remedy and retry: do what remedy says, and repeat a "
    "call only where retry is true, with the same idempotency_key."
)


class Work(Protocol):
    """Does work that waits for databases and networks, without keeping a server's loop from what else it does."""

    def __call__(self, work: Callable[[], _T], /) -> Awaitable[_T]:
        """Do it, and return what it returns."""
        ...


def server(agent: Agent, work: Work) -> Server[Any]:
    """Return an MCP server for one agent."""

    async def list_tools(context: _Context, params: PaginatedRequestParams | None) -> ListToolsResult:
        del context, params
        return ListToolsResult(tools=tools.of(agent))

    async def call_tool(context: _Context, params: CallToolRequestParams) -> CallToolResult:
        del context
        return await work(lambda: tools.call(agent, params))

    async def list_resources(context: _Context, params: PaginatedRequestParams | None) -> ListResourcesResult:
        del context, params
        return ListResourcesResult(resources=resources.of(agent))

    async def read_resource(context: _Context, params: ReadResourceRequestParams) -> ReadResourceResult:
        del context
        return ReadResourceResult(contents=[await work(lambda: resources.read(agent, params.uri))])

    return Server(
        "zoom-blueprint",
        title="Zoom bookings",
        version=metadata.version("zoom-blueprint"),
        instructions=_INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
        on_list_resources=list_resources,
        on_read_resource=read_resource,
    )

"""Resources: what agents may read of a host without doing anything."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import msgspec
from mcp.shared.exceptions import MCPError
from mcp_types import INTERNAL_ERROR, INVALID_PARAMS, Resource, TextResourceContents

from zoom_blueprint.actions import problems
from zoom_blueprint.actions.codes import Code, Problem
from zoom_blueprint.errors import ZoomBlueprintError
from zoom_blueprint.languages import plain
from zoom_blueprint.mcp_server.agents import Agent
from zoom_blueprint.services import agendas, event_types, hosts
from zoom_blueprint.services.told import BookingOut
from zoom_blueprint.values import Location, Question

_JSON: Final = "application/json"
_MOST: Final = 100


@dataclass(frozen=True, kw_only=True)
class HostOut:
    """Who is booked."""

    slug: str
    name: str
    email: str
    time_zone: str
    locale: str


@dataclass(frozen=True, kw_only=True)
class EventTypeOut:
    """What can be booked; ``event`` is what actions take, ``book_url`` the page for people.

    Bookings wait for the host with ``approval``; a ``hidden`` one is for whoever is given its address.
    """

    event: str
    title: str
    description: str
    duration_minutes: int
    questions: tuple[Question, ...]
    location: Location
    approval: bool
    hidden: bool
    book_url: str


@dataclass(frozen=True, kw_only=True)
class Source:
    """A resource, and how it is read; an agent may read it that may do one of ``actions``, or any where it has none."""

    name: str
    title: str
    description: str
    read: Callable[[Agent], object]
    actions: tuple[str, ...] = ()

    @property
    def uri(self) -> str:
        """Where agents find it."""
        return f"zoom-blueprint://{self.name}"

    def is_open_to(self, agent: Agent) -> bool:
        """Return whether an agent may read it."""
        return not self.actions or any(action in agent.may for action in self.actions)


def of(agent: Agent) -> list[Resource]:
    """Return what an agent may read."""
    return [
        Resource(uri=one.uri, name=one.name, title=one.title, description=one.description, mime_type=_JSON)
        for one in _SOURCES
        if one.is_open_to(agent)
    ]


def read(agent: Agent, uri: str) -> TextResourceContents:
    """Return what a resource holds now, as JSON.

    Raises:
        MCPError: there is none, or the agent may not read it, or not now; its data are the members of a problem.
    """
    source = next((one for one in _SOURCES if one.uri == uri), None)
    if source is None:
        known = ", ".join(one.uri for one in _SOURCES)
        raise _failed(
            INVALID_PARAMS,
            Problem(code=Code.NOT_FOUND, message="There is no such resource.", remedy=f"Choose one of: {known}."),
        )
    if not source.is_open_to(agent):
        raise _failed(
            INVALID_PARAMS,
            Problem(
                code=Code.PERMISSION_DENIED,
                message=f"This API key may not read {uri}.",
                remedy="Use a key that may do one of scopes, or have the host make one.",
                scopes=source.actions,
            ),
        )
    try:
        content = source.read(agent)
    except ZoomBlueprintError as error:
        raise _failed(INTERNAL_ERROR, problems.of(agent.state, error)) from error
    text = msgspec.json.encode(content, enc_hook=plain).decode()
    return TextResourceContents(uri=uri, mime_type=_JSON, text=text)


def _failed(code: int, problem: Problem) -> MCPError:
    members = msgspec.to_builtins(problem.members(), enc_hook=plain)
    return MCPError(code, f"{problem.message} {problem.remedy}", members)


def _host(agent: Agent) -> HostOut:
    host = hosts.get(agent.state, agent.host_id)
    return HostOut(slug=host.slug or "", name=host.name, email=host.email, time_zone=host.time_zone, locale=host.locale)


def _event_types(agent: Agent) -> list[EventTypeOut]:
    slug = hosts.get(agent.state, agent.host_id).slug or ""
    return [
        EventTypeOut(
            event=one.slug,
            title=one.title,
            description=one.description,
            duration_minutes=one.duration_minutes,
            questions=one.questions,
            location=one.location,
            approval=one.approval,
            hidden=one.hidden,
            book_url=agent.state.links.book_url(slug, one.slug),
        )
        for one in event_types.all_of(agent.state, agent.host_id)
        if one.active
    ]


def _upcoming(agent: Agent) -> list[BookingOut]:
    found = agendas.upcoming(agent.state, agent.host_id, limit=_MOST)
    return [BookingOut.of(one, agent.state.links) for one in found]


_SOURCES: Final = (
    Source(name="host", title="Host", description="Who is booked: name, address, time zone and language.", read=_host),
    Source(
        name="event-types",
        title="Event types",
        description="What can be booked with the host, and the questions that a booking answers.",
        read=_event_types,
        actions=("list_slots", "create_booking"),
    ),
    Source(
        name="upcoming-bookings",
        title="Upcoming bookings",
        description=f"The host's confirmed bookings that are not over, the next one first; at most {_MOST}.",
        read=_upcoming,
        actions=("reschedule_booking", "cancel_booking"),
    ),
)

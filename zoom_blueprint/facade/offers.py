"""Hosts, their hours and blocked time, and what can be booked with them."""

from datetime import UTC, datetime

from zoom_blueprint.scheduling.rules import Schedule
from zoom_blueprint.services import blocks, event_types, hosts, schedules
from zoom_blueprint.state import current_state
from zoom_blueprint.values import BlockedTime, EventType, Host


class Hosts:
    """Hosts of the current app."""

    def put(self, host: Host) -> Host:
        """Create or update a host, so that public pages and mails need nobody signed in; returns it as stored.

        Raises:
            BadInput: a field is empty or malformed, or the slug belongs to another host.
        """
        return hosts.put(current_state(), host)

    def get(self, host_id: str) -> Host:
        """Return a host.

        Raises:
            NotFound: there is none with this id.
        """
        return hosts.get(current_state(), host_id)


class EventTypes:
    """What can be booked with hosts of the current app."""

    def put(self, host_id: str, event: EventType) -> None:
        """Create or update one of a host's event types, found by its slug.

        Raises:
            NotFound: there is no such host.
            BadInput: a field is malformed.
        """
        event_types.put(current_state(), host_id, event)

    def list(self, host_id: str) -> list[EventType]:
        """Return a host's event types in their order: as they were made, until the host moves them."""
        return event_types.all_of(current_state(), host_id)


class Schedules:
    """Working hours of hosts of the current app."""

    def put(self, host_id: str, schedule: Schedule, name: str | None = None) -> None:
        """Create or replace a host's working hours of that name; None is the schedule they began with.

        Raises:
            NotFound: there is no such host.
            BadInput: the name is empty or too long.
        """
        schedules.put(current_state(), host_id, schedule, name)

    def list(self, host_id: str) -> dict[str, Schedule]:
        """Return a host's schedules by name, the one they began with first; ``EventType.schedule`` chooses one."""
        return schedules.all_of(current_state(), host_id)

    def remove(self, host_id: str, name: str) -> None:
        """Remove a schedule that no event type uses.

        Raises:
            NotFound: the host has no schedule of that name.
            BadInput: event types use it, or it is the only one.
        """
        schedules.remove(current_state(), host_id, name)


class BlockedTimes:
    """Time that hosts of the current app keep free of bookings."""

    def add(self, host_id: str, start: datetime, end: datetime, title: str = "") -> BlockedTime:
        """Block some of a host's time; bookings that are there stay, and the same block twice is one.

        Instants are aware; ``title`` is for the host's eyes.

        Raises:
            NotFound: there is no such host.
            BadInput: it does not end after it starts, or a field is malformed.
        """
        return blocks.add(current_state(), host_id, start, end, title)

    def list(self, host_id: str, *, since: datetime | None = None) -> list[BlockedTime]:
        """Return what a host has blocked that ends after ``since``, which is now unless given; the earliest first."""
        return blocks.all_of(current_state(), host_id, since=since or datetime.now(UTC))

    def remove(self, host_id: str, block_id: str) -> None:
        """Give blocked time back.

        Raises:
            NotFound: the host has no such block.
        """
        blocks.remove(current_state(), host_id, block_id)

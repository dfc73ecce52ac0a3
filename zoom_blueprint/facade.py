"""What code of the host app calls on ``zoom``: hosts, event types and schedules of the current app."""

from zoom_blueprint.scheduling.rules import Schedule
from zoom_blueprint.services import hosts
from zoom_blueprint.state import current_state
from zoom_blueprint.values import EventType, Host


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
        hosts.put_event_type(current_state(), host_id, event)

    def list(self, host_id: str) -> list[EventType]:
        """Return a host's event types in the order they were made."""
        return hosts.event_types(current_state(), host_id)


class Schedules:
    """Working hours of hosts of the current app."""

    def put(self, host_id: str, schedule: Schedule) -> None:
        """Replace a host's working hours.

        Raises:
            NotFound: there is no such host.
        """
        hosts.put_schedule(current_state(), host_id, schedule)

"""What code of the host app calls on ``zoom``, one class for each of its attributes."""

from zoom_blueprint.facade.bookings import Bookings
from zoom_blueprint.facade.offers import BlockedTimes, EventTypes, Hosts, Schedules
from zoom_blueprint.facade.zoom import Connections, Meetings, start_url

__all__ = ["BlockedTimes", "Bookings", "Connections", "EventTypes", "Hosts", "Meetings", "Schedules", "start_url"]

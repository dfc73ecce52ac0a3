"""Restorations: what Zoom had of a meeting's options before its host decided on them, to be given back to them.

An update cannot take an option back: Zoom keeps what it does not name. So what stood there is kept before a change.
"""

from collections.abc import Mapping

from sqlalchemy import select

from zoom_blueprint import values
from zoom_blueprint.services.wishes import Wish
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.zoom_api.payloads import Meeting


def of_new(booking: values.Booking) -> dict[str, object]:
    """Return what is to be kept of a meeting that was made with what its host had decided: Zoom had nothing before."""
    return dict.fromkeys(_decided(booking))


def to_keep(wish: Wish, at_zoom: Meeting) -> dict[str, object]:
    """Return what has to be known before Zoom is told of the options: what is kept already, and what stands there."""
    found = {name: at_zoom.settings[name] for name in _decided(wish.booking) if name in at_zoom.settings}
    return {**{name: value for name, value in found.items() if isinstance(value, bool | str)}, **wish.settings_before}


def to_give_back(wish: Wish, wanted: Mapping[str, object]) -> dict[str, object]:
    """Return the options that are left to Zoom again, as they were there."""
    return {name: value for name, value in wish.settings_before.items() if not (name in wanted or value is None)}


def still_decided(wish: Wish, kept: Mapping[str, object]) -> dict[str, object]:
    """Return what is still to be given back some day."""
    return {name: value for name, value in kept.items() if name in _decided(wish.booking)}


def lasting(state: State, booking: values.Booking) -> frozenset[str]:
    """Return the options of a booking that Zoom keeps though they are left to it: its meeting was made with them."""
    usual = vars(booking.event.settings)
    decided = frozenset(name for name in _decided(booking) if usual[name] is None)
    if not decided:
        return decided
    meeting = models.Meeting
    query = select(meeting.settings_before).where(meeting.booking_id == booking.id)
    kept = state.database.read(lambda session: session.scalar(query)) or {}
    return frozenset(name for name in decided if name in kept and kept[name] is None)


def _decided(booking: values.Booking) -> frozenset[str]:
    """Return the options that the host decided for a booking; who else may host is told Zoom each time."""
    own = vars(booking.settings or values.MeetingSettings())
    return frozenset(name for name, value in own.items() if value is not None and name != "alternative_hosts")

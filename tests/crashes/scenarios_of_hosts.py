"""The operations of the crash matrix by which hosts decide something about one booking, or about one person."""

from typing import Any

from tests.crashes.lives import Life
from tests.crashes.scenarios import CONFIRMED, Scenario, booked, cancel, is_forgotten
from zoom_blueprint import MeetingSettings
from zoom_blueprint.services import forgettings

_TOPIC, _LENGTH = "The roof", 50
_LINK = "https://rooms.example.org/ada"


def edit(life: Life) -> None:
    """Let the host decide on topic, length and options."""
    settings = MeetingSettings(mute_upon_entry=True)
    life.zoom.bookings.edit("1", life.noted()["booking"], topic=_TOPIC, duration_minutes=_LENGTH, settings=settings)


def is_edited(life: Life) -> list[str]:
    """Judge whether Zoom has what the host decided."""
    found = [(one["topic"], one["duration"], one["settings"]["mute_upon_entry"]) for one in _at_zoom(life)]
    return [*CONFIRMED(life), *([] if found == [(_TOPIC, _LENGTH, True)] else [f"at Zoom there is {found}"])]


def use_own_link(life: Life) -> None:
    """Let the host give the booking a link of their own."""
    life.zoom.bookings.use_link("1", life.noted()["booking"], _LINK)


def has_own_link(life: Life) -> list[str]:
    """Judge whether the booking has that link, and no meeting."""
    link = life.zoom.bookings.get("1", life.noted()["booking"]).join_url
    found = [] if link == _LINK else [f"the link is {link}"]
    return found + [f"at Zoom there is {one['id']}" for one in _at_zoom(life)]


def cancelled(life: Life) -> None:
    """Let there be somebody who has nothing to come, and was told so."""
    booked(life)
    cancel(life)
    life.settle()


def erase(life: Life) -> None:
    """Let the host erase who booked."""
    forgettings.erase(life.state, "1", "bob@example.com")


def _at_zoom(life: Life) -> list[dict[str, Any]]:
    return life.simulator.meetings("ada")


OF_HOSTS = {
    "edit": Scenario(edit, booked, is_edited),
    "own link": Scenario(use_own_link, booked, has_own_link),
    "erase": Scenario(erase, cancelled, is_forgotten),
}

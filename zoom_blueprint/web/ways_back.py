"""The ways back from what is done about one booking: to the calendar with it open, to a person, or to its own page."""

import re
from dataclasses import replace

from flask import request

from zoom_blueprint.state import State
from zoom_blueprint.web import places

# A person's page, or another booking of the same person.
_PAGES = {"client": "clients", "of": "host/bookings"}
_ID = re.compile(r"[0-9a-f]{32}")


def asked() -> dict[str, str]:
    """Return what an address says of the page from which the host came: one about a person, else the calendar."""
    about = {name: found for name in _PAGES if _ID.fullmatch(found := request.args.get(name, ""))}
    return about or places.of(request.args).arguments


def address(state: State, *, without: str | None = None) -> str:
    """Return where the host came from, with nothing open there of a booking that is no more."""
    for name, booking_id in asked().items():
        if name in _PAGES:
            return f"{state.links.base}/{_PAGES[name]}/{booking_id}"
    place = places.of(request.args)
    return f"{state.links.base}/{(place.without(without) if without else place).query}"


def of_booking(booking_id: str) -> dict[str, str]:
    """Return what an address says of the calendar beside which the host looks at a booking; nothing on its own page."""
    place = places.of(request.args)
    return place.arguments if place.booking == booking_id else {}


def to_booking(state: State, booking_id: str, *, has_moved: bool = False) -> str:
    """Return where the host looks at a booking: beside the calendar that they came from, else on its own page.

    Beside one that ``has_moved`` the calendar shows the days among which it is now.
    """
    place = places.of(request.args)
    if place.booking != booking_id:
        return f"{state.links.base}/host/bookings/{booking_id}"
    return f"{state.links.base}/{(replace(place, day=None, page=1) if has_moved else place).query}"


def untouched(state: State, booking_id: str) -> str:
    """Return where ``to_booking`` leads, at the booking itself: nothing was done that the page's beginning tells of."""
    return to_booking(state, booking_id) + ("#panel" if of_booking(booking_id) else "")


def to_panel(state: State, booking_id: str) -> str:
    """Return the address of the calendar with a booking open beside it, whatever the host came from."""
    return f"{state.links.base}/{places.of(request.args).opening(booking_id).query}"

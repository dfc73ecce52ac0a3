"""Which part of the calendar a page shows: read from its address, and written into others anew."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from urllib.parse import urlencode

VIEWS: Final = ("week", "month", "list")
_FIRST_YEAR, _LAST_YEAR = 2000, 2998
_ID = re.compile(r"[0-9a-f]{32}")
_PAGE = re.compile(r"[1-9][0-9]{0,4}")


@dataclass(frozen=True)
class Place:
    """A view, the day it is about (None: today), the booking that is open beside it, and the page of the list."""

    view: str = VIEWS[0]
    day: date | None = None
    booking: str | None = None
    page: int = 1

    @property
    def arguments(self) -> dict[str, str]:
        """Return what an address says to lead here."""
        found = {} if self.view == VIEWS[0] else {"view": self.view}
        if self.day:
            found["date"] = self.day.isoformat()
        if self.page > 1:
            found["page"] = str(self.page)
        return found | ({"booking": self.booking} if self.booking else {})

    @property
    def query(self) -> str:
        """Return the same as the end of an address, with its question mark if there is anything to say."""
        return f"?{urlencode(self.arguments)}" if self.arguments else ""

    def in_view(self, view: str) -> "Place":
        """Return the same day in another view, with nothing open beside it."""
        return Place(view, self.day)

    def opening(self, booking_id: str) -> "Place":
        """Return the same place with a booking open beside it."""
        return replace(self, booking=booking_id)

    def without(self, booking_id: str | None = None) -> "Place":
        """Return the same place with nothing open beside it, or at least not this booking."""
        return replace(self, booking=None) if booking_id in (None, self.booking) else self


def of(asked: Mapping[str, str]) -> Place:
    """Return the place that an address names; whatever it says wrongly is as if it were not said."""
    view, booking, page = asked.get("view", ""), asked.get("booking", ""), asked.get("page", "")
    return Place(
        view=view if view in VIEWS else VIEWS[0],
        day=_day(asked.get("date", "")),
        booking=booking if _ID.fullmatch(booking) else None,
        page=int(page) if _PAGE.fullmatch(page) else 1,
    )


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if _FIRST_YEAR <= found.year <= _LAST_YEAR else None

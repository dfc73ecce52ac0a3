"""Looks: what counts as a visitor who opens a button or the booking page, of the requests that come anyway.

A look asks for free times once for each stretch of days: the first one begins today, wherever the visitor is, and is
the one that counts. The booking page counts where it is opened without a day, a time or a zone being chosen. A page
without a site of its own, such as the preview of a button, does not count.
"""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from flask import request

from zoom_blueprint.services import tallies
from zoom_blueprint.services.bookables import Bookable
from zoom_blueprint.services.tallies import Place, Step
from zoom_blueprint.state import State
from zoom_blueprint.web import contexts
from zoom_blueprint.web.asked import request_itself
from zoom_blueprint.web.asking_sites import NOWHERE

_CHOSEN = ("start", "from", "tz")


def count_times(state: State, bookable: Bookable, step: Step = Step.OPENED) -> None:
    """Count that a page asks for free times, if these are the first that it asks for."""
    asked = request_itself().environ  # as the server has it, for most visitors ask for nothing but these times
    asking, today = asked.get("HTTP_ORIGIN") or asked.get("HTTP_REFERER", ""), datetime.now(UTC).date()
    if asking == NOWHERE or asked["REQUEST_METHOD"] != "GET" or not _begins(asked.get("QUERY_STRING", ""), today):
        return
    tallies.count(state, bookable.host.id, bookable.event_type_id, step, _place(asking))


def count_page(state: State, bookable: Bookable) -> None:
    """Count that somebody opens the booking page."""
    if request.method != "GET" or any(name in request.args for name in _CHOSEN):
        return
    context = contexts.context_of(request.args)
    if came_from := contexts.referrer():
        context.setdefault("referrer", came_from)
    tallies.count_of_booking(state, bookable.host.id, bookable.event_type_id, Step.OPENED, context)


@lru_cache(maxsize=1024)
def _place(asking: str) -> Place:
    return Place(tallies.site_of(asking))


@lru_cache(maxsize=256)
def _begins(query: str, today: date) -> bool:
    """Return whether a query asks for times from today on: somewhere it is yesterday still, or tomorrow already."""
    days = (today + timedelta(days=shift) for shift in (0, -1, 1))
    return any(f"from={day.isoformat()}" in query for day in days)

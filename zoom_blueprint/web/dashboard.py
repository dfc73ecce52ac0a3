"""The host's dashboard: the calendar, what waits for an answer, and what is amiss."""

from dataclasses import replace
from datetime import UTC, datetime, time

from flask import request
from werkzeug.wrappers import Response as AnyResponse

from zoom_blueprint import values
from zoom_blueprint.scheduling.zones import zone
from zoom_blueprint.services import agendas, endpoints, event_types
from zoom_blueprint.state import State
from zoom_blueprint.values import Host
from zoom_blueprint.web import agenda, calendars, connection, forms, panels, parked_work, places, recent, replies
from zoom_blueprint.web.places import Place
from zoom_blueprint.web.signed_in import for_host

_MOST_LISTED = 50

_MOST_WAITING = 20  # the calendar has them all


@for_host
def dashboard(state: State, host: Host) -> AnyResponse:
    """Show the host how everything stands, in the view that the address names and with the booking that it opens."""
    place = places.of(request.args)
    opened = agendas.of_host(state, host.id, place.booking) if place.booking else None
    is_list = place.view == "list"
    if opened is not None and place.day is None and not is_list:  # a list that began there would hide what is sooner
        place = replace(place, day=opened.start.astimezone(zone(host.time_zone)).date())
    entries = _listed(state, host, place) if is_list else []
    cards = connection.cards(state, host)
    parked = parked_work.entries(state, host)
    page = replies.page(
        "dashboard.html",
        host=host,
        **cards,
        waiting=[agenda.entry(host, booking) for booking in agendas.waiting(state, host.id, limit=_MOST_WAITING)],
        place=place,
        period=None if is_list else calendars.period(state, host, place),
        entries=[agenda.entry(host, booking) for booking in entries[:_MOST_LISTED]],
        earlier=replace(place, page=place.page - 1, booking=None).query if place.page > 1 else None,
        later=replace(place, page=place.page + 1, booking=None).query if len(entries) > _MOST_LISTED else None,
        panel=panels.panel(state, host, opened) if opened else None,
        offered=any(event.active for event in event_types.all_of(state, host.id)),
        recent=recent.entries(state, host) if is_list else [],
        parked=parked,
        switched_off=endpoints.all_of(state, host.id, only_off=True),
        may_be_more_parked=len(parked) == parked_work.MOST,
        has_mail=state.has_mail,
        form=forms.ActionForm(),
    )
    return panels.lead_to_zoom(page)


def _listed(state: State, host: Host, place: Place) -> list[values.Booking]:
    """Return the bookings of one page of the list, and one more if there is another page."""
    since = datetime.combine(place.day, time(), zone(host.time_zone)).astimezone(UTC) if place.day else None
    skip = (place.page - 1) * _MOST_LISTED
    return agendas.upcoming(state, host.id, since=since, limit=_MOST_LISTED + 1, skip=skip)

"""The host's dashboard: connection, upcoming bookings with their links, snippets."""

from collections.abc import Sequence
from dataclasses import dataclass

from werkzeug.wrappers import Response as AnyResponse

from zoom_blueprint import values
from zoom_blueprint.services import (
    agendas,
    connections,
    event_types,
    farewells,
    reasons,
    schedules,
    settlements,
)
from zoom_blueprint.state import State
from zoom_blueprint.values import ConnectionStatus, EventType, Host
from zoom_blueprint.web import agenda, forms, health, parked_work, recent, replies
from zoom_blueprint.web.signed_in import for_host


@dataclass(frozen=True)
class Snippet:
    """What a site owner pastes for one event type."""

    event: EventType
    url: str
    html: str
    without: str | None


@for_host
def dashboard(state: State, host: Host) -> AnyResponse:
    """Show the host how everything stands."""
    connection = connections.current(state, host.id)
    theirs = connections.all_of(state, host.id)
    page = replies.page(
        "dashboard.html",
        host=host,
        connection=connection,
        connections=theirs,
        healths=health.sections(state, host),
        may_add=connections.may_add(state, host.id),
        untold=farewells.untold(state, host.id),
        questions=settlements.questions(state, host.id),
        why_not=reasons.of_connection,
        zone=schedules.first_zone(state, host.id),
        may_not_connect=connections.may_connect(state, host),
        waiting=[agenda.entry(host, booking) for booking in agendas.waiting(state, host.id)],
        entries=[agenda.entry(host, booking) for booking in agendas.upcoming(state, host.id)],
        snippets=[_snippet(state, host, event, theirs) for event in event_types.all_of(state, host.id) if event.active],
        recent=recent.entries(state, host),
        parked=parked_work.entries(state, host),
        has_mail=state.has_mail,
        form=forms.ActionForm(),
    )
    # "Start as host" ends at a link of Zoom's, whatever the subdomain of the host's account.
    page.headers["Content-Security-Policy"] = replies.content_security_policy("https://*.zoom.us")
    return page


def _snippet(state: State, host: Host, event: EventType, theirs: Sequence[values.Connection]) -> Snippet:
    working = [one.id for one in theirs if one.status is ConnectionStatus.ACTIVE]
    in_order = event.connection_id in working if event.connection_id else bool(working)
    url = state.links.book_url(host.slug or "", event.slug)
    script = f"{state.links.base}/widget/v1/book-now.js"
    html = (
        f'<script async src="{script}"></script>\n'
        f'<book-now event="{host.slug}/{event.slug}"><a class="book-now" href="{url}">Book Now</a></book-now>'
    )
    return Snippet(event, url, html, None if in_order else reasons.without_zoom(event))

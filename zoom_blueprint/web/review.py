"""The page for Zoom's reviewers: a test plan with this site's addresses, and where each permission is used."""

from werkzeug.wrappers import Response as AnyResponse

from zoom_blueprint.services import connections, event_types, permissions, previews, providers
from zoom_blueprint.services.inbox import SUBSCRIBED
from zoom_blueprint.state import State
from zoom_blueprint.values import Host, Location, Provider
from zoom_blueprint.web import replies, sign_in
from zoom_blueprint.web.signed_in import for_host


@for_host
def review(state: State, host: Host) -> AnyResponse:
    """Show how to test everything that a review tests, step by step."""
    of_zoom = [
        event
        for event in event_types.all_of(state, host.id)
        if event.active and not event.hidden and event.location is Location.ZOOM
    ]
    theirs, has_google = connections.all_of(state, host.id), connections.has_google(state, host.id)
    with_page = [event for event in of_zoom if previews.has_page(event, theirs, has_google=has_google)]
    tried = next(iter(with_page or of_zoom), None)
    return replies.page(
        "review.html",
        host=host,
        base=state.links.base,
        sign_in_url=_whole(state, sign_in.address_of(state)),
        book_url=state.links.book_url(host.slug or "", tried.slug) if tried else None,
        has_page=bool(with_page),
        permissions=permissions.all_of(),
        google_permissions=permissions.all_of_google() if state.config.has_google else (),
        redirect_uri=providers.side(Provider.ZOOM).callback(state),
        webhook_url=f"{state.links.base}/webhook",
        events=SUBSCRIBED,
        notes=state.config.review_notes,
    )


def _whole(state: State, path: str | None) -> str | None:
    """Return an address of the app on its public origin, without a query."""
    return None if path is None else f"{state.config.public_url}{path.partition('?')[0]}"

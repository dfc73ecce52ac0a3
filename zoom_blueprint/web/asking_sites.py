"""Which site's page sends a request, and whether the host's buttons work there.

What counts is the ``Origin`` that browsers add by themselves to whatever a page of another site may read, and to every
POST; a POST without one counts by its ``Referer``. Both are a browser's word: they keep a button from working on a page
that was copied, and are no protection against programs, which write there what they like. So what names neither, as
programs do, is let in: it is no page of another site.

Answers stay readable by every origin (``Access-Control-Allow-Origin: *``), because there is nothing in them that a
cookie would open, and a page that is refused shall be able to say why. Whether there are times in them is decided for
each request anew: browsers and caches must ask before they use an answer again (``no-cache``), and a refusal is never
kept (``no-store``).

``Origin: null`` is a page without a site of its own, such as a sandboxed frame, which anybody may put around anything.
It may read the free times, which are public; it may book only if it is the preview of the host's own button, which
proves that by a signed part of its address.
"""

from datetime import UTC, datetime
from urllib.parse import parse_qs

from flask import request

from zoom_blueprint.errors import SiteRefused
from zoom_blueprint.languages import said
from zoom_blueprint.services import sites
from zoom_blueprint.services.bookables import Bookable
from zoom_blueprint.state import State

NOWHERE = "null"
PASS = "pass"  # noqa: S105  # a parameter's name


def ensure_may_read(state: State, bookable: Bookable) -> None:
    """Refuse to tell the free times to pages of sites that the host has not allowed.

    Raises:
        SiteRefused: the page is of such a site.
    """
    if bookable.allowed_sites and request.headers.get("Origin", NOWHERE) != NOWHERE:
        _ensure_allowed(state, bookable, request.headers["Origin"])


def ensure_may_book(state: State, bookable: Bookable, page_url: str) -> None:
    """Refuse bookings from pages of sites that the host has not allowed; ``page_url`` is what the page says it is.

    Raises:
        SiteRefused: the page is of such a site.
    """
    if not bookable.allowed_sites:
        return
    named = request.headers.get("Origin") or request.referrer
    if named and not (named == NOWHERE and is_preview(state, bookable.host.id, page_url)):
        _ensure_allowed(state, bookable, named)


def is_preview(state: State, host_id: str, page_url: str) -> bool:
    """Return whether a page is the preview that a host has made of their own button."""
    address, _, query = page_url.partition("?")
    if address != f"{state.links.base}/embed/preview":
        return False
    token = parse_qs(query).get(PASS, [""])[0]
    return state.links.is_preview_token(token, host_id, datetime.now(UTC))


def _ensure_allowed(state: State, bookable: Bookable, named: str) -> None:
    asking = sites.origin(named) or NOWHERE
    # Our pages may be known by other names too: a browser's word on whom it asks is as good as on who is asking.
    own = (state.config.public_url, f"{asking.partition('://')[0]}://{request.host}")
    if asking in map(sites.origin, own) or sites.allows(bookable.allowed_sites, asking):
        return
    raise SiteRefused(
        said(
            "Bookings are not taken on this site. Please use the booking page: {address} (If this is your site, add "
            "{site} to the allowed sites on your page Embed.)",
            address=state.links.book_url(bookable.host.slug or "", bookable.event.slug),
            site=asking,
        )
    )

"""How a host connects Google, over HTTP with the simulator."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

from zoom_blueprint.google_api.event_requests import EventRequest
from zoom_blueprint.google_api.oauth import Held, OAuthClient
from zoom_blueprint.google_api.payloads import TokenSet
from zoom_blueprint.testing import Simulator

CALLBACK = "http://127.0.0.1:9/zoom/google"
# The pair of RFC 7636, appendix B.
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
START = datetime(2030, 1, 15, 9, tzinfo=UTC)
HALF_AN_HOUR = timedelta(minutes=30)
EVENT_ID = "0123456789abcdef0123456789abcdef"


def code(
    zoom: Simulator,
    oauth: OAuthClient,
    user: str = "grace",
    *,
    has_refresh_token: bool = False,
    withhold: tuple[str, ...] = (),
) -> str:
    """Return the code that a person's consent brings."""
    url = oauth.authorize_url(
        state="st-1", verifier=VERIFIER, redirect_uri=CALLBACK, has_refresh_token=has_refresh_token
    )
    back = dict(parse_qsl(urlsplit(zoom.consent(url, user, withhold=withhold)).query))
    assert back["state"] == "st-1"
    return back["code"]


def exchange(oauth: OAuthClient, code: str, *, held: Held | None = None, verifier: str = VERIFIER) -> TokenSet:
    """Trade a code."""
    return oauth.exchange(code=code, verifier=verifier, redirect_uri=CALLBACK, held=held)


def wanted(event_id: str = EVENT_ID, **changes: object) -> EventRequest:
    """Return an event of half an hour."""
    fields: dict[str, object] = {
        "id": event_id,
        "summary": "Intro call",
        "start": START,
        "end": START + HALF_AN_HOUR,
        "time_zone": "Europe/Paris",
        **changes,
    }
    return EventRequest(**fields)  # type: ignore[arg-type]  # a table of fields

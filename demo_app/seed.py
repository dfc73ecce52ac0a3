"""The demo's data: two hosts, their event types, and Ada's Zoom and Grace's Google Calendar, connected by consent."""

from urllib.parse import parse_qs, urlsplit

from flask import Flask

from demo_app.prospects import db
from demo_app.settings import Settings
from demo_app.site import GATED, HOSTS, SECOND_OPINION, zoom
from zoom_blueprint import EventType, Question
from zoom_blueprint.services import connections, consents
from zoom_blueprint.state import current_state
from zoom_blueprint.testing.control import Control
from zoom_blueprint.values import ConnectionStatus, Provider, WithoutZoom

INTRO_CALL = EventType(
    slug="intro-call",
    title="Intro call",
    description="Thirty minutes to get to know each other. No preparation needed.",
    notice_minutes=120,
    questions=(Question(name="topic", label="What would you like to talk about?", kind="textarea"),),
)
POLICY_REVIEW = EventType(
    slug=GATED,
    title="Policy review",
    description="An hour with your papers on the table. For clients in our engagement stage.",
    duration_minutes=60,
    buffer_after=15,
    notice_minutes=24 * 60,
)
OPINION = EventType(
    slug=SECOND_OPINION,
    title="Second opinion",
    description="Half an hour about the offer on your table, before you sign.",
    notice_minutes=120,
    without_zoom=WithoutZoom.CALENDAR,
)


def seed(app: Flask, settings: Settings) -> None:
    """Bring tables and data to where the demo needs them; running it again changes nothing."""
    with app.app_context():
        db.create_all()
        zoom.upgrade()
        known = {host_id for host_id in HOSTS if _is_known(host_id)}
        for host in HOSTS.values():
            zoom.hosts.put(host)
        if "ada" not in known:
            zoom.event_types.put("ada", INTRO_CALL)
            zoom.event_types.put("ada", POLICY_REVIEW)
            if settings.simulator_port is not None:
                _connect(settings, "ada", Provider.ZOOM)
        if "grace" not in known and "ZOOM_GOOGLE_CLIENT_ID" in settings.config:
            zoom.event_types.put("grace", OPINION)
            if settings.plays_google:
                _connect(settings, "grace", Provider.GOOGLE)


def _is_known(host_id: str) -> bool:
    return bool(zoom.event_types.list(host_id))


def _connect(settings: Settings, who: str, provider: Provider) -> None:
    """Do what a host would do: press Connect, and allow what the provider's page asks for."""
    state = current_state()
    attempt = consents.begin(state, who, provider=provider)
    came_back = parse_qs(urlsplit(Control(settings.simulator_origin).consent(attempt.authorize_url, who)).query)
    consents.complete(
        state,
        HOSTS[who],
        nonce=came_back["state"][0],
        browser_secret=attempt.browser_secret,
        code=came_back["code"][0],
        error="",
        provider=provider,
    )
    found = connections.current(state, who, provider)
    if found is None or found.status is not ConnectionStatus.ACTIVE:
        raise RuntimeError(f"{provider.title()} could not be connected for {HOSTS[who].name}.")

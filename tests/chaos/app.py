"""The app of the chaos tests, in this process or as many programs: several hosts, all of whose mails arrive somewhere.

A server loads it as ``tests.chaos.app:create_app()``, with ``CHAOS_HOSTS`` and ``CHAOS_MAILS`` beside the settings.
"""

import os
from pathlib import Path

from flask import Flask

from tests.chaos.mails import Mails
from tests.fixtures import site_app
from zoom_blueprint import EventType, Host, Location, ZoomBlueprint
from zoom_blueprint.values import WithoutZoom

CALL = EventType(
    slug="call",
    title="Call",
    duration_minutes=15,
    step_minutes=15,
    notice_minutes=0,
    reminders=(),
    without_zoom=WithoutZoom.LATER,
)
VISIT = EventType(
    slug="visit",
    title="Visit",
    notice_minutes=0,
    reminders=(),
    location=Location.IN_PERSON,
    location_text="1 Example Street",
)
UNLIMITED: dict[str, str] = {"ZOOM_HOST_LIMITS": "off", "ZOOM_READ_LIMITS": "off"}
"""All visitors of these tests come from one address."""


def hosts(number: int) -> list[Host]:
    """Return so many hosts; their slugs are their names at Zoom as well."""
    return [
        Host(
            id=f"chaos-{place}",
            slug=f"host{place}",
            name=f"Host {place}",
            email=f"host{place}@example.com",
            time_zone="Europe/London",
        )
        for place in range(number)
    ]


def furnish(app: Flask, zoom: ZoomBlueprint, number: int) -> None:
    """Put the hosts there, and what can be booked with them."""
    with app.app_context():
        for host in hosts(number):
            zoom.hosts.put(host)
            for event in (CALL, VISIT):
                zoom.event_types.put(host.id, event)


def create_app() -> Flask:
    """Return the app with its settings from the environment."""
    app, _ = create_both()
    return app


def create_both() -> tuple[Flask, ZoomBlueprint]:
    """Return the app and its blueprint."""
    keys = {name: value for name, value in os.environ.items() if name.startswith(("ZOOM_", "SQLALCHEMY_"))}
    mails = Mails(Path(os.environ["CHAOS_MAILS"]))

    def hang_in(zoom: ZoomBlueprint) -> None:
        zoom.mailer(mails.take)

    app, zoom = site_app.create_app(dict(keys), hang_in)
    furnish(app, zoom, int(os.environ["CHAOS_HOSTS"]))
    return app, zoom

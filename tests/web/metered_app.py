"""The site of ``tests.fixtures.site_app`` for ``gunicorn tests.web.metered_app:app``, with an event without Zoom."""

import os

from tests.fixtures.site_app import HOSTS, create_app
from zoom_blueprint import EventType, Location

VISIT = EventType(slug="visit", title="Visit", notice_minutes=0, location=Location.IN_PERSON, location_text="Our door")
app, zoom = create_app({name: value for name, value in os.environ.items() if name.startswith(("ZOOM_", "SQLALCHEMY_"))})
with app.app_context():
    zoom.event_types.put(HOSTS["ada"].id, VISIT)

"""The app of the chaos tests with its work left to Celery, for gunicorn and for ``celery worker``."""

import os

from celery import Celery

from tests.chaos.app import create_both

app, zoom = create_both()
celery_app = Celery("site", broker=os.environ["CELERY_BROKER"], broker_connection_retry_on_startup=True)
zoom.init_celery(celery_app)

"""The demo's site with its Celery app: what gunicorn, the Celery workers and beat of the cluster load."""

import os

from celery import Celery

from demo_app.settings import read
from demo_app.site import create_app, zoom

app = create_app(read(os.environ, mail_port=0))
celery_app = Celery("demo", broker=os.environ["DEMO_BROKER"], broker_connection_retry_on_startup=True)
zoom.init_celery(celery_app, app)

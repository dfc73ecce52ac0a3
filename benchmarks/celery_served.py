"""The site of a benchmark as Celery's workers load it: settings as for ``served``, and ``BENCH_BROKER``."""

import os

from celery import Celery
from served import app, zoom

celery_app = Celery("bench", broker=os.environ["BENCH_BROKER"], broker_connection_retry_on_startup=True)
zoom.init_celery(celery_app, app)

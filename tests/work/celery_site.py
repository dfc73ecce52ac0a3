"""The app of the tests with Celery, for ``celery -A tests.work.celery_site:celery_app worker``, and a server of it.

Its settings stand in the environment: those of the site, and ``CELERY_BROKER``.
"""

import os
import sys

from celery import Celery
from werkzeug.serving import make_server

from tests.fixtures.site_app import create_app

app, zoom = create_app({name: value for name, value in os.environ.items() if name.startswith(("ZOOM_", "SQLALCHEMY_"))})
celery_app = Celery("site", broker=os.environ["CELERY_BROKER"], broker_connection_retry_on_startup=True)
zoom.init_celery(celery_app)


def main() -> None:
    """Serve on the given port until the process is stopped."""
    make_server("127.0.0.1", int(sys.argv[1]), app, threaded=True).serve_forever()


if __name__ == "__main__":
    main()

"""The site of a benchmark as gunicorn serves it: ``BENCH_DATABASE`` names its database, ``ZOOM_*`` its settings."""

import os
from email.message import EmailMessage

from sites import create_app

app, zoom = create_app(
    os.environ["BENCH_DATABASE"], **{name: value for name, value in os.environ.items() if name.startswith("ZOOM_")}
)

if "BENCH_MAIL" in os.environ:

    @zoom.mailer
    def send(message: EmailMessage) -> None:
        """Let mails be owed."""

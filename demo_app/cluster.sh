#!/bin/sh
# Run the demo on this machine as a site on many machines runs: PostgreSQL, Redis, gunicorn, two Celery workers and beat.
# Needs no root. Ctrl-C stops it all. --help lists the options; `make cluster` sets up what it needs first.
cd "$(dirname "$0")/.." || exit 1
exec "${PYTHON:-.venv/bin/python}" -m demo_app.cluster "$@"

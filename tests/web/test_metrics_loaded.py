"""When the package that counts is loaded: where somebody may read the numbers, and never by who only registers us."""

import subprocess
import sys

import pytest

from tests.fixtures.servers import ROOT

SCRIPT = """
import sys
{before}
from zoom_blueprint import ZoomBlueprint, metrics
from tests.fixtures.site_app import create_app
{after}
"""


def run(before: str, after: str) -> str:
    """Run a little program, and return what it printed."""
    script = SCRIPT.format(before=before, after=after)
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("is_shown", ["our own address shows them", "many processes are counted together"])
def test_the_package_is_loaded_by_the_first_count_which_is_not_lost(is_shown: str) -> None:
    shown = "metrics.watch(lambda: [], is_shown=True)\n"
    together = "import os, tempfile\nos.environ['PROMETHEUS_MULTIPROC_DIR'] = tempfile.mkdtemp()\n"
    said = run(
        "",
        f"{shown if 'our own' in is_shown else together}"
        "print('prometheus_client' in sys.modules)\n"
        "metrics.confirmed('confirmed')\n"
        "print(metrics.exposition(lambda: [], '')[0].decode())",
    )
    assert said.startswith("False\n")
    assert 'confirmations_total{outcome="confirmed"} 1.0' in said


def test_what_nobody_can_read_is_not_counted_and_loads_nothing() -> None:
    said = run("", "metrics.confirmed('confirmed')\nprint('prometheus_client' in sys.modules)")
    assert said == "False"


def test_without_the_package_nothing_is_counted_and_a_token_is_refused() -> None:
    said = run(
        "sys.modules['prometheus_client'] = None",
        "metrics.confirmed('confirmed')\n"
        "metrics.called('GET /users/me', 'ok', 1.0)\n"
        "from zoom_blueprint.config import Config\n"
        "from zoom_blueprint.errors import ConfigurationError\n"
        "try:\n    Config.read({'SECRET_KEY': 'x', 'ZOOM_METRICS_TOKEN': 'y' * 16}, debug=True)\n"
        "except ConfigurationError as error:\n    print(error)",
    )
    assert said.startswith("ZOOM_METRICS_TOKEN needs the package prometheus-client.")
    assert "zoom-blueprint[metrics]" in said

"""Give tests the fixture ``zoom_simulator``, a fresh simulator for each test that asks for it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from zoom_blueprint.testing import Simulator


@pytest.fixture(scope="session")
def _zoom_simulator_process() -> "Iterator[Simulator]":
    from zoom_blueprint.testing import Simulator

    with Simulator() as simulator:
        yield simulator


@pytest.fixture
def zoom_simulator(_zoom_simulator_process: "Simulator") -> "Simulator":
    """A running Zoom with the users ``ada`` and ``grace``, no grants and no meetings.

    One process serves the whole session and is emptied before each test. Register your redirect address with
    ``zoom_simulator.set_app(redirect_uris=[...])`` and configure your app with ``zoom_simulator.config()``.
    """
    _zoom_simulator_process.reset()
    _zoom_simulator_process.set_app(redirect_uris=[], webhook_url=None)
    return _zoom_simulator_process

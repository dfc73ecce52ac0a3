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
    """Provide a running Zoom with the users ``ada`` and ``grace``, no grants and no meetings.

    One process serves the whole session and is as new before each test. Register your redirect address with
    ``zoom_simulator.set_app(redirect_uris=[...])`` and configure your app with ``zoom_simulator.config()``.
    """
    if not _zoom_simulator_process.running:
        _zoom_simulator_process.start()
    _zoom_simulator_process.reset()
    return _zoom_simulator_process

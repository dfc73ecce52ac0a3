"""A site whose mails are read, with a Zoom that goes wrong as ordered."""

import pytest

from tests.faults.scene import Scene
from tests.fixtures.site import MakeSite
from tests.services.looking import Letters


@pytest.fixture
def unconnected(make_site: MakeSite) -> Scene:
    """A site whose host has not connected Zoom yet."""
    site = make_site()
    return Scene(site, Letters(site))


@pytest.fixture
def scene(unconnected: Scene) -> Scene:
    """A site whose host ``ada`` is connected."""
    unconnected.site.connect()
    return unconnected

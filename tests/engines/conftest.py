"""The engines, each started once for all tests, and a shop whose page books with a real site and a simulated Zoom."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.engines.chromium import Chromium
from tests.engines.driving import Engine
from tests.engines.front import Front
from tests.engines.pages import Page
from tests.engines.prepare import find_tools, packages_are_installed
from tests.engines.shop import Shop, serve
from tests.fixtures.required import missing
from tests.fixtures.site import MakeSite, Site

Launch = Callable[..., Engine]
ENGINES = [pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in ("firefox", "webkit")]
ALL_ENGINES = [  # for tests that run in Chromium with all others, and in these with `make test-browsers`
    pytest.param("chromium", marks=pytest.mark.browser),
    *(pytest.param(*one.values, marks=[*one.marks, pytest.mark.engines]) for one in ENGINES),
]


@pytest.fixture
def database_kind() -> str:
    """Run on SQLite: other tests are about databases."""
    return "sqlite"


@pytest.fixture(scope="session")
def shop() -> Iterator[Shop]:
    """The page of somebody else."""
    with serve() as shop:
        yield shop


@pytest.fixture(scope="session")
def launch(shop: Shop) -> Iterator[Launch]:
    """Start Firefox or WebKit, which ask the shop for what is not on loopback: ``launch("firefox", scripts=False)``."""
    tools = find_tools()
    if tools.missing or not packages_are_installed():
        missing(f"Run `make test-browsers`, which installs: {', '.join([*tools.missing, 'puppeteer'])}.")
    with ExitStack() as stack:

        def start(name: str, *, scripts: bool = True, **system: str) -> Engine:
            if name == "firefox":
                from tests.engines.firefox import Firefox

                firefox = Firefox(str(tools.firefox), proxy=shop.port, scripts=scripts)
                stack.callback(firefox.close)
                return firefox
            from tests.engines.webkit import Display, WebKit

            display = Display(str(tools.display))
            stack.callback(display.close)
            programs = (str(tools.webkit_driver), str(tools.webkit_browser), display.name)
            webkit = WebKit(*programs, proxy=shop.port, scripts=scripts, **system)
            stack.callback(webkit.close)
            return webkit

        yield start


@pytest.fixture(scope="session", params=ENGINES)
def engine_name(request: pytest.FixtureRequest) -> str:
    """Which engine this run of the test is on."""
    name: str = request.param
    return name


@pytest.fixture(scope="session")
def engine(engine_name: str, request: pytest.FixtureRequest) -> Iterator[Engine]:
    """The engine, started once."""
    if engine_name == "chromium":
        chromium = Chromium(request.getfixturevalue("browser"))
        yield chromium
        chromium.close()
    else:
        yield request.getfixturevalue("launch")(engine_name)


@pytest.fixture(scope="session")
def shots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pictures go: into the folder ``$SHOTS``, else away."""
    folder = Path(os.environ.get("SHOTS") or tmp_path_factory.mktemp("shots"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def page(engine: Engine, shots: Path) -> Page:
    """An empty page."""
    engine.fresh()
    return Page(engine, shots)


@pytest.fixture
def make_bookable(make_site: MakeSite, shop: Shop) -> MakeSite:
    """Serve a site that makes its meetings by itself, with the shop's page linking to it."""

    def make(**settings: object) -> Site:
        site = make_site(ZOOM_WORKER="thread", **settings)
        site.connect()
        shop.base = site.base
        shop.reports.clear()
        return site

    return make


@pytest.fixture
def bookable(make_bookable: MakeSite) -> Site:
    """A site that makes its meetings by itself, with the shop's page linking to it."""
    return make_bookable()


@pytest.fixture
def front(bookable: Site) -> Front:
    """What happens to requests before they reach the site."""
    return Front(bookable)

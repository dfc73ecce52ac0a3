"""Several programs that serve one site, and many visitors who all come at once."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import TypeVar
from urllib.parse import parse_qs, urlsplit

from tests.fixtures.servers import free_port
from tests.fixtures.site import Programs, Visitor
from tests.fixtures.site_app import HOSTS, create_app
from zoom_blueprint import Host
from zoom_blueprint.services import consents
from zoom_blueprint.state import EXTENSION, State
from zoom_blueprint.testing import Simulator

T = TypeVar("T")


@contextmanager
def beside(programs: Programs) -> Iterator[State]:
    """Give the state of one more process on the same database, this one, which serves nobody and works off nothing."""
    app, _ = create_app({**programs.env, "ZOOM_WORKER": "off"})
    state: State = app.extensions[EXTENSION]
    try:
        yield state
    finally:
        state.database.dispose()
        with app.app_context():
            app.extensions["sqlalchemy"].engine.dispose()


def connect(state: State, simulator: Simulator, who: str = "ada") -> None:
    """Connect a host of the site's through the consent page."""
    connect_host(state, simulator, HOSTS[who], who)


def connect_host(state: State, simulator: Simulator, host: Host, zoom_user: str) -> None:
    """Connect any host through the consent page."""
    attempt = consents.begin(state, host.id)
    came_back = parse_qs(urlsplit(simulator.consent(attempt.authorize_url, zoom_user)).query)
    consents.complete(
        state,
        host,
        nonce=came_back["state"][0],
        browser_secret=attempt.browser_secret,
        code=came_back["code"][0],
        error="",
    )


def run(programs: Programs, count: int) -> list[Visitor]:
    """Start ``count`` programs and return a visitor for each."""
    ports = [programs.port] + [free_port() for _ in range(count - 1)]
    with ThreadPoolExecutor(count) as pool:
        list(pool.map(programs.run, ports))
    return [Visitor(f"http://127.0.0.1:{port}/zoom") for port in ports]


def together(count: int, act: Callable[[int], T]) -> list[T]:
    """Return what ``act(0)`` … ``act(count - 1)`` return, begun at the same moment."""
    gate = Barrier(count)

    def begin(number: int) -> T:
        gate.wait()
        return act(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(begin, range(count)))

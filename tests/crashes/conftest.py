"""The world around the crash matrix, one for each kind of database, and the undisturbed course of each operation."""

from collections.abc import Callable, Iterator
from functools import cache

import pytest
from aiosmtpd.controller import Controller

from tests.crashes.matrix import Course, Matrix, Nursery
from tests.fixtures.databases import Databases
from tests.fixtures.servers import free_port
from tests.mail.conftest import Post
from zoom_blueprint.testing import Simulator

MakeMatrix = Callable[[str], Matrix]
Undisturbed = Callable[[str, str], Course]


@pytest.fixture(scope="module")
def make_matrix(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MakeMatrix]:
    """Build the world once for each kind of database: ``make_matrix("sqlite")``."""
    post, nursery = Post(), Nursery()
    server = Controller(post, hostname="127.0.0.1", port=free_port())
    server.start()
    with Simulator() as simulator:

        @cache
        def make(database_kind: str) -> Matrix:
            name = "_sqlite_files" if database_kind == "sqlite" else "postgres_server"
            databases: Databases = request.getfixturevalue(name)
            return Matrix(nursery, simulator, post, server.port, databases, tmp_path_factory.mktemp("lives"))

        yield make
    nursery.close()
    server.stop()


@pytest.fixture(scope="module")
def undisturbed(make_matrix: MakeMatrix) -> Undisturbed:
    """Live through an operation without dying, once: ``undisturbed("sqlite", "confirm")``."""

    @cache
    def course(database_kind: str, name: str) -> Course:
        return make_matrix(database_kind).run(name)

    return course

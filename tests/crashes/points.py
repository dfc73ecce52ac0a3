"""Print the points of the crash matrix: ``python -m tests.crashes.points [OPERATION …]``.

A line for each point, and at the end how many there are, at how many of the sites that the source has.
"""

import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from aiosmtpd.controller import Controller

from tests.crashes import sites
from tests.crashes.catalogue import SCENARIOS
from tests.crashes.matrix import Matrix, Nursery, tell
from tests.fixtures.databases import SqliteFiles
from tests.fixtures.servers import free_port
from tests.mail.conftest import Post
from zoom_blueprint.testing import Simulator


def main(names: Sequence[str]) -> None:
    """Live through these operations, or all, without dying."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        post, nursery = Post(), Nursery()
        stack.callback(nursery.close)
        server = Controller(post, hostname="127.0.0.1", port=free_port())
        server.start()
        stack.callback(server.stop)
        simulator = stack.enter_context(Simulator())
        matrix = Matrix(nursery, simulator, post, server.port, SqliteFiles(folder), folder)
        reached: set[str] = set()
        count = 0
        for name in names or SCENARIOS:
            course = matrix.run(name)
            tell(*(f"{name}: {point}" for point in course.points))
            count += len(course.points)
            reached |= course.sites
    tell(f"{count} points at {len(reached)} of {len(sites.every())} sites.")


if __name__ == "__main__":
    main(sys.argv[1:])

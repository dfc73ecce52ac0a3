"""A process that counts, for tests: ``python -m tests.services.counting COUNT`` prints how many of them passed."""

import os
import sys

from tests.fixtures.site_app import create_app
from zoom_blueprint.services import limits
from zoom_blueprint.state import EXTENSION, State

WHO = {"everybody": "100 per day"}


def main() -> None:
    """Count with the settings of the environment."""
    settings = {name: value for name, value in os.environ.items() if name.startswith(("ZOOM_", "SQLALCHEMY_"))}
    app, _ = create_app(dict(settings))
    state: State = app.extensions[EXTENSION]
    passed = [not limits.count(state, WHO) for _ in range(int(sys.argv[1]))]
    sys.stdout.write(f"passed {sum(passed)}\n")
    state.database.dispose()
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()


if __name__ == "__main__":
    main()

"""``flask zoom …`` run inside the test's own process."""

import shlex

from tests.fixtures.site import Site
from zoom_blueprint.scheduling.rules import Schedule
from zoom_blueprint.services import event_types, schedules
from zoom_blueprint.values import EventType


class Zoom:
    """Run ``flask zoom …`` in this process."""

    def __init__(self, site: Site) -> None:
        self.site, self.state = site, site.state

    def __call__(self, line: str, *, status: int = 0) -> str:
        """Return what a command printed, which must end with this status."""
        done = self.site.app.test_cli_runner().invoke(args=["zoom", *shlex.split(line)])
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        assert done.exit_code == status, done.output
        assert "Traceback" not in done.output
        return done.output

    def schedule(self, name: str = "Working hours") -> Schedule:
        """Return one of ada's schedules."""
        return schedules.all_of(self.state, "1")[name]

    def event(self, slug: str = "review") -> EventType:
        """Return one of ada's event types."""
        (found,) = [one for one in event_types.all_of(self.state, "1") if one.slug == slug]
        return found

"""The README's commands do what stands beside them."""

import re

from tests.cli.commands import Zoom
from tests.house.tree import ROOT


def test_the_commands_of_the_readme_set_what_they_say(zoom: Zoom) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    found = re.search(r"## Commands\n.*?```console\n(.*?)```", text, flags=re.DOTALL)
    assert found is not None
    lines = [line.removeprefix("$ flask zoom ") for line in found[1].splitlines()]
    assert len(lines) > 5
    for line in lines:
        zoom(line)
    assert (zoom.event("intro-call").duration_minutes, zoom.event("intro-call").per_day) == (45, 4)
    assert len(zoom.schedule().overrides) == 3

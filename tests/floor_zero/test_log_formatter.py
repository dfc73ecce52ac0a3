"""The README's formatter prints what a line is about as JSON."""

import json
import logging
import re
from typing import Any

from tests.house.tree import ROOT
from zoom_blueprint import logs
from zoom_blueprint.errors import ZoomUnknown


def test_the_formatter_of_the_readme_prints_fields(caplog: Any) -> None:
    found = re.search(r"## Operating it\n.*?```python\n(.*?)```", (ROOT / "README.md").read_text(), flags=re.DOTALL)
    assert found is not None
    names: dict[str, Any] = {}
    exec(found[1], names)
    log = logs.logger("zoom_blueprint.some_module")
    try:
        with logs.about(booking="b1", host="7"):
            raise ZoomUnknown("no", tracking_id="t")
    except ZoomUnknown:
        log.exception("it failed")
    line = json.loads(names["Json"]().format(caplog.records[0]))
    assert line.items() >= {"level": "ERROR", "booking": "b1", "host": "7", "tracking": "t"}.items()
    assert "ZoomUnknown" in line["error"]
    other = logging.LogRecord("flask", logging.INFO, "", 1, "another's", (), None)
    assert json.loads(names["Json"]().format(other))["message"] == "another's"

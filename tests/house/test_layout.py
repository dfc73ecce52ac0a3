"""The tree looks as CONTRIBUTING.md says."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_ci_can_be_run() -> None:
    assert os.access(ROOT / ".ci" / "run", os.X_OK)

"""Run all benchmarks, each bounded in time, and draw what they found: ``python benchmarks [name …]``."""

import signal
import subprocess
import sys
from pathlib import Path

import plot
from loading import capacity
from measure import record

_HERE = Path(__file__).resolve().parent
_SECONDS = 120
_SECONDS_TO_STOP = 30


def main(wanted: list[str]) -> int:
    """Return 1 if one of them failed."""
    record("load-generator", ours=capacity(), unit="/s", goal="> 8000")
    failed = []
    for file in sorted(_HERE.glob("bench_*.py")):
        if wanted and file.stem.removeprefix("bench_") not in wanted:
            continue
        if not _runs(file):
            failed.append(file.name)
    plot.main()
    if failed:
        print(f"Failed: {', '.join(failed)}", file=sys.stderr)
    return bool(failed)


def _runs(file: Path) -> bool:
    """Run a file, which is told in time to stop what it started."""
    process = subprocess.Popen([sys.executable, str(file)])
    try:
        return process.wait(_SECONDS) == 0
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(_SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

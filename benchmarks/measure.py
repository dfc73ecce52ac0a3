"""Measure things against each other, interleaved in one run; print their medians and ratio, and keep them in a file."""

import json
import os
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

LATEST = Path(__file__).resolve().parent / "latest.json"


@dataclass(frozen=True, kw_only=True)
class Result:
    """One measured thing. ``ratio`` is ours to the baseline; ``goal`` is what the ratio, or ours, shall be.

    ``of_hello`` are the shares that baseline and ours have of what ``hello`` reaches: answers a second, or speed.
    """

    name: str
    goal: str
    ratio: float | None
    baseline: float | None
    ours: float
    unit: str
    database: str = ""
    of_hello: Mapping[str, float] | None = None


def take_turns(works: Mapping[str, Callable[[], float]], *, rounds: int, warm_up: int = 1) -> dict[str, float]:
    """Run each work once in each round, and return the medians of what they say; the first rounds do not count."""
    found: dict[str, list[float]] = {name: [] for name in works}
    for number in range(rounds + warm_up):
        for name, work in works.items():
            value = work()
            if number >= warm_up:
                found[name].append(value)
    return {name: statistics.median(values) for name, values in found.items()}


def record(
    name: str,
    *,
    ours: float,
    baseline: float | None = None,
    goal: str = "",
    unit: str = "ms",
    database: str = "",
    hello: float | None = None,
) -> float:
    """Print the one line ``name ratio baseline ours``, keep it, and return the ratio.

    ``hello`` is what the ceiling reached in the same rounds and unit; each one's share of it is printed below.
    """
    label = f"{name}-{database}" if database else name
    ratio = ours / baseline if baseline else None
    print(_line(label, ratio, baseline, ours, unit), flush=True)
    of_hello = None
    if hello is not None:
        of_hello = {}
        for which, value in (("baseline", baseline), ("ours", ours)):
            if value:
                of_hello[which] = round(value / hello if unit.endswith("/s") else hello / value, 3)
                print(_line(f"{label}:{which}/hello", of_hello[which], hello, value, unit), flush=True)
    _keep(
        Result(
            name=name,
            goal=goal,
            ratio=ratio,
            baseline=baseline,
            ours=ours,
            unit=unit,
            database=database,
            of_hello=of_hello,
        )
    )
    return ratio or 0.0


def compare(
    name: str,
    baseline: Callable[[], object],
    ours: Callable[[], object],
    *,
    rounds: int,
    goal: str = "",
    database: str = "",
) -> float:
    """Time two functions, call by call in turns, and record the medians in milliseconds."""
    found = take_turns({"baseline": _timed(baseline), "ours": _timed(ours)}, rounds=rounds, warm_up=5)
    return record(name, ours=found["ours"], baseline=found["baseline"], goal=goal, database=database)


def _timed(work: Callable[[], object]) -> Callable[[], float]:
    def timed() -> float:
        begin = time.perf_counter()
        work()
        return (time.perf_counter() - begin) * 1000

    return timed


def _line(label: str, ratio: float | None, baseline: float | None, ours: float, unit: str) -> str:
    numbers = ("-" if ratio is None else f"{ratio:.2f}", _number(baseline, unit), _number(ours, unit))
    return f"{label:44} {numbers[0]:>7} {numbers[1]:>14} {numbers[2]:>14}"


def _number(value: float | None, unit: str) -> str:
    if value is None:
        return "-"
    return f"{value:,.3f}{unit}" if value < 100 else f"{value:,.0f}{unit}"


def _keep(result: Result) -> None:
    """Put a result in the place of an earlier one of the same name and database."""
    known = json.loads(LATEST.read_text()) if LATEST.exists() else {"results": []}
    others = [one for one in known["results"] if (one["name"], one["database"]) != (result.name, result.database)]
    measured = datetime.now(UTC).isoformat(timespec="seconds")
    mine = asdict(result) | {"measured_at": measured, "load_average": round(os.getloadavg()[0], 1)}
    content = {"results": sorted([*others, mine], key=lambda one: (one["name"], one["database"]))}
    draft = LATEST.with_suffix(".draft")
    draft.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n")
    draft.replace(LATEST)

"""Draw ``latest.svg`` from ``latest.json``: how far each number is from its goal. ``python benchmarks/plot.py``.

Each bar is what was reached as a share of the goal, on a scale in which every doubling has the same width; a bar that
ends in the shaded half has reached its goal, whether that was to be more or less.
"""

import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

from measure import LATEST

FILE = LATEST.with_suffix(".svg")
_GOAL = re.compile(r"([≤≥>]?) ?([\d.,]+) ?(ms|MiB|s|/s)?")
_WIDTH, _LEFT, _RIGHT, _TOP, _ROW, _FOOT = 960, 330, 200, 84, 22, 52
_DOUBLINGS = 3  # each way
_LEAST = 1e-9
_MIDDLE = _LEFT + (_WIDTH - _LEFT - _RIGHT) / 2
_DOUBLING = (_WIDTH - _LEFT - _RIGHT) / 2 / _DOUBLINGS
_STYLE = """
text { font: 13px system-ui, sans-serif; fill: #1f2328 }
.title { font-size: 18px; font-weight: 600 }
.dim { fill: #59636e }
.paper { fill: #ffffff } .good { fill: #2457d6; opacity: .07 } .grid { stroke: #d1d9e0 } .goal { stroke: #1f2328 }
.reached { fill: #2457d6 } .missed { fill: #c4540a }
@media (prefers-color-scheme: dark) {
  text { fill: #f0f6fc } .dim { fill: #9198a1 }
  .paper { fill: #0d1117 } .good { fill: #79a6ff; opacity: .1 } .grid { stroke: #3d444d } .goal { stroke: #f0f6fc }
  .reached { fill: #79a6ff } .missed { fill: #f0883e }
}
"""


class Bar(NamedTuple):
    """A number with its goal; ``share`` is above 1 by as much as it is better."""

    label: str
    share: float
    words: str


def bars(results: list[Mapping[str, Any]]) -> Iterator[Bar]:
    """Yield what has a goal. An exact number is either reached or missed by far."""
    for one in results:
        goal = _GOAL.fullmatch(one["goal"])
        if goal is None:
            continue
        is_ratio = bool(goal[1]) and not goal[3] and one["ratio"] is not None
        value, limit = one["ratio"] if is_ratio else one["ours"], float(goal[2].replace(",", ""))
        if not goal[1]:
            share = 1.0 if value == limit else _LEAST
        else:
            share = max(_LEAST, limit / max(value, _LEAST) if goal[1] == "≤" else value / limit)
        label = f"{one['name']} ({one['database']})" if one["database"] else one["name"]
        yield Bar(label, share, f"{_written(value)}{'' if is_ratio else one['unit']}, goal {one['goal']}")


def _written(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def draw(found: list[Bar]) -> str:
    """Return the picture."""
    height = _TOP + _ROW * len(found) + _FOOT
    bottom = height - _FOOT
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" aria-labelledby="title">',
        '<title id="title">Benchmarks of the last run, each against its goal</title>',
        f"<style>{_STYLE}</style>",
        f'<rect class="paper" width="{_WIDTH}" height="{height}"/>',
        '<text class="title" x="20" y="34">Benchmarks against their goals</text>',
        '<text class="dim" x="20" y="56">Bars to the right of the line are better than the goal.</text>',
        f'<rect class="good" x="{_MIDDLE}" y="{_TOP}" width="{_WIDTH - _RIGHT - _MIDDLE}" height="{bottom - _TOP}"/>',
    ]
    for step in range(-_DOUBLINGS, _DOUBLINGS + 1):
        x = _MIDDLE + step * _DOUBLING
        kind = "grid" if step else "goal"
        name = "goal" if not step else f"{2**step}×" if step > 0 else f"1/{2**-step}"
        parts.append(f'<line class="{kind}" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP - 4}" y2="{bottom}"/>')
        parts.append(f'<text class="dim" x="{x:.1f}" y="{bottom + 18}" text-anchor="middle">{name}</text>')
    parts.append(
        f'<text class="dim" x="{_MIDDLE}" y="{bottom + 40}" text-anchor="middle">'
        "reached ÷ goal (goal ÷ reached where less is better), each step twice the last</text>"
    )
    for number, bar in enumerate(found):
        y = _TOP + number * _ROW
        doublings = max(-_DOUBLINGS, min(_DOUBLINGS, math.log2(bar.share)))
        length = max(abs(doublings) * _DOUBLING, 1)
        x = _MIDDLE if doublings >= 0 else _MIDDLE - length
        kind = "reached" if bar.share >= 1 else "missed"
        parts.append(f'<text x="{_LEFT - 12}" y="{y + 16}" text-anchor="end">{escape(bar.label)}</text>')
        parts.append(f'<rect class="{kind}" x="{x:.1f}" y="{y + 4}" width="{length:.1f}" height="{_ROW - 7}" rx="2"/>')
        parts.append(f'<text class="dim" x="{_WIDTH - _RIGHT + 12}" y="{y + 16}">{escape(bar.words)}</text>')
    return "\n".join([*parts, "</svg>", ""])


def main() -> None:
    FILE.write_text(draw(list(bars(json.loads(LATEST.read_text())["results"]))))


if __name__ == "__main__":
    main()

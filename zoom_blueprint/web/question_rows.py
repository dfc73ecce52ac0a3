"""The questions of an event type as rows of a form: added, removed and moved by buttons that send it."""

import re
from collections.abc import Iterable, Mapping
from itertools import chain, count, takewhile

from zoom_blueprint.services import hosts
from zoom_blueprint.values import Question

FIELDS = ("label", "kind", "required", "choices", "name")
_TYPED = ("label", "choices", "name")
_MOST = 30  # a few more than can be asked: whoever has too many reads so
_LONGEST_NAME = 40
_DEED = re.compile(r"(add|remove|up|down)-question(?:-([0-9]{1,2}))?", re.ASCII)
Row = dict[str, str]


def spread(questions: Iterable[Question]) -> dict[str, str]:
    """Return what the form shows of questions."""
    return _fields(
        {
            "label": one.label,
            "kind": one.kind,
            "required": "yes" if one.required else "",
            "choices": "\n".join(one.choices),
            "name": one.name,
        }
        for one in questions
    )


def rows(fields: Mapping[str, str]) -> list[Row]:
    """Return the rows of a form as they were sent."""
    places = takewhile(lambda place: place < _MOST and f"question-{place}-label" in fields, count())
    return [{name: fields.get(f"question-{place}-{name}", "") for name in FIELDS} for place in places]


def places(fields: Mapping[str, str]) -> list[int]:
    """Return which rows have a question in them."""
    return [place for place, row in enumerate(rows(fields)) if any(row[name].strip() for name in _TYPED)]


def read(fields: Mapping[str, str]) -> tuple[Question, ...]:
    """Return the questions; one without a name for programs gets one that is made from what it asks."""
    found: list[Question] = []
    every = rows(fields)
    sent = [every[place] for place in places(fields)]
    taken = {row["name"].strip() for row in sent}
    for row in sent:
        kind = row["kind"] or "text"
        choices = tuple(line.strip() for line in row["choices"].splitlines() if line.strip())
        name = row["name"].strip() or _free_name(row["label"], taken)
        taken.add(name)
        found.append(
            Question(
                name=name,
                label=row["label"],
                kind=kind,
                required=bool(row["required"]),
                # What was typed while it was a choice stays in the form, and is not asked any more.
                choices=choices if kind == "choice" else (),
            )
        )
    return tuple(found)


def done(fields: Mapping[str, str], deed: str) -> tuple[dict[str, str], int] | None:
    """Return the fields after a button among the questions was pressed, and the row to go on with, -1 without any.

    None: it is no such button.
    """
    found = _DEED.fullmatch(deed)
    if found is None:
        return None
    sent = rows(fields)
    what, place = found[1], int(found[2] or 0)
    if what == "add":
        sent.append(dict.fromkeys(FIELDS, ""))
        place = len(sent) - 1
    elif place < len(sent):
        row = sent.pop(place)
        place += {"up": -1, "down": 1}.get(what, 0)
        if what != "remove":
            sent.insert(max(place, 0), row)
    others = {name: value for name, value in fields.items() if not name.startswith("question-")}
    return others | _fields(sent), min(max(place, 0), len(sent) - 1)


def _fields(sent: Iterable[Row]) -> dict[str, str]:
    return {f"question-{place}-{name}": value for place, row in enumerate(sent) for name, value in row.items()}


def _free_name(label: str, taken: set[str]) -> str:
    plain = hosts.slug_of(label)[:_LONGEST_NAME].strip("-") or "question"
    return next(name for name in chain([plain], (f"{plain}-{number}" for number in count(2))) if name not in taken)

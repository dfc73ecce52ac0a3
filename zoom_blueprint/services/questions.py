"""Questions: whether what an event type asks can be shown, answered and read again."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from zoom_blueprint.languages import said
from zoom_blueprint.values import Question

KINDS = ("text", "textarea", "choice", "checkbox", "phone")
_MOST = 20
_MOST_CHOICES = 100
_LONGEST_NAME, _LONGEST_LABEL, _LONGEST_CHOICE = 64, 500, 200
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def trimmed(questions: Iterable[Question]) -> tuple[Question, ...]:
    """Return the questions without space around their texts: answers have none, and must be found again."""
    return tuple(
        replace(
            one,
            name=one.name.strip(),
            label=one.label.strip(),
            choices=tuple(choice.strip() for choice in one.choices),
        )
        for one in questions
    )


def faults(questions: tuple[Question, ...]) -> Iterator[tuple[int | None, str]]:
    """Yield what is wrong with an event type's questions, and at which place; None is all of them together."""
    if len(questions) > _MOST:
        yield None, said("Ask at most {most} questions.", most=_MOST)
    seen: set[str] = set()
    for place, one in enumerate(questions):
        if not one.name:
            yield place, said("Give each question a name.")
        elif one.name in seen:
            told = said("Two questions have the name {name}: answers are told apart by it.", name=repr(one.name))
            yield place, told
        seen.add(one.name)
    for place, one in enumerate(questions):
        yield from ((place, told) for told in _of(one))


def _of(one: Question) -> Iterator[str]:
    name = repr(one.name)
    if not one.label:
        yield said("Give the question {name} a label.", name=name)
    if one.kind not in KINDS:
        yield said("The kind of the question {name} is one of: {kinds}.", name=name, kinds=", ".join(KINDS))
    if len(one.name) > _LONGEST_NAME or len(one.label) > _LONGEST_LABEL:
        yield said("Make the question {name} shorter.", name=repr(one.name[:_LONGEST_NAME]))
    if any(_UNPRINTABLE.search(text) for text in (one.name, one.label, *one.choices)):
        yield said("Leave characters that cannot be printed out of the question {name}.", name=name)
    if one.kind == "choice" and not one.choices:
        yield said("Give the question {name} its choices.", name=name)
    if one.kind != "choice" and one.choices:
        yield said("The question {name} has choices: make its kind choice, or leave them out.", name=name)
    if len(one.choices) > _MOST_CHOICES or any(not 0 < len(choice) <= _LONGEST_CHOICE for choice in one.choices):
        yield said(
            "Give the question {name} at most {most} choices, each of 1 to {longest} characters.",
            name=name,
            most=_MOST_CHOICES,
            longest=_LONGEST_CHOICE,
        )
    if len(set(one.choices)) < len(one.choices):
        yield said("Give each choice of the question {name} once.", name=name)

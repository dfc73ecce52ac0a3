"""Prefills: what a booking form begins with, named in a query as the widget's attributes name it."""

from collections.abc import Iterator
from typing import Final

from flask import request

from zoom_blueprint.services.lines import one_line
from zoom_blueprint.values import Question

LONGEST: Final = 500
_LONGEST_OF_ALL: Final = 2000  # they stand in the link of each offered time
_ALWAYS: Final = ("name", "email", "guests")


def of_query(questions: tuple[Question, ...]) -> dict[str, str]:
    """Return the values that the query gives to fields of the form, by the fields' names, in the form's order.

    Letters may be small where a name's are not, as with attributes. A box is ticked by nobody but its visitor.
    """
    sent = request.args.to_dict()
    return dict(_within({name.lower(): value for name, value in sent.items()} | sent, questions))


def _within(given: dict[str, str], questions: tuple[Question, ...]) -> Iterator[tuple[str, str]]:
    left = _LONGEST_OF_ALL
    asked = (f"answers.{question.name}" for question in questions if question.kind != "checkbox")
    for name in (*_ALWAYS, *asked):
        value = one_line(given.get(name, given.get(name.lower(), ""))[:LONGEST])
        if value and len(value) <= left:
            left -= len(value)
            yield name, value

"""Judgements: who has changed a time that stands on two sides, told by three values and by what is under way."""

from enum import StrEnum
from typing import TypeVar

T = TypeVar("T")


class Verdict(StrEnum):
    """What is to be done: nothing, push ours, follow theirs, or flag that both sides changed."""

    AGREED = "agreed"
    PUSH = "push"
    FOLLOW = "follow"
    CONFLICT = "conflict"


def judge(wanted: T, seen: T | None, asked: T | None, now: T | None) -> Verdict:
    """Judge by what is wanted here, what was last seen there, and what is there now.

    ``asked`` is what a change of ours without an answer may have left there: it counts as seen. None is a value that
    nobody has, or that cannot be kept here.
    """
    if now == wanted:
        return Verdict.AGREED
    if now == seen or (asked is not None and now == asked):
        return Verdict.PUSH
    return Verdict.FOLLOW if seen == wanted else Verdict.CONFLICT

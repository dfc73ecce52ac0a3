"""Questions of event types as they are typed: ``--ask KIND NAME LABEL`` for each, or all of them as JSON."""

from collections.abc import Iterable, Iterator

import click
import msgspec

from zoom_blueprint.values import Question

_REQUIRED = "*"


def questions(text: str) -> tuple[Question, ...]:
    """Return the questions of a JSON list of objects with the fields of ``values.Question``."""
    try:
        found = msgspec.json.decode(text, type=tuple[dict[str, object], ...])
        unknown = {name for one in found for name in one} - set(Question.__dataclass_fields__)
        if unknown:
            raise click.BadParameter(f"A question has no {', '.join(sorted(unknown))}.")
        return msgspec.convert(found, tuple[Question, ...])
    except msgspec.DecodeError as error:
        example = '[{"name": "topic", "label": "What about?"}]'
        raise click.BadParameter(f"{error}. Give a list like {example}.") from None


def asked(typed: Iterable[tuple[str, str, str]]) -> tuple[Question, ...]:
    """Return the questions of ``--ask`` options: kind, with a choice's answers, then name, then label."""
    return tuple(_question(*one) for one in typed)


def lines_of(them: Iterable[Question]) -> Iterator[str]:
    """Yield each question as it would be typed."""
    for one in them:
        kind = f"{one.kind}:{'|'.join(one.choices)}" if one.choices else one.kind
        yield f'--ask "{kind}" {one.name} "{one.label}{f" {_REQUIRED}" if one.required else ""}"'


def _question(kind: str, name: str, label: str) -> Question:
    kind, _, choices = kind.partition(":")
    plain = label.strip()
    return Question(
        name=name.strip(),
        label=plain.removesuffix(_REQUIRED).strip(),
        kind=kind.strip(),
        required=plain.endswith(_REQUIRED),
        choices=tuple(one.strip() for one in choices.split("|")) if choices else (),
    )

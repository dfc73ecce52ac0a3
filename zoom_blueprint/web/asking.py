"""What the widget's form asks a visitor, in the visitor's language."""

from typing import Final

from zoom_blueprint.languages import Language, said
from zoom_blueprint.services.bookables import Bookable
from zoom_blueprint.values import Question
from zoom_blueprint.web.contract import FieldOut

_OPTIONAL: Final = said("(optional)")
_NAME: Final = said("Your name")
_EMAIL: Final = said("Email address")
_GUESTS: Final = said("Guests’ email addresses, separated by commas")
_CODE: Final = said("Code from our email")
_HTML_TYPES: Final = {"choice": "select", "phone": "tel"}


def fields_for(language: Language, bookable: Bookable) -> list[FieldOut]:
    """Return the fields of a booking's form, in their order."""
    return [
        FieldOut(name="name", label=language.say(_NAME), type="text", required=True, autocomplete="name"),
        FieldOut(name="email", label=language.say(_EMAIL), type="email", required=True, autocomplete="email"),
        *(_question(language, question) for question in bookable.event.questions),
        FieldOut(name="guests", label=_optional(language, language.say(_GUESTS)), type="email", required=False),
    ]


def code_field(language: Language) -> FieldOut:
    """Return the field for the code that was mailed."""
    return FieldOut(name="code", label=language.say(_CODE), type="text", required=True, autocomplete="one-time-code")


def _question(language: Language, question: Question) -> FieldOut:
    return FieldOut(
        name=f"answers.{question.name}",
        label=question.label if question.required else _optional(language, question.label),
        type=_HTML_TYPES.get(question.kind, question.kind),
        required=question.required,
        autocomplete="tel" if question.kind == "phone" else "off",
        choices=list(question.choices) if question.kind == "choice" else None,
    )


def _optional(language: Language, label: str) -> str:
    return f"{label} {language.say(_OPTIONAL)}"

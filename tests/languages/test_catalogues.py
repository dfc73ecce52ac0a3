"""The catalogues hold what is said, all of it and nothing else, in words that fit."""

import re
import string

import pytest
from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.checkers import num_plurals

from tools import texts
from zoom_blueprint.languages import CODES

OTHERS = CODES[1:]
SAID = texts.texts()
BY_CODE = {code: texts.catalogue(code) for code in OTHERS}
_LETTERS = re.compile(r"[^\W\d_]{2}")
#: Words that are the same in a language, each looked up: loanwords, names, abbreviations.
SAME: dict[str, set[str]] = {
    "de": {"(optional)", "Flamingo", "In Zoom", "Link", "Name", "Status", "Webhooks"},
    "es": {"Error: {heading}", "Error: {title}", "Google Calendar", "No", "Webhooks", "no"},
    "fr": {
        "Clients",
        "Pages",
        "{n} minutes",
        "Date {day}",
        "Description",
        "Graphite",
        "Question {n}",
        "Questions",
        "Webhooks",
        "minutes",
    },
    "ja": set(),
    "ar": set(),
}


def keys(catalogue: Catalog) -> set[str | tuple[str, ...]]:
    return {_key(message) for message in catalogue if message.id}


def _key(message: Message) -> str | tuple[str, ...]:
    return message.id if isinstance(message.id, str) else tuple(message.id or ())


def pairs(code: str) -> list[tuple[str, str]]:
    """Return each text with its translation; of texts that count, each form with the text for many."""
    found: list[tuple[str, str]] = []
    for message in BY_CODE[code]:
        match _key(message):
            case "":
                pass
            case str(text):
                found.append((text, str(message.string)))
            case (_, many):
                found += [(many, form) for form in message.string or ()]
    return found


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("code", OTHERS)
def test_a_catalogue_holds_every_text_and_no_other(code: str) -> None:
    assert keys(BY_CODE[code]) == keys(SAID), "Run: python -m tools.texts"


@pytest.mark.parametrize("code", OTHERS)
def test_every_text_has_its_translation(code: str) -> None:
    assert [text for text, translation in pairs(code) if not translation.strip()] == []


@pytest.mark.parametrize("code", OTHERS)
def test_a_translation_fills_in_what_the_text_fills_in(code: str) -> None:
    # Languages with a form for exactly one, or two, may leave the number out of it.
    wrong = [
        (text, translation)
        for text, translation in pairs(code)
        if places(text) ^ places(translation) not in (set(), {"n"})
        or (places(text) ^ places(translation) and not _counts(text))
    ]
    assert wrong == []


def _counts(text: str) -> bool:
    return any(text in key for key in keys(SAID) if isinstance(key, tuple))


@pytest.mark.parametrize("code", OTHERS)
def test_a_translation_is_no_copy_of_the_english(code: str) -> None:
    same = {text for text, translation in pairs(code) if text == translation and _is_words(text)}
    assert same == SAME[code]


def _is_words(text: str) -> bool:
    return bool(_LETTERS.search("".join(literal for literal, *_ in string.Formatter().parse(text))))


@pytest.mark.parametrize("code", OTHERS)
def test_the_forms_of_a_number_are_those_of_the_language(code: str) -> None:
    catalogue = BY_CODE[code]
    plural = Locale.parse(code).plural_form
    assert catalogue.num_plurals == len({_form(catalogue, n) for n in range(1000)})
    for message in catalogue:
        num_plurals(catalogue, message)
    # One form of gettext never stands for two categories of CLDR within what people count; millions are written alike.
    forms: dict[int, set[str]] = {}
    for n in range(1000):
        forms.setdefault(_form(catalogue, n), set()).add(plural(n))
    assert all(len(categories) == 1 for categories in forms.values())


def _form(catalogue: Catalog, n: int) -> int:
    from gettext import c2py

    return int(c2py(catalogue.plural_expr)(n))


@pytest.mark.parametrize("code", OTHERS)
def test_a_translation_has_no_markup_and_no_loose_ends(code: str) -> None:
    loose = [
        (text, translation)
        for text, translation in pairs(code)
        if translation != translation.strip()
        or ("<" in translation and "<" not in text)
        or "\n" in translation
        or (text.endswith("…") != translation.endswith("…"))
    ]
    assert loose == []


@pytest.mark.parametrize("code", OTHERS)
def test_what_zoom_calls_its_things_stays_as_people_know_it(code: str) -> None:
    lost = [text for text, translation in pairs(code) if "Zoom" in text and "Zoom" not in translation]
    assert lost == []


def test_texts_are_found_in_code_and_in_templates() -> None:
    found = {path.rpartition(".")[2] for message in SAID for path, _ in message.locations}
    assert {"py", "html", "txt"} <= found


def test_no_template_has_words_that_cannot_be_said_in_other_languages() -> None:
    bare = [
        f"{path.name}: {words}"
        for path in sorted((texts.PACKAGE / "web" / "templates").rglob("*.html"))
        for words in _bare_words(path.read_text())
    ]
    assert bare == []


_CODE = re.compile(
    r"{#.*?#}|{% block width %}.*?{% endblock %}|{%.*?%}|{{.*?}}|<style>.*?</style>|<!doctype html>", re.DOTALL
)
_ELEMENT = re.compile(r"<[^>]*>")
_ATTRIBUTE = re.compile(r'[a-z-]+="[^"]*"')
_SAME_EVERYWHERE = {"Zoom App Marketplace", "Google API Services User Data Policy", "Google Meet", "/guide", "https://"}
_SPOKEN = re.compile(r'(?:aria-label|alt|title|placeholder)="([^"]*)"')


def _bare_words(template: str) -> list[str]:
    markup = _CODE.sub("\x00", template)
    heard = [*_ELEMENT.sub("\x01", markup).split("\x01"), *_SPOKEN.findall(markup)]
    words = [_ATTRIBUTE.sub("", one.replace("\x00", "")).strip() for one in heard]
    return [one for one in words if _LETTERS.search(one) and one not in _SAME_EVERYWHERE]

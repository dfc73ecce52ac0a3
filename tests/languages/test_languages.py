"""Texts find their translation where they are read, with everything that was put into them."""

import copy
from collections.abc import Callable

import msgspec
import pytest
from babel import Locale
from markupsafe import Markup

from zoom_blueprint.languages import CODES, Language, language, plain, said, said_count

Wishes = tuple[str | None, ...]


@pytest.mark.parametrize(
    ("wishes", "code", "locale"),
    [
        (("de-AT",), "de", "de_AT"),
        (("fr_CA",), "fr", "fr_CA"),
        (("ja",), "ja", "ja"),
        (("nl-NL", "es-MX", "de"), "es", "es_MX"),
        (("nl-NL",), "en", "en_NL"),
        (("zh-Hant-TW",), "en", "en"),
        (("de-XX",), "de", "de"),
        (("ES",), "es", "es"),
        ((None,), "en", "en"),
        (("", None), "en", "en"),
        (("../../etc", "x" * 5000), "en", "en"),
        (("*",), "en", "en"),
    ],
)
def test_a_reader_gets_the_first_language_that_there_is_as_it_is_written_in_their_region(
    wishes: Wishes, code: str, locale: str
) -> None:
    found = language(*wishes)
    assert (found.code, found.locale) == (code, locale)


def test_arabic_is_written_from_right_to_left_and_the_others_from_left_to_right() -> None:
    assert {code: language(code).dir for code in CODES} == dict.fromkeys(CODES, "ltr") | {"ar": "rtl"}


def test_a_text_is_filled_in_after_it_was_translated() -> None:
    german = language("de")
    assert german.say("Close") == "Schließen"
    assert german.say("Next free day: {day}", day="Montag") == "Nächster freier Tag: Montag"


def test_a_said_text_is_english_until_somebody_says_it_again() -> None:
    text = said("Next free day: {day}", day=said("Close"))
    assert text == "Next free day: Close"
    assert language("en").say(text) == "Next free day: Close"
    assert language("de").say(text) == "Nächster freier Tag: Schließen"


def test_a_template_that_was_made_before_is_filled_in_later() -> None:
    template = said("Next free day: {day}")
    assert template == "Next free day: {day}"
    assert language("de").say(said(template, day="Montag")) == "Nächster freier Tag: Montag"


def test_what_people_write_is_never_read_as_a_template() -> None:
    assert language("de").say("Next free day: {day}", day="{day.__class__}") == "Nächster freier Tag: {day.__class__}"
    assert said("Next free day: {day}", day="{0} %s") == "Next free day: {0} %s"


def test_an_exception_says_a_text_that_can_be_said_again() -> None:
    error = ValueError(said("Next free day: {day}", day="Monday"))
    assert language("de").say(str(error)) == "Nächster freier Tag: Monday"


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
def test_a_copy_can_be_said_again(copied: Callable[[object], str]) -> None:
    assert language("de").say(copied(said("Next free day: {day}", day="Montag"))) == "Nächster freier Tag: Montag"


def test_encoders_are_given_plain_text() -> None:
    text = said("Close")
    assert type(plain(text)) is str
    assert msgspec.json.encode({"text": text}, enc_hook=plain) == b'{"text":"Close"}'
    assert type(language("en").say(text)) is str
    assert type(language("de").say(text)) is str


def test_markup_among_the_values_stays_and_all_else_is_escaped() -> None:
    page = language("en").say("{one} <{two}>", one=Markup("<b>1</b>"), two="<i>")
    assert page == Markup("<b>1</b> &lt;&lt;i&gt;&gt;")
    assert not isinstance(language("en").say("{one}", one="<i>"), Markup)


def test_nothing_to_say_is_nothing_not_the_head_of_the_catalogue() -> None:
    assert language("de").say("") == ""


def test_a_text_without_a_translation_stays_english() -> None:
    assert language("de").say("Nobody ever wrote this.") == "Nobody ever wrote this."


@pytest.mark.parametrize(
    ("code", "numbers"),
    [("en", (1, 2)), ("de", (1, 2)), ("fr", (0, 1, 2)), ("ja", (0, 5)), ("ar", (0, 1, 2, 3, 11, 100))],
)
def test_a_number_of_things_takes_the_form_that_the_language_has_for_it(code: str, numbers: tuple[int, ...]) -> None:
    spoken = language(code)
    of_category: dict[str, str] = {}
    for n in (*range(200), 1_000_000):
        text = spoken.count("{n} minute", "{n} minutes", n).replace(str(n), "{n}")
        of_category.setdefault(Locale.parse(code).plural_form(n), text)
    assert set(of_category) == set(Locale.parse(code).plural_form.tags) | {"other"}
    for n in numbers:
        wanted = of_category[Locale.parse(code).plural_form(n)].format(n=n)
        assert spoken.count("{n} minute", "{n} minutes", n) == wanted
        assert spoken.say(said_count("{n} minute", "{n} minutes", n)) == wanted


def test_a_language_is_made_once() -> None:
    assert language("de-AT") is language("de-at")
    assert isinstance(language("de"), Language)

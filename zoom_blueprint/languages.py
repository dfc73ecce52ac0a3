"""The languages that pages, mails and the widget speak: English texts find their translation where they are read.

Catalogues are gettext's (``translations/<code>.po``), their keys the English texts. Code below the edge makes a
``Said``: English to whoever logs it, and translated by ``Language.say`` for whoever reads it on a page.
"""

from collections.abc import Mapping
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from io import BytesIO
from typing import Final

from markupsafe import Markup, escape

CODES: Final = ("en", "de", "es", "fr", "ja", "ar")
_REGION = 2  # letters


class Said(str):
    """An English text that can be said in other languages: ``text`` with ``values`` put in, which may be Said too.

    ``many`` is the text for several of what ``values["n"]`` counts, if it counts. ``str()`` leaves it a Said, so that
    what an exception says can be said again; ``plain`` does not.
    """

    __slots__ = ("many", "text", "values")
    text: str
    many: str | None
    values: Mapping[str, object]

    def __str__(self) -> str:
        """Return itself."""
        return self


def plain(text: str) -> str:
    """Return a text as a str and nothing more, as encoders of JSON want it."""
    return "".join(("", text))


def said(text: str, **values: object) -> Said:
    """Return ``text`` with its ``{names}`` filled in, for ``Language.say`` to say again in another language.

    The extraction of texts for translation knows this function by its name; give it a literal.
    """
    return _said(text, None, text, values)


def said_count(one: str, many: str, n: int, **values: object) -> Said:
    """Return ``one`` or, unless ``n`` is 1, ``many``, to be said again; ``{n}`` stands for the number."""
    return _said(one, many, one if n == 1 else many, {"n": n, **values})


def _said(text: str, many: str | None, english: str, values: Mapping[str, object]) -> Said:
    made = Said(english.format(**values) if values else english)
    made.text, made.many, made.values = plain(text), many, values
    return made


class Language:
    """One of ``CODES`` as it is written in a region: ``locale`` is what dates and numbers follow."""

    def __init__(self, code: str, locale: str) -> None:
        from babel import Locale  # here and below: slow to import, and nobody speaks before the first request

        self.code = code
        self.locale = locale
        self.dir = Locale.parse(code).text_direction
        self._catalogue = _catalogue(code)

    def say(self, text: str, **values: object) -> str:
        """Return a text in this language, with its ``{names}`` filled in.

        A Said brings its values along. Markup among the values makes the whole Markup, with the rest escaped.
        """
        if isinstance(text, Said):
            if text.many is None:
                return self.say(text.text, **text.values, **values)
            found = self._catalogue.ngettext(text.text, text.many, int(str(text.values["n"])))
            return self._filled(found, {**text.values, **values})
        return self._filled(self._catalogue.gettext(text) if text else "", values)

    def count(self, one: str, many: str, n: int, **values: object) -> str:
        """Return the text for ``n`` things in this language; ``{n}`` stands for the number."""
        return self._filled(self._catalogue.ngettext(one, many, n), {"n": n, **values})

    def _filled(self, text: str, values: Mapping[str, object]) -> str:
        if not values:
            return text
        filled = {name: self.say(value) if isinstance(value, Said) else value for name, value in values.items()}
        if any(hasattr(value, "__html__") for value in filled.values()):
            return Markup(escape(text)).format(**filled)  # noqa: S704  # escaped just here
        return text.format(**filled)


def language(wish: str | None, *others: str | None) -> Language:
    """Return the first of the wished languages that there is, as BCP 47 tags such as ``de-AT``; else English.

    English keeps the region of the first wish, so that its dates are written as they are there.
    """
    for one in (wish, *others):
        code, *parts = (one or "").replace("_", "-").split("-")
        code = code.lower()
        if code in CODES:  # before anything is looked for on the disk: a header has room for thousands that are not
            region = next((part.upper() for part in parts if len(part) == _REGION), "")
            return _language(code, (_known(f"{code}_{region}") if region else None) or code)
    _, _, region = (wish or "").replace("_", "-").partition("-")
    return _language("en", (_known(f"en_{region.upper()}") if len(region) == _REGION else None) or "en")


@lru_cache(maxsize=512)
def _known(locale: str) -> str | None:
    from babel import Locale, UnknownLocaleError

    try:
        return str(Locale.parse(locale))
    except (UnknownLocaleError, ValueError, TypeError):
        return None


@lru_cache(maxsize=512)
def _language(code: str, locale: str) -> Language:
    return Language(code, locale)


@lru_cache(maxsize=len(CODES))
def _catalogue(code: str) -> NullTranslations:
    if code == "en":
        return NullTranslations()
    from babel.messages.mofile import write_mo  # only where another language than English is read
    from babel.messages.pofile import read_po

    with (files("zoom_blueprint") / "translations" / f"{code}.po").open("rb") as file:
        catalogue = read_po(file, locale=code, abort_invalid=True)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)

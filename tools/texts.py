"""Bring the catalogues below zoom_blueprint/translations/ up to date with the texts in code and templates.

Run as ``python -m tools.texts``, or ``python -m tools.texts de`` for one of them: texts that are new come in without a
translation, those that are gone go. With ``--missing de`` it prints what has no translation in a language yet.
"""

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from zoom_blueprint.languages import CODES

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "zoom_blueprint"
CATALOGUES = PACKAGE / "translations"
#: What babel writes of dates and people, which git knows better.
_OTHERS_HEADERS = (
    b"#\n",
    b'"Project-Id-Version',
    b'"Report-Msgid-Bugs-To',
    b'"POT-Creation-Date',
    b'"PO-Revision-Date',
    b'"Last-Translator',
    b'"Language-Team',
    b'"Generated-By',
)
_IN_CODE = {"said": None, "said_count": (1, 2), "plurals": (1, 2)}
_IN_TEMPLATES = {"_": None, "count": (1, 2)}


def texts() -> Catalog:
    """Return every text that can be said in other languages, with the files that say it."""
    found = Catalog(charset="utf-8")
    for path, method, keywords in _sources():
        for line, text, _, _ in extract_from_file(method, path, keywords=keywords):
            found.add(text, locations=[(str(path.relative_to(ROOT)), line)])
    return found


def catalogue(code: str) -> Catalog:
    """Return a language's translations."""
    with (CATALOGUES / f"{code}.po").open("rb") as file:
        return read_po(file, locale=code, abort_invalid=True)


def main() -> None:
    """Update every catalogue, and say how many texts wait for a translation."""
    if sys.argv[1:2] == ["--missing"]:
        for message in catalogue(sys.argv[2]):
            if message.id and not _is_translated(message):
                print(message.id)
        return
    template = texts()
    for code in sys.argv[1:] or CODES[1:]:
        known = catalogue(code)
        known.update(template, no_fuzzy_matching=True)
        known.obsolete.clear()
        written = BytesIO()
        write_po(written, known, width=120, sort_output=True, include_lineno=False, ignore_obsolete=True)
        lines = [line for line in written.getvalue().splitlines(keepends=True) if not line.startswith(_OTHERS_HEADERS)]
        (CATALOGUES / f"{code}.po").write_bytes(b"".join(lines))
        missing = sum(1 for one in known if one.id and not _is_translated(one))
        print(f"{code}: {len(known)} texts, {missing} without a translation")


def _is_translated(message: Message) -> bool:
    found = message.string
    return any(found) if isinstance(found, list | tuple) else bool(found)


def _sources() -> Iterator[tuple[Path, str, dict[str, tuple[int, ...] | None]]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        if "testing" not in path.parts:
            yield path, "python", dict(_IN_CODE)
    for path in sorted((PACKAGE / "web" / "templates").rglob("*.*")):
        yield path, "jinja2.ext:babel_extract", dict(_IN_TEMPLATES)


if __name__ == "__main__":
    main()

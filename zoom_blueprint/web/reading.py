"""Which language the reader of an answer gets."""

from functools import lru_cache

from flask import g
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from zoom_blueprint.languages import Language, language
from zoom_blueprint.values import Host
from zoom_blueprint.web.asked import request_itself

_WISHES = "_zoom_blueprint_wishes"


def remember(*tags: str | None) -> None:
    """Keep what this request shows of its reader's language: ``lang`` of its body, the locale of its booking."""
    setattr(g, _WISHES, (*g.get(_WISHES, ()), *tags))


def of_visitor(locale: str | None = None) -> Language:
    """Return the language of whoever is no host.

    That is by ``lang`` of the query, else what was remembered of this request, else ``locale``, else the browser's.
    """
    asked = request_itself()
    browsers = _browser_wishes(asked.environ.get("HTTP_ACCEPT_LANGUAGE", ""))
    wishes = (asked.args.get("lang"), *g.get(_WISHES, ()), locale, *browsers)
    return language(*([wish for wish in wishes if wish] or [None]))


@lru_cache(maxsize=256)
def _browser_wishes(header: str) -> tuple[str, ...]:
    """Return the languages of an ``Accept-Language``, the dearest first; the same few are sent again and again."""
    return tuple(parse_accept_header(header, LanguageAccept).values())


def of_host(host: Host) -> Language:
    """Return the language in which a host reads."""
    return language(host.locale)


def tag(spoken: Language) -> str:
    """Return a language as BCP 47 writes it, such as ``de-AT``, for HTML, headers and bookings."""
    return spoken.locale.replace("_", "-")

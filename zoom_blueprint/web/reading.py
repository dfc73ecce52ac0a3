"""Which language the reader of an answer gets."""

from flask import g, request

from zoom_blueprint.languages import Language, language
from zoom_blueprint.values import Host

_WISHES = "_zoom_blueprint_wishes"


def remember(*tags: str | None) -> None:
    """Keep what this request shows of its reader's language: ``lang`` of its body, the locale of its booking."""
    setattr(g, _WISHES, (*g.get(_WISHES, ()), *tags))


def of_visitor(locale: str | None = None) -> Language:
    """Return the language of whoever is no host.

    That is by ``lang`` of the query, else what was remembered of this request, else ``locale``, else the browser's.
    """
    wishes = (request.args.get("lang"), *g.get(_WISHES, ()), locale, *request.accept_languages.values())
    return language(*([wish for wish in wishes if wish] or [None]))


def of_host(host: Host) -> Language:
    """Return the language in which a host reads."""
    return language(host.locale)


def tag(spoken: Language) -> str:
    """Return a language as BCP 47 writes it, such as ``de-AT``, for HTML, headers and bookings."""
    return spoken.locale.replace("_", "-")

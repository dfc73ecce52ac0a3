"""Which language the reader of an answer gets."""

from flask import request

from zoom_blueprint.languages import Language, language
from zoom_blueprint.values import Host


def of_visitor(locale: str | None = None) -> Language:
    """Return what a visitor wishes: by ``lang`` of the query, else ``locale`` of their booking, else their browser."""
    return language(request.args.get("lang"), locale, *request.accept_languages.values())


def of_host(host: Host) -> Language:
    """Return the language in which a host reads."""
    return language(host.locale)

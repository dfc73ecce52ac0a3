"""The bodies of requests, read within a limit: raw bytes, JSON of sensible depth, and forms or JSON as flat fields."""

import msgspec
from flask import request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType

from zoom_blueprint.depths import is_deep
from zoom_blueprint.languages import said
from zoom_blueprint.web import reading

FIELDS_LIMIT = 64 * 1024
_LONGEST_NAME = 200


def raw(limit: int) -> bytes:
    """Return the body, of which not more than ``limit`` bytes are read.

    Raises:
        RequestEntityTooLarge: it is larger.
    """
    if (request.content_length or 0) > limit:
        raise _too_large(limit)
    # Of a body that does not say its length werkzeug reads up to the limit and stays silent about the rest.
    request.max_content_length = request.max_form_memory_size = limit + 1
    body = request.get_data(parse_form_data=False)
    if len(body) > limit:
        raise _too_large(limit)
    return body


def _too_large(limit: int) -> RequestEntityTooLarge:
    return RequestEntityTooLarge(said("Send at most {limit} KiB.", limit=limit // 1024))


def fields() -> MultiDict[str, str]:
    """Return the fields of a form-encoded or JSON body; nested JSON members are joined by dots.

    From here on answers are in the language that the body's ``lang`` names.

    Raises:
        RequestEntityTooLarge: above 64 KiB.
        UnsupportedMediaType: neither a form nor JSON.
        BadRequest: not a JSON object of texts.
    """
    found = _fields()
    reading.remember(found.get("lang"))
    return found


def _fields() -> MultiDict[str, str]:
    body = raw(FIELDS_LIMIT)
    if not request.mimetype and not body:
        return MultiDict()
    if request.mimetype == "application/x-www-form-urlencoded":
        return MultiDict(request.form)
    if request.mimetype != "application/json":
        raise UnsupportedMediaType(said("Send application/x-www-form-urlencoded or application/json."))
    content = decoded(body)
    if not isinstance(content, dict):
        raise BadRequest(said("The body is not a JSON object."))
    found: MultiDict[str, str] = MultiDict()
    for name, value in content.items():
        _flatten(found, name, value)
    return found


def json_object() -> dict[str, object]:
    """Return a JSON body; none at all is an empty object.

    Raises:
        RequestEntityTooLarge: above 64 KiB.
        UnsupportedMediaType: it is something else.
        BadRequest: it is no JSON object.
    """
    body = raw(FIELDS_LIMIT)
    if not body:
        return {}
    if request.mimetype != "application/json":
        raise UnsupportedMediaType("The body is not application/json.")  # programs are told in English
    content = decoded(body)
    if not isinstance(content, dict):
        raise BadRequest(said("The body is not a JSON object."))
    return content


def decoded(body: bytes) -> object:
    """Return what JSON text means.

    Raises:
        BadRequest: it is no JSON, or absurdly deep. A parser that gives up with the stack all but full breaks whatever
            is collected in that moment, so the depth is looked at before.
    """
    if is_deep(body):
        raise BadRequest(said("The JSON is nested too deeply."))
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise BadRequest(said("The body is not JSON.")) from None


def _flatten(found: MultiDict[str, str], name: str, value: object) -> None:
    if len(name) > _LONGEST_NAME:  # no field of ours, and it would be said again before each member
        return
    match value:
        case dict():
            for member, inner in value.items():
                _flatten(found, f"{name}.{member}", inner)
        case list():
            found[name] = ",".join(str(item) for item in value)
        case bool():
            found[name] = "yes" if value else ""
        case None:
            pass
        case _:
            found[name] = str(value)

"""Say no the way Zoom does: a code and a message, as JSON, or as XML to clients that do not ask for JSON."""

import json
from collections.abc import Mapping
from xml.sax.saxutils import escape

from flask import Response, request

JSON = "application/json"


class Refusal(Exception):
    """A REST call is refused; raised inside a transaction it undoes what the call had begun."""

    def __init__(
        self,
        status: int,
        code: int,
        message: str,
        *,
        fields: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.fields = dict(fields or {})
        self.headers = dict(headers or {})


class TokenRefusal(Exception):
    """A call to the token or revoke endpoint is refused."""

    def __init__(self, error: str, reason: str | None, status: int = 400) -> None:
        super().__init__(error)
        self.status = status
        self.body = {"reason": reason, "error": error} if reason else {"error": error}


def as_json(value: object) -> str:
    """Encode as Zoom does: no spaces, letters beyond ASCII as they are."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def answer(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return a JSON answer."""
    response = Response(as_json(value), status, content_type="application/json;charset=UTF-8")
    response.headers.update(headers or {})
    return response


def no_content() -> Response:
    """Return a 204 without body and content type."""
    response = Response(status=204)
    del response.headers["Content-Type"]
    return response


def refused(refusal: Refusal, xml_errors: str) -> Response:
    """Return a refusal in the language that the client gets from Zoom."""
    if _wants_xml(xml_errors):
        return Response(_as_xml(refusal), refusal.status, refusal.headers, content_type="application/xml;charset=UTF-8")
    body: dict[str, object] = {"code": refusal.code, "message": refusal.message}
    if refusal.fields:
        body["errors"] = [{"field": field, "message": message} for field, message in refusal.fields.items()]
    return answer(body, refusal.status, refusal.headers)


def _wants_xml(xml_errors: str) -> bool:
    if xml_errors == "never":
        return False
    if xml_errors == "strict":
        return JSON not in request.headers.get("Accept", "")
    return request.accept_mimetypes.quality(JSON) <= 0


def _as_xml(refusal: Refusal) -> str:
    errors = "".join(
        f"<error><field>{escape(field)}</field><message>{escape(message)}</message></error>"
        for field, message in refusal.fields.items()
    )
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f"<result><code>{refusal.code}</code><message>{escape(refusal.message)}</message>"
        f"{f'<errors>{errors}</errors>' if errors else ''}</result>"
    )

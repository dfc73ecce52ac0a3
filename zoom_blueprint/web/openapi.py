"""The visitor contract as OpenAPI, generated from the output shapes, the input forms and the error table."""

from importlib.metadata import version

import msgspec
from flask import Blueprint, Response
from wtforms import Form

from zoom_blueprint.state import current_state
from zoom_blueprint.web import forms, replies
from zoom_blueprint.web.contract import BookingOut, EventPage, Problem, SlotsPage

_JSON = "application/json"
_PROBLEM = "application/problem+json"
_FORM = "application/x-www-form-urlencoded"
_ERRORS = {
    "400": "The body cannot be read.",
    "403": "The site's own rule refuses this booking; `detail` says why.",
    "404": "There is no such thing, or it cannot be booked at the moment.",
    "409": "The time is taken; `slots` and `token` are fresh ones.",
    "410": "The booking has ended.",
    "413": "The body is above 64 KiB.",
    "415": "The body is neither a form nor JSON.",
    "422": "`errors` names every bad field; with `errors.token`, `token` is a fresh one.",
    "429": "Too many requests; see `Retry-After`.",
    "503": "The database is away; see `Retry-After`.",
}
_READING = ("404", "503")
_WRITING = ("400", "404", "413", "415", "422", "429", "503")


def add_routes(public: Blueprint) -> None:
    """Add the description of the contract."""
    public.add_url_rule("/api/v1/openapi.json", endpoint="api_description", view_func=openapi)


def openapi() -> Response:
    """Describe the visitor API."""
    response = replies.json_reply(description(current_state().links.base))
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


def description(base: str) -> dict[str, object]:
    """Return the OpenAPI 3.1 document for a blueprint at ``base``."""
    shapes = (EventPage, SlotsPage, BookingOut, Problem)
    _, schemas = msgspec.json.schema_components(shapes, ref_template="#/components/schemas/{name}")
    event, booking = "/api/v1/hosts/{host}/{event}", "/api/v1/bookings/{token}"
    ids, token = [_path("host"), _path("event")], [_path("token")]
    days = [_day("from"), _day("to"), _query("tz", "IANA time zone", "Europe/London"), _query("lang", "Language", "en")]
    calendar = {"description": "iCalendar", "content": {"text/calendar": {"schema": {"type": "string"}}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Book Now", "version": version("zoom-blueprint"), "summary": "What a visitor can do."},
        "servers": [{"url": base}],
        "paths": {
            event: {"get": _operation("getEvent", ids, _ok("EventPage"), _READING)},
            f"{event}/slots": {"get": _operation("listSlots", ids + days, _ok("SlotsPage"), (*_READING, "422"))},
            f"{event}/bookings": {
                "post": _operation(
                    "createBooking", ids, _ok("BookingOut", "201"), (*_WRITING, "403", "409"), forms.BookingForm
                )
            },
            booking: {"get": _operation("getBooking", token, _ok("BookingOut"), _READING)},
            f"{booking}/slots": {
                "get": _operation("listSlotsAgain", token + days, _ok("SlotsPage"), (*_READING, "410", "422"))
            },
            f"{booking}/reschedule": {
                "post": _operation(
                    "rescheduleBooking", token, _ok("BookingOut"), (*_WRITING, "409", "410"), forms.MoveForm
                )
            },
            f"{booking}/cancel": {
                "post": _operation("cancelBooking", token, _ok("BookingOut"), (*_WRITING, "410"), forms.CancelForm)
            },
            f"{booking}/invite.ics": {"get": _operation("getInvite", token, {"200": calendar}, _READING)},
        },
        "components": {"schemas": schemas},
    }


def _operation(
    name: str,
    parameters: list[dict[str, object]],
    ok: dict[str, object],
    errors: tuple[str, ...],
    form: type[Form] | None = None,
) -> dict[str, object]:
    problem = {_PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    responses = ok | {status: {"description": _ERRORS[status], "content": problem} for status in sorted(errors)}
    operation: dict[str, object] = {"operationId": name, "parameters": parameters, "responses": responses}
    if form is not None:
        schema = _schema(form)
        operation["requestBody"] = {"content": {_FORM: {"schema": schema}, _JSON: {"schema": schema}}}
    return operation


def _schema(form: type[Form]) -> dict[str, object]:
    """Describe a form by its own validators."""
    properties: dict[str, object] = {}
    required = []
    for field in form(formdata=None):
        limits: dict[str, object] = {"type": "string"}
        for validator in field.validators:
            if (longest := getattr(validator, "max", -1)) >= 0:
                limits["maxLength"] = longest
            if (shortest := getattr(validator, "min", -1)) > 0:
                limits["minLength"] = shortest
        properties[field.name] = limits
        if field.flags.required:
            required.append(field.name)
    return {"type": "object", "properties": properties, "required": required}


def _ok(shape: str, status: str = "200") -> dict[str, object]:
    content = {_JSON: {"schema": {"$ref": f"#/components/schemas/{shape}"}}}
    return {status: {"description": "OK", "content": content}}


def _path(name: str) -> dict[str, object]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _day(name: str) -> dict[str, object]:
    schema = {"type": "string", "format": "date"}
    return {"name": name, "in": "query", "required": True, "schema": schema, "description": "A day in `tz`, included."}


def _query(name: str, description: str, example: str) -> dict[str, object]:
    return {"name": name, "in": "query", "schema": {"type": "string"}, "description": description, "example": example}

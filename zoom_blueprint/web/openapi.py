"""The API as OpenAPI: the visitor contract, generated from its shapes, forms and error table, beside the actions."""

from importlib.metadata import version

from flask import Response
from wtforms import Form

from zoom_blueprint.schemas import described
from zoom_blueprint.services.readiness import Readiness
from zoom_blueprint.state import current_state
from zoom_blueprint.web import contexts, forms, openapi_actions, replies
from zoom_blueprint.web.contract import BookingOut, EventPage, Problem, SlotsPage
from zoom_blueprint.web.operations import Alive

_JSON = "application/json"
_PROBLEM = "application/problem+json"
_FORM = "application/x-www-form-urlencoded"
_ERRORS = {
    "400": "The body cannot be read.",
    "403": "A rule of the site refuses this, or the host has not allowed the site of the page; `detail` says why.",
    "404": "There is no such thing, or it cannot be booked at the moment.",
    "409": "The time is taken; `slots` and `token` are fresh ones.",
    "410": "The booking has ended.",
    "413": "The body is above 64 KiB.",
    "415": "The body is neither a form nor JSON.",
    "422": "`errors` names every bad field; with `errors.token`, `token` is a fresh one.",
    "429": "Too many requests, or too many mails to one address; see `Retry-After`.",
    "503": "The database is away; see `Retry-After`.",
}
_MORE_TO_SHOW = (
    " With `errors.code` (its type ends in `#code-needed`) a code was mailed to the visitor: send it as `code`. The "
    "answer is the same whether or not the address is known. With `errors.proof` (`#proof-needed`) send a `proof`."
)
_FIELDS = {
    "start": "One of the offered `slots`, or that instant with another offset.",
    "email": "Where the confirmation goes.",
    "tz": "The visitor's IANA time zone, in which they are told the time.",
    "lang": "The visitor's language as BCP 47 writes it; without one it is the browser's (`Accept-Language`).",
    "token": "The `token` that came with the offered times; good for half an hour.",
    "key": "New for each booking: the same key with the same wish gives the same booking.",
    "guests": "At most 10 mail addresses, separated by commas; in JSON a list will do. They get the invitation too.",
    "code": "The code that was mailed to the visitor, when a 422 with `errors.code` asks for it.",
    "proof": "Where `proof_of_work` is above 0: SHA-256 of `token:key:proof` has to begin with so many zero bits.",
    "website": "Must stay empty: only robots fill it in.",
    "reason": "Why; whoever is told of it reads this.",
}
_OTHER_FIELDS = {
    r"^answers\.": "The answer to the question of that name, at most 2000 characters; `yes` ticks a checkbox.",
    f"^(?:{contexts.CONTEXT})$": "Where the visitor came from; 20 of these are kept, 500 characters each.",
    "^landing$": "The query of the address at which the visitor came to the page: those above are read out of it.",
    "^data$": "What the page says about the visitor, as an object of texts in JSON; kept as `data_…` are.",
}
_SAME: dict[str, object] = {"304": {"description": "What `If-None-Match` names by its `ETag` is still right."}}
_READY = "For deploy gates and monitors: the database answers, and what is owed is worked off."
_SUMMARY = "What visitors can do, and programs of hosts."
_READING = ("404", "429", "503")
_WRITING = ("400", "404", "413", "415", "422", "429", "503")


def openapi() -> Response:
    """Describe what visitors and programs can do."""
    response = replies.json_reply(description(current_state().links.base))
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


def description(base: str) -> dict[str, object]:
    """Return the OpenAPI 3.1 document for a blueprint at ``base``."""
    shapes = (EventPage, SlotsPage, BookingOut, Problem, Alive, Readiness)
    found = described(shapes, "#/components/schemas/{name}")
    event, booking = "/api/v1/hosts/{host}/{event}", "/api/v1/bookings/{token}"
    ids, token = [_path("host"), _path("event")], [_path("token")]
    days = [_day("from"), _day("to"), _query("tz", "IANA time zone", "Europe/London")]
    calendar = {"description": "iCalendar", "content": {"text/calendar": {"schema": {"type": "string"}}}}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Book Now",
            "version": version("zoom-blueprint"),
            "summary": "What visitors and programs can do.",
        },
        "servers": [{"url": base}],
        "paths": {
            "/healthz": {"get": _question("isAlive", "For load balancers: the process answers.", _ok("Alive"))},
            "/readyz": {"get": _question("isReady", _READY, _ok("Readiness") | _ok("Readiness", "503"))},
            event: {"get": _operation("getEvent", ids, _ok("EventPage"), _READING)},
            f"{event}/slots": {
                "get": _operation("listSlots", ids + days, _ok("SlotsPage") | _SAME, (*_READING, "403", "422"))
            },
            f"{event}/bookings": {
                "post": _operation(
                    "createBooking",
                    ids,
                    _ok("BookingOut", "201"),
                    (*_WRITING, "403", "409"),
                    forms.BookingForm,
                    _MORE_TO_SHOW,
                )
            },
            booking: {"get": _operation("getBooking", token, _ok("BookingOut"), _READING)},
            f"{booking}/slots": {
                "get": _operation("listSlotsAgain", token + days, _ok("SlotsPage") | _SAME, (*_READING, "410", "422"))
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
            **openapi_actions.paths(base),
        },
        "components": {
            "schemas": found | openapi_actions.schemas(),
            "securitySchemes": openapi_actions.SECURITY,
        },
    }


def _operation(
    name: str,
    parameters: list[dict[str, object]],
    ok: dict[str, object],
    errors: tuple[str, ...],
    form: type[Form] | None = None,
    more: str = "",
) -> dict[str, object]:
    problem = {_PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    described = _ERRORS | {"422": _ERRORS["422"] + more}
    responses = ok | {status: {"description": described[status], "content": problem} for status in sorted(errors)}
    operation: dict[str, object] = {"operationId": name, "parameters": [*parameters, _LANG], "responses": responses}
    if form is not None:
        schema = _schema(form)
        if form is forms.BookingForm:
            schema["patternProperties"] = {
                pattern: {"type": "string", "description": text} for pattern, text in _OTHER_FIELDS.items()
            }
        operation["requestBody"] = {"content": {_FORM: {"schema": schema}, _JSON: {"schema": schema}}}
    return operation


def _question(name: str, summary: str, responses: dict[str, object]) -> dict[str, object]:
    """Describe what machines ask, which is in no language."""
    return {"operationId": name, "summary": summary, "parameters": [], "responses": responses}


def _schema(form: type[Form]) -> dict[str, object]:
    """Describe a form by its own validators."""
    properties: dict[str, object] = {}
    required = []
    for field in form(formdata=None):
        limits: dict[str, object] = {"type": "string"}
        if text := _FIELDS.get(field.name):
            limits["description"] = text
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
    return {status: {"description": "OK" if status < "300" else "Not now; see `Retry-After`.", "content": content}}


def _path(name: str) -> dict[str, object]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _day(name: str) -> dict[str, object]:
    schema = {"type": "string", "format": "date"}
    return {"name": name, "in": "query", "required": True, "schema": schema, "description": "A day in `tz`, included."}


def _query(name: str, description: str, example: str) -> dict[str, object]:
    return {"name": name, "in": "query", "schema": {"type": "string"}, "description": description, "example": example}


_LANG = _query("lang", "The language of texts; without one it is the booking's, or the browser's.", "de")

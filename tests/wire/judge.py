"""Judge calls, answers and webhooks by the tables; know neither our client nor the simulator.

A call is what an inspection of the wire gives: ``method``, ``path``, ``request`` (``query``, ``headers`` in lower case,
``form``, ``json``) and ``answer`` (``status``, ``headers``, ``json``, ``size``); secrets may be masked by other texts.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.wire import answers_table, refusals_table, webhooks_table
from tests.wire.requests_table import FORM, JSON, NEVER_IN_A_QUERY, ROUTES, Route
from tests.wire.shapes import faults

_TRACKING_ID = r"v=2\.0;clid=us\d\d;rid=WEB_[0-9a-f]{32}"  # §C1
_RATE_HEADERS = {  # §E
    "x-ratelimit-category": refusals_table.CATEGORY,
    "x-ratelimit-type": r"QPS|Daily-limit",
    "x-ratelimit-limit": r"\d+",
    "x-ratelimit-remaining": r"\d+",
}
_SECONDS_OF_A_YEAR = 366 * 86400


def route_of(method: str, path: str) -> Route | None:
    """Return what a call asks for, by the documents."""
    return next((one for one in ROUTES if one.method == method and re.fullmatch(one.path, path)), None)


def request_faults(call: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with a request."""
    route = route_of(call["method"], call["path"])
    if route is None:
        return [f"{call['method']} {call['path']}: no such call"]
    asked = call["request"]
    found = [f"query.{name}: a secret in an address" for name in NEVER_IN_A_QUERY if name in asked["query"]]
    found += faults(asked["query"], route.query, "query")
    if route.name != "authorize":  # which a browser asks for
        found += _header_faults(asked, route) + _body_faults(asked, route)
    return [f"{route.name}: {fault}" for fault in found]


def answer_faults(call: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with the answer to a call."""
    answered, route = call["answer"], route_of(call["method"], call["path"])
    name = route.name if route else "unknown"
    headers, status = answered["headers"], answered["status"]
    found = _matching(headers, {"x-zm-trackingid": _TRACKING_ID})
    if name == "authorize":  # a page for people
        return [f"{name}: {fault}" for fault in found]
    found += _matching({key: headers[key] for key in _RATE_HEADERS if key in headers}, _RATE_HEADERS, needed=False)
    if status == 204:
        found += ["204 with a body"] if answered["size"] else []
        found += ["204 with a content type"] if "content-type" in headers else []
    elif not headers.get("content-type", "").lower().startswith(JSON):
        found.append(f"content type {headers.get('content-type')!r} is no JSON")
    elif status < 300:
        found += faults(answered["json"], answers_table.BODIES[name]) if name in answers_table.BODIES else []
    elif call["path"].startswith("/oauth/"):
        found += token_refusal_faults(status, answered["json"])
    else:
        found += refusal_faults(status, headers, answered["json"])
    if route is not None and status < 300 and status != route.yes:
        found.append(f"status {status} instead of {route.yes}")
    return [f"{name}: {fault}" for fault in found]


def refusal_faults(status: int, headers: Mapping[str, str], body: Any) -> list[str]:
    """Return what is wrong with a REST refusal (§D) or a limit (§E)."""
    found = faults(body, refusals_table.REFUSAL)
    if found:
        return found
    if status != 429:
        known = refusals_table.is_known(status, body["code"], body["message"])
        found += [] if known else [f"{status} with {body['code']} {body['message']!r} is not in the catalogue"]
        validation = body["message"] == "Validation Failed."
        return found + (["errors and message disagree"] if validation != ("errors" in body) else [])
    limit = refusals_table.limit(body["message"])
    if limit is None or body["code"] != 429:
        return [f"{body['code']} {body['message']!r} is none of the known limits"]
    found += _matching(headers, limit.headers)
    return found + [f"header {name} must not be there" for name in limit.without if name in headers]


def token_refusal_faults(status: int, body: Any) -> list[str]:
    """Return what is wrong with a refusal of the token endpoint (§A7)."""
    found = faults(body, refusals_table.TOKEN_REFUSAL)
    if not found and not refusals_table.is_known_to_tokens(status, body["error"], body.get("reason")):
        found.append(f"{status} with {body} is not in the catalogue")
    return found


def consent_faults(asked: str, answered: str) -> list[str]:
    """Return what is wrong with the redirect that ends a consent (§A2): a code, and the state as it was sent."""
    sent, came = dict(parse_qsl(urlsplit(asked).query)), dict(parse_qsl(urlsplit(answered).query))
    found = [] if answered.startswith(sent["redirect_uri"]) else ["not the redirect address of the request"]
    if set(came) - {"error"} != {"state"} and set(came) != {"code", "state"}:
        found.append(f"parameters {sorted(came)}")
    return found + ([] if came.get("state") == sent.get("state") else ["the state is another"])


def webhook_faults(secret: str, headers: Mapping[str, str], body: bytes) -> list[str]:
    """Return what is wrong with a delivery (§F2, §F3, §F6, §G1); ``secret`` is the app's Secret Token."""
    lower = {name.lower(): value for name, value in headers.items()}
    found = _matching(lower, webhooks_table.HEADERS)
    timestamp = lower.get("x-zm-request-timestamp", "")
    digest = hmac.new(secret.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    if lower.get("x-zm-signature") != f"v0={digest}":
        found.append("the signature is not that of the raw body")
    event = json.loads(body)
    if event.get("event") not in webhooks_table.EVENTS:
        return [*found, f"{event.get('event')!r} is no event of Zoom's"]
    found += faults(event, webhooks_table.EVENTS[event["event"]])
    at = event.get("event_ts")
    if isinstance(at, int) and timestamp.isdigit() and abs(at / 1000 - int(timestamp)) > _SECONDS_OF_A_YEAR:
        found.append("event_ts is no time in milliseconds near that of the header in seconds")
    return [f"{event['event']}: {fault}" for fault in found]


def _header_faults(asked: Mapping[str, Any], route: Route) -> list[str]:
    headers, found = asked["headers"], []
    scheme = headers.get("authorization", "").partition(" ")[0]
    if route.path.startswith("/oauth/"):
        in_form = {"client_id", "client_secret"} & set(asked["form"])
        if not (scheme == "Basic" and not in_form) and not (not scheme and len(in_form) == 2):
            found.append("client credentials neither in the Basic header nor in the form")
    elif scheme != "Bearer":
        found.append(f"authorization {scheme!r} is no Bearer")
    if JSON not in headers.get("accept", ""):
        found.append("accept does not name JSON")  # §0.10: errors would be XML
    sent_as = headers.get("content-type", "").partition(";")[0].strip()
    if sent_as != route.content_type:
        found.append(f"content type {sent_as!r} instead of {route.content_type!r}")
    return found


def _body_faults(asked: Mapping[str, Any], route: Route) -> list[str]:
    if not route.bodies:
        return ["a body where none belongs"] if asked["size"] else []
    body = asked["form"] if route.content_type == FORM else asked["json"]
    if body == {}:
        return ["an empty body"]  # §C5: it changes nothing and counts against the hundred a day
    each = [faults(body, shape, "body") for shape in route.bodies]
    return min(each, key=len)


def _matching(headers: Mapping[str, str], patterns: Mapping[str, str], *, needed: bool = True) -> list[str]:
    found = []
    for name, pattern in patterns.items():
        if name not in headers:
            found += [f"header {name}: missing"] if needed else []
        elif not re.fullmatch(pattern, headers[name]):
            found.append(f"header {name}: {headers[name]!r} does not match {pattern}")
    return found

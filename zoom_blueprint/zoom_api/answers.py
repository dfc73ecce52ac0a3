"""Judge what the REST API answered: go on, or one error of the tree."""

import re
from collections.abc import Mapping
from datetime import datetime

from zoom_blueprint.errors import (
    ZoomError,
    ZoomMeetingNotFound,
    ZoomRateLimited,
    ZoomRejected,
    ZoomScopeMissing,
    ZoomUnauthorized,
    ZoomUnknown,
)
from zoom_blueprint.exchanges import fields
from zoom_blueprint.exchanges.answers import Answer, said
from zoom_blueprint.zoom_api.waits import retry_at

_LACKS_SCOPES = re.compile(r"does not contain scopes?(.*)", re.IGNORECASE | re.DOTALL)
_HOSTS_DAY = re.compile(r"daily rate limit \(\d+\)", re.IGNORECASE)  # nothing else in the answer tells which it is
_SCOPE = re.compile(r"[a-z][a-z_]*(?::[a-z_]+)+|user_profile")
_CODE = re.compile(r'"code"\s*:\s*"?([0-9]{1,9})\b')
# What to do about a refusal whose own words do not tell.
_ADVICE = {
    200: "The Zoom account lacks a plan or feature for it: ask the Zoom administrator.",
    1001: "The Zoom user is not there any more: ask the Zoom administrator, or reconnect as another user.",
    1010: "The Zoom user is not in this account any more: reconnect Zoom.",
    3000: "The meeting is in another state than the call needs, running or over: look at it in Zoom.",
    3161: "The Zoom user may not host meetings: ask the Zoom administrator for a licence.",
}


def raise_for(answer: Answer, *, now: datetime, about_meeting: bool = False) -> None:
    """Raise the error that an answer of the REST API stands for; return when it is a 2xx.

    ``about_meeting`` says that the path names a meeting: code 3001 means other things elsewhere.
    Source: https://developers.zoom.us/docs/api/errors ; where statuses and codes disagree, the code decides.
    """
    if not 200 <= answer.status < 300:
        raise _refusal(answer, now, about_meeting=about_meeting)


def rate_limited(answer: Answer, told: Mapping[str, object], now: datetime) -> ZoomRateLimited:
    """Return the error for a 429 of any kind."""
    words = fields.text(told, "message")
    when = retry_at(answer.headers, words, now)
    wait = "Wait a second" if when is None else f"Wait until {when:%Y-%m-%d %H:%M:%S} UTC"
    return ZoomRateLimited(
        f"Zoom's rate limit is reached. {wait}, then try again. Zoom said: {said(told, 'message')}",
        when,
        status=answer.status,
        code=fields.number(told, "code"),
        tracking_id=answer.tracking_id,
        is_hosts_day=_HOSTS_DAY.search(words) is not None,
    )


def _refusal(answer: Answer, now: datetime, *, about_meeting: bool) -> ZoomError:
    told = answer.json_object()
    code = _code(answer, told)
    if answer.status == 429:
        return rate_limited(answer, told or {}, now)
    if not 400 <= answer.status < 500:
        return _unknown(answer, code)
    lacking = _lacking_scopes(answer, code)
    if lacking is not None:
        return ZoomScopeMissing(
            f"The connection to Zoom lacks {' or '.join(lacking) or 'a scope'}. Reconnect Zoom and allow it.",
            lacking,
            status=answer.status,
            code=code,
            tracking_id=answer.tracking_id,
        )
    # Some endpoints send 124 with status 400; 4700 without scopes in its text is a token that did not arrive.
    if answer.status == 401 or code in (124, 4700):
        return ZoomUnauthorized(
            "Zoom did not accept the access token. Refresh it and repeat once; if that is refused too, reconnect Zoom."
            f" Zoom said: {said(told, 'message')}",
            status=answer.status,
            code=code,
            tracking_id=answer.tracking_id,
        )
    # A "no" is clear only with a code of Zoom's: a bare 404 or a page of HTML may come from anything in between.
    if told is None or code is None:
        return _unknown(answer, code)
    return _clear_no(answer, told, code, about_meeting=about_meeting)


def _clear_no(answer: Answer, told: Mapping[str, object], code: int, *, about_meeting: bool) -> ZoomError:
    kind: type[ZoomError] = ZoomRejected
    message = (
        f"Zoom refused the call (code {code}): {said(told, 'message')}{_field_errors(told)}"
        f" Nothing was done. {_ADVICE.get(code, 'Change what Zoom names before you try again.')}"
    )
    if code == 3001 and about_meeting:
        kind, message = ZoomMeetingNotFound, "The meeting does not exist at Zoom (any more). Make a new one if need be."
    return kind(message, status=answer.status, code=code, tracking_id=answer.tracking_id)


def _unknown(answer: Answer, code: int | None) -> ZoomUnknown:
    return ZoomUnknown(
        f"Zoom gave no clear answer (status {answer.status}). Look at Zoom before you repeat the call.",
        status=answer.status,
        code=code,
        tracking_id=answer.tracking_id,
    )


def _code(answer: Answer, told: Mapping[str, object] | None) -> int | None:
    if told is not None:
        return fields.number(told, "code")
    # Code 104 comes with unescaped quotes in its message, which no JSON parser takes.
    found = _CODE.search(answer.body[:65_536].decode("utf-8", "replace"))
    return int(found[1]) if found else None


def _lacking_scopes(answer: Answer, code: int | None) -> tuple[str, ...] | None:
    found = _LACKS_SCOPES.search(answer.body[:65_536].decode("utf-8", "replace"))
    if found:
        return tuple(dict.fromkeys(_SCOPE.findall(found[1])))
    return () if code == 4711 else None


def _field_errors(told: Mapping[str, object]) -> str:
    errors = told.get("errors")
    if not isinstance(errors, list):
        return ""
    lines = [f"{said(one, 'field')}: {said(one, 'message')}" for one in errors[:20] if isinstance(one, dict)]
    return "".join(f" [{line}]" for line in lines)

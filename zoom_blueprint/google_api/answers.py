"""Judge what Google's Calendar API answered: go on, or one error of the tree.

Sources: https://developers.google.com/workspace/calendar/api/guides/errors (statuses, reasons and the body
``{"error": {"code", "message", "errors": [{"domain", "reason", "message"}]}}``) and
https://developers.google.com/workspace/calendar/api/guides/quota (403 and 429 both stand for limits). Newer parts of
Google put the reason into ``details`` (https://cloud.google.com/apis/design/errors#error_info).
"""

from collections.abc import Mapping
from datetime import datetime

from zoom_blueprint.errors import (
    GoogleChanged,
    GoogleClientRefused,
    GoogleDuplicate,
    GoogleError,
    GoogleNotFound,
    GoogleRateLimited,
    GoogleRejected,
    GoogleScopeMissing,
    GoogleSyncLost,
    GoogleUnauthorized,
    GoogleUnknown,
)
from zoom_blueprint.exchanges import fields
from zoom_blueprint.exchanges.answers import Answer, said
from zoom_blueprint.exchanges.waits import retry_after

_LIMITS = frozenset(
    {"rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "dailyLimitExceeded", "RATE_LIMIT_EXCEEDED"}
)
_SCOPES = frozenset({"insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"})
_SITES_FAULT = frozenset({"accessNotConfigured", "SERVICE_DISABLED"})
_STALE = frozenset({"fullSyncRequired", "updatedMinTooLongAgo"})
_LONGEST_REASON = 64


def raise_for(answer: Answer, *, now: datetime) -> None:
    """Raise the error that an answer of the API stands for; return when it is a 2xx."""
    if not 200 <= answer.status < 300:
        raise _refusal(answer, now)


def is_limit(answer: Answer) -> bool:
    """Tell whether an answer speaks of a limit: 403 may stand for one as well as 429."""
    if answer.status != 403:
        return answer.status == 429
    return not _LIMITS.isdisjoint(_reasons(fields.mapping(answer.json_object() or {}, "error")))


def rate_limited(answer: Answer, told: Mapping[str, object], reason: str, now: datetime) -> GoogleRateLimited:
    """Return the error for a limit of any kind; Google seldom says how long, and wants longer waits each time."""
    when = retry_after(answer.headers, now)
    wait = "Wait a little longer each time" if when is None else f"Wait until {when:%Y-%m-%d %H:%M:%S} UTC"
    return GoogleRateLimited(
        f"Google's limit is reached ({reason or answer.status}). {wait}, then try again."
        f" Google said: {said(told, 'message')}",
        when,
        status=answer.status,
        reason=reason,
    )


def _refusal(answer: Answer, now: datetime) -> GoogleError:
    body = answer.json_object()
    told = fields.mapping(body or {}, "error")
    reasons = _reasons(told)
    reason = reasons[0] if reasons else ""
    if is_limit(answer):
        return rate_limited(answer, told, reason, now)
    # A "no" is clear only with a reason of Google's: a bare 404 or a page of HTML may come from anything in between.
    if not 400 <= answer.status < 500 or not (reason or answer.status == 401):
        return GoogleUnknown(
            f"Google gave no clear answer (status {answer.status}). Look at Google before you repeat the call.",
            status=answer.status,
            reason=reason,
        )
    kind, words = _kind(answer.status, frozenset(reasons))
    return kind(f"{words} Google said ({reason}): {said(told, 'message')}", status=answer.status, reason=reason)


def _kind(status: int, reasons: frozenset[str]) -> tuple[type[GoogleError], str]:
    if status == 401:
        return GoogleUnauthorized, "Google did not accept the access token. Refresh it and repeat once."
    if status == 403 and not _SCOPES.isdisjoint(reasons):
        return GoogleScopeMissing, "The connection to Google lacks a permission. Reconnect Google and allow it."
    if status == 403 and not _SITES_FAULT.isdisjoint(reasons):
        return GoogleClientRefused, "The Calendar API is not enabled for this Google client: do so in its project."
    if status == 404 or (status == 410 and "deleted" in reasons):
        return GoogleNotFound, "It does not exist at Google (any more)."
    if status == 409 and "duplicate" in reasons:
        return GoogleDuplicate, "There is, or was, an event with this id at Google. Look at it."
    if status == 410 and not _STALE.isdisjoint(reasons):
        return GoogleSyncLost, "Google does not know any more what changed. Forget the sync token and read everything."
    if status == 412:
        return GoogleChanged, "The event changed at Google meanwhile. Read it again before you change it."
    return GoogleRejected, "Google refused the call, and nothing was done. Change what it names before you try again."


def _reasons(told: Mapping[str, object]) -> list[str]:
    lists = (told.get("errors"), told.get("details"))
    items = [one for found in lists if isinstance(found, list) for one in found[:20] if isinstance(one, dict)]
    return [reason for one in items if (reason := fields.short(one, "reason", _LONGEST_REASON))]

"""Bulletins: a connection's health in words, the same for the host's page and the command line."""

from collections.abc import Callable
from datetime import datetime

from zoom_blueprint.healths import Health, Permission, TokenState
from zoom_blueprint.services import quotas

_ACCESS = {
    TokenState.VALID: "good",
    TokenState.REFRESHABLE: "renewed by the next call",
    TokenState.LOST: "lost",
    TokenState.FOREIGN: "given to another Zoom app",
    TokenState.NONE: "none",
}
_UNKNOWN = "not known yet"


def lines(health: Health, moment: Callable[[datetime], str]) -> list[tuple[str, str]]:
    """Return what is known, as pairs of a label and a value; ``moment`` writes an instant for the reader."""

    def at(instant: datetime | None) -> str:
        return "none yet" if instant is None else moment(instant)

    return [
        ("Access to Zoom", _ACCESS[health.token]),
        ("Zoom account", _either(health.account_active, "active", "not active")),
        ("May host meetings", _either(health.may_host, "yes", "no")),
        *((f"May {one.action}", _granted(one)) for one in health.permissions),
        (
            "New or changed meetings left today",
            f"{health.quota_left} of {quotas.CALLS_A_DAY}, counted anew at {moment(health.quota_resets_at)}",
        ),
        ("Last answer from Zoom", at(health.last_call_at)),
        ("Last notice from Zoom", at(health.last_webhook_at)),
        ("Clock", _clock(health.clock_skew)),
        ("Last check", at(health.checked_at)),
    ]


def headline(health: Health) -> str:
    """Return how the check came out, in a few words."""
    if health.problems:
        return "1 problem" if len(health.problems) == 1 else f"{len(health.problems)} problems"
    return "not checked yet" if health.checked_at is None else "everything is fine"


def _either(value: bool | None, yes: str, no: str) -> str:
    return _UNKNOWN if value is None else yes if value else no


def _granted(permission: Permission) -> str:
    if permission.granted is None:
        return "Zoom did not tell"
    return "yes" if permission.granted else f"no, {permission.scope} is missing"


def _clock(skew: int | None) -> str:
    if skew is None:
        return _UNKNOWN
    if skew == 0:
        return "as Zoom’s"
    seconds = "1 second" if abs(skew) == 1 else f"{abs(skew)} seconds"
    return f"{seconds} {'ahead of' if skew > 0 else 'behind'} Zoom’s"

"""Bulletins: a connection's health in words, the same for the host's page and the command line."""

from collections.abc import Callable
from datetime import datetime

from zoom_blueprint.healths import Health, Permission, TokenState
from zoom_blueprint.languages import said, said_count
from zoom_blueprint.services import quotas
from zoom_blueprint.values import Provider

_ACCESS = {
    TokenState.VALID: said("good"),
    TokenState.REFRESHABLE: said("renewed by the next call"),
    TokenState.LOST: said("lost"),
    TokenState.FOREIGN: said("given to another Zoom app"),
    TokenState.NONE: said("none"),
}
_ACCESS_OF_GOOGLE = {TokenState.FOREIGN: said("given to another Google client")}
_MAY: dict[str, str] = {
    "read the Zoom user": said("May read the Zoom user"),
    "create meetings": said("May create meetings"),
    "read meetings": said("May read meetings"),
    "change meetings": said("May change meetings"),
    "delete meetings": said("May delete meetings"),
    "list meetings": said("May list meetings"),
    "see which Google account it is": said("May see which Google account it is"),
    "put bookings into the calendar and see what became of them": said("May put bookings into the calendar"),
    "see when the calendar is busy": said("May see when the calendar is busy"),
    "list the calendars to choose from": said("May list the calendars"),
}
_YES, _NO = said("yes"), said("no")
_UNKNOWN = said("not known yet")


def lines(health: Health, moment: Callable[[datetime], str]) -> list[tuple[str, str]]:
    """Return what is known, as pairs of a label and a value; ``moment`` writes an instant for the reader."""

    def at(instant: datetime | None) -> str:
        return said("none yet") if instant is None else moment(instant)

    if health.provider is Provider.GOOGLE:
        return [
            (said("Access to Google"), _ACCESS_OF_GOOGLE.get(health.token, _ACCESS[health.token])),
            *allowed(health),
            (said("Last answer from Google"), at(health.last_call_at)),
            (said("Last check"), at(health.checked_at)),
        ]
    return [
        (said("Access to Zoom"), _ACCESS[health.token]),
        (said("Zoom account"), _either(health.account_active, said("active"), said("not active"))),
        (said("May host meetings"), _either(health.may_host, _YES, _NO)),
        *allowed(health),
        (
            said("New or changed meetings left today"),
            said(
                "{left} of {all}, counted anew at {moment}",
                left=health.quota_left,
                all=quotas.CALLS_A_DAY,
                moment=moment(health.quota_resets_at),
            ),
        ),
        (said("Last answer from Zoom"), at(health.last_call_at)),
        (said("Last notice from Zoom"), at(health.last_webhook_at)),
        (said("Clock"), _clock(health.clock_skew)),
        (said("Last check"), at(health.checked_at)),
    ]


def allowed(health: Health) -> list[tuple[str, str]]:
    """Return what the grant lets us do, in the order of ``health.permissions``."""
    return [(_MAY[one.action], _granted(one, health.provider)) for one in health.permissions]


def headline(health: Health) -> str:
    """Return how the check came out, in a few words."""
    if health.problems:
        return said_count("{n} problem", "{n} problems", len(health.problems))
    return said("not checked yet") if health.checked_at is None else said("everything is fine")


def _either(value: bool | None, yes: str, no: str) -> str:
    return _UNKNOWN if value is None else yes if value else no


def _granted(permission: Permission, provider: Provider) -> str:
    if permission.granted is None:
        return said("Google did not tell") if provider is Provider.GOOGLE else said("Zoom did not tell")
    return _YES if permission.granted else said("no, {scope} is missing", scope=permission.scope)


def _clock(skew: int | None) -> str:
    if skew is None:
        return _UNKNOWN
    if skew == 0:
        return said("as Zoom’s")
    if skew > 0:
        return said_count("{n} second ahead of Zoom’s", "{n} seconds ahead of Zoom’s", skew)
    return said_count("{n} second behind Zoom’s", "{n} seconds behind Zoom’s", -skew)

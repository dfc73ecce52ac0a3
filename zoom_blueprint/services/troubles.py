"""Troubles: what is wrong with a connection, each in a sentence with the button that helps."""

from collections.abc import Iterator

from zoom_blueprint.healths import Health, Problem, ProblemCode, TokenState, Unanswered
from zoom_blueprint.services import reasons
from zoom_blueprint.values import ConnectionReason, ConnectionStatus

CHECK = "Check now"
RECONNECT = "Reconnect Zoom"
_SKEW = 30  # seconds; webhooks are refused beyond ZOOM_WEBHOOK_TOLERANCE, 300 unless it is set
MENDED_AT_ZOOM = (ConnectionReason.ACCOUNT_INACTIVE, ConnectionReason.MAY_NOT_HOST)
"""What an administrator puts right at Zoom, so that asking again helps; all else needs the host."""

_SILENT = {
    Unanswered.UNREACHABLE: (
        "Zoom did not answer when we last asked. The details are from the check before. Press Check now to ask again."
    ),
    Unanswered.BUSY: (
        "Zoom was too busy when we last asked. The details are from the check before. Press Check now in a minute."
    ),
    Unanswered.CREDENTIALS: (
        "Zoom refuses this site's app credentials. The site's operator has to check ZOOM_CLIENT_ID and "
        "ZOOM_CLIENT_SECRET."
    ),
    Unanswered.REFUSED: (
        "Zoom refused to say how your account stands when we last asked. Press Check now to ask again."
    ),
}


def of(health: Health) -> tuple[Problem, ...]:
    """Return what is wrong, the worst first; nothing is wrong with a connection that was cut."""
    return () if health.status is ConnectionStatus.INACTIVE else tuple(_found(health))


def _found(health: Health) -> Iterator[Problem]:
    if health.reason is not None:
        press = CHECK if health.reason in MENDED_AT_ZOOM else RECONNECT
        yield Problem(code=ProblemCode.REASON, sentence=reasons.of_reason(health.reason), press=press)
    elif health.token is TokenState.FOREIGN:
        yield Problem(
            code=ProblemCode.FOREIGN,
            sentence="Zoom was connected through another Zoom app. Press Reconnect Zoom.",
            press=RECONNECT,
        )
    lacking = [one for one in health.permissions if one.granted is False]
    if lacking and health.reason is not ConnectionReason.SCOPES:
        yield Problem(
            code=ProblemCode.PERMISSIONS,
            sentence=f"Zoom did not give the permission to {_and([one.action for one in lacking])} "
            f"({', '.join(one.scope for one in lacking)}). Press Reconnect Zoom and allow all that Zoom asks for.",
            press=RECONNECT,
        )
    if health.unanswered is not None:
        yield Problem(code=ProblemCode.UNANSWERED, sentence=_SILENT[health.unanswered], press=CHECK)
    if health.quota_left == 0:
        yield Problem(
            code=ProblemCode.QUOTA,
            sentence="Zoom's limit of 100 new or changed meetings a day is reached. The rest follow at 00:00 UTC.",
            press=None,
        )
    if health.clock_skew is not None and abs(health.clock_skew) >= _SKEW:
        where = "ahead of" if health.clock_skew > 0 else "behind"
        yield Problem(
            code=ProblemCode.CLOCK,
            sentence=f"This site's clock is {abs(health.clock_skew)} seconds {where} Zoom's. The site's operator has "
            "to set it, or Zoom's notices are refused.",
            press=None,
        )


def _and(phrases: list[str]) -> str:
    return " and ".join([", ".join(phrases[:-1]), phrases[-1]] if len(phrases) > 1 else phrases)

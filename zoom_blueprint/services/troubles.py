"""Troubles: what is wrong with a connection, each in a sentence with the button that helps."""

from collections.abc import Iterator, Sequence
from functools import reduce

from zoom_blueprint.healths import Health, Permission, Problem, ProblemCode, TokenState, Unanswered
from zoom_blueprint.languages import Said, said
from zoom_blueprint.services import reasons
from zoom_blueprint.values import ConnectionReason, ConnectionStatus

CHECK = said("Check now")
RECONNECT = said("Reconnect Zoom")
SKEW = 30  # seconds; webhooks are refused beyond ZOOM_WEBHOOK_TOLERANCE, 300 unless it is set
MENDED_AT_ZOOM = (ConnectionReason.ACCOUNT_INACTIVE, ConnectionReason.MAY_NOT_HOST)
"""What an administrator puts right at Zoom, so that asking again helps; all else needs the host."""

_ACTIONS: dict[str, Said] = {
    "read the Zoom user": said("read the Zoom user"),
    "create meetings": said("create meetings"),
    "read meetings": said("read meetings"),
    "change meetings": said("change meetings"),
    "delete meetings": said("delete meetings"),
    "list meetings": said("list meetings"),
}
_SILENT = {
    Unanswered.UNREACHABLE: said(
        "Zoom did not answer when we last asked. The details are from the check before. Press Check now to ask again."
    ),
    Unanswered.BUSY: said(
        "Zoom was too busy when we last asked. The details are from the check before. Press Check now in a minute."
    ),
    Unanswered.CREDENTIALS: said(
        "Zoom refuses this site's app credentials. The site's operator has to check ZOOM_CLIENT_ID and "
        "ZOOM_CLIENT_SECRET."
    ),
    Unanswered.REFUSED: said(
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
            sentence=said("Zoom was connected through another Zoom app. Press Reconnect Zoom."),
            press=RECONNECT,
        )
    lacking = [one for one in health.permissions if one.granted is False]
    if lacking and health.reason is not ConnectionReason.SCOPES:
        yield Problem(
            code=ProblemCode.PERMISSIONS,
            sentence=said(
                "Zoom did not give the permission to {actions}. Press Reconnect Zoom and allow all that Zoom asks for.",
                actions=_listed([_named(one) for one in lacking]),
            ),
            press=RECONNECT,
        )
    if health.unanswered is not None:
        yield Problem(code=ProblemCode.UNANSWERED, sentence=_SILENT[health.unanswered], press=CHECK)
    if health.quota_left == 0:
        yield Problem(
            code=ProblemCode.QUOTA,
            sentence=said(
                "Zoom’s limit of 100 new or changed meetings a day is reached. The rest follow at 00:00 UTC."
            ),
            press=None,
        )
    if health.clock_skew is not None and abs(health.clock_skew) >= SKEW:
        yield Problem(code=ProblemCode.CLOCK, sentence=_clock(health.clock_skew), press=None)


def _clock(skew: int) -> str:
    if skew > 0:
        return said(
            "This site’s clock is {seconds} seconds ahead of Zoom’s. The site’s operator has to set it, or Zoom’s "
            "notices are refused.",
            seconds=skew,
        )
    return said(
        "This site’s clock is {seconds} seconds behind Zoom’s. The site’s operator has to set it, or Zoom’s notices "
        "are refused.",
        seconds=-skew,
    )


def _named(lacking: Permission) -> Said:
    return said("{action} ({scope})", action=_ACTIONS[lacking.action], scope=lacking.scope)


def _listed(each: Sequence[Said]) -> Said:
    return reduce(lambda before, one: said("{before}, {one}", before=before, one=one), each)

"""Troubles: what is wrong with a connection, each in a sentence with the button that helps."""

from collections.abc import Iterator, Sequence
from functools import reduce

from zoom_blueprint.healths import Health, Permission, Problem, ProblemCode, TokenState
from zoom_blueprint.languages import Said, said
from zoom_blueprint.services import providers
from zoom_blueprint.values import ConnectionReason, ConnectionStatus

CHECK = said("Check now")
SKEW = 30  # seconds; webhooks are refused beyond ZOOM_WEBHOOK_TOLERANCE, 300 unless it is set
MENDED_THERE = (ConnectionReason.ACCOUNT_INACTIVE, ConnectionReason.MAY_NOT_HOST)
"""What an administrator puts right at the provider, so that asking again helps; all else needs the host."""

_ACTIONS: dict[str, Said] = {
    "read the Zoom user": said("read the Zoom user"),
    "create meetings": said("create meetings"),
    "read meetings": said("read meetings"),
    "change meetings": said("change meetings"),
    "delete meetings": said("delete meetings"),
    "list meetings": said("list meetings"),
    "see which Google account it is": said("see which Google account it is"),
    "put bookings into the calendar and see what became of them": said(
        "put bookings into the calendar and see what became of them"
    ),
    "see when the calendar is busy": said("see when the calendar is busy"),
    "list the calendars to choose from": said("list the calendars to choose from"),
}


def of(health: Health) -> tuple[Problem, ...]:
    """Return what is wrong, the worst first; nothing is wrong with a connection that was cut."""
    return () if health.status is ConnectionStatus.INACTIVE else tuple(_found(health))


def _found(health: Health) -> Iterator[Problem]:
    words = providers.side(health.provider).sentences
    if health.reason is not None:
        press = CHECK if health.reason in MENDED_THERE else words.reconnect
        yield Problem(code=ProblemCode.REASON, sentence=words.reasons[health.reason], press=press)
    elif health.token is TokenState.FOREIGN:
        yield Problem(code=ProblemCode.FOREIGN, sentence=words.foreign_now, press=words.reconnect)
    lacking = [one for one in health.permissions if one.granted is False]
    if lacking and health.reason is not ConnectionReason.SCOPES:
        yield Problem(
            code=ProblemCode.PERMISSIONS,
            sentence=said(words.lacking, actions=_listed([_named(one) for one in lacking])),
            press=words.reconnect,
        )
    if health.unanswered is not None:
        yield Problem(code=ProblemCode.UNANSWERED, sentence=words.unanswered[health.unanswered], press=CHECK)
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

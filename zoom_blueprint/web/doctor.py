"""The page "Is everything OK?": what concerns the host, and of the site what they can tell its operator.

Hosts run no servers: of the site's findings they read the names, by which the operator knows them from ``flask zoom
doctor``, and not what was seen, for that holds addresses and commands. Of other hosts' work nothing is told at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from werkzeug.wrappers import Response as AnyResponse

from zoom_blueprint.languages import Said, said
from zoom_blueprint.services import bulletins, doctors, times
from zoom_blueprint.services.doctors import Consultation
from zoom_blueprint.services.findings import ASKED, Finding, Name, Verdict
from zoom_blueprint.state import State
from zoom_blueprint.values import Host, Provider
from zoom_blueprint.web import forms, limits, reading, replies
from zoom_blueprint.web.signed_in import for_host

_OF_GOOGLE = (Name.GOOGLE, Name.CALENDARS)
_TOPICS: tuple[tuple[Said, tuple[Name, ...]], ...] = (
    (
        said("How the site is set up"),
        (
            Name.PUBLIC_ADDRESS,
            Name.KEYS,
            Name.HOST_LOADER,
            Name.SIGN_IN,
            Name.SESSION,
            Name.DATABASE,
            Name.AUTOGENERATE,
            Name.SEALED,
        ),
    ),
    (said("Mails"), (Name.MAIL, Name.MAIL_SERVER)),
    (said("The way to Zoom"), (Name.CREDENTIALS, Name.CLOCK)),
    (said("Notices from Zoom"), (Name.WEBHOOK, Name.LAST_WEBHOOK)),
    (said("Google Calendar"), _OF_GOOGLE),
    (
        said("Work in the background"),
        (
            Name.SIGN_OF_LIFE,
            Name.DUE_WEBHOOKS,
            Name.DUE_MEETINGS,
            Name.DUE_EVENTS,
            Name.DUE_DELIVERIES,
            Name.DUE_MESSAGES,
            Name.DUE_DUTIES,
        ),
    ),
    (said("Rules of time zones"), (Name.ZONES,)),
    (said("Protection against floods"), (Name.LIMITS,)),
)
_SIGNS = {Verdict.OK: "check", Verdict.WARN: "alert", Verdict.BAD: "alert"}
_WORDS = {
    Verdict.WARN: said("It works. When there is time, tell the site’s operator:"),
    Verdict.BAD: said("The site’s operator has to do something. Tell them:"),
}
_LABELS = {Verdict.OK: said("Fine"), Verdict.WARN: said("Notice"), Verdict.BAD: said("Trouble")}


@dataclass(frozen=True)
class Topic:
    """A part of the site: how it stands, and by which names its operator knows what is wrong."""

    title: Said
    state: Verdict
    sign: str
    label: Said
    words: Said | None
    names: list[str]
    is_partly_known: bool


@for_host
def doctor(state: State, host: Host) -> AnyResponse:
    """Show what is known without asking anybody."""
    return _page(state, host, doctors.consult(state, host.id), checked=None)


@for_host
def check(state: State, host: Host) -> AnyResponse:
    """Ask Zoom, Google, the mail server and the site's own address now, and show what they say."""
    limits.ensure_not_too_many_checks(state, host.id)
    found = doctors.consult(state, host.id, asks_others=True)
    checked = times.moment(datetime.now(UTC), host.time_zone, reading.of_host(host).locale)
    return _page(state, host, found, checked=checked)


def _page(state: State, host: Host, found: Consultation, checked: str | None) -> AnyResponse:
    topics = [
        _topic(title, names, found.findings)
        for title, names in _TOPICS
        if names is not _OF_GOOGLE or state.config.has_google
    ]
    troubles = [problem for _, health in found.healths for problem in health.problems]
    return replies.page(
        "doctor.html",
        host=host,
        topics=topics,
        connections=[(one, bulletins.headline(health), health.problems) for one, health in found.healths],
        has_zoom=any(one.provider is Provider.ZOOM for one, _ in found.healths),
        has_google=state.config.has_google,
        parked=found.parked,
        is_fine=not troubles and not found.parked and all(topic.state is not Verdict.BAD for topic in topics),
        checked=checked,
        form=forms.ActionForm(),
    )


def _topic(title: Said, names: Sequence[Name], findings: Sequence[Finding]) -> Topic:
    about = [one for one in findings if one.name in names]
    states = {one.state for one in about}
    state = next((one for one in (Verdict.BAD, Verdict.WARN) if one in states), Verdict.OK)
    return Topic(
        title=title,
        state=state,
        sign=_SIGNS[state],
        label=_LABELS[state],
        words=_WORDS.get(state),
        names=[str(one.name) for one in about if one.state is not Verdict.OK],
        is_partly_known=not {*names} & {*ASKED} <= {one.name for one in about},
    )

"""The host's page of mails and hooks: what became of each, and the button that sends one again."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar
from urllib.parse import urlencode

from flask import request
from werkzeug.wrappers import Response as AnyResponse

from zoom_blueprint.languages import Said, said, said_count
from zoom_blueprint.services import endpoints, failures, journal, ledgers, readers, replays, times
from zoom_blueprint.services.ledgers import Fate, Line, Way
from zoom_blueprint.services.outcomes import Outcome
from zoom_blueprint.services.replays import Replay
from zoom_blueprint.state import State
from zoom_blueprint.values import Host
from zoom_blueprint.web import faults, forms, limits, reading, replies, subjects
from zoom_blueprint.web.signed_in import for_host, see_other, tell, warn

_FATES = {
    Fate.DUE: said("Waiting"),
    Fate.SENT: said("Sent"),
    Fate.PARKED: said("Stopped trying"),
    Fate.GIVEN_UP: said("Given up"),
    Fate.SKIPPED: said("Not needed"),
}
_WAYS = {Way.MAIL: said("Mails"), Way.HOOK: said("Programs of this site"), Way.ENDPOINT: said("Webhooks")}
_SIGNS = {Fate.DUE: "clock", Fate.SENT: "check", Fate.PARKED: "alert", Fate.GIVEN_UP: "alert", Fate.SKIPPED: "cross"}
_SKIPPED = {
    Outcome.TOO_LATE: said("It was too late for it."),
    Outcome.NOT_NEEDED: said("The mail before it had the Zoom link already."),
    Outcome.NO_HOOK: said("This site has no such program any more."),
    Outcome.NO_ENDPOINT: said("The webhook was removed."),
    Outcome.ENDPOINT_OFF: said("The webhook was switched off."),
}
_OF_SENT = {
    Outcome.WITHOUT_LINK: said("It left without the Zoom link."),
    Outcome.LINK_DIED: said("The Zoom link in it leads nowhere any more."),
}
_Kind = TypeVar("_Kind", Fate, Way)
_TYPE = re.compile(r"[A-Za-z_]\w*")
_ANSWER = re.compile(r"the mail server answered (\d{3})")
_REFUSAL = re.compile(r"the mail server refused the recipient with (\d{3})")


@dataclass(frozen=True)
class Entry:
    """One mail or hook as the page shows it."""

    line: Line
    sign: str
    label: Said
    what: Said
    when: str | None
    notes: list[Said]
    about: str


@for_host
def deliveries(state: State, host: Host) -> AnyResponse:
    """Show what was told, and what was not."""
    fate, way = _chosen(Fate, "state"), _chosen(Way, "kind")
    sheet = ledgers.of_host(
        state, host.id, fate=fate, way=way, before=request.args.get("before"), after=request.args.get("after")
    )
    names = {one.id: one.name or one.site for one in endpoints.all_of(state, host.id)}
    filters = [(name, str(value)) for name, value in (("state", fate), ("kind", way)) if value]
    return replies.page(
        "deliveries.html",
        host=host,
        entries=[_entry(host, line, names) for line in sheet.lines],
        fates=_FATES,
        ways_of_telling=_WAYS,
        fate=fate,
        way=way,
        newer=urlencode([*filters, ("after", sheet.newer)]) if sheet.newer else None,
        older=urlencode([*filters, ("before", sheet.older)]) if sheet.older else None,
        has_mail=state.has_mail,
        form=forms.ActionForm(),
    )


@for_host
def replay(state: State, host: Host, delivery_id: str) -> AnyResponse:
    """Send a mail again, or call a hook again."""
    found = replays.find(state, host.id, delivery_id, datetime.now(UTC))
    if isinstance(found, Replay):
        with limits.replaying(state, host, delivery_id, found.mail):
            is_begun = replays.begin(state, found)
        tell(host, said("It is being sent again.") if is_begun else said("It is being sent again already."))
    else:
        warn(host, found)
    return see_other(f"{state.links.base}/deliveries")


def _chosen(kinds: type[_Kind], name: str) -> _Kind | None:
    given = request.args.get(name, "")
    return next((one for one in kinds if one == given), None)


def _entry(host: Host, line: Line, names: Mapping[str, str]) -> Entry:
    moment = partial(times.moment, time_zone=host.time_zone, locale=reading.of_host(host).locale)
    return Entry(
        line=line,
        sign=_SIGNS[line.fate],
        label=_FATES[line.fate] if line.outcome != Outcome.CALLED else said("Called"),
        what=_what(line, names),
        when=_when(line, moment),
        notes=_notes(line, moment),
        about=moment(line.start) if line.start else "",
    )


def _what(line: Line, names: Mapping[str, str]) -> Said:
    """Say who was told of what; ``names`` are those of the host's endpoints, by id."""
    if line.subscriber.startswith(journal.HOOK):
        hook = line.subscriber.removeprefix(journal.HOOK)
        return said("Program “{hook}”: {about}", hook=hook, about=subjects.about(line.event_name))
    if line.subscriber.startswith(readers.ENDPOINT):
        endpoint = names.get(line.subscriber.removeprefix(readers.ENDPOINT), "…")
        return said("Webhook “{name}”: {about}", name=endpoint, about=subjects.about(line.event_name))
    reader, minutes = readers.reminder_of(line.subscriber)
    about = subjects.about(line.event_name, minutes)
    if reader == readers.HOST:
        return said("Mail to you: {about}", about=about)
    if reader == readers.INVITEE and line.name:
        return said("Mail to {name}: {about}", name=line.name, about=about)
    if reader == readers.GUESTS:
        return said("Mail to the guests: {about}", about=about)
    if readers.guest_of(reader) is not None:
        return said("Mail to a guest: {about}", about=about)
    return said("Mail to a visitor: {about}", about=about)


def _when(line: Line, moment: "partial[str]") -> str | None:
    if line.fate is Fate.PARKED and line.parked_at:
        return said("Not tried since {moment}", moment=moment(line.parked_at))
    if line.moot:
        return said("Does not leave any more: {why}", why=line.moot)
    if line.fate is Fate.DUE and line.due_at and line.due_at > datetime.now(UTC):
        at = moment(line.due_at)
        return said("Next try: {moment}", moment=at) if line.attempts else said("Leaves: {moment}", moment=at)
    if line.fate is Fate.DUE:
        return said("It is its turn now.")
    return moment(line.done_at) if line.done_at else None


def _notes(line: Line, moment: "partial[str]") -> list[Said]:
    """Return what else is to be known: what went wrong last, and what a reader was told meanwhile."""
    found: list[Said] = []
    if line.attempts and line.fate in (Fate.DUE, Fate.PARKED):
        found.append(said_count("{n} try so far.", "{n} tries so far.", line.attempts))
    if line.error:
        found.append(_error(line.error))
    if line.outcome == Outcome.UNDELIVERED:
        found.append(said("It is not tried any more."))
    elif line.fate is Fate.GIVEN_UP:
        found.append(said("The mail server refused this address for good."))
    if line.fate is Fate.SKIPPED:
        found.append(_SKIPPED.get(Outcome(line.outcome or ""), said("What happened later was told instead.")))
    if line.fate is Fate.SENT and line.outcome in _OF_SENT:
        found.append(_OF_SENT[Outcome(line.outcome)])
    if line.fate is Fate.PARKED and line.subscriber.startswith(readers.MAIL) and line.booking_id:
        found.append(_meanwhile(line, moment))
    if line.replays:
        found.append(said_count("Sent again {n} time.", "Sent again {n} times.", line.replays))
    return found


def _meanwhile(line: Line, moment: "partial[str]") -> Said:
    reader, _ = readers.reminder_of(line.subscriber)
    if line.told_of and line.told_at:
        about = subjects.about(line.told_of)
        return said(
            "Meanwhile the last mail that left to the same reader: {about}, {moment}.",
            about=about,
            moment=moment(line.told_at),
        )
    if reader == readers.INVITEE:
        return said("Meanwhile {name} knows of it only from the page of the booking.", name=line.name)
    return said("Meanwhile no mail about this booking has left to this reader.")


def _error(words: str) -> Said:
    """Say what errors say where nobody is named in it; the rest is for whoever runs the site."""
    answer, refusal = _ANSWER.fullmatch(words), _REFUSAL.fullmatch(words)
    if (why := faults.words(words)) is not None:
        return why
    if words == failures.WAITS:
        return said("It waits for an earlier mail.")
    if answer:
        return said("The mail server answered with {code}.", code=answer[1])
    if refusal:
        return said("The mail server refused the recipient for now ({code}).", code=refusal[1])
    if _TYPE.fullmatch(words):
        return said("It failed with {error}. The site’s operator finds out why in the log.", error=words)
    return said("It failed each time. The site’s operator finds out why in the log.")

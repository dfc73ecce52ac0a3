"""Call marks: how the meeting that a program's call with a key makes is found in Zoom again, and stays the only one.

Zoom has no idempotency key, so the agenda of such a meeting begins with a reference to the call.
"""

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from zoom_blueprint.errors import NotConnected, ZoomMeetingNotFound
from zoom_blueprint.services import duties
from zoom_blueprint.services.accounts import Account
from zoom_blueprint.services.duties import DutyName
from zoom_blueprint.services.records import SURFACES_WITHIN
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.values import ConnectionStatus
from zoom_blueprint.zoom_api.payloads import AGENDA_LENGTH, Meeting

LONGEST_AGENDA = AGENDA_LENGTH - 50
"""What of Zoom's agenda is left to programs."""
_HOUR = timedelta(hours=1)
_REFERENCE = "Call reference: "
_call, _connection = models.ActionCall, models.Connection


def marked(mark: str, agenda: str) -> str:
    """Return the agenda of a meeting that a call makes."""
    return f"{_REFERENCE}{mark}\n{agenda}".strip()


def unmarked(agenda: str) -> str:
    """Return an agenda as programs know it: the reference is nobody's concern."""
    return _parts(agenda)[1]


def kept(before: str, agenda: str) -> str:
    """Return the agenda that takes the place of another, by which the meeting is found as before."""
    reference, _ = _parts(before)
    return f"{reference}\n{agenda}".strip()


def connection_of(state: State, mark: str) -> str | None:
    """Return in which connection an earlier try of a call may have made a meeting, if that can still be looked at."""
    query = (
        select(_call.connection_id)
        .join(_connection, _connection.id == _call.connection_id)
        .where(_call.id == mark, _connection.status != ConnectionStatus.INACTIVE)
    )
    return state.database.read(lambda session: session.scalar(query))


def about_to_make(state: State, mark: str, connection_id: str, *, is_again: bool) -> None:
    """Leave word of where a meeting may be made, before it is; where an earlier one may surface, it is looked for."""
    noted = update(_call).where(_call.id == mark).values(connection_id=connection_id)

    def work(session: Session) -> None:
        session.execute(noted)
        if is_again:
            duties.want(session, DutyName.CALL, mark, datetime.now(UTC) + SURFACES_WITHIN)

    state.database.write(work)


def made_before(account: Account, mark: str) -> Meeting | None:
    """Return the meeting that a try of a call has made unheard; others that it made are deleted."""
    found = list(_made(account, mark))
    _delete(account, found[1:])
    return account.get(found[0]) if found else None


def settle(state: State, mark: str) -> datetime | None:
    """Delete what has surfaced of a call beside the meeting that it was answered with; return when to look again."""
    now = datetime.now(UTC)
    row, connection_id = state.database.read(lambda session: session.get(_call, mark)), connection_of(state, mark)
    if row is None or connection_id is None:  # nobody can look there any more
        return None
    if row.answer_sealed is None:  # whoever asks again finds what there is
        return now + SURFACES_WITHIN if row.until > now else None
    answer: dict[str, Any] = msgspec.json.decode(
        state.cipher.open(_call.__tablename__, row.id, "answer", row.answer_sealed)
    )
    account = Account(state=state, connection_id=connection_id)
    try:
        _delete(account, [one for one in _made(account, mark) if one != answer["id"]])
    except NotConnected:
        return now + _HOUR  # until the host has connected Zoom again, or the call is forgotten
    return None


def _made(account: Account, mark: str) -> Iterator[int]:
    first = marked(mark, "")
    return (one.id for one in account.list() if _parts(one.agenda)[0] == first)


def _delete(account: Account, meeting_ids: list[int]) -> None:
    for meeting_id in meeting_ids:
        with contextlib.suppress(ZoomMeetingNotFound):
            account.delete(meeting_id)


def _parts(agenda: str) -> tuple[str, str]:
    """Return the reference and what stands behind it."""
    first, _, rest = agenda.partition("\n")
    return (first, rest) if first.startswith(_REFERENCE) else ("", agenda)

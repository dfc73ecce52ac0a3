"""A host's timetable, put there behind everybody's back: no calendar of Google's is asked."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from zoom_blueprint.scheduling.timetables import Timetable
from zoom_blueprint.services import hosts
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.store.base import new_id
from zoom_blueprint.values import Provider


def put(state: State, taken: Sequence[tuple[datetime, datetime]], *, host_id: str = "1") -> None:
    """Let a host be busy at these times, as of now."""
    packed = Timetable((int(start.timestamp()), int(end.timestamp())) for start, end in taken).pack()
    now = datetime.now(UTC)

    def work(session: Session) -> None:
        hosts.lock(session, host_id)
        row = session.get(models.Timetable, host_id)
        if row is None:
            link = dict.fromkeys(("client_id", "oauth_url", "api_url"), "https://example.com")
            connection = models.Connection(
                host_id=host_id, provider=Provider.GOOGLE, status="active", connected_at=now, **link
            )
            session.add(connection)
            session.flush()
            row = models.Timetable(host_id=host_id, connection_id=connection.id)
            session.add(row)
        row.packed, row.version, row.asked_at = packed, new_id(), now

    state.database.write(work)

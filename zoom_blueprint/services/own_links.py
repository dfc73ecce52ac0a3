"""Own links: the link that a host gives to one booking, in the place of Zoom's."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from zoom_blueprint import logs, values
from zoom_blueprint.errors import BadInput
from zoom_blueprint.events import EventName
from zoom_blueprint.languages import said
from zoom_blueprint.services import (
    agendas,
    calendar_facts,
    calendar_rows,
    changes,
    claims,
    edits,
    hosts,
    mailings,
    remarks,
    snapshots,
)
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.values import BookingStatus, Location

LONGEST = 500
_UNSAFE = re.compile(r"[^\x21-\x7e]|[\"<>\\^`{|}]")
_log = logs.logger(__name__)


def use(state: State, booking_id: str, link: str | None) -> values.Booking:
    """Give a booking a link of the host's own, or take it back with None; everybody is told of the link that holds now.

    With a link of its own a booking has no meeting in Zoom: that is deleted. Without one it has what its event type
    says, in Zoom a meeting that is made anew; who is told waits for it. The link it has already changes nothing.

    Raises:
        NotFound: there is no such booking.
        BadInput: it is no whole address that begins with http:// or https://, or the booking awaits approval.
        BookingEnded: it is cancelled or over.
    """
    link = (link or "").strip() or None
    if link is not None:
        _check(link)
    booking = agendas.get(state, booking_id)

    def work(session: Session) -> values.Booking:
        now = datetime.now(UTC)
        hosts.lock(session, booking.host.id)
        row, _, event, meeting, calendar = changes.load(session, booking_id)
        edits.ensure_open(row, now)
        if row.status == BookingStatus.PENDING:
            raise BadInput({"link": said("Answer the request first: a link is for a booking that stands.")})
        details = snapshots.open_details(state.cipher, row)
        if details.own_link == link:
            return changes.snapshot(state, session, booking_id)
        row.details_sealed = snapshots.seal_details(state.cipher, row.id, replace(details, own_link=link))
        row.changed_at = now
        if link is None and event.location == Location.ZOOM and meeting is None:
            meeting = models.Meeting(booking_id=row.id, host_id=row.host_id, due_at=now)
            session.add(meeting)
        if calendar is not None:
            calendar.join_url_sealed = None  # the event gets the own link in its place, or another one from Google
        if meeting is not None:
            meeting.wanted = link is None and not calendar_facts.is_met_in(calendar)
            meeting.look_again = meeting.zoom_meeting_id is not None
            meeting.conflict = None
            remarks.clear_reason(meeting)
        session.flush()
        claims.wish(session, models.Meeting, models.Meeting.booking_id == row.id, now)
        if calendar is not None:
            calendar_rows.wish(session.connection(), row.id, now)
        mailings.note_dead_link(session, row.id)
        current = changes.snapshot(state, session, booking_id)
        if current.meeting_status is values.MeetingStatus.COMING:
            return current  # who makes the link tells of it
        mails = mailings.owed(session.connection(), row.id, now)
        return changes.tell(state, session, EventName.MEETING_READY, row.id, now, mails=mails)

    with logs.about(booking=booking_id, host=booking.host.id):
        changed = state.database.write(work)
        _log.info("the host gave a link of their own" if link else "the host took their own link back")
    state.work.wake()
    return changed


def _check(link: str) -> None:
    if len(link) > LONGEST:
        raise BadInput({"link": said("This address is too long.")})
    try:
        parts = urlsplit(link)
        is_whole = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        is_fit = is_whole and parts.username is None and not _UNSAFE.search(link)
    except ValueError:
        is_fit = False
    if not is_fit:
        raise BadInput({"link": said("Enter a whole address that begins with https:// or http://")})

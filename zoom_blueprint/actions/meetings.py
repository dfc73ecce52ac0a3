"""Meetings in the host's Zoom account: made, looked at, changed, listed and deleted."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from zoom_blueprint.actions.calls import Call
from zoom_blueprint.actions.inputs import CreateMeeting, DeleteMeeting, GetMeeting, ListMeetings, UpdateMeeting
from zoom_blueprint.actions.outputs import Deleted, ListedOut, MeetingOut, MeetingPage
from zoom_blueprint.errors import BadInput, BadLink, ZoomMeetingNotFound, ZoomRejected
from zoom_blueprint.services import call_marks, particulars
from zoom_blueprint.services.accounts import Account
from zoom_blueprint.services.lines import one_line, some_lines
from zoom_blueprint.zoom_api.client import Page, read_on
from zoom_blueprint.zoom_api.payloads import ListedMeeting, Meeting, MeetingChange, MeetingRequest

_BAD_FIELD = 300
_OLD_CURSOR: Final = {"cursor": "This cursor is of another list, or too old. Begin again without one."}


def create_meeting(call: Call, given: CreateMeeting) -> MeetingOut:
    """Create a meeting in the host's Zoom account."""
    particulars.ensure_ahead(given.start, datetime.now(UTC))
    topic = _topic(given.topic)
    agenda = some_lines(given.agenda)
    request = MeetingRequest(
        topic=topic,
        start=given.start,
        duration=given.duration_minutes,
        agenda=agenda if call.mark is None else call_marks.marked(call.mark, agenda),
        time_zone=given.time_zone,
        settings=given.settings,
    )
    if call.mark is None:
        return _told(call.account(given.connection).create(request))
    asked = call_marks.connection_of(call.state, call.mark) if call.is_again else None
    account = call.account(asked or given.connection)
    made = call_marks.made_before(account, call.mark) if call.is_again else None
    if made is None:
        call_marks.about_to_make(call.state, call.mark, account.connection_id, is_again=call.is_again)
        made = account.create(request)
    return _told(made)


def get_meeting(call: Call, given: GetMeeting) -> MeetingOut:
    """Return a meeting as Zoom has it now."""
    return _told(call.account(given.connection).get(given.meeting_id))


def update_meeting(call: Call, given: UpdateMeeting) -> MeetingOut:
    """Change what is given about a meeting, and return it as Zoom stored it."""
    if given.start is not None:
        particulars.ensure_ahead(given.start, datetime.now(UTC))
    topic = None if given.topic is None else _topic(given.topic)
    account = call.account(given.connection)
    change = MeetingChange(
        topic=topic,
        start=given.start,
        duration=given.duration_minutes,
        agenda=None if given.agenda is None else _agenda(account, given.meeting_id, given.agenda),
        time_zone=given.time_zone,
        settings=given.settings,
    )
    account.update(given.meeting_id, change)
    return _told(account.get(given.meeting_id))


def list_meetings(call: Call, given: ListMeetings) -> MeetingPage:
    """List the meetings in the host's Zoom account, a page at a time."""
    account = call.account(given.connection)
    page = _page(account, given, _begin(call, account, given))
    following = call.state.links.cursor(page.next_token, _about(account, given)) if page.next_token else None
    return MeetingPage(meetings=[_listed(one) for one in page.meetings], next_cursor=following)


def every_meeting(call: Call, given: ListMeetings) -> Iterator[ListedOut]:
    """Return the meetings from ``given.cursor`` on, each page fetched when the one before is used up."""
    account = call.account(given.connection)
    begin = _begin(call, account, given)

    def fetch(token: str) -> Page:
        if token:
            call.go_on()
        return _page(account, given, token or begin)

    return map(_listed, read_on(fetch))


def delete_meeting(call: Call, given: DeleteMeeting) -> Deleted:
    """Delete a meeting in Zoom."""
    account = call.account(given.connection)
    try:
        account.delete(given.meeting_id)
    except ZoomMeetingNotFound:
        if not call.is_again:  # then an earlier try of this very call has deleted it
            raise
    return Deleted(meeting_id=given.meeting_id)


def _about(account: Account, given: ListMeetings) -> str:
    """Return by what a list is known: a cursor is good in no other."""
    return f"{account.connection_id} {given.type} {given.page_size}"


def _begin(call: Call, account: Account, given: ListMeetings) -> str:
    """Return Zoom's token of the page to begin with, empty for the first."""
    try:
        return call.state.links.read_cursor(given.cursor, _about(account, given)) if given.cursor else ""
    except BadLink:
        raise BadInput(_OLD_CURSOR) from None


def _page(account: Account, given: ListMeetings, token: str) -> Page:
    try:
        return account.page(given.type, token, given.page_size)
    except ZoomRejected as error:
        if not token or error.code != _BAD_FIELD:
            raise
        raise BadInput(_OLD_CURSOR) from None


def _topic(given: str) -> str:
    topic = one_line(given)
    if not topic:
        raise BadInput({"topic": "Give a topic that can be seen."})
    return topic


def _agenda(account: Account, meeting_id: int, given: str) -> str:
    """Return the agenda that a meeting gets; what a repeat of the call that made it is to find stays in it."""
    return call_marks.kept(account.get(meeting_id).agenda, some_lines(given))


def _told(meeting: Meeting) -> MeetingOut:
    return MeetingOut.of(replace(meeting, agenda=call_marks.unmarked(meeting.agenda)))


def _listed(meeting: ListedMeeting) -> ListedOut:
    return ListedOut.of(replace(meeting, agenda=call_marks.unmarked(meeting.agenda)))

"""The page of a host's meetings in Zoom beside the bookings, and the button that looks at one again."""

from dataclasses import dataclass
from datetime import datetime

from werkzeug.wrappers import Response as AnyResponse

from zoom_blueprint.errors import (
    NotConnected,
    ZoomClientRefused,
    ZoomRateLimited,
    ZoomRejected,
    ZoomScopeMissing,
)
from zoom_blueprint.languages import Said, said
from zoom_blueprint.services import mirrors, times
from zoom_blueprint.services.mirrors import Row, Standing, Trouble
from zoom_blueprint.state import State
from zoom_blueprint.values import Host
from zoom_blueprint.web import forms, limits, reading, replies
from zoom_blueprint.web.signed_in import for_host, see_other, tell

_LABELS = {
    Standing.SAME: said("Same"),
    Standing.DIFFERS: said("Different time"),
    Standing.ONLY_HERE: said("Missing in Zoom"),
    Standing.NOT_MADE: said("Not made yet"),
    Standing.LEFT: said("Cancelled here"),
    Standing.ONLY_IN_ZOOM: said("Only in Zoom"),
}
_TO_DO = {
    Standing.DIFFERS: said("What was changed in Zoom is taken over if that time is free. Press Look again."),
    Standing.ONLY_HERE: said("Zoom does not list its meeting. Press Look again."),
    Standing.NOT_MADE: said("Its meeting is made by itself as soon as Zoom can. The booking says what it waits for."),
    Standing.LEFT: said("The meeting still stands in Zoom. Press Look again, or delete it there."),
    Standing.ONLY_IN_ZOOM: said("No booking of yours. You can still be booked at this time, unless you block it."),
}
_SIGNS = {Standing.SAME: "check", Standing.ONLY_IN_ZOOM: "video", Standing.NOT_MADE: "clock"}
_LOOKS = (Standing.DIFFERS, Standing.ONLY_HERE, Standing.LEFT)


@dataclass(frozen=True)
class Entry:
    """One row as the page shows it."""

    row: Row
    sign: str
    label: Said
    when: Said | str
    in_zoom: Said | None
    to_do: Said | None
    may_look: bool


@for_host
def zoom_meetings(state: State, host: Host) -> AnyResponse:
    """Show what Zoom has, asked just now, beside what is booked here."""
    limits.ensure_not_too_many_looks(state, host)
    found = mirrors.look(state, host.id)
    entries = [_entry(host, row) for row in found.rows]
    return replies.page(
        "zoom_meetings.html",
        host=host,
        entries=entries,
        differences=sum(entry.row.standing is not Standing.SAME for entry in entries),
        troubles=[(one.connection.email, _words(one)) for one in found.troubles],
        is_connected=found.is_connected,
        most=mirrors.MOST if found.is_cut else None,
        form=forms.ActionForm(),
    )


@for_host
def look_again(state: State, host: Host, booking_id: str) -> AnyResponse:
    """Have one meeting looked at, and brought in line."""
    mirrors.look_again(state, host.id, booking_id)
    tell(host, said("It is being looked at in Zoom. Reload this page in a moment."))
    return see_other(f"{state.links.base}/zoom-meetings")


def _entry(host: Host, row: Row) -> Entry:
    is_ours = row.booking_id is not None
    start, minutes = (row.start, row.minutes) if is_ours else (row.zoom_start, row.zoom_minutes)
    differs = row.standing is Standing.DIFFERS
    return Entry(
        row=row,
        sign=_SIGNS.get(row.standing, "alert"),
        label=_LABELS[row.standing],
        when=_when(host, start, minutes),
        in_zoom=said("In Zoom: {when}", when=_when(host, row.zoom_start, row.zoom_minutes)) if differs else None,
        to_do=_TO_DO.get(row.standing),
        may_look=row.standing in _LOOKS,
    )


def _when(host: Host, start: datetime | None, minutes: int | None) -> Said | str:
    if start is None:
        return said("without a fixed time")
    moment = times.moment(start, host.time_zone, reading.of_host(host).locale)
    return said("{moment}, {n} min", moment=moment, n=minutes) if minutes else moment


def _words(trouble: Trouble) -> Said:
    """Say why an account's list is not here, and what to press; Zoom's own words are for the log."""
    error = trouble.error
    if isinstance(error, NotConnected):
        return said("Our access to this account does not work. Open your Zoom connection and reconnect.")
    if isinstance(error, ZoomScopeMissing):
        return said("Zoom did not give the permission to list meetings. Reconnect and allow all that Zoom asks for.")
    if isinstance(error, ZoomRateLimited):
        return said("Zoom is too busy at the moment. Reload this page in a minute.")
    if isinstance(error, ZoomClientRefused):
        return said("Zoom refuses this site’s app credentials. Tell the site’s operator.")
    if isinstance(error, ZoomRejected):
        return said("Zoom refused to list the meetings. Open your Zoom connection and press Check now.")
    return said("Zoom did not answer in time. Reload this page to ask again.")

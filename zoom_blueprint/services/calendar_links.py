"""Links that open a visitor's own web calendar with the booking filled in.

Neither service documents its address any more; both answer to parameters that have stood for years, collected in
https://github.com/InteractionDesignFoundation/add-event-to-calendar-docs (services/google.md, services/outlook-web.md;
its issue 48 saw Outlook.com's fill in every field on 2026-08-19). Google described its own in
http://www.google.co.uk/googlecalendar/event_publisher_guide_detail.html.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote

from zoom_blueprint import values
from zoom_blueprint.languages import language
from zoom_blueprint.services import invitations

_GOOGLE: Final = "https://calendar.google.com/calendar/render?action=TEMPLATE&dates="
# Of its two addresses the one that phones are led to rightly as well.
_OUTLOOK: Final = (
    "https://outlook.live.com/calendar/0/deeplink/compose?path=%2Fcalendar%2Faction%2Fcompose&rru=addevent&startdt="
)
# Above, some servers give up: what the host says about the event stays out then.
_LONGEST: Final = 2000
# Outlook takes the text for HTML and may drop the end of a line: the blank before keeps a link apart from what follows.
_LINE_END: Final = " \n"


@dataclass(frozen=True)
class CalendarLinks:
    """The pages of Google Calendar and Outlook.com that add a booking; they are secrets, as its own page is."""

    google: str = field(repr=False)
    outlook: str = field(repr=False)


def calendar_links(booking: values.Booking, manage_url: str) -> CalendarLinks:
    """Return the links of a booking for its invitee, in whose language the entry is."""
    speaks = language(booking.locale)
    title, place = _quoted(speaks.say(invitations.summary(booking))), _quoted(invitations.location(booking))
    lines = _LINE_END.join(speaks.say(line) for line in invitations.lines(booking, manage_url))
    lead = "".join(f"{text}{_LINE_END}" for text in invitations.lead(booking))
    start, end = _compact(booking.start), _compact(booking.end)
    google = f"{_GOOGLE}{start}%2F{end}&text={title}{place and f'&location={place}'}&details="
    start, end = _extended(booking.start), _extended(booking.end)
    outlook = f"{_OUTLOOK}{start}&enddt={end}&subject={title}{place and f'&location={place}'}&body="
    text, longest = _quoted(lead + lines), _LONGEST - max(len(google), len(outlook))
    if lead and len(text) > longest:
        text = _quoted(lines)
    return CalendarLinks(google + text, outlook + text)


def _quoted(text: str) -> str:
    """Return a text as a parameter's value; Outlook shows a plus sign where one stands for a blank."""
    return quote(text, safe="")


def _compact(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _extended(instant: datetime) -> str:
    return quote(f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}", safe="")

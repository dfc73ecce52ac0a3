"""The calendar entry of a booking, for mails and for download."""

from datetime import datetime

from zoom_blueprint import values
from zoom_blueprint.languages import Language, Said, language, said
from zoom_blueprint.scheduling.invitation import Attendee, Invitation, Method, Person, Status, render
from zoom_blueprint.values import BookingStatus

_STATUS = {
    BookingStatus.PENDING: Status.TENTATIVE,
    BookingStatus.CONFIRMED: Status.CONFIRMED,
    BookingStatus.CANCELLED: Status.CANCELLED,
}


def calendar_file(
    booking: values.Booking,
    stamp: datetime,
    method: Method = Method.PUBLISH,
    *,
    manage_url: str | None = None,
    speaks: Language | None = None,
) -> bytes:
    """Return the iCalendar text of a booking as it stands; the join link is in LOCATION, URL and description.

    Its texts are in the language that the reader ``speaks``, the invitee's unless another is given. Pass
    ``manage_url`` only into the invitee's own copy: whoever has it may move and cancel.
    """
    speaks = speaks or language(booking.locale)
    guests = tuple(Attendee("", mail) for mail in booking.guests)
    invitation = Invitation(
        # Google's own where Google invites: whoever takes this file too has one entry all the same.
        uid=booking.calendar.uid if booking.calendar else f"{booking.id}@zoom-blueprint",
        sequence=booking.sequence,
        start=booking.start,
        end=booking.end,
        stamp=stamp,
        summary=speaks.say(summary(booking)),
        organizer=Person(booking.host.name, booking.host.email),
        attendees=(Attendee(booking.name, booking.email, accepted=True), *guests),
        method=method,
        status=_STATUS[booking.status],
        description="\n".join(speaks.say(line) for line in (*lead(booking), *lines(booking, manage_url))),
        location=location(booking),
        url=booking.join_url or "",
    )
    return render(invitation)


def summary(booking: values.Booking) -> Said:
    """Return what the entry is called."""
    return said("{event}: {host} and {name}", event=booking.event.title, host=booking.host.name, name=booking.name)


def location(booking: values.Booking) -> str:
    """Return where to go, empty while the link is on its way."""
    return booking.join_url or booking.location_text


def lead(booking: values.Booking) -> list[str]:
    """Return the host's own words on what is booked, if there are any."""
    return [booking.event.description] if booking.event.description else []


def lines(booking: values.Booking, manage_url: str | None) -> list[str]:
    """Return what the entry says below the host's own words."""
    found: list[str] = []
    if booking.status == BookingStatus.PENDING:
        found.append(said("{host} has not approved this time yet.", host=booking.host.name))
    if booking.join_url:
        found.append(said("Join: {link}", link=booking.join_url))
    if booking.passcode:
        found.append(said("Passcode: {passcode}", passcode=booking.passcode))
    if manage_url:
        found.append(said("Change or cancel: {link}", link=manage_url))
    return found

"""The calendar entry of a booking, for mails and for download."""

from datetime import datetime

from zoom_blueprint import values
from zoom_blueprint.scheduling.invitation import Attendee, Invitation, Method, Person, Status, render
from zoom_blueprint.values import BookingStatus


def calendar_file(
    booking: values.Booking,
    stamp: datetime,
    method: Method = Method.PUBLISH,
    *,
    manage_url: str | None = None,
) -> bytes:
    """Return the iCalendar text of a booking as it stands; the join link is in LOCATION, URL and description.

    Pass ``manage_url`` only into the invitee's own copy: whoever has it may move and cancel.
    """
    is_cancelled = booking.status == BookingStatus.CANCELLED
    place = booking.join_url or booking.location_text
    lines = [booking.event.description, f"Join: {booking.join_url}" if booking.join_url else ""]
    if booking.passcode:
        lines.append(f"Passcode: {booking.passcode}")
    if manage_url:
        lines.append(f"Change or cancel: {manage_url}")
    guests = tuple(Attendee("", mail) for mail in booking.guests)
    invitation = Invitation(
        uid=f"{booking.id}@zoom-blueprint",
        sequence=booking.sequence,
        start=booking.start,
        end=booking.end,
        stamp=stamp,
        summary=f"{booking.event.title}: {booking.host.name} and {booking.name}",
        organizer=Person(booking.host.name, booking.host.email),
        attendees=(Attendee(booking.name, booking.email, accepted=True), *guests),
        method=method,
        status=Status.CANCELLED if is_cancelled else Status.CONFIRMED,
        description="\n".join(line for line in lines if line),
        location=place,
        url=booking.join_url or "",
    )
    return render(invitation)

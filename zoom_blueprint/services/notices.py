"""Notices: the mails about bookings and connections, written from how things stand when they leave."""

from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr
from urllib.parse import urlsplit

from zoom_blueprint import values
from zoom_blueprint.events import BookingPayload, ConnectionPayload, EventName, LifecycleEvent, VisitorPayload
from zoom_blueprint.scheduling.invitation import Method
from zoom_blueprint.services import (
    agendas,
    connections,
    farewells,
    hosts,
    invitations,
    mailers,
    readers,
    reasons,
    times,
)
from zoom_blueprint.state import State
from zoom_blueprint.values import BookingStatus, ConnectionStatus, MeetingStatus

SENT = "sent"
WITHOUT_LINK = "sent without link"
SUPERSEDED = "superseded"

_TEMPLATES = {
    EventName.BOOKING_CONFIRMED: "booked",
    EventName.BOOKING_RESCHEDULED: "moved",
    EventName.BOOKING_CANCELLED: "cancelled",
    EventName.MEETING_READY: "link_ready",
    EventName.MEETING_DETACHED: "detached",
    EventName.ZOOM_UNHEALTHY: "unhealthy",
    EventName.ZOOM_DEAUTHORIZED: "deauthorized",
}


def send(state: State, delivery_id: str, subscriber: str, sequence: int, event: LifecycleEvent) -> str:
    """Send the mail that ``subscriber`` is owed for ``event``, and return what became of it.

    A mail about a booking that has changed since is not sent: the mail about that change says how things stand.
    """
    if isinstance(event.payload, ConnectionPayload):
        return _about_connection(state, delivery_id, event.name, event.payload.connection)
    if isinstance(event.payload, VisitorPayload):
        raise NotImplementedError
    booking = agendas.get(state, event.payload.booking.id)
    if _is_superseded(sequence, event.payload, event.name, booking):
        return SUPERSEDED
    # The manage link is the invitee's own: whoever has it may move and cancel.
    manage_url = state.links.manage_url(booking.id) if subscriber == readers.INVITEE else None
    message = _about_booking(state, delivery_id, event, booking, subscriber, manage_url)
    method = Method.CANCEL if booking.status == BookingStatus.CANCELLED else Method.REQUEST
    if subscriber == readers.HOST and method is Method.REQUEST:
        method = Method.PUBLISH  # the host is the organizer: calendars ignore a request to oneself
    if event.name != EventName.MEETING_DETACHED or booking.is_own_link:  # by words alone no calendar changes
        calendar = invitations.calendar_file(booking, datetime.now(UTC), method, manage_url=manage_url)
        _attach(message, calendar, method)
    mailers.post(state, message)
    return WITHOUT_LINK if booking.meeting_status is MeetingStatus.COMING else SENT


def _is_superseded(sequence: int, payload: BookingPayload, name: EventName, booking: values.Booking) -> bool:
    if name == EventName.MEETING_DETACHED and payload.note:  # the host's own words stand in no other mail
        return booking.status == BookingStatus.CANCELLED
    return sequence != booking.sequence


def _about_connection(state: State, delivery_id: str, name: EventName, then: values.Connection) -> str:
    """Write to the host, unless what there was to tell is over: the account was cut, or connected again."""
    connection = connections.get(state, then.host_id, then.id)
    if (connection.status is ConnectionStatus.INACTIVE) != (name == EventName.ZOOM_DEAUTHORIZED):
        return SUPERSEDED
    host = hosts.get(state, then.host_id)
    message = _message(
        state,
        delivery_id,
        name,
        [_mailbox(host.name, host.email)],
        connection=then,
        host=host,
        why=reasons.of_connection(then),
        untold=farewells.untold(state, host.id).get(then.id, 0),
        notice_url=f"{state.links.base}/connections/{then.id}/notice",
    )
    mailers.post(state, message)
    return SENT


def _about_booking(
    state: State,
    delivery_id: str,
    event: LifecycleEvent,
    booking: values.Booking,
    subscriber: str,
    manage_url: str | None,
) -> EmailMessage:
    host = booking.host
    is_host = subscriber == readers.HOST
    to = {
        readers.HOST: [_mailbox(host.name, host.email)],
        readers.INVITEE: [_mailbox(booking.name, booking.email)],
        readers.GUESTS: [_mailbox("", guest) for guest in booking.guests],
    }[subscriber]
    zone, locale = (host.time_zone, host.locale) if is_host else (booking.time_zone, booking.locale)
    previous = event.payload.previous_start if isinstance(event.payload, BookingPayload) else None
    note = event.payload.note if isinstance(event.payload, BookingPayload) else None
    length = booking.end - booking.start
    message = _message(
        state,
        delivery_id,
        event.name,
        to,
        booking=booking,
        host=host,
        is_host=is_host,
        is_guest=subscriber == readers.GUESTS,
        when=times.spell(booking.start, booking.end, zone, locale),
        previously=times.spell(previous, previous + length, zone, locale) if previous else None,
        reason=reasons.for_host(booking) if is_host else reasons.for_invitee(booking),
        beside=_beside(event.name, booking) if is_host else [],
        note=note,
        manage_url=manage_url,
        book_url=state.links.book_url(host.slug or "", booking.event.slug),
    )
    if is_host:
        message["Reply-To"] = _mailbox(booking.name, booking.email)
    else:
        message["Reply-To"] = _mailbox(host.name, host.email)
    return message


def _beside(name: EventName, booking: values.Booking) -> list[str]:
    """Return what the host has to know of the meeting besides whether there is a link."""
    if name == EventName.BOOKING_CANCELLED:
        found = reasons.cancelled(booking) if booking.is_detached else None
        return [found] if found else []
    todo = reasons.moved(booking) if name == EventName.BOOKING_RESCHEDULED else None
    return ([todo] if todo else []) + reasons.for_host_beside(booking)


def _message(state: State, delivery_id: str, name: EventName, to: list[Address], **context: object) -> EmailMessage:
    template = f"zoom_blueprint/mail/{_TEMPLATES[name]}"
    context["dashboard_url"] = f"{state.links.base}/"
    text = state.render(f"{template}.txt", **context)
    subject, _, body = text.partition("\n")
    sender = state.config.mail_from
    domain = parseaddr(sender or "")[1].rpartition("@")[2] or urlsplit(state.config.public_url).hostname
    message = EmailMessage()
    message["Subject"] = _one_line(subject)
    if sender:
        message["From"] = sender
    message["To"] = to
    message["Date"] = datetime.now(UTC)
    # The same at every repeat, so that a mail sent twice after a crash is recognised as one.
    message["Message-ID"] = f"<{delivery_id}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body.strip() + "\n")
    message.add_alternative(state.render(f"{template}.html", **context), subtype="html")
    return message


def _mailbox(name: str, mail: str) -> Address:
    return Address(_one_line(name), addr_spec=mail)


def _one_line(text: str) -> str:
    # In headers "=?utf-8?q?=0D=0A...?=" is read as what it stands for: line breaks by another way.
    return " ".join(text.split()).replace("=?", "= ?")


def _attach(message: EmailMessage, calendar: bytes, method: Method) -> None:
    message.add_attachment(
        calendar,
        maintype="text",
        subtype="calendar",
        filename="invite.ics",
        params={"method": method, "charset": "utf-8"},
    )

"""Booking letters: what each reader of a booking is written about an event, with the calendar file that goes along."""

from datetime import UTC, datetime
from email.headerregistry import Address

from zoom_blueprint import values
from zoom_blueprint.events import BookingPayload, EventName, LifecycleEvent
from zoom_blueprint.languages import Language, language, said
from zoom_blueprint.scheduling.invitation import Method
from zoom_blueprint.services import event_words, invitations, letters, readers, reasons, times, ways_in
from zoom_blueprint.services.letters import Letter
from zoom_blueprint.services.outcomes import Outcome
from zoom_blueprint.state import State
from zoom_blueprint.values import BookingStatus, Conference, EndedReason, MeetingStatus

_TEMPLATES = {
    EventName.BOOKING_REQUESTED: "requested",
    EventName.BOOKING_CONFIRMED: "booked",
    EventName.BOOKING_RESCHEDULED: "moved",
    EventName.BOOKING_CANCELLED: "cancelled",
    EventName.MEETING_READY: "link_ready",
    EventName.MEETING_DETACHED: "detached",
    EventName.MEETING_PARKED: "parked",
    EventName.CALENDAR_PARKED: "parked",
    EventName.CALENDAR_DECLINED: "turned_down",
    EventName.CALENDAR_WITHDRAWN: "entry",
}
_CHANGES = (EventName.BOOKING_RESCHEDULED, EventName.BOOKING_CANCELLED, EventName.MEETING_DETACHED)
"""What Google tells nobody of since it was disconnected; our own entry then changes the one that Google has made."""
_WITHOUT_FILE = (EventName.MEETING_PARKED, EventName.CALENDAR_PARKED, EventName.CALENDAR_DECLINED)
_OF_ENDINGS = {EndedReason.DECLINED: "declined", EndedReason.LAPSED: "lapsed"}


def write(
    state: State,
    delivery_id: str,
    event: LifecycleEvent,
    payload: BookingPayload,
    booking: values.Booking,
    *,
    reader: str,
    minutes: int | None = None,
) -> Letter:
    """Return the mail to one reader about ``booking`` as it is now; ``minutes`` before its start for a reminder."""
    host = booking.host
    is_host, guest = reader == readers.HOST, readers.guest_of(reader)
    speaks = language(host.locale if is_host else booking.locale)
    zone = host.time_zone if is_host else booking.time_zone
    # The manage link is the invitee's own: whoever has it may move and cancel.
    manage_url = state.links.manage_url(booking.id) if reader == readers.INVITEE else None
    previous = payload.previous_start
    until = payload.previous_end or (previous and previous + (booking.end - booking.start))
    message = letters.write(
        state,
        delivery_id,
        _template(event, payload, booking, guest, minutes),
        _recipient(booking, is_host, guest),
        speaks,
        reply_to=letters.mailbox(booking.name, booking.email) if is_host else letters.mailbox(host.name, host.email),
        booking=booking,
        host=host,
        is_host=is_host,
        is_guest=guest is not None,
        other=booking.name if is_host else host.name,
        when=times.spell(booking.start, booking.end, zone, speaks.locale),
        previously=times.spell(previous, until, zone, speaks.locale) if previous and until else None,
        kept_until=_moment(booking.hold_until, zone, speaks) if booking.hold_until else None,
        was_told=booking.confirmed_at is not None,
        reason=reasons.for_host(booking) if is_host else reasons.for_invitee(booking),
        join=ways_in.join(booking),
        undone=event_words.undone(booking) if event.name == EventName.CALENDAR_PARKED else reasons.undone(booking),
        beside=_beside(event.name, booking) if is_host else [],
        advice=[*_entry(booking, is_host=is_host), *_advice(booking, is_host=is_host, is_guest=guest is not None)],
        note=payload.note,
        manage_url=manage_url,
        answer_url=f"{state.links.base}/host/bookings/{booking.id}",
        book_url=state.links.book_url(host.slug or "", booking.event.slug),
    )
    method = _method(event.name, booking, is_host=is_host) if minutes is None else None
    if method is not None:
        calendar = invitations.calendar_file(booking, datetime.now(UTC), method, manage_url=manage_url, speaks=speaks)
        letters.attach(message, calendar, method)
    is_coming = booking.meeting_status is MeetingStatus.COMING
    return Letter(message, Outcome.WITHOUT_LINK if is_coming else Outcome.SENT)


def _template(
    event: LifecycleEvent, payload: BookingPayload, booking: values.Booking, guest: int | None, minutes: int | None
) -> str:
    if minutes is not None:
        return "reminder"
    if event.name == EventName.BOOKING_CANCELLED and booking.ended_reason is not None:
        return _OF_ENDINGS.get(booking.ended_reason, "cancelled")
    if event.name == EventName.BOOKING_CONFIRMED and payload.was_pending:
        if guest is None:
            return "approved"
        # Who is a guest was never asked: they are invited, or invited to another time than before.
        is_first = booking.confirmed_at is None or booking.confirmed_at >= event.occurred_at
        return "booked" if is_first else "moved"
    return _TEMPLATES[event.name]


def _recipient(booking: values.Booking, is_host: bool, guest: int | None) -> Address:
    if is_host:
        return letters.mailbox(booking.host.name, booking.host.email)
    if guest is not None:
        return letters.mailbox("", booking.guests[guest])
    return letters.mailbox(booking.name, booking.email)


def _method(name: EventName, booking: values.Booking, *, is_host: bool) -> Method | None:
    """Return what the reader's calendar is to do; None when it has no entry, or none that changes."""
    if booking.confirmed_at is None or name in _WITHOUT_FILE or event_words.is_invited(booking):
        return None
    if booking.calendar is not None and booking.calendar.is_there and name not in _CHANGES:
        return None
    if name == EventName.MEETING_DETACHED and not booking.is_own_link:
        return None
    if booking.status == BookingStatus.CANCELLED:
        return Method.CANCEL
    # The host is the organizer: calendars ignore a request to oneself.
    return Method.PUBLISH if is_host else Method.REQUEST


def _beside(name: EventName, booking: values.Booking) -> list[str]:
    """Return what the host has to know of the meeting besides whether there is a link."""
    if name == EventName.CALENDAR_PARKED and booking.calendar is not None:
        return [event_words.why(booking.calendar, booking.host), reasons.GIVEN_UP]
    if name == EventName.MEETING_PARKED and booking.status == BookingStatus.CANCELLED:
        return [reasons.GIVEN_UP]
    if name == EventName.BOOKING_CANCELLED:
        found = reasons.cancelled(booking) if booking.is_detached else None
        return [found] if found else []
    todo = reasons.moved(booking) if name == EventName.BOOKING_RESCHEDULED else None
    return ([todo] if todo else []) + reasons.for_host_beside(booking)


def _entry(booking: values.Booking, *, is_host: bool) -> list[str]:
    """Return from where the entry for the reader's calendar comes, where it is not in this mail."""
    is_over = booking.status is not BookingStatus.CONFIRMED
    if is_host or is_over or not event_words.is_invited(booking):
        return []
    return [said("The entry for your calendar comes from Google Calendar.")]


def _advice(booking: values.Booking, *, is_host: bool, is_guest: bool) -> list[str]:
    """Return what helps when something about the meeting does not work."""
    host, is_in_zoom = booking.host.name, booking.conference is Conference.ZOOM and not booking.is_detached
    reply = said("Reply to this mail to write to {name}.", name=booking.name if is_host else host)
    if is_host:
        start = said(
            "If the link does not work at the time of the meeting, open “All your bookings” above and start it there."
        )
        return [start, reply] if booking.join_url and is_in_zoom else [reply]
    if is_guest and booking.join_url:
        return [
            said(
                "If the link does not work at the time of the meeting, reply to this mail: it goes to {host}.",
                host=host,
            )
        ]
    if booking.join_url:
        current = said(
            "If the link does not work at the time of the meeting, open “Change or cancel” above: "
            "it always shows the current one."
        )
        return [current, reply]
    if booking.meeting_status is MeetingStatus.COMING and not is_guest:
        return [said("“Change or cancel” above shows the link as soon as it is there."), reply]
    return [reply]


def _moment(instant: datetime, zone: str, speaks: Language) -> str:
    return f"{times.moment(instant, zone, speaks.locale)} ({times.zone_label(instant, zone)})"

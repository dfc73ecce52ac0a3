"""What is not tried any more of a host's work, in their words, and the buttons that begin it anew."""

from dataclasses import dataclass

from flask import request
from werkzeug.wrappers import Response as AnyResponse

from zoom_blueprint import values
from zoom_blueprint.languages import Said, said, said_count
from zoom_blueprint.services import agendas, event_words, failures, journal, parked, readers, reasons, times
from zoom_blueprint.services.parked import Parked
from zoom_blueprint.state import State
from zoom_blueprint.values import Host
from zoom_blueprint.web import reading, subjects
from zoom_blueprint.web.signed_in import for_host, see_other, tell

MOST = 50
"""How much a page lists, of however much there is."""


@dataclass(frozen=True)
class Entry:
    """One thing as the host's pages show it; ``moment`` is when its booking begins."""

    kind: str
    row_id: str
    sign: str
    what: Said
    why: Said
    since: str
    booking: values.Booking | None
    moment: str


def entries(state: State, host: Host, booking: values.Booking | None = None) -> list[Entry]:
    """Return what of a host's work is not tried any more, of all or of one booking: the ``MOST`` oldest."""
    found = parked.of_host(state, host.id, booking_id=booking.id if booking else None, limit=MOST)
    return [_entry(host, one) for one in found]


@for_host
def retry(state: State, host: Host, kind: str, row_id: str) -> AnyResponse:
    """Begin anew with one thing; pressing twice changes nothing more."""
    booking_id = request.form.get("booking")
    back = f"host/bookings/{agendas.of_host(state, host.id, booking_id).id}" if booking_id else ""
    parked.retry(state, host.id, kind, row_id)
    tell(host, said("It is being tried again."))
    return see_other(f"{state.links.base}/{'deliveries' if request.form.get('back') == 'deliveries' else back}")


@for_host
def retry_all(state: State, host: Host) -> AnyResponse:
    """Begin anew with everything."""
    number = parked.retry_all_of(state, host.id)
    again = said_count("{n} thing is being tried again.", "{n} things are being tried again.", number)
    tell(host, again if number else said("There is nothing left to try again."))
    return see_other(f"{state.links.base}/")


def _entry(host: Host, one: Parked) -> Entry:
    zone, locale = host.time_zone, reading.of_host(host).locale
    is_meeting, is_event = one.kind == "meeting", one.kind == "calendar"
    is_hook = one.subscriber.startswith((journal.HOOK, readers.ENDPOINT))
    return Entry(
        kind=one.kind,
        row_id=one.row_id,
        sign="calendar" if is_event else "video" if is_meeting else "alert" if is_hook else "mail",
        what=_what(one, is_hook=is_hook),
        why=_why(one),
        since=times.moment(one.since, zone, locale),
        booking=one.booking,
        moment=times.moment(one.booking.start, zone, locale) if one.booking else "",
    )


def _what(one: Parked, *, is_hook: bool) -> Said:
    if one.kind == "meeting":
        return _of_meeting(one)
    if one.kind == "calendar":
        return _of_event(one)
    return _of_hook(one) if is_hook else _of_mail(one)


def _of_meeting(one: Parked) -> Said:
    return reasons.undone(one.booking) if one.booking else said("The meeting in Zoom was not deleted")


def _of_event(one: Parked) -> Said:
    return event_words.undone(one.booking) if one.booking else said("The event in Google Calendar was not deleted")


def _of_hook(one: Parked) -> Said:
    if one.subscriber.startswith(readers.ENDPOINT):
        return said("A webhook was not sent: {about}", about=subjects.about(one.event_name))
    hook = one.subscriber.removeprefix(journal.HOOK)
    return said("“{hook}” of this site was not told: {about}", hook=hook, about=subjects.about(one.event_name))


def _of_mail(one: Parked) -> Said:
    reader, minutes = readers.reminder_of(one.subscriber)
    about = subjects.about(one.event_name, minutes)
    if reader == readers.HOST:
        return said("A mail to you was not sent: {about}", about=about)
    if reader == readers.INVITEE and one.booking is not None:
        return said("A mail to {name} was not sent: {about}", name=one.booking.name, about=about)
    if reader == readers.VISITOR or one.booking is None:
        return said("A mail to a visitor was not sent: {about}", about=about)
    return said("A mail to a guest was not sent: {about}", about=about)


def _why(one: Parked) -> Said:
    """Say it without what errors say, which is for whoever runs the site and may name others."""
    if one.kind == "meeting" and one.booking is not None:
        return reasons.parked(one.booking)
    if one.kind == "calendar" and one.booking is not None and one.booking.calendar is not None:
        return event_words.why(one.booking.calendar, one.booking.host)
    if one.error == failures.WAITS:
        return said("It waits for an earlier mail.")
    return said("It failed each time. The site’s operator finds out why in the log.")

"""Clients' data as files: every booking as a table, and one person's data for themselves."""

import csv
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import msgspec
from flask import Response
from werkzeug.wrappers import Response as AnyResponse

from zoom_blueprint import values
from zoom_blueprint.events import BookingPayload, LifecycleEvent
from zoom_blueprint.languages import said
from zoom_blueprint.scheduling.zones import zone
from zoom_blueprint.services import agendas, clients, dossiers
from zoom_blueprint.services.dossiers import Chapter
from zoom_blueprint.state import State
from zoom_blueprint.values import Host
from zoom_blueprint.web import reading, replies
from zoom_blueprint.web.signed_in import for_host

_BOM = "\ufeff"
_COLUMNS = (
    said("Name"),
    said("Email address"),
    said("What"),
    said("Status"),
    said("Start"),
    said("End"),
    said("Time zone"),
    said("Guests"),
    said("Page with the button"),
    said("Campaign source"),
    said("Campaign medium"),
    said("Campaign"),
    said("Answers"),
)
_FROM_CONTEXT = ("page_url", "utm_source", "utm_medium", "utm_campaign")
# In many countries spreadsheets part cells by semicolons: then one begins after each, and after each end of a line,
# and a quote with which it begins is gone when it is read: ""=1 is =1.
_FORMULA = re.compile(r"(?:^|(?<=[;\t\r\n]))(?=[ \"]*[=+@\uff1d\uff0b\uff0d\uff20\t\r-])")  # the wide ones are Japan's


@for_host
def export_clients(state: State, host: Host) -> AnyResponse:
    """Send every booking as a line of a table, in the order they were made, while it is being read."""
    spoken = reading.of_host(host)
    head = [spoken.say(words) for words in _COLUMNS]
    return _file(_table(head, state, host), "text/csv; charset=utf-8", "clients.csv")


@for_host
def export_client(state: State, host: Host, booking_id: str) -> AnyResponse:
    """Send all that is kept of one person, in a form that people and programs can read.

    It is theirs by the GDPR's article 15; what it leaves out, ``dossiers.of_person`` says.
    """
    booking = agendas.of_host(state, host.id, booking_id)
    found = dossiers.of_person(state, host.id, booking.email)
    content = {
        "email": booking.email,
        "names": list(dict.fromkeys(one.booking.name for one in found.chapters)),
        "host": {"name": host.name, "email": host.email},
        "exported_at": datetime.now(UTC),
        "bookings": [_told(one) for one in found.chapters],
        "guest_of": [
            {"event": one.event.title, "status": one.status, "start": one.start, "end": one.end}
            for one in found.as_guest
        ],
        "codes_asked_at": found.codes_asked_at,
        "address_shown_at": found.address_shown_at,
    }
    return _file(msgspec.json.format(replies.json(content), indent=2), "application/json", "client.json")


def _file(content: bytes | Iterator[str], kind: str, name: str) -> Response:
    response = Response(content, content_type=kind)
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    response.headers["Cache-Control"] = "no-store"
    return response


def _table(head: list[str], state: State, host: Host) -> Iterator[str]:
    """Yield the table, with a mark at its beginning by which Excel knows that it is UTF-8."""
    yield _BOM + _line(head)
    for booking in clients.every_booking(state, host.id):
        yield _line(_cells(booking, host))


def _cells(booking: values.Booking, host: Host) -> list[str]:
    there = zone(host.time_zone)
    labels = {question.name: question.label for question in booking.event.questions}
    return [
        booking.name,
        booking.email,
        booking.event.title,
        booking.status,
        *(f"{instant.astimezone(there):%Y-%m-%d %H:%M}" for instant in (booking.start, booking.end)),
        host.time_zone,
        ", ".join(booking.guests),
        *(booking.context.get(name, "") for name in _FROM_CONTEXT),
        "\n".join(f"{labels.get(name, name)}: {answer}" for name, answer in booking.answers.items()),
    ]


def _line(cells: list[str]) -> str:
    written = StringIO()
    csv.writer(written).writerow([_harmless(cell) for cell in cells])
    return written.getvalue()


def _harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula: strangers wrote it."""
    return _FORMULA.sub("'", cell)


def _told(chapter: Chapter) -> dict[str, Any]:
    booking = chapter.booking
    return {
        "id": booking.id,
        "event": booking.event.title,
        "status": booking.status,
        "ended_reason": booking.ended_reason,
        "cancel_reason": booking.cancel_reason,
        "start": booking.start,
        "end": booking.end,
        "name": booking.name,
        "email": booking.email,
        "time_zone": booking.time_zone,
        "language": booking.locale,
        "guests": booking.guests,
        "answers": booking.answers,
        "source": booking.context,
        "topic": booking.topic,
        "place": booking.location_text,
        "link": booking.join_url,
        "passcode": booking.passcode,
        "made_at": chapter.made_at,
        "changed_at": chapter.changed_at,
        "held_until": booking.hold_until,
        "confirmed_at": booking.confirmed_at,
        "meeting_started_at": booking.started_at,
        "meeting_ended_at": booking.ended_at,
        "calendar_event": booking.calendar and {"uid": booking.calendar.uid, "response": booking.calendar.response},
        "history": [_happened(event) for event in chapter.events],
        "told": [
            {"about": one.about, "to": one.subscriber, "outcome": one.outcome, "at": one.done_at}
            for one in chapter.told
        ],
        "stays": [{"name": one.name, "joined_at": one.joined_at, "left_at": one.left_at} for one in chapter.stays],
    }


def _happened(event: LifecycleEvent) -> dict[str, Any]:
    told: dict[str, Any] = {"name": event.name, "at": event.occurred_at}
    if isinstance(event.payload, BookingPayload):
        told |= {"start": event.payload.booking.start, "end": event.payload.booking.end, "words": event.payload.note}
    return told

"""A booking that a host makes for somebody who asked them, at an offered time or at any other that is free."""

import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

from babel import Locale
from flask import request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from zoom_blueprint.errors import BadInput, NotOpen
from zoom_blueprint.languages import CODES, Language, said
from zoom_blueprint.services import availability, bookables, by_hosts, doubts, event_types, first_tries
from zoom_blueprint.services.bookables import Bookable
from zoom_blueprint.state import State
from zoom_blueprint.values import Host
from zoom_blueprint.web import agenda, choosing, forms, reading, replies, typed_times, zone_names
from zoom_blueprint.web.contract import zulu
from zoom_blueprint.web.desk_forms import BookingForForm
from zoom_blueprint.web.kinds import kind_of
from zoom_blueprint.web.limits import inviting
from zoom_blueprint.web.signed_in import for_host, for_writing_host, see_other, tell, told_by_mail


@for_host
def choose_time_for(state: State, host: Host) -> AnyResponse:
    """Show what can be booked, and the offered times of the chosen event type."""
    events = [event for event in event_types.all_of(state, host.id) if event.active]
    wished = request.args.get("event")
    event = next((one for one in events if one.slug == wished), events[0] if events else None)
    offered = {}
    if event is not None:
        days = choosing.asked_days(host.time_zone)
        offered = choosing.choices(
            availability.offer(state, _bookable(state, host, event.slug), days, now=datetime.now(UTC)), days
        )
    return replies.page("book_for_times.html", host=host, events=events, event=event, **offered)


@for_host
def write_booking(state: State, host: Host) -> AnyResponse:
    """Show the form, with the chosen time in it."""
    bookable = _bookable(state, host, request.args.get("event", ""))
    fields = {"tz": host.time_zone, "lang": reading.of_host(host).code}
    with suppress(BadInput):  # whoever wants another time types it into the form
        fields |= typed_times.spread(typed_times.chosen(request.args, host.time_zone), host.time_zone)
    return _form(state, host, bookable, fields)


def _again(state: State, host: Host, *, errors: Mapping[str, str], status: int) -> AnyResponse:
    """Show the form with what was typed."""
    bookable = _bookable(state, host, request.form.get("event", ""))
    return _form(state, host, bookable, request.form, errors=errors, status=status)


@for_writing_host(_again)
def book_for(state: State, host: Host) -> AnyResponse:
    """Book, and go to the page of the booking; a time that visitors are not offered is asked about once more."""
    fields = request.form
    bookable = _bookable(state, host, fields.get("event", ""))
    try:
        start, answers, found = _read(host, bookable, fields)
        if fields.get("anyway") != zulu(start):
            doubt = doubts.about(state, bookable, start, now=datetime.now(UTC))
            if doubt is not None:
                return _form(state, host, bookable, fields, doubt=(doubt, start))
        guests = forms.guests_of(found["guests"])
        with inviting(state, host, (found["email"], *guests)):
            booking = by_hosts.book(
                state,
                host.id,
                bookable.event.slug,
                start=start,
                name=found["name"],
                email=found["email"],
                key=found["key"],
                time_zone=found["tz"],
                locale=found["lang"] or None,
                answers=answers,
                guests=guests,
                words=found["words"] or None,
            )
    except NotOpen as error:
        return _again(state, host, errors={"": str(error)}, status=kind_of(error)[0])
    booking = first_tries.with_link(state, booking)
    when = agenda.entry(host, booking).when
    tell(host, said("{name} is booked for {when}.", name=booking.name, when=when), told_by_mail(state, booking.name))
    return see_other(f"{state.links.base}/host/bookings/{booking.id}")


def _read(
    host: Host, bookable: Bookable, fields: MultiDict[str, str]
) -> tuple[datetime, dict[str, str], dict[str, str]]:
    """Return the start, the answers and the other fields of a form.

    Raises:
        BadInput: naming every bad field.
    """
    # Nobody can be made to answer over the phone what a visitor has to.
    questions = [replace(question, required=False) for question in bookable.event.questions]
    answers, errors = forms.answers_of(fields, questions)
    try:
        start = typed_times.chosen(fields, host.time_zone)
    except BadInput as error:
        forms.checked(BookingForForm(fields), errors | error.errors)
        raise
    return start, answers, forms.checked(BookingForForm(fields), errors)


def _form(
    state: State,
    host: Host,
    bookable: Bookable,
    fields: Mapping[str, str],
    *,
    errors: Mapping[str, str] | None = None,
    doubt: tuple[str, datetime] | None = None,
    status: int = 200,
) -> AnyResponse:
    return replies.page(
        "book_for.html",
        status,
        host=host,
        bookable=bookable,
        event=bookable.event,
        fields=fields,
        errors=errors or {},
        doubt=doubt[0] if doubt else None,
        anyway=zulu(doubt[1]) if doubt else None,
        # New for each form: a form that came back with errors has booked nothing.
        key=secrets.token_urlsafe(16),
        zones=zone_names.offered(fields.get("tz") or host.time_zone),
        languages=_languages(reading.of_host(host)),
        has_mail=state.has_mail,
        form=forms.ActionForm(),
    )


def _bookable(state: State, host: Host, slug: str) -> Bookable:
    return state.database.read(lambda session: bookables.find_of_host(session, host.id, slug))


def _languages(spoken: Language) -> list[tuple[str, str]]:
    """Return the languages that an invitee can be written to in, as their codes and names."""
    return [(code, Locale.parse(code).get_display_name(spoken.code) or code) for code in CODES]

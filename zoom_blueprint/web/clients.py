"""The host's clients: all of them, one of them with everything they booked, and one who is to be erased."""

from dataclasses import dataclass
from datetime import UTC, datetime

from flask import request
from werkzeug.wrappers import Response as AnyResponse

from zoom_blueprint.errors import BookingEnded
from zoom_blueprint.languages import said, said_count
from zoom_blueprint.services import agendas, forgettings, times
from zoom_blueprint.services import clients as people
from zoom_blueprint.services.forgettings import Held
from zoom_blueprint.services.lines import printable
from zoom_blueprint.state import State
from zoom_blueprint.values import Host
from zoom_blueprint.web import agenda, forms, paged, reading, replies
from zoom_blueprint.web.signed_in import for_host, see_other, tell, warn

_LONGEST_SEARCH = 100


@dataclass(frozen=True)
class Row:
    """One client as the list shows them; ``last`` and ``next`` are days."""

    booking_id: str
    name: str
    email: str
    coming: int
    past: int
    last: str
    next: str


@for_host
def clients(state: State, host: Host) -> AnyResponse:
    """Show who has booked, or those of them who are looked for."""
    search, number = printable(request.args.get("q", ""))[:_LONGEST_SEARCH], paged.number()
    found, has_more = people.page(state, host.id, now=datetime.now(UTC), search=search, number=number)
    return replies.page(
        "clients.html",
        host=host,
        clients=[_row(host, one) for one in found],
        search=search,
        number=number,
        has_more=has_more,
    )


@for_host
def client(state: State, host: Host, booking_id: str) -> AnyResponse:
    """Show everything that somebody has booked."""
    booking = agendas.of_host(state, host.id, booking_id)
    number = paged.number()
    found, has_more = people.bookings(state, host.id, booking.email, number=number)
    return replies.page(
        "client.html",
        host=host,
        booking=booking,
        schedule=agenda.schedule(host, found),
        number=number,
        has_more=has_more,
        has_mail=state.has_mail,
        form=forms.ActionForm(),
    )


@for_host
def ask_erase(state: State, host: Host, booking_id: str) -> AnyResponse:
    """Say what is held about somebody, and ask whether it shall be erased."""
    booking = agendas.of_host(state, host.id, booking_id)
    return replies.page(
        "erase.html",
        host=host,
        booking=booking,
        held=forgettings.held(state, host.id, booking.email),
        form=forms.ActionForm(),
    )


@for_host
def erase(state: State, host: Host, booking_id: str) -> AnyResponse:
    """Erase somebody, and tell what that was."""
    booking = agendas.of_host(state, host.id, booking_id)
    try:
        erased = forgettings.erase(state, host.id, booking.email)
    except BookingEnded as error:
        warn(host, error)
        return see_other(f"{state.links.base}/clients/{booking.id}/erase")
    tell(host, said("{name} is erased:", name=booking.name), *_counts(erased))
    return see_other(f"{state.links.base}/clients")


def _counts(erased: Held) -> list[str]:
    stays = said_count(
        "{n} stay in a meeting has no name any more.", "{n} stays in meetings have no names any more.", erased.stays
    )
    others = said_count(
        "{n} booking of somebody else has lost this guest.",
        "{n} bookings of others have lost this guest.",
        erased.guest_of,
    )
    return [
        said_count("{n} booking has no name, address or answers any more.",
                   "{n} bookings have no names, addresses or answers any more.", erased.bookings),
        said_count("{n} entry of what has happened is deleted.",
                   "{n} entries of what has happened are deleted.", erased.events),
        said_count("{n} record of a mail is deleted.", "{n} records of mails are deleted.", erased.mails),
        *([stays] if erased.stays else []),
        *([others] if erased.guest_of else []),
    ]  # fmt: skip


def _row(host: Host, one: people.Client) -> Row:
    zone, locale = host.time_zone, reading.of_host(host).locale

    def day(instant: datetime | None) -> str:
        return times.moment(instant, zone, locale) if instant else ""

    return Row(one.booking_id, one.name, one.email, one.coming, one.past, day(one.last), day(one.next))

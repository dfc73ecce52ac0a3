"""How often one client may ask, one host be booked, and one mail address be written to."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv6Address, ip_address

from flask import request

from zoom_blueprint.errors import StoreUnavailable
from zoom_blueprint.links import Links
from zoom_blueprint.services import addresses, checks, limits, mailboxes
from zoom_blueprint.services.bookables import Bookable
from zoom_blueprint.services.bookings import Request
from zoom_blueprint.services.limits import Tally
from zoom_blueprint.state import State, current_state
from zoom_blueprint.values import ApiKey, Host
from zoom_blueprint.web.asked import request_itself
from zoom_blueprint.web.kinds import TooMany

_PER_MAIL = "10 per hour; 20 per day"
_PER_ASKING = "10 per hour; 20 per day"
_GUESTS = "40 per hour; 80 per day"
_LOOKS = "20 per minute"
_PER_REPLAY = "3 per hour; 6 per day"
_IPV6_SITE = 64
_LONGEST_ADDRESS = 100
_UNLIMITED = ("healthz", "readyz", "widget")


def ensure_not_too_many(state: State) -> None:
    """Count one post of this client.

    Raises:
        TooMany: a limit of ``ZOOM_LIMITS`` is reached.
    """
    _refuse(limits.count(state, {limits.name(state, "client", client()): state.config.limits}))


def ensure_not_too_many_reads() -> None:
    """Count one GET of this client, in this process; to be called before each request of the public routes.

    Raises:
        TooMany: a limit of ``ZOOM_READ_LIMITS`` is reached.
    """
    asked = request_itself()
    if asked.method not in ("GET", "HEAD") or (asked.endpoint or "").rpartition(".")[2] in _UNLIMITED:
        return
    state = current_state()
    reader = _reader(state.links, asked.remote_addr or "unknown")
    _refuse(limits.count_here(state, reader, state.config.read_limits))


@dataclass
class Post:
    """One post of a client: the limits that it counts for, and what it made, if that counts it too."""

    limits: Mapping[str, str]
    made: Tally | None = None


@contextmanager
def posting(state: State) -> Iterator[Post]:
    """Count one post of this client as ``ensure_not_too_many`` does, in the transaction of what it makes.

    One that makes nothing is counted at the end. So a few more may pass that come in the same moment, at most as many
    as the site answers at once.

    Raises:
        TooMany: a limit of ``ZOOM_LIMITS`` is reached; nothing is run.
    """
    post = Post({limits.name(state, "client", client()): state.config.limits})
    _refuse(limits.wait(state, post.limits))
    try:
        yield post
    except StoreUnavailable:  # so nothing can be counted either
        raise
    except Exception:
        limits.count(state, post.limits)
        raise
    if post.made is None or not post.made.is_counted:
        limits.count(state, post.limits)


@contextmanager
def telling(state: State, mails: Iterable[str]) -> Iterator[None]:
    """Run what these people are told of by mail, whoever asked for it and from wherever: the form takes any address.

    Counted when it was done; else anybody could use up somebody else's tries by asking for what is refused. So a few
    more may pass that come in the same moment, at most as many as the site answers at once.

    Raises:
        TooMany: one of them was written to too often; nothing is run.
    """
    people = _people(state, mails)
    _refuse(limits.wait(state, people))
    yield
    limits.count(state, people)


def tally(state: State, bookable: Bookable, asked: Request, post: Post) -> Tally:
    """Return what a booking counts for: its people are told of it by mail, and its host is booked once more.

    ``bookings.confirm`` looks at it, and counts it when the booking is made: one that was made before and is sent again
    counts for nobody and is held up by nothing. It raises TooMany when one of its people was written to too often, this
    client asked the host for approval too often or invited too many guests, or the limit of ``ZOOM_HOST_LIMITS`` is
    reached.
    """
    host = {limits.name(state, "host", bookable.host.id): state.config.host_limits}
    counted = host | _people(state, (asked.email, *asked.guests))
    if bookable.event.approval:  # what is asked for is held until the host answers
        counted[limits.name(state, "asking", f"{client()} {bookable.host.id}")] = _PER_ASKING
    costs = {}
    if asked.guests:  # strangers, of whom one booking tells ten
        guests = limits.name(state, "guests", client())
        counted[guests], costs[guests] = _GUESTS, len(asked.guests)
    post.made = Tally(counted, costs, _refuse, also=post.limits)
    return post.made


@contextmanager
def inviting(state: State, host: Host, mails: Iterable[str]) -> Iterator[None]:
    """Run what a host books for somebody: any address can be typed there, and words of the host's own are mailed to it.

    Counted apart from what visitors do, so that neither keeps the other from booking.

    Raises:
        TooMany: one of them was written to too often by hosts, or the limit of ``ZOOM_HOST_LIMITS`` is reached.
    """
    counted = mailboxes.invited(state, host.id, mails)
    _refuse(limits.wait(state, counted))
    yield
    limits.count(state, counted)


@contextmanager
def retelling(state: State, mails: Iterable[str]) -> Iterator[None]:
    """Run what a host changes about a booking, of which these people are told by mail, with a link of the host's own.

    There is always a way out: cancelling is not counted.

    Raises:
        TooMany: one of them was written to too often by hosts; nothing is run.
    """
    counted = mailboxes.retold(state, mails)
    _refuse(limits.wait(state, counted))
    yield
    limits.count(state, counted)


def ensure_not_too_many_checks(state: State, whose: str) -> None:
    """Count one press of a button that asks others how they are, for a host or about a connection, by its id.

    Raises:
        TooMany: the host presses it again and again.
    """
    _refuse(limits.count(state, checks.by_pages(state, whose)))


def ensure_not_too_many_looks(state: State, host: Host) -> None:
    """Count one page for which Zoom is asked, in this process.

    Raises:
        TooMany: the host opens it again and again.
    """
    _refuse(limits.count_here(state, limits.name(state, "looks", host.id), _LOOKS))


@contextmanager
def replaying(state: State, host: Host, row_id: str, mail: str | None) -> Iterator[None]:
    """Run what a host has sent once more; to a stranger it counts like what the host books for somebody.

    Raises:
        TooMany: it was sent again too often, or its reader was written to too often by hosts, or by this one.
    """
    counted = mailboxes.invited(state, host.id, () if mail is None else (mail,))
    counted[limits.name(state, "replay", row_id)] = _PER_REPLAY
    _refuse(limits.wait(state, counted))
    yield
    limits.count(state, counted)


def ensure_not_too_many_calls(state: State, key: ApiKey) -> None:
    """Count one call of a program.

    Raises:
        TooMany: the limit of ``ZOOM_API_LIMITS`` is reached.
    """
    _refuse(limits.count(state, {limits.name(state, "program", key.id): state.config.api_limits}))


def count_refusal(state: State) -> int:
    """Count one request that showed no good API key, and return for how many seconds its client has had too many.

    In this process, as reads are: what is counted for all of them would cost more than what it saves. It is counted
    when it is refused, so whoever shows a good key from the same address is not held up.
    """
    return limits.count_here(state, limits.name(state, "refused", client()), state.config.limits)


def client() -> str:
    """Return by what the asking client is known: ``remote_addr``, for which the host app's ``ProxyFix`` vouches.

    Whoever has one IPv6 address has 2⁶⁴ of them.
    """
    return _known_as(request.remote_addr or "unknown")


@lru_cache(maxsize=1024)
def _reader(links: Links, address: str) -> str:
    """Return by what a reader is counted; the same few ask again and again."""
    return limits.name_by(links, "reader", _known_as(address))


@lru_cache(maxsize=1024)
def _known_as(address: str) -> str:
    try:
        found = ip_address(address)
    except ValueError:
        return address[:_LONGEST_ADDRESS]
    if not isinstance(found, IPv6Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return f"{IPv6Address(int(found) >> _IPV6_SITE << _IPV6_SITE)}/{_IPV6_SITE}"


def _refuse(seconds: int) -> None:
    if seconds:
        raise TooMany(seconds)


def _people(state: State, mails: Iterable[str]) -> dict[str, str]:
    """Return the limits of mail addresses: more for one whose owner asks, which a code has shown of this client."""
    told = set(mails)
    known = addresses.known(state, told, client()) if addresses.are_asked(state) else set()
    return {
        limits.name(state, "known" if mail in known else "mail", mailboxes.of(mail)): (
            mailboxes.FOR_HOSTS if mail in known else _PER_MAIL
        )
        for mail in told
    }

"""Whether everything is right: what visitors were told, what stands in our rows, at Zoom and in everybody's inbox."""

import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement

from tests.chaos.app import CALL
from tests.chaos.lives import Life
from tests.chaos.mails import Mail, Mails
from tests.fixtures.waiting import wait_until
from tests.services.looking import LONG_AGO, rows, turn
from zoom_blueprint import Host, values
from zoom_blueprint.services import agendas, meetings, times
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.testing import Simulator
from zoom_blueprint.values import BookingStatus, MeetingStatus

_Queue = type[models.Meeting] | type[models.Delivery] | type[models.WebhookEvent]
_QUEUES: tuple[_Queue, ...] = (models.Meeting, models.Delivery, models.WebhookEvent)
_SHOWN = 12
_LATE_WEBHOOKS = 20
Json = dict[str, Any]


def owed(state: State) -> list[str]:
    """Return what is still owed or parked, as short words; duties are owed for ever."""
    found = []
    for model in _QUEUES:
        unfinished: ColumnElement[bool] = model.due_at.is_not(None) | model.claim.is_not(None)
        found += [f"{model.__name__} {row.last_error or 'due'}" for row in rows(state, model, unfinished)]
        found += [f"{model.__name__} is parked" for _ in rows(state, model, model.parked_at.is_not(None))]
    return found


def wait_for_quiet(state: State, seconds: float) -> float:
    """Wait until nothing is owed, and return for how long that was; fail with what still is after ``seconds``.

    The two minutes in which a meeting may still surface whose create was not answered are not waited for.
    """
    begin = time.monotonic()

    def is_quiet() -> bool:
        left = rows(state, models.Meeting, models.Meeting.due_at.is_not(None))
        surfacing = [row.id for row in left if row.claim is None and row.due_at == row.unsure_until]
        if surfacing and len(surfacing) == len(owed(state)):
            which = models.Meeting.id.in_(surfacing)
            turn(state, models.Meeting, which, unsure_until=LONG_AGO, due_at=LONG_AGO)
        return not owed(state)

    try:
        wait_until(is_quiet, seconds, every=0.25)
    except AssertionError:
        raise AssertionError(f"Still owed after {seconds} s: {Counter(owed(state))}") from None
    return time.monotonic() - begin


def check(state: State, simulator: Simulator, mails: Mails, lives: Sequence[Life]) -> None:
    """Compare everything for the bookings of these lives, which are all there are, when nothing is owed.

    A late webhook may have had a meeting looked at again since somebody waited for that.
    """
    wait_for_quiet(state, _LATE_WEBHOOKS)
    wrong = list(differences(state, simulator, mails, lives))
    assert not wrong, f"{len(wrong)} things are wrong, for example:\n" + "\n".join(wrong[:_SHOWN])


def differences(state: State, simulator: Simulator, mails: Mails, lives: Sequence[Life]) -> Iterator[str]:
    """Say in words what is not right."""
    known = {life.booking["id"] for life in lives}
    stored = {row.id for row in rows(state, models.Booking)}
    yield from (f"booking {one} was confirmed and is lost" for one in known - stored)
    yield from (f"booking {one} is of nobody" for one in stored - known)
    at_zoom = defaultdict(list)
    for found in simulator.meetings():
        at_zoom[found["agenda"].partition("\n")[0]].append(found)
    inboxes = _inboxes(mails.read())
    for life in lives:
        booking = agendas.get(state, life.booking["id"])
        there = at_zoom.pop(meetings.marker(booking.id), [])
        for what in _differences(life, booking, there, inboxes):
            yield f"{life.name} with {life.host.name} ({life.moves} moves, cancels: {life.cancels}): {what}"
    yield from (f"a meeting at Zoom is of no booking: {mark}" for mark in at_zoom if mark.startswith("Booking"))


def burnt(simulator: Simulator, people: Sequence[Host]) -> list[str]:
    """Return which of these hosts have not exactly one grant that Zoom honours, with one refresh chain."""
    ids = {one["id"]: one["short"] for one in simulator.users()}
    live = [ids[grant["user_id"]] for grant in simulator.grants() if grant["live"] and grant["valid_refresh_tokens"]]
    return sorted(host.slug or "" for host in people if live.count(host.slug or "") != 1)


def _differences(
    life: Life, booking: values.Booking, there: list[Json], inboxes: dict[str, list[Mail]]
) -> Iterator[str]:
    start, end = datetime.fromisoformat(life.start), booking.end
    status = BookingStatus.CANCELLED if life.is_cancelled else BookingStatus.CONFIRMED
    if (booking.status, booking.start) != (status, start):
        yield f"is {booking.status} at {booking.start}, and was told {status} at {start}"
    takes_place_in_zoom = not life.is_cancelled and life.event == CALL.slug
    if [meeting["start_time"] for meeting in there] != [life.start] * takes_place_in_zoom:
        starts = [meeting["start_time"] for meeting in there]
        yield f"has meetings at {starts} and not at {life.start}; conflict: {booking.conflict}"
    link = str(there[0]["join_url"]) if there else None
    if booking.join_url != link or (takes_place_in_zoom and booking.meeting_status is not MeetingStatus.READY):
        yield f"has the link {booking.join_url} ({booking.meeting_status}), and Zoom {link}"
    about = {life.mail: "Europe/Paris", life.host.email: life.host.time_zone}
    for reader, zone in about.items():
        told = [mail for mail in inboxes[reader] if reader == life.mail or life.name in mail.text + mail.subject]
        if not told:
            yield f"{reader} was told nothing"
        elif life.is_cancelled:
            if "Cancelled" not in told[-1].subject:
                yield f"{reader} was told last: {told[-1].subject}"
        elif times.spell(start, end, zone, "en") not in told[-1].text or (link or "") not in told[-1].text:
            yield f"{reader} was not told of {link} at {life.start}, but last: {told[-1].subject} {told[-1].text}"


def _inboxes(mails: Sequence[Mail]) -> dict[str, list[Mail]]:
    found = defaultdict(list)
    for mail in mails:
        address = mail.to.rpartition("<")[2].rstrip(">")
        found[address].append(mail)
    return found

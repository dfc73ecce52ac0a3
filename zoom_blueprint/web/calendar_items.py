"""One entry of the calendar in words, with the addresses to which it leads."""

from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from zoom_blueprint.languages import said
from zoom_blueprint.scheduling.zones import zone
from zoom_blueprint.services import times
from zoom_blueprint.services.calendars import Busy, Entry, Link
from zoom_blueprint.values import BlockedTime, BookingStatus, Host
from zoom_blueprint.web.places import Place

Thing = Entry | BlockedTime | Busy
_ANY = "0" * 32  # in the place of an id: an address is built once, not once for each of hundreds
_STATES = {
    Link.TROUBLE: said("Its Zoom link needs your attention"),
    Link.COMING: said("Its Zoom link is being made"),
}


@dataclass(frozen=True, slots=True)
class Item:
    """A booking, blocked or busy time on one day; ``place`` are the classes that say where it stands among the hours.

    Without an ``address`` there is no more to be seen of it, without ``cancel`` nothing to be cancelled. ``moment`` is
    when that begins which ``cancel`` is about.
    """

    id: str
    start: str
    end: str
    name: str
    title: str
    colour: str
    state: str | None
    sign: str
    is_request: bool
    is_blocked: bool
    is_over: bool
    address: str
    cancel: str
    moment: str
    place: str


class Items:
    """What the entries of one page have in common."""

    def __init__(self, host: Host, place: Place, locale: str, now: datetime) -> None:
        self._zone, self._key, self._locale, self._now = zone(host.time_zone), host.time_zone, locale, now
        self._clocks: dict[object, str] = {}
        self._query = place.query
        self._cancel = url_for(".ask_cancel", booking_id=_ANY) + place.query
        self._blocked = url_for(".blocked_times")

    def of(self, thing: Thing, day: tuple[datetime, datetime], place: str) -> Item:
        """Return an entry as it is shown on a day that begins and ends at these instants."""
        is_whole = thing.start <= day[0] and thing.end >= day[1]
        start = said("All day") if is_whole else self._clock(max(thing.start, day[0]))
        end = "" if is_whole else self._clock(min(thing.end, day[1]))
        if isinstance(thing, Entry):
            return self._of_booking(thing, start, end, place)
        if isinstance(thing, Busy):
            return self._of_busy(thing, start, end, place)
        return self._of_block(thing, start, end, place)

    def _of_booking(self, entry: Entry, start: str, end: str, place: str) -> Item:
        is_over = entry.end <= self._now
        is_request = entry.status is BookingStatus.PENDING
        can_be_cancelled = not is_over and not is_request  # a request is answered
        state = said("Waiting for your answer") if is_request else None if is_over else _STATES.get(entry.link)
        return Item(
            id=entry.id,
            start=start,
            end=end,
            name=entry.name,
            title=entry.title,
            colour=entry.colour,
            state=state if entry.name else said("Who booked it is no longer kept"),
            sign="clock" if is_request or state is _STATES[Link.COMING] else "alert" if state else "",
            is_request=is_request,
            is_blocked=False,
            is_over=is_over,
            address=f"{self._query}&booking={entry.id}#panel" if entry.name else "",
            cancel=self._cancel.replace(_ANY, entry.id) if can_be_cancelled else "",
            moment=times.short_moment(entry.start, self._key, self._locale) if can_be_cancelled else "",
            place=place,
        )

    def _of_block(self, block: BlockedTime, start: str, end: str, place: str) -> Item:
        is_over = block.end <= self._now
        return Item(
            id=block.id,
            start=start,
            end=end,
            name=block.title,
            title=said("Blocked"),
            colour="",
            state=None,
            sign="",
            is_request=False,
            is_blocked=True,
            is_over=is_over,
            address="" if is_over else f"{self._blocked}#block-{block.id}",
            cancel="",
            moment="",
            place=place,
        )

    def _of_busy(self, busy: Busy, start: str, end: str, place: str) -> Item:
        return Item(
            id="",
            start=start,
            end=end,
            name="",
            title=said("Busy in Google Calendar"),
            colour="",
            state=None,
            sign="",
            is_request=False,
            is_blocked=True,
            is_over=busy.end <= self._now,
            address="",
            cancel="",
            moment="",
            place=place,
        )

    def _clock(self, instant: datetime) -> str:
        """Return the time of day; where clocks show it twice, with what they are ahead of UTC."""
        local = instant.astimezone(self._zone)
        shown, offset = local.time(), local.utcoffset()
        words = self._clocks.get(shown)
        if words is None:
            words = self._clocks[shown] = times.clock(instant, self._key, self._locale)
        if offset == local.replace(fold=1 - local.fold).utcoffset():
            return words
        return f"{words} ({times.zone_label(instant, self._key).rpartition(', ')[2]})"

"""Why a time is not offered, in words for the host who asks about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import url_for
from markupsafe import Markup

from zoom_blueprint.errors import BadInput
from zoom_blueprint.languages import Said, said, said_count
from zoom_blueprint.scheduling.rules import Rolling
from zoom_blueprint.scheduling.slots import Reason
from zoom_blueprint.scheduling.zones import zone
from zoom_blueprint.services import explanations, reasons, times
from zoom_blueprint.services.bookables import Bookable
from zoom_blueprint.services.explanations import Explanation, Obstacle
from zoom_blueprint.state import State
from zoom_blueprint.values import BookingStatus, Host
from zoom_blueprint.web import google_card, reading, typed_times

FIELDS = ("why-date", "why-time")


@dataclass(frozen=True)
class Sentence:
    """One thing in the way; ``address`` leads to it, if it has a page."""

    words: str
    address: str | None = None


@dataclass(frozen=True)
class Answer:
    """What a host is told about a time; ``besides`` holds whatever the time is."""

    moment: str
    is_offered: bool
    sentences: list[Sentence]
    besides: list[str]
    before: str | None
    after: str | None


def answer(
    state: State,
    bookable: Bookable,
    fields: Mapping[str, str],
    *,
    is_connected: bool,
    has_google: bool,
    now: datetime,
) -> Answer:
    """Answer about ``why-date`` and ``why-time`` of a form, in the host's zone.

    ``is_connected``: to a Zoom that works; ``has_google``: to a Google Calendar that does.

    Raises:
        BadInput: naming every bad field.
    """
    asked = {name.removeprefix("why-"): fields.get(name, "") for name in FIELDS}
    try:
        start = typed_times.chosen(asked, bookable.host.time_zone)
    except BadInput as error:
        raise BadInput({f"why-{name}": told for name, told in error.errors.items()}) from None
    found = explanations.explain(state, bookable, start, now=now)
    teller = _Teller(bookable, found, now)
    return Answer(
        moment=teller.moment(start),
        is_offered=not found.obstacles and bookable.event.active and bookable.is_open,
        sentences=[teller.tell(one) for one in found.obstacles],
        besides=[
            *_besides(bookable, is_connected=is_connected, has_google=has_google),
            *_of_calendars(state, bookable),
        ],
        before=teller.moment(found.before) if found.before else None,
        after=teller.moment(found.after) if found.after else None,
    )


def _besides(bookable: Bookable, *, is_connected: bool, has_google: bool) -> list[str]:
    told: list[str] = []
    if not bookable.event.active:
        told.append(said("It is switched off: nobody can book it at any time."))
    elif bookable.event.hidden:
        told.append(said("It is hidden: only whoever has its address can book it."))
    without = None if is_connected else reasons.without_zoom(bookable.event, has_google=has_google)
    return [*told, without] if without else told


def _of_calendars(state: State, bookable: Bookable) -> list[str]:
    unread = google_card.unread(state, bookable.host, bookable.calendars)
    return [unread] if unread else []


def _apart(words: str) -> Markup:
    """Return what somebody has written so that it is read in its own direction, and disturbs no other word's."""
    return Markup("<bdi>{}</bdi>").format(words)


class _Teller:
    """Says what is in the way in the language and the zone of the host."""

    def __init__(self, bookable: Bookable, found: Explanation, now: datetime) -> None:
        self.bookable, self.found, self.now = bookable, found, now
        self.host: Host = bookable.host
        self.locale = reading.of_host(bookable.host).locale

    def moment(self, instant: datetime) -> str:
        return times.moment(instant, self.host.time_zone, self.locale)

    def tell(self, one: Obstacle) -> Sentence:
        match one.reason:
            case Reason.PAST:
                return Sentence(said("It is over."))
            case Reason.NOTICE:
                told = said(
                    "It is too soon: your notice lasts until {moment}.", moment=self.moment(self.found.earliest)
                )
                return Sentence(told)
            case Reason.HORIZON:
                return Sentence(self._horizon())
            case Reason.OUTSIDE_HOURS:
                return Sentence(self._hours())
            case Reason.OFF_GRID:
                return Sentence(self._grid())
            case Reason.BUSY:
                return self._busy(one)
            case Reason.LIMIT_DAY:
                return Sentence(
                    self._limit(one, said("That day has as many bookings as you allow: {count} of {limit}."))
                )
            case Reason.LIMIT_WEEK:
                return Sentence(
                    self._limit(one, said("That week has as many bookings as you allow: {count} of {limit}."))
                )

    def _limit(self, one: Obstacle, words: Said) -> Said:
        return said(words, count=one.count, limit=one.limit)

    def _horizon(self) -> Said:
        rules, place = self.bookable.rules, zone(self.bookable.schedule.time_zone)
        if isinstance(rules.horizon, Rolling):
            last = self.now.astimezone(place).date() + timedelta(days=rules.horizon.days)
            return said("It is too far ahead: {day} is the last day on which it can be booked.", day=self._date(last))
        event = self.bookable.event
        return said(
            "It can be booked from {first} to {last} only.",
            first=self._date(event.first_day),
            last=self._date(event.last_day),
        )

    def _hours(self) -> Said:
        minutes = said_count("{n} minute", "{n} minutes", self.bookable.rules.duration)
        if not self.found.hours:
            return said("It is outside your hours: {day} is closed.", day=self._day())
        return said(
            "It does not lie within your hours with all of its {minutes}. Those of {day}: {hours}.",
            minutes=minutes,
            day=self._day(),
            hours=self._spans(self.found.hours),
        )

    def _grid(self) -> Said:
        every = said_count("{n} minute", "{n} minutes", self.bookable.rules.step)
        near = " · ".join(times.clock(at, self.host.time_zone, self.locale) for at in self.found.grid)
        told = said("Times are offered every {minutes}, counted from the beginning of your hours.", minutes=every)
        return said("{one} {other}", one=told, other=said("The nearest: {times}.", times=near)) if near else told

    def _busy(self, one: Obstacle) -> Sentence:
        when = self._when(*one.busy) if one.busy else ""
        if one.booking is not None:
            is_asked = one.booking.status is BookingStatus.PENDING
            values = {"name": _apart(one.booking.name), "event": _apart(one.booking.event.title), "when": when}
            what = (
                said("{name} asks for {event}: {when}.", **values)
                if is_asked
                else said("{name} has booked {event}: {when}.", **values)
            )
            address = url_for(".booking_of_host", booking_id=one.booking.id)
        elif one.block is not None:
            what, address = said("You have blocked time: {when}.", when=when), url_for(".blocked_times")
            if one.block.title:
                what = said("You have blocked time for “{title}”: {when}.", title=_apart(one.block.title), when=when)
        elif one.is_in_calendar:
            what, address = said("Your Google Calendar says that you are busy: {when}.", when=when), None
        else:
            address = None
            what = (
                said("Another calendar is busy: {when}.", when=when)
                if one.is_elsewhere
                else said("A booking has this time: {when}.", when=when)
            )
        if one.buffer is not None:
            beside = said_count(
                "{n} minute beside it is kept free.", "{n} minutes beside it are kept free.", one.buffer
            )
            what = said("{one} {other}", one=what, other=beside)
        return Sentence(what, address)

    def _day(self) -> str:
        return times.day(self.found.start, self.bookable.schedule.time_zone, self.locale)

    def _date(self, day: date | None) -> str:
        if day is None:
            return ""
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=zone(self.bookable.schedule.time_zone))
        return times.day(noon, self.bookable.schedule.time_zone, self.locale)

    def _spans(self, spans: Sequence[tuple[datetime, datetime]]) -> str:
        told = ", ".join(f"{self._clock(begin)} – {self._clock(end)}" for begin, end in spans)
        place = self.bookable.schedule.time_zone
        return told if place == self.host.time_zone else f"{told} ({times.zone_label(self.found.start, place)})"

    def _clock(self, instant: datetime) -> str:
        return times.clock(instant, self.bookable.schedule.time_zone, self.locale)

    def _when(self, begin: datetime, end: datetime) -> str:
        place = self.host.time_zone
        first, last = (times.day(at, place, self.locale) for at in (begin, end - timedelta(seconds=1)))
        if first == last:
            clocks = (times.clock(at, place, self.locale) for at in (begin, end))
            return f"{first}, {' – '.join(clocks)}"
        return f"{self.moment(begin)} – {self.moment(end)}"

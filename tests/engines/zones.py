"""Odd days of time zones: what is offered then, and what a calendar must show of it by Python's zoneinfo."""

import calendar
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

AROUND, NEAR, FAR = timedelta(hours=15), timedelta(minutes=30), timedelta(hours=11)
ALL_IN_ALL = timedelta(days=75)
SHOWN = """() => {
  const dialog = document.querySelector("book-now").shadowRoot.querySelector("dialog");
  const plain = (text) => text.replace(/\\s/gu, " ");
  const texts = (from, selector) => [...from.querySelectorAll(selector)].map((one) => plain(one.textContent));
  const days = () => [...dialog.querySelectorAll(".day")];
  return days().map((_, place) => {
    const day = days()[place];
    const label = plain(day.getAttribute("aria-label"));
    if (day.getAttribute("aria-disabled") === "true") return [label, []];
    day.click();
    const parts = [...dialog.querySelectorAll(".picker h4")];
    return [label, [
      ...texts(dialog, ".day-name"),
      ...parts.map((part) => [plain(part.textContent), ...texts(part.nextElementSibling, ".time")]),
    ]];
  });
}"""
Shown = list[list[Any]]


@dataclass(frozen=True)
class OddDay:
    """A moment at which something happens in a zone, and when a visitor looks at its month."""

    zone: str
    looks: str
    happens: str
    typed: str = ""

    @property
    def now(self) -> datetime:
        """When the visitor looks."""
        return datetime.fromisoformat(self.looks).replace(tzinfo=UTC)

    def starts(self) -> Iterator[datetime]:
        """Yield what is offered: each half an hour around the moment, and now and then else."""
        moment = datetime.fromisoformat(self.happens).replace(tzinfo=UTC)
        at = self.now + FAR
        while at < self.now + ALL_IN_ALL:
            yield at
            at += NEAR if abs(at - moment) < AROUND else FAR

    def answer(self, like: Mapping[str, Any], asked: Mapping[str, str]) -> dict[str, Any]:
        """Return what the site would answer, by an answer of now and the query."""
        zone = ZoneInfo(asked["tz"])
        first, last = (date.fromisoformat(asked[name]) for name in ("from", "to"))
        found = [at for at in self.starts() if first <= at.astimezone(zone).date() <= last]
        return {
            **like,
            "slots": [at.strftime("%Y-%m-%dT%H:%M:%SZ") for at in found],
            "time_zone": asked["tz"],
            "clock": found[0].astimezone(zone).strftime("%Y-%m-%dT%H:%M"),
        }

    def must_show(self, month: date) -> Shown:
        """Return what each day of a month must show, as ``SHOWN`` reads it."""
        zone = ZoneInfo(self.zone)
        days: dict[date, list[datetime]] = {}
        for at in self.starts():
            days.setdefault(at.astimezone(zone).date(), []).append(at.astimezone(zone))
        last = calendar.monthrange(month.year, month.month)[1]
        return [_must_show(day, days.get(day, [])) for day in (month.replace(day=n + 1) for n in range(last))]

    def months(self) -> Iterator[date]:
        """Yield the month that is shown first and the two after it, which no single answer covers."""
        month = self.now.astimezone(ZoneInfo(self.zone)).date().replace(day=1)
        for _ in range(3):
            yield month
            month = (month + timedelta(days=31)).replace(day=1)


def _must_show(day: date, times: list[datetime]) -> list[Any]:
    name = f"{day:%A, %B} {day.day}"
    parts = [
        [part, *(label for _, label in found)] for part, found in itertools.groupby(_labels(times), lambda it: it[0])
    ]
    return [f"{name}, Free times: {len(times)}", [name, *parts] if times else []]


def _labels(times: list[datetime]) -> Iterator[tuple[str, str]]:
    clocks = [at.strftime("%H:%M") for at in times]
    for at in times:
        label = f"{at.hour % 12 or 12}:{at:%M %p}"
        if clocks.count(at.strftime("%H:%M")) > 1:
            label += f" {_abbreviation(at)}"
        yield "Morning" if at.hour < 12 else "Afternoon" if at.hour < 17 else "Evening", label


def _abbreviation(at: datetime) -> str:
    """Return what Americans call it, who have words for their own zones only."""
    if str(at.tzinfo).startswith("America/Chi"):
        return at.strftime("%Z")
    hours, minutes = divmod((at.utcoffset() or timedelta()) // timedelta(minutes=1), 60)
    return f"GMT{hours:+d}" + (f":{minutes}" if minutes else "")


BERLIN_FORTH = OddDay("Europe/Berlin", "2024-03-20T12:00", "2024-03-31T01:00")
BERLIN_BACK = OddDay("Europe/Berlin", "2024-10-20T12:00", "2024-10-27T01:00")
CHICAGO_BACK = OddDay("America/Chicago", "2024-10-28T12:00", "2024-11-03T07:00")
LORD_HOWE_BACK = OddDay("Australia/Lord_Howe", "2024-03-25T12:00", "2024-04-06T15:00")
LORD_HOWE_FORTH = OddDay("Australia/Lord_Howe", "2024-09-25T12:00", "2024-10-05T15:30")
SAO_PAULO_FORTH = OddDay("America/Sao_Paulo", "2018-10-25T12:00", "2018-11-04T03:00")
KATHMANDU_NEW_YEAR = OddDay("Asia/Kathmandu", "2023-12-20T12:00", "2023-12-31T18:15", "mandu")
KATHMANDU_LEAP_DAY = OddDay("Asia/Kathmandu", "2024-02-10T12:00", "2024-02-29T18:15", "mandu")
APIA_NO_DAY = OddDay("Pacific/Apia", "2011-12-20T12:00", "2011-12-30T10:00")

"""Google goes wrong in every way it knows while people book, move and cancel: in the end everything is right."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import delete

from tests.chaos.app import UNLIMITED
from tests.chaos.lives import seed_of_today
from tests.faults.plan import HTML
from tests.fixtures.google import connect_google
from tests.fixtures.shown import Show
from tests.fixtures.site import MakeSite, Site
from tests.services.looking import LONG_AGO, cancel, look, make_due, move, rows, turn
from zoom_blueprint.store import models

_NOW: Mapping[str, object] = {"Retry-After": "1"}


def _google(status: int, reason: str, **more: object) -> dict[str, object]:
    told = {"errors": [{"domain": "usageLimits", "reason": reason, "message": reason}], "code": status}
    return {"status": status, "body": {"error": {**told, "message": reason}}, **more}


FAULTS: Mapping[str, Mapping[str, object]] = {
    "dropped before": {"drop": "before"},
    "dropped after": {"drop": "after"},
    "done and 500": {"effect": True, "status": 500, "body": HTML},
    "done and cut short": {"truncate": 40},
    "html 200": {"status": 200, "body": HTML},
    "html 502": {"status": 502, "body": HTML},
    "503": _google(503, "backendError"),
    "rateLimitExceeded": _google(403, "rateLimitExceeded"),
    "userRateLimitExceeded": _google(403, "userRateLimitExceeded"),
    "quotaExceeded": _google(403, "quotaExceeded"),
    "429": _google(429, "rateLimitExceeded", headers=_NOW),
    "token refused": _google(401, "authError"),
    "changed meanwhile": _google(412, "conditionNotMet"),
    "late effect": {"delay": 0.2},
    "late answer": {"delay_after": 0.2},
}
ROUTES = ("insert_event", "insert_event", "insert_event", "patch_event", "delete_event", "get_event")
OF_SYNCS = ("list_events", "list_calendars", "watch_events")
BURSTS = (1, 1, 3)
STRUCK = {"insert_event", "patch_event", "google_token"}


@dataclass
class Storm:
    """Visitors of one host, at a site whose Google goes wrong as the dice have it."""

    site: Site
    dice: random.Random
    cancelled: set[str] = field(default_factory=set)
    bookings: list[dict[str, Any]] = field(default_factory=list)

    def wave(self, size: int) -> None:
        """Let some book, and some of those before them move or cancel, while several calls go wrong."""
        # It is Google's storm: Zoom's hundred a day are used up by nobody.
        self.site.state.database.write(lambda session: session.execute(delete(models.ZoomQuota)))
        for route in (*self.dice.choices(ROUTES, k=size // 2), self.dice.choice(OF_SYNCS)):
            name = self.dice.choice(list(FAULTS))
            if route == "insert_event" and name == "changed meanwhile":
                continue  # nobody says that of what is new
            self.site.simulator.fault(route=route, times=self.dice.choice(BURSTS), **FAULTS[name])
        if self.dice.random() < 0.5:
            self.site.simulator.google.forget_changes()
        if self.dice.random() < 0.5:
            self.site.simulator.fault(route="google_token", status=503)
            turn(self.site.state, models.Grant, expires_at=LONG_AGO)
        held = [one for one in self.bookings if one["id"] not in self.cancelled]
        for booking in self.dice.sample(held, min(len(held), size // 2)):
            if self.dice.random() < 0.5:
                cancel(self.site, booking)
                self.cancelled.add(booking["id"])
            else:
                move(self.site, booking, self.dice.randrange(20))
        for _ in range(size):
            offered = self.site.slots(days=60)
            number = len(self.bookings)
            place = {"start": self.dice.choice(offered["slots"]), "token": offered["token"], "key": f"attempt-{number}"}
            self.bookings.append(self.site.booked(**place, email=f"guest{number}@example.com"))
        self.site.drain()

    def settle(self) -> None:
        """Let it be over, and all the time pass that anything waits for."""
        self.site.simulator.clear_faults()
        self.site.simulator.google.forget_changes()
        for _ in range(6):
            turn(self.site.state, models.Grant, wait_until=None)
            for model in (models.Meeting, models.CalendarEvent):
                turn(self.site.state, model, model.unsure_until.is_not(None), unsure_until=LONG_AGO)
                make_due(self.site.state, model)
            make_due(self.site.state, models.Duty)
            self.site.drain()

    def struck(self) -> set[str]:
        """Return the calls of which some went wrong."""
        return {call["route"] for call in self.site.simulator.calls() if call["fault"]}

    def wrongs(self) -> list[str]:
        """Return what is wrong in the end, in words."""
        found = [
            f"the event of {row.booking_id} waits: {row.reason} {row.last_error}"
            for row in rows(self.site.state, models.CalendarEvent)
            if row.due_at is not None or row.parked_at is not None or row.claim is not None
        ]
        standing = [one for one in self.site.simulator.google.events("ada") if one["status"] != "cancelled"]
        for booking in self.bookings:
            there = [one for one in standing if one["extendedProperties"]["private"]["booking"] == booking["id"]]
            standing = [one for one in standing if one not in there]
            now = look(self.site, booking)
            assert (now["status"] == "cancelled") == (booking["id"] in self.cancelled)
            wish = [] if booking["id"] in self.cancelled else [(_instant(now["start"]), now["join_url"])]
            seen = [(_instant(one["start"]["dateTime"]), _link(one)) for one in there]
            if seen != wish or (wish and wish[0][1] is None):
                found.append(f"{booking['id']}: wished was {wish}, and in Google Calendar there is {seen}")
        return found + [f"there are {len(standing)} events of nobody's"] * bool(standing)


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _link(event: Mapping[str, Any]) -> str | None:
    return event["conferenceData"]["entryPoints"][0]["uri"] if "conferenceData" in event else None


def weather(site: Site, show: Show, *, bookings: int) -> None:
    seed = seed_of_today()
    show(f"seed {seed}")
    storm = Storm(site, random.Random(seed))
    while len(storm.bookings) < bookings or (not storm.struck() >= STRUCK and len(storm.bookings) < 2 * bookings):
        storm.wave(10)
    storm.settle()
    assert storm.wrongs() == []
    assert storm.struck() >= STRUCK
    assert 410 in {call["status"] for call in site.simulator.calls("list_events")}, "no sync token was too old"
    told = [one["email"] for one in site.simulator.google.invitations("invited")]
    assert len(told) == len(set(told)), "nobody is invited twice"
    held = [number for number, one in enumerate(storm.bookings) if one["id"] not in storm.cancelled]
    assert {f"guest{number}@example.com" for number in held} <= set(told)


@pytest.fixture
def stormy(make_google_site: MakeSite) -> Site:
    """A site without limits whose host has connected Zoom and Google Calendar."""
    site = make_google_site(**UNLIMITED)
    site.simulator.knobs(host_daily_limit=0)
    site.connect()
    assert connect_google(site).status_code == 302
    site.drain()
    return site


@pytest.mark.parametrize("database_kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.deep)])
def test_after_all_faults_of_google_every_booking_has_its_one_event(stormy: Site, show: Show) -> None:
    weather(stormy, show, bookings=60)


@pytest.mark.deep
@pytest.mark.timeout(900)
def test_after_all_faults_of_google_each_of_300_bookings_has_its_one_event(stormy: Site, show: Show) -> None:
    weather(stormy, show, bookings=300)

"""Limits per day and week: of each event type for itself, in days and weeks of its schedule's zone."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

import pytest

from tests.fixtures.site import MakeSite, Site
from tests.fixtures.site_app import INTRO_CALL
from tests.services.pending import book, site_with, starts
from zoom_blueprint import Schedule, Span
from zoom_blueprint.errors import SlotTaken
from zoom_blueprint.services import bookings, by_hosts, event_types, schedules
from zoom_blueprint.values import EndedReason, EventType

FAR = "Pacific/Kiritimati"  # 14 hours ahead of UTC: a day there is never one there
ROUND_THE_CLOCK = Schedule(FAR, ((Span(0, 24 * 60),),) * 7)
HOUR = timedelta(hours=1)


def limited(make_site: MakeSite, event: EventType) -> Site:
    """Serve a site that offers this, and another event type without a limit, at every hour."""
    site = site_with(make_site, event)
    schedules.put(site.state, "1", ROUND_THE_CLOCK)
    event_types.put(site.state, "1", replace(INTRO_CALL, slug="review", title="Review"))
    return site


def day_there(instant: datetime) -> object:
    """Return the date over there."""
    return instant.astimezone(ZoneInfo(FAR)).date()


def week_there(instant: datetime) -> object:
    """Return the week over there."""
    return instant.astimezone(ZoneInfo(FAR)).isocalendar()[:2]


def test_a_full_day_is_a_day_in_the_schedules_zone(make_site: MakeSite) -> None:
    site = limited(make_site, replace(INTRO_CALL, per_day=1))
    days = [list(group) for _, group in groupby(starts(site), day_there)]
    last, first = days[1][-1], days[2][0]  # half an hour apart, on one date in UTC and on two over there
    assert (first - last, last.date()) == (HOUR / 2, first.date())
    book(site, last)
    offered = starts(site)
    assert not set(days[1]) & set(offered)
    assert set(days[2]) <= set(offered)
    with pytest.raises(SlotTaken):
        book(site, days[1][0], who="carol")
    book(site, first, who="carol")
    assert book(site, days[1][3], "review", "dave").event.slug == "review"  # the other event type has no limit


def test_bookings_of_other_event_types_and_cancelled_ones_do_not_count(make_site: MakeSite) -> None:
    site = limited(make_site, replace(INTRO_CALL, per_day=1))
    days = [list(group) for _, group in groupby(starts(site), day_there)]
    for place in (0, 4):
        book(site, days[1][place], "review", f"number{place}")
    first = book(site, days[1][8])
    bookings.cancel(site.state, first.id, by=EndedReason.INVITEE)
    book(site, days[1][12])
    by_hosts.book(site.state, "1", "intro-call", start=days[2][0], name="Bob", email="bob@example.com", key="one")
    with pytest.raises(SlotTaken):  # what the host books counts, though it does not bind them
        book(site, days[2][9])
    by_hosts.book(site.state, "1", "intro-call", start=days[2][9], name="Bob", email="bob@example.com", key="another")


def test_a_full_week_begins_on_monday_in_the_schedules_zone(make_site: MakeSite) -> None:
    site = limited(make_site, replace(INTRO_CALL, per_week=2))
    weeks = [list(group) for _, group in groupby(starts(site), week_there)]
    whole, after = weeks[1], weeks[2]
    assert whole[0].astimezone(ZoneInfo(FAR)).strftime("%A %H:%M") == "Monday 00:00"
    assert whole[0].strftime("%A") == "Sunday"
    book(site, whole[0])
    book(site, whole[-1], who="carol")
    offered = set(starts(site))
    assert not set(whole) & offered
    assert set(after) <= offered
    with pytest.raises(SlotTaken):
        book(site, whole[40], who="dave")
    book(site, after[0], who="dave")

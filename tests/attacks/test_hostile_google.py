"""Answers that no honest Google would give, or one that others write into: no page, mail or row suffers from them."""

from dataclasses import replace
from typing import Any

import pytest

from tests.fixtures.site import Site
from tests.fixtures.site_app import INTRO_CALL
from tests.services.calendaring import at, busy, google_id, list_again, put, sync
from tests.services.eventful import event, hear, hurry, now, row_of
from tests.services.looking import Letters, make_due, rows
from tests.web.browsing import Browser
from zoom_blueprint.services import connections, endings, event_types, google_calendars
from zoom_blueprint.store import models
from zoom_blueprint.values import LinkReason, WithoutZoom

FOREIGN = "https://evil.example/\r\nBcc: all@example.test"


def listed(site: Site, *items: dict[str, Any]) -> None:
    """Let Google list these calendars the next time, and have it asked."""
    site.simulator.fault(route="list_calendars", status=200, body={"items": [*items], "nextSyncToken": "s"})
    list_again(site)


def answered(site: Site, **changes: object) -> None:
    """Let Google show the one event like this when it is looked at, which happens now."""
    body = {**event(site), **changes}
    site.simulator.fault(route="get_event", status=200, body=body)
    hear(site)


def test_a_calendar_that_is_listed_twice_is_one(google_site: Site) -> None:
    """Pages move under whoever turns them."""
    site = google_site
    site.drain()
    mine = {"id": "ada@example.com", "summary": "Ada", "primary": True, "accessRole": "owner", "timeZone": "UTC"}
    team = {"id": "team@example.test", "summary": "Team", "accessRole": "reader", "timeZone": "UTC"}
    listed(site, mine, team, {**team, "summary": "Team again"})
    assert [one.name for one in google_calendars.of_host(site.state, "1")] == ["Ada", "Team again"]


def test_of_endless_calendars_the_first_are_kept_and_none_that_counts_is_lost(google_site: Site) -> None:
    site = google_site
    site.drain()
    site.simulator.google.put_calendar("ada", summary="Chosen")
    list_again(site)
    mine, chosen = google_calendars.of_host(site.state, "1")
    google_calendars.choose(site.state, "1", target=mine.id, blocking=[chosen.id])
    site.drain()
    (row,) = rows(site.state, models.Calendar, models.Calendar.id == chosen.id)
    many = [{"id": f"c{number}", "summary": "Many", "accessRole": "reader"} for number in range(600)]
    own = {"id": "ada@example.com", "summary": "Ada", "primary": True, "accessRole": "owner"}
    listed(site, *many, own, {"id": row.calendar_id, "summary": "Chosen", "accessRole": "owner"})
    kept = google_calendars.of_host(site.state, "1")
    assert len(kept) == 250
    assert {mine.id, chosen.id} <= {one.id for one in kept}
    assert [one.id for one in kept if one.blocks] == [chosen.id]


def test_what_stands_in_others_events_is_neither_asked_for_nor_kept(google_site: Site) -> None:
    site = google_site
    site.drain()
    written = {"summary": "Oncologist", "description": "Results", "location": "Ward 7"}
    put(site, at("09:00"), at("10:00"), **written, attendees=[{"email": "secret@example.test"}])
    sync(site)
    assert busy(site) == [(at("09:00"), at("10:00"))]
    answers = str([call["answer"]["json"] for call in site.simulator.calls("list_events")])
    known = str([vars(row) for model in (models.BusyTime, models.Calendar) for row in rows(site.state, model)])
    assert [one for one in (*written.values(), "secret@") if one in answers + known] == []


@pytest.mark.parametrize("link", ["javascript:alert(1)", "https://www.google.com/\r\nx"])
def test_no_link_to_an_event_is_shown_that_is_none(google_site: Site, link: str) -> None:
    site = google_site
    booking = site.booked()
    hurry(site)
    assert "Open in Google Calendar" in Browser(site).read(f"/host/bookings/{booking['id']}")
    answered(site, htmlLink=link)
    assert row_of(site, booking).link is None
    assert "Open in Google Calendar" not in Browser(site).read(f"/host/bookings/{booking['id']}")


@pytest.mark.parametrize("link", [FOREIGN, "https://evil.example/meet.google.com", "javascript:alert(1)"])
def test_nobody_is_sent_anywhere_but_to_google_meet(google_site: Site, letters: Letters, link: str) -> None:
    site = google_site
    event_types.put(site.state, "1", replace(INTRO_CALL, without_zoom=WithoutZoom.CALENDAR))
    endings.disconnect(site.state, "1", site.connection().id)
    video = {"entryPointType": "video", "uri": link}
    data = {"conferenceSolution": {"key": {"type": "hangoutsMeet"}}, "entryPoints": [video]}
    hostile = {"start": {"dateTime": at("09:00").isoformat()}, "end": {"dateTime": at("09:30").isoformat()}}
    answer = {"id": "x", "etag": '"1"', **hostile, "hangoutLink": link, "conferenceData": data}
    for route in ("insert_event", "get_event"):
        site.simulator.fault(route=route, status=200, body=answer, times=50)
    booking = site.booked()
    make_due(site.state, models.Delivery)
    site.drain()
    assert booking["join_url"] is None
    found = now(site, booking)
    assert (found.join_url, found.calendar and found.calendar.reason) == (None, LinkReason.NO_MEET)
    assert [mail for mail in letters.sent if "evil" in mail.as_string() or "javascript:" in mail.as_string()] == []


def test_a_host_can_touch_nothing_of_another_hosts_google(google_site: Site) -> None:
    site = google_site
    site.drain()
    booking = site.booked()
    hurry(site)
    theirs = google_calendars.of_host(site.state, "1")[0].id
    other = Browser(site, "grace")
    assert other.press("/google/calendars", on="/connection", target=theirs, blocks=theirs).status_code == 404
    cut = f"/connections/{google_id(site)}/disconnect"
    assert other.get(cut).status_code == 404
    for path in (
        cut,
        f"/host/bookings/{booking['id']}/zoom",
        f"/host/parked/calendar/{row_of(site, booking).id}/retry",
    ):
        assert other.press(path, on="/connection").status_code == 404
    assert [one.id for one in google_calendars.of_host(site.state, "1")] == [theirs]
    assert connections.get(site.state, "1", google_id(site)).ended_at is None

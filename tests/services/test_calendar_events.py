"""Bookings' events in the host's Google calendar: made once, kept in line, and followed when the host changes them."""

from datetime import timedelta
from typing import Any

from tests.fixtures.site import Site
from tests.services.eventful import event, events, facts, hear, hurry, move_in_google, now, put, row_of, times, told
from tests.services.looking import LONG_AGO, cancel, look, make_due, move, only, turn
from zoom_blueprint.services import drain, edits, google_calendars, own_links
from zoom_blueprint.services.duties import DutyName
from zoom_blueprint.store import models
from zoom_blueprint.values import BookingStatus, EndedReason, Response


def test_a_booking_becomes_an_event_with_the_zoom_link_where_meet_would_be(google_site: Site) -> None:
    booking = google_site.booked(guests="carol@example.com")
    google_site.drain()
    made = event(google_site)
    assert times(made) == (now(google_site, booking).start, now(google_site, booking).end)
    assert made["summary"] == "Intro call: Ada Lovelace and Bob Byrne"
    assert [one["email"] for one in made["attendees"]] == ["bob@example.com", "carol@example.com"]
    assert made["conferenceData"]["entryPoints"][0]["uri"] == booking["join_url"] == made["location"]
    assert made["conferenceData"]["conferenceSolution"]["name"] == "Zoom"
    assert booking["join_url"] in made["description"]
    assert booking["manage_url"].rpartition("/")[2] not in str(made)
    assert "hangoutLink" not in made


def test_it_is_made_once_and_not_touched_again(google_site: Site) -> None:
    google_site.booked()
    google_site.drain()
    hurry(google_site)
    assert len(google_site.simulator.calls("insert_event")) == 1
    assert google_site.simulator.calls("patch_event") == []


def test_an_event_whose_answer_was_lost_is_adopted(google_site: Site) -> None:
    google_site.simulator.fault(route="insert_event", drop="after")
    booking = google_site.booked()
    drain.drain(google_site.state, "calendar")
    assert row_of(google_site, booking).event_id is None
    hurry(google_site)
    made = event(google_site)
    assert row_of(google_site, booking).event_id == made["id"] == booking["id"]
    assert facts(google_site, booking).is_there
    assert google_site.simulator.calls("patch_event") == []


def test_what_the_host_moves_before_a_lost_answer_is_found_is_followed(google_site: Site) -> None:
    google_site.simulator.fault(route="insert_event", drop="after")
    booking = google_site.booked()
    google_site.drain()
    start = move_in_google(google_site, event(google_site), timedelta(hours=3))
    hurry(google_site)
    assert now(google_site, booking).start == start


def test_a_booking_moved_after_a_lost_answer_takes_its_event_along(google_site: Site) -> None:
    google_site.simulator.fault(route="insert_event", drop="after")
    booking = google_site.booked()
    google_site.drain()
    moved = move(google_site, booking, 6)
    hurry(google_site)
    assert times(event(google_site))[0].isoformat().startswith(moved["start"][:16])
    assert look(google_site, booking)["start"] == moved["start"]


def test_a_move_here_moves_the_event(google_site: Site) -> None:
    booking = google_site.booked()
    google_site.drain()
    moved = move(google_site, booking, 6)
    google_site.drain()
    start, _ = times(event(google_site))
    assert now(google_site, booking).start == start
    assert look(google_site, booking)["start"] == moved["start"]


def test_a_cancellation_deletes_the_event(google_site: Site) -> None:
    booking = google_site.booked()
    google_site.drain()
    cancel(google_site, booking)
    google_site.drain()
    assert events(google_site) == []


def test_a_cancellation_before_a_lost_insert_surfaces_leaves_nothing(google_site: Site) -> None:
    google_site.simulator.fault(route="insert_event", drop="after")
    booking = google_site.booked()
    google_site.drain()
    cancel(google_site, booking)
    hurry(google_site)
    assert events(google_site) == []


def test_a_move_in_google_moves_the_booking_and_its_zoom_meeting(google_site: Site) -> None:
    booking = google_site.booked()
    google_site.drain()
    start = move_in_google(google_site, event(google_site), timedelta(hours=3))
    assert now(google_site, booking).start == start
    (meeting,) = google_site.simulator.meetings("ada")
    assert meeting["start_time"] == look(google_site, booking)["start"]
    assert told(google_site, "booking.rescheduled") == 1


def test_a_move_in_google_to_a_taken_time_is_flagged_and_a_reschedule_resolves_it(google_site: Site) -> None:
    first, slots = google_site.booked(), google_site.slots()
    google_site.booked(start=slots["slots"][0], token=slots["token"], email="carol@example.com")
    google_site.drain()
    mine = next(one for one in events(google_site) if one["id"] == first["id"])
    move_in_google(google_site, mine, timedelta(minutes=30))
    assert "In Google Calendar this event was moved to" in (facts(google_site, first).conflict or "")
    assert told(google_site, "calendar.conflict") == 1
    assert google_site.simulator.calls("patch_event") == []  # nothing was overwritten
    move(google_site, first, 8)
    google_site.drain()
    mine = next(one for one in events(google_site) if one["id"] == first["id"])
    assert times(mine)[0] == now(google_site, first).start
    assert facts(google_site, first).conflict is None


def test_an_event_made_to_last_all_day_is_flagged(google_site: Site) -> None:
    booking = google_site.booked()
    google_site.drain()
    made = event(google_site)
    day = times(made)[0].date()
    put(google_site, made["id"], start={"date": f"{day}"}, end={"date": f"{day + timedelta(days=1)}"})
    assert "cannot be kept here" in (facts(google_site, booking).conflict or "")


def test_an_event_deleted_by_the_host_cancels_the_booking(google_site: Site) -> None:
    booking = google_site.booked()
    google_site.drain()
    google_site.simulator.google.delete_event("ada", booking["id"])
    hear(google_site)
    found = now(google_site, booking)
    assert (found.status, found.ended_reason) == (BookingStatus.CANCELLED, EndedReason.REMOTE)
    assert google_site.simulator.meetings("ada") == []
    assert events(google_site) == []


def test_what_is_deleted_after_a_move_here_gets_another_event(google_site: Site) -> None:
    booking = google_site.booked()
    google_site.drain()
    google_site.simulator.google.delete_event("ada", booking["id"])
    move(google_site, booking, 6)
    hear(google_site)
    assert now(google_site, booking).status is BookingStatus.CONFIRMED
    assert event(google_site)["id"] == f"{booking['id']}g1"
    assert facts(google_site, booking).uid == f"{booking['id']}g1@google.com"


def test_an_event_that_the_host_declines_cancels_the_booking(google_site: Site) -> None:
    booking = google_site.booked()
    google_site.drain()
    mine = {"email": "ada@example.com", "responseStatus": "declined"}
    put(google_site, booking["id"], attendees=[{"email": "bob@example.com"}, mine])
    found = now(google_site, booking)
    assert (found.status, found.ended_reason) == (BookingStatus.CANCELLED, EndedReason.REMOTE)
    assert events(google_site) == []


def test_an_invitee_who_declines_is_flagged_once(google_site: Site) -> None:
    booking = google_site.booked()
    google_site.drain()
    google_site.simulator.google.respond("ada", booking["id"], "bob@example.com", "declined")
    hear(google_site)
    hear(google_site)
    assert facts(google_site, booking).response is Response.DECLINED
    assert told(google_site, "calendar.declined") == 1
    assert now(google_site, booking).status is BookingStatus.CONFIRMED


def test_what_the_host_writes_into_the_event_stays_and_a_new_topic_comes(google_site: Site) -> None:
    booking = google_site.booked()
    google_site.drain()
    put(google_site, booking["id"], description="Bring the contract", location="Room 4")
    edits.edit(google_site.state, booking["id"], topic="The contract")
    own_links.use(google_site.state, booking["id"], "https://rooms.example.com/ada")
    google_site.drain()
    made = event(google_site)
    assert (made["summary"], made["description"], made["location"]) == ("The contract", "Bring the contract", "Room 4")
    assert made["conferenceData"]["entryPoints"][0]["uri"] == "https://rooms.example.com/ada"


def test_the_zoom_link_comes_into_the_event_when_zoom_was_slow(google_site: Site) -> None:
    google_site.simulator.fault(route="create_meeting", status=500)
    booking = google_site.booked()
    make_due(google_site.state, models.CalendarEvent)
    drain.drain(google_site.state, "calendar")
    assert "conferenceData" not in event(google_site)
    hurry(google_site)
    link = look(google_site, booking)["join_url"]
    made = event(google_site)
    assert link == made["location"] == made["conferenceData"]["entryPoints"][0]["uri"]


def test_storms_of_limits_and_errors_end_in_agreement(google_site: Site) -> None:
    google = google_site.simulator.google
    google.refuse("insert_event", "rateLimitExceeded")
    google.refuse("insert_event", "quotaExceeded", 429)
    google_site.simulator.fault(route="insert_event", status=503, times=2)
    booking = google_site.booked()
    for _ in range(5):
        hurry(google_site)
    moved = move(google_site, booking, 6)
    google.refuse("patch_event", "userRateLimitExceeded")
    google_site.simulator.fault(route="patch_event", status=500)
    google_site.simulator.fault(route="get_event", drop="after")
    for _ in range(5):
        hurry(google_site)
    assert times(event(google_site))[0] == now(google_site, booking).start
    assert facts(google_site, booking).reason is None
    assert look(google_site, booking)["start"] == moved["start"]


def test_an_event_that_changes_under_our_hands_is_looked_at_again(google_site: Site) -> None:
    booking = google_site.booked()
    google_site.drain()
    google_site.simulator.google.refuse("patch_event", "conditionNotMet", 412)
    move(google_site, booking, 6)
    google_site.drain()
    assert times(event(google_site))[0] == now(google_site, booking).start


def test_a_patch_whose_answer_was_lost_is_no_change_by_the_host(google_site: Site) -> None:
    booking = google_site.booked()
    google_site.drain()
    google_site.simulator.fault(route="patch_event", drop="after")
    move(google_site, booking, 6)
    assert drain.drain(google_site.state, "calendar") == 1
    assert row_of(google_site, booking).asked_start == times(event(google_site))[0] == now(google_site, booking).start
    again = move(google_site, booking, 8)
    hurry(google_site)
    assert times(event(google_site))[0] == now(google_site, booking).start
    assert look(google_site, booking)["start"] == again["start"]
    assert told(google_site, "booking.rescheduled") == 2


def test_events_go_into_the_calendar_that_the_host_has_chosen_with_colour_and_reminders(google_site: Site) -> None:
    work = google_site.simulator.google.put_calendar("ada", summary="Work")
    connection_id = choose(google_site, "Work")
    chosen = {"colour": "7", "reminders": [10, 60]}
    turn(google_site.state, models.Connection, models.Connection.id == connection_id, preferences=chosen)
    google_site.booked()
    google_site.drain()
    assert events(google_site) == []
    (made,) = google_site.simulator.google.events("ada", work)
    assert made["colorId"] == "7"
    assert [one["minutes"] for one in made["reminders"]["overrides"]] == [10, 60]


def test_an_event_whose_calendar_is_gone_is_made_anew_in_the_one_that_is_there(google_site: Site) -> None:
    work = google_site.simulator.google.put_calendar("ada", summary="Work")
    choose(google_site, "Work")
    booking = google_site.booked()
    google_site.drain()
    google_site.simulator.google.remove_calendar("ada", work)
    turn(google_site.state, models.Calendar, is_target=False)
    move(google_site, booking, 6)
    google_site.drain()
    assert times(event(google_site))[0] == now(google_site, booking).start
    assert now(google_site, booking).status is BookingStatus.CONFIRMED


def choose(site: Site, name: str) -> str:
    """Let bookings go into the calendar of this name, and return the connection's id."""
    site.drain()
    found = {one.name: one.id for one in google_calendars.of_host(site.state, "1")}
    google_calendars.choose(site.state, "1", target=found[name], blocking=[])
    return only(site.state, models.Connection, models.Connection.provider == "google").id


def test_what_the_host_moves_is_found_by_the_next_reading_of_the_calendar(google_site: Site) -> None:
    booking = google_site.booked()
    google_site.drain()
    start, end = times(event(google_site))
    by = timedelta(hours=3)
    fields: dict[str, Any] = {
        "start": {"dateTime": (start + by).isoformat()},
        "end": {"dateTime": (end + by).isoformat()},
    }
    google_site.simulator.google.put_event("ada", id=booking["id"], **fields)
    turn(google_site.state, models.Duty, models.Duty.name == DutyName.CALENDAR, due_at=LONG_AGO)
    google_site.drain()
    assert now(google_site, booking).start == start + by

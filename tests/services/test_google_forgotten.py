"""What is kept of Google's, how long, and that it can be shown and erased with the person."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.fixtures.google import connect_google
from tests.fixtures.site import Site
from tests.services.calendaring import prefer
from tests.services.google_accounts import GOOGLE, of_google
from tests.services.looking import cancel, only, rows, turn
from tests.web.browsing import Browser
from zoom_blueprint.services import endings, forgettings, google_calendars, settlements, upkeep
from zoom_blueprint.store import models
from zoom_blueprint.store.upserts import insert
from zoom_blueprint.values import CalendarPreferences, ConnectionStatus

NOW = datetime(2031, 5, 1, 12, 0, tzinfo=UTC)
DAYS = timedelta(days=30)


@pytest.fixture
def booking(google_site: Site) -> dict[str, Any]:
    """A booking whose event stands in the host's calendar, with a Meet link and the invitee's answer."""
    site = google_site
    made = site.booked()
    kept: dict[str, Any] = {
        "host_id": "1",
        "connection_id": of_google(site).id,
        "calendar_id": "ada@example.com",
        "event_id": "0123456789abcdef",
        "link": "https://calendar.google.com/event?eid=x",
        "response": "declined",
        "conflict": "Bob Byrne moved it",
        "join_url_sealed": site.state.cipher.seal("zoom_calendar_event", "row", "join_url", "https://meet.test/x"),
    }
    ours = {"id": "row", "booking_id": made["id"], **kept}
    event = models.CalendarEvent

    def work(session: Any) -> None:
        changed = {**kept, "id": "row"}
        session.execute(
            insert(session, event).values(ours).on_conflict_do_update(index_elements=["booking_id"], set_=changed)
        )

    site.state.database.write(work)
    return made


def over_at(site: Site, end: datetime) -> None:
    """Let all bookings have ended then."""
    turn(site.state, models.Booking, starts_at=end - timedelta(minutes=30), ends_at=end)


def event_of(site: Site) -> models.CalendarEvent:
    return only(site.state, models.CalendarEvent)


def is_bare(row: models.CalendarEvent) -> bool:
    kept = (row.event_id, row.calendar_id, row.link, row.join_url_sealed, row.response, row.conflict)
    return all(one is None for one in kept)


def test_events_of_a_cut_connection_are_forgotten_with_its_meetings(google_site: Site, booking: dict[str, Any]) -> None:
    del booking
    site = google_site
    endings.disconnect(site.state, "1", of_google(site).id)
    turn(site.state, models.Connection, models.Connection.provider == "google", ended_at=NOW - DAYS)
    over_at(site, NOW - DAYS)
    assert upkeep.purge(site.state, now=NOW).calendar_events == 0
    assert not is_bare(event_of(site))
    assert upkeep.purge(site.state, now=NOW + timedelta(seconds=1), dry_run=True).calendar_events == 1
    assert upkeep.purge(site.state, now=NOW + timedelta(seconds=1)).calendar_events == 1
    assert is_bare(event_of(site))
    assert only(site.state, models.Meeting).zoom_meeting_id is not None, "Zoom is connected still"


def test_a_person_who_is_erased_leaves_no_answer_behind(google_site: Site, booking: dict[str, Any]) -> None:
    site = google_site
    cancel(site, booking)
    turn(site.state, models.Delivery, due_at=None)
    over_at(site, NOW - timedelta(days=3000))
    forgettings.erase(site.state, "1", "bob@example.com")
    row = event_of(site)
    assert (row.response, row.conflict, row.last_error, row.told) == (None, None, None, None)


def test_the_answer_given_to_google_is_among_what_is_kept_of_a_person(
    google_site: Site, booking: dict[str, Any]
) -> None:
    exported = Browser(google_site).get(f"/clients/{booking['id']}/data.json").json()
    (one,) = exported["bookings"]
    assert one["calendar_event"]["response"] == "declined"


def test_the_log_forgets_googles_account_with_its_connection_and_keeps_zooms(google_site: Site) -> None:
    site = google_site
    endings.disconnect(site.state, "1", of_google(site).id)
    turn(site.state, models.Connection, models.Connection.provider == "google", ended_at=NOW - DAYS)
    turn(site.state, models.LifecycleEvent, occurred_at=NOW - DAYS - DAYS)
    upkeep.purge(site.state, now=NOW + timedelta(seconds=1))
    assert [one.name for one in rows(site.state, models.LifecycleEvent)] == ["zoom.connected"]


def test_disconnecting_and_connecting_again_and_again_piles_up_nothing(google_site: Site) -> None:
    site = google_site
    first, wanted = of_google(site).id, CalendarPreferences(colour="9")
    site.drain()
    prefer(site, wanted)
    for user in ("ada", "grace", "ada"):
        endings.disconnect(site.state, "1", of_google(site).id)
        connect_google(site, user=user)
        assert of_google(site).status is ConnectionStatus.ACTIVE
        assert of_google(site).email.startswith(user)
        assert site.slots()["slots"]
    assert [row.id for row in rows(site.state, models.Connection, GOOGLE)] == [first]
    assert google_calendars.preferences(site.state, "1") == wanted


def test_changing_the_account_to_and_fro_leaves_the_row_of_one_other_account(google_site: Site) -> None:
    site = google_site
    for user in ("grace", "ada", "grace"):
        connect_google(site, user=user)
        (asked,) = settlements.questions(site.state, "1")
        settlements.change(site.state, "1", asked.consent_id)
        site.drain()
        assert of_google(site).email.startswith(user)
    assert len(rows(site.state, models.Connection, GOOGLE)) == 2


def test_past_events_of_a_connection_that_is_used_anew_are_left_alone_when_it_is_cut_again(
    google_site: Site, booking: dict[str, Any]
) -> None:
    site = google_site
    turn(site.state, models.CalendarEvent, conference="meet")
    turn(site.state, models.Meeting, wanted=False)
    over_at(site, NOW - 2 * DAYS)
    endings.disconnect(site.state, "1", of_google(site).id)
    turn(site.state, models.Connection, GOOGLE, ended_at=NOW - 2 * DAYS)
    upkeep.purge(site.state, now=NOW)
    connect_google(site)
    endings.disconnect(site.state, "1", of_google(site).id)
    assert event_of(site).booking_id == booking["id"]
    assert only(site.state, models.Meeting).wanted is False, "nobody makes a Zoom meeting of what is over"

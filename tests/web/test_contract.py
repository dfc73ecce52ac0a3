"""The visitor contract, call by call, as outside clients rely on it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import vobject

from tests.fixtures.site import MakeSite, Site, api
from tests.fixtures.site_app import HOSTS
from tests.web.asking import INTRO, days, everything, refused, wish
from tests.web.conftest import SURVEY
from zoom_blueprint import EventType, LifecycleEvent, Location
from zoom_blueprint.events import BookingPayload

BOOKING_MEMBERS = {
    "id",
    "status",
    "start",
    "end",
    "hold_until",
    "ended_reason",
    "join_url",
    "join_name",
    "place",
    "meeting_status",
    "meeting_reason",
    "manage_url",
    "ics_url",
    "passcode",
    "calendar_links",
}
SLOTS_MEMBERS = {"host", "event", "slots", "time_zone", "clock", "token", "proof_of_work", "strings", "fields"}


def test_an_event_says_who_and_what_is_booked(shared_site: Site) -> None:
    answer = shared_site.get("/api/v1/hosts/ada/survey")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.json() == {
        "host": {"slug": "ada", "name": "Ada Lovelace"},
        "event": {
            "slug": "survey",
            "title": "Survey",
            "description": "",
            "duration_minutes": 30,
            "questions": [
                {"name": "goal", "label": "What is it about?", "type": "text", "required": True, "choices": []},
                {
                    "name": "size",
                    "label": "How many are you?",
                    "type": "choice",
                    "required": False,
                    "choices": ["one", "many"],
                },
                {
                    "name": "agree",
                    "label": "I have read the terms",
                    "type": "checkbox",
                    "required": False,
                    "choices": [],
                },
            ],
        },
    }


def test_offered_times_come_with_all_that_a_widget_needs(shared_site: Site) -> None:
    answer = shared_site.get(f"{INTRO}/slots", params=days())
    content = answer.json()
    assert set(content) == SLOTS_MEMBERS
    assert content["proof_of_work"] == 0
    assert content["time_zone"] == "Europe/London"
    assert content["slots"] == sorted(set(content["slots"]))
    assert all(start.endswith("Z") and datetime.fromisoformat(start).tzinfo for start in content["slots"])
    assert content["strings"]["confirm"]
    assert answer.headers["Cache-Control"] == "no-cache"


def test_days_are_counted_in_the_zone_that_was_asked_for(shared_site: Site) -> None:
    """A host in London works 9 to 17; in Auckland that is the evening and the following night."""
    place = ZoneInfo("Pacific/Auckland")
    asked = days(3, 3, "Pacific/Auckland")
    found = shared_site.get(f"{INTRO}/slots", params=asked).json()
    local = {datetime.fromisoformat(start).astimezone(place).date().isoformat() for start in found["slots"]}
    assert local <= {asked["from"]}
    week = shared_site.get(f"{INTRO}/slots", params=days(1, 7, "Pacific/Auckland")).json()["slots"]
    split = [
        start
        for day in range(1, 8)
        for start in shared_site.get(f"{INTRO}/slots", params=days(day, day, "Pacific/Auckland")).json()["slots"]
    ]
    assert split == week, "no start is lost or doubled between two days"


def test_without_a_zone_the_hosts_own_is_used(shared_site: Site) -> None:
    asked = days()
    del asked["tz"]
    assert shared_site.get(f"{INTRO}/slots", params=asked).json()["time_zone"] == "Europe/London"


def test_an_unchanged_answer_is_not_sent_again(site: Site) -> None:
    asked = days()
    first = site.get(f"{INTRO}/slots", params=asked)
    tag = first.headers["ETag"]
    for known in (tag, tag.removeprefix("W/")):
        again = site.get(f"{INTRO}/slots", params=asked, headers={"If-None-Match": known})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["ETag"] == tag
        assert again.headers["Access-Control-Allow-Origin"] == "*"
    other = site.get(f"{INTRO}/slots", params=days(2, 5), headers={"If-None-Match": tag})
    assert other.status_code == 200
    site.booked()
    changed = site.get(f"{INTRO}/slots", params=asked, headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert len(changed.json()["slots"]) == len(first.json()["slots"]) - 1


@pytest.mark.parametrize("as_json", [False, True], ids=["form", "json"])
def test_a_booking_is_made_with_all_that_was_sent_along(site: Site, as_json: bool) -> None:
    told: list[LifecycleEvent] = []
    site.zoom.on("booking.confirmed")(told.append)
    with site.app.app_context():
        site.zoom.event_types.put(HOSTS["ada"].id, SURVEY)
    fields = wish(site, "ada/survey", lang="de", referrer="https://search.example/?q=zoom")
    if as_json:
        body = {
            **fields,
            "answers": {"goal": "Growth\nand more", "size": "many", "agree": True},
            "guests": ["Eve@example.com", "max@example.com"],
            "utm_source": "letter",
            "gclid": "abc",
            "unknown": "dropped",
        }
        answer = site.post("/api/v1/hosts/ada/survey/bookings", json=body)
    else:
        answer = site.post(
            "/api/v1/hosts/ada/survey/bookings",
            data={
                **fields,
                "answers.goal": "Growth\nand more",
                "answers.size": "many",
                "answers.agree": "yes",
                "guests": "Eve@example.com, max@example.com",
                "utm_source": "letter",
                "gclid": "abc",
                "unknown": "dropped",
            },
        )
    assert answer.status_code == 201
    booking = answer.json()
    assert set(booking) == BOOKING_MEMBERS
    assert booking["status"] == "confirmed"
    assert booking["start"] == fields["start"]
    length = datetime.fromisoformat(booking["end"]) - datetime.fromisoformat(booking["start"])
    assert length == timedelta(minutes=30)
    assert booking["meeting_status"] == "ready"
    assert booking["meeting_reason"] is None
    assert booking["manage_url"].startswith(f"{site.base}/bookings/")
    assert booking["ics_url"] == f"{api(booking)}/invite.ics"
    site.drain()
    (event,) = told
    assert isinstance(event.payload, BookingPayload)
    made = event.payload.booking
    assert made.answers == {"goal": "Growth\nand more", "size": "many", "agree": "yes"}
    assert made.guests == ("eve@example.com", "max@example.com")
    assert made.context == {"utm_source": "letter", "gclid": "abc", "referrer": "https://search.example/?q=zoom"}
    assert (made.name, made.email, made.time_zone, made.locale) == (
        "Bob Byrne",
        "bob@example.com",
        "Europe/Paris",
        "de",
    )


def test_a_booking_is_shown_to_whoever_holds_its_link(site: Site) -> None:
    booking = site.booked()
    answer = site.get(api(booking))
    assert answer.json() == booking
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_link_on_its_way_is_called_so_and_no_error_of_zoom_is_told(site: Site) -> None:
    site.simulator.fault(route="create_meeting", status=500, body={"code": 500, "message": "Zoom is on fire"}, times=9)
    booking = site.booked()
    assert booking["status"] == "confirmed"
    assert booking["meeting_status"] == "coming"
    assert booking["join_url"] is None
    assert booking["meeting_reason"]
    assert "fire" not in booking["meeting_reason"]
    assert "500" not in booking["meeting_reason"]


def test_a_booking_elsewhere_than_in_zoom_says_where(site: Site) -> None:
    office = EventType(slug="office", title="Visit", location=Location.IN_PERSON, location_text="12 Northgate, York")
    with site.app.app_context():
        site.zoom.event_types.put("1", office)
    booking = site.booked("ada/office")
    assert (booking["place"], booking["join_url"], booking["meeting_status"]) == (office.location_text, None, "none")


def test_its_own_time_counts_as_free_for_a_move(site: Site) -> None:
    booking = site.booked()
    assert booking["start"] not in site.slots()["slots"]
    content = site.get(f"{api(booking)}/slots", params=days()).json()
    assert set(content) == SLOTS_MEMBERS
    assert booking["start"] in content["slots"]


def test_a_move_keeps_the_booking_and_its_links(site: Site) -> None:
    booking = site.booked()
    offer = site.get(f"{api(booking)}/slots", params=days()).json()
    wished = {"start": offer["slots"][7], "token": offer["token"], "key": "a-key-for-the-move"}
    answer = site.post(f"{api(booking)}/reschedule", json=wished)
    assert answer.status_code == 200
    moved = answer.json()
    assert set(moved) == BOOKING_MEMBERS
    assert moved["start"] == offer["slots"][7]
    assert {name: moved[name] for name in ("id", "manage_url", "ics_url", "join_url")} == {
        name: booking[name] for name in ("id", "manage_url", "ics_url", "join_url")
    }
    before = everything(site)
    assert site.post(f"{api(booking)}/reschedule", data=wished).json() == moved, "a second try changes nothing"
    assert everything(site) == before


def test_a_cancellation_takes_the_link_away_and_gives_the_time_back(site: Site) -> None:
    booking = site.booked()
    answer = site.post(f"{api(booking)}/cancel", json={"reason": "No time"})
    assert answer.status_code == 200
    cancelled = answer.json()
    assert set(cancelled) == BOOKING_MEMBERS
    assert (cancelled["status"], cancelled["join_url"], cancelled["meeting_status"]) == ("cancelled", None, "none")
    assert booking["start"] in site.slots()["slots"]
    before = everything(site)
    assert site.post(f"{api(booking)}/cancel").json() == cancelled
    assert everything(site) == before


def test_the_calendar_file_holds_the_link(site: Site) -> None:
    booking = site.booked()
    answer = site.get(booking["ics_url"])
    assert answer.headers["Content-Type"].startswith("text/calendar")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="invite.ics"'
    assert answer.headers["Cache-Control"] == "no-store"
    entry = vobject.readOne(answer.text).vevent
    assert entry.dtstart.value == datetime.fromisoformat(booking["start"])
    assert entry.location.value == entry.url.value == booking["join_url"]


def test_the_same_key_gives_the_same_booking_as_it_is_now(site: Site) -> None:
    fields = wish(site)
    first = site.post(f"{INTRO}/bookings", data=fields)
    again = site.post(f"{INTRO}/bookings", json=fields)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert len(everything(site)["zoom_booking"]) == 1
    site.post(f"{api(first.json())}/cancel")
    late = site.post(f"{INTRO}/bookings", data=fields | {"token": site.slots()["token"]})
    assert late.json()["status"] == "cancelled"


def test_the_same_key_with_another_wish_is_refused(site: Site) -> None:
    fields = wish(site)
    assert site.post(f"{INTRO}/bookings", data=fields).status_code == 201
    before = everything(site)
    for change in ({"name": "Eve"}, {"email": "eve@example.com"}, {"start": site.slots()["slots"][3]}, {"tz": "UTC"}):
        assert "other details" in refused(site.post(f"{INTRO}/bookings", data=fields | change), 422)["detail"]
    assert everything(site) == before


def test_a_refusal_does_not_use_a_key_up(site: Site) -> None:
    fields = wish(site, key="one-key-for-all-attempts")
    refused(site.post(f"{INTRO}/bookings", data=fields | {"email": "bob"}), 422)
    refused(site.post(f"{INTRO}/bookings", data=fields | {"token": "junk"}), 422)
    refused(site.post(f"{INTRO}/bookings", data=fields | {"start": "2031-01-01T00:00:01Z"}), 409)
    assert site.post(f"{INTRO}/bookings", data=fields).status_code == 201


def test_a_taken_time_is_refused_with_what_is_left(site: Site) -> None:
    fields = wish(site)
    site.booked()
    problem = refused(site.post(f"{INTRO}/bookings", data=fields | {"key": "another-key"}), 409)
    assert fields["start"] not in problem["slots"]
    retry = fields | {"key": "another-key", "start": problem["slots"][0], "token": problem["token"]}
    assert site.post(f"{INTRO}/bookings", data=retry).status_code == 201


def test_without_zoom_nothing_is_offered_and_the_visitor_is_told_whom_to_ask(make_site: MakeSite) -> None:
    site = make_site()
    problem = refused(site.get(INTRO), 404)
    assert "contact Ada Lovelace" in problem["detail"]


def test_times_are_told_in_whole_seconds_of_utc(site: Site) -> None:
    start = site.slots()["slots"][0]
    local = datetime.fromisoformat(start).astimezone(ZoneInfo("Asia/Kolkata")).isoformat()
    booking = site.booked(start=local, token=site.slots()["token"])
    assert booking["start"] == start
    assert datetime.fromisoformat(booking["start"]).tzinfo == UTC

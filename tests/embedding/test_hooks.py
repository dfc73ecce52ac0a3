"""The host app's decisions are asked and kept to, and whoever subscribed is told with typed payloads."""

import functools
from datetime import UTC, datetime, timedelta

import pytest

from tests.fixtures.site import MakeSite, Site, api
from tests.web.asking import days, refused, wish
from tests.web.browsing import Browser
from zoom_blueprint import Booking, ConfigurationError, Draft, EventName, Host, LifecycleEvent, ZoomBlueprint
from zoom_blueprint.events import BookingPayload, ConnectionPayload, type_of_payload

DECISIONS = ["host_loader", "may_connect", "before_booking", "meeting_options", "busy_times", "mailer"]


@pytest.fixture
def database_kind() -> str:
    """Run on SQLite: what is stored has its own tests."""
    return "sqlite"


@pytest.mark.parametrize("name", DECISIONS)
def test_a_decision_has_one_function(name: str) -> None:
    zoom = ZoomBlueprint()

    def decide(*args: object) -> None:
        raise NotImplementedError

    assert getattr(zoom, name)(decide) is decide, "the decorator leaves the function as it is"
    with pytest.raises(ConfigurationError, match=f"There is a {name} function already"):
        getattr(zoom, name)(decide)


def test_an_unknown_event_is_refused_with_those_there_are() -> None:
    with pytest.raises(ConfigurationError, match=r"no lifecycle event 'booking\.made'.*booking\.confirmed"):
        ZoomBlueprint().on("booking.made")


def test_a_subscriber_is_told_of_an_event_once() -> None:
    zoom = ZoomBlueprint()

    def tell(event: LifecycleEvent) -> None:
        raise NotImplementedError

    zoom.on("booking.confirmed")(tell)
    zoom.on("booking.cancelled")(tell)
    with pytest.raises(ConfigurationError, match=r"'tell' is told of booking\.confirmed already"):
        zoom.on("booking.confirmed")(tell)
    zoom.on("booking.confirmed", subscriber="crm")(tell)
    with pytest.raises(ConfigurationError, match="'crm' is told"):
        zoom.on("booking.confirmed", subscriber="crm")(tell)


def test_a_subscriber_has_a_name_that_can_be_kept() -> None:
    zoom = ZoomBlueprint()

    def tell(event: LifecycleEvent, crm: str) -> None:
        raise NotImplementedError

    with pytest.raises(ConfigurationError, match="subscriber="):
        zoom.on("booking.confirmed")(functools.partial(tell, crm="x"))
    with pytest.raises(ConfigurationError, match="at most 100"):
        zoom.on("booking.confirmed", subscriber="x" * 101)(functools.partial(tell, crm="x"))


def test_a_draft_tells_all_that_a_decision_needs(site: Site) -> None:
    asked: list[Draft] = []
    site.zoom.before_booking(asked.append)
    booking = site.booked(utm_source="letter", guests="eve@example.com")
    (draft,) = asked
    assert draft.host.slug == "ada"
    assert draft.event.slug == "intro-call"
    assert draft.start == datetime.fromisoformat(booking["start"])
    assert draft.end - draft.start == timedelta(minutes=30)
    assert (draft.name, draft.email, draft.time_zone) == ("Bob Byrne", "bob@example.com", "Europe/Paris")
    assert (draft.context, draft.guests) == ({"utm_source": "letter"}, ("eve@example.com",))


def test_busy_times_are_neither_offered_nor_booked(site: Site) -> None:
    """The calendar may fill up between the look at the times and the booking."""
    first = site.slots()["slots"][0]
    fields = wish(site)
    asked: list[tuple[datetime, datetime]] = []
    busy = datetime.fromisoformat(first) + timedelta(minutes=10)

    @site.zoom.busy_times
    def elsewhere(host: Host, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
        asked.append((start, end))
        return [(busy, busy + timedelta(minutes=5))]

    problem = refused(site.post("/api/v1/hosts/ada/intro-call/bookings", data=fields), 409)
    assert first not in problem["slots"]
    offer = site.slots()
    assert first not in offer["slots"]
    assert all(start.tzinfo is UTC and start < end for start, end in asked)
    booking = site.booked(start=offer["slots"][0], token=offer["token"])
    moved = site.post(f"{api(booking)}/reschedule", data={"start": first, "token": offer["token"]})
    refused(moved, 409)


def test_an_answer_is_sent_anew_when_only_the_other_calendar_changed(site: Site) -> None:
    taken: list[tuple[datetime, datetime]] = []
    site.zoom.busy_times(lambda host, start, end: list(taken))
    path = "/api/v1/hosts/ada/intro-call/slots"
    before = site.get(path, params=days())
    tag = {"If-None-Match": before.headers["ETag"]}
    assert site.get(path, params=days(), headers=tag).status_code == 304
    start = datetime.fromisoformat(before.json()["slots"][0])
    taken.append((start, start + timedelta(minutes=30)))
    after = site.get(path, params=days(), headers=tag)
    assert after.status_code == 200
    assert before.json()["slots"][0] not in after.json()["slots"]


def test_meeting_options_reach_zoom_but_never_a_personal_meeting_id(site: Site) -> None:
    asked: list[Booking] = []

    @site.zoom.meeting_options
    def options(booking: Booking) -> dict[str, object]:
        asked.append(booking)
        return {"waiting_room": True, "mute_upon_entry": True, "use_pmi": True}

    booking = site.booked()
    (meeting,) = site.simulator.meetings("ada")
    assert asked[0].id == booking["id"]
    assert meeting["settings"]["waiting_room"] is True
    assert meeting["settings"]["mute_upon_entry"] is True
    assert meeting["settings"]["use_pmi"] is False


def test_subscribers_are_told_of_the_whole_story(make_site: MakeSite) -> None:
    site = make_site()
    told: list[LifecycleEvent] = []
    for name in EventName:
        site.zoom.on(name, subscriber="story")(told.append)
    browser = Browser(site)
    browser.connect()
    booking = site.booked()
    offer = site.slots()
    site.post(f"{api(booking)}/reschedule", data={"start": offer["slots"][4], "token": offer["token"]})
    site.drain()
    (meeting,) = site.simulator.meetings("ada")
    site.simulator.press("ada", meeting["id"], "start")
    site.simulator.press("ada", meeting["id"], "end")
    site.drain()
    site.post(f"{api(booking)}/cancel", data={"reason": "No time"})
    path = f"/connections/{site.connection().id}/disconnect"
    browser.press(path, on=path)
    site.drain()
    names = [event.name for event in told]
    assert set(names) == {
        *("zoom.connected", "booking.confirmed", "meeting.ready", "booking.rescheduled", "meeting.started"),
        *("meeting.ended", "booking.cancelled", "zoom.disconnected"),
    }
    assert len(names) == len(set(names)) == len({event.id for event in told})
    assert all(type(event.payload) is type_of_payload[event.name] for event in told)
    by_name = {event.name: event.payload for event in told}
    moved = by_name[EventName.BOOKING_RESCHEDULED]
    assert isinstance(moved, BookingPayload)
    assert moved.previous_start == datetime.fromisoformat(booking["start"])
    cancelled = by_name[EventName.BOOKING_CANCELLED]
    assert isinstance(cancelled, BookingPayload)
    assert cancelled.booking.cancel_reason == "No time"
    ready = by_name[EventName.MEETING_READY]
    assert isinstance(ready, BookingPayload)
    assert ready.booking.join_url == booking["join_url"]
    gone = by_name[EventName.ZOOM_DISCONNECTED]
    assert isinstance(gone, ConnectionPayload)
    assert gone.connection.host_id == "1"


def test_a_subscriber_who_fails_is_told_again_and_spoils_nothing(site: Site) -> None:
    told: list[str] = []

    @site.zoom.on("booking.confirmed")
    def first(event: LifecycleEvent) -> None:
        told.append("first")
        if told.count("first") == 1:
            raise RuntimeError("the CRM is away")

    @site.zoom.on("booking.confirmed")
    def second(event: LifecycleEvent) -> None:
        told.append("second")

    assert site.booked()["status"] == "confirmed"
    site.drain()
    assert sorted(told) == ["first", "second"]

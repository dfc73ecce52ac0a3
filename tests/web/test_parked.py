"""What is not tried any more, on the host's pages: begun anew by a button and by nothing else."""

import pytest

from tests.fixtures.site import MakeSite, Site
from tests.services.looking import LONG_AGO, Letters, cancel, look, only, turn
from tests.services.parking import fail, parked, parked_meeting, site_of_few_tries
from tests.web.asking import everything
from tests.web.browsing import Browser
from tests.web.desk import of, press
from zoom_blueprint import LifecycleEvent
from zoom_blueprint.services import agendas, reasons
from zoom_blueprint.services import parked as parked_work
from zoom_blueprint.store import models

STOPPED = "We have stopped trying"


@pytest.fixture
def few(make_site: MakeSite) -> Site:
    """A site that parks after three failures, with a hook that always fails."""
    site = site_of_few_tries(make_site)

    @site.zoom.on("booking.confirmed", subscriber="crm")
    def crm(event: LifecycleEvent) -> None:
        raise RuntimeError(f"no luck with {event.id} of bob@example.com")

    return site


def retry_of(site: Site) -> str:
    """Return the address of the button of the first thing that is parked."""
    one = parked_work.of_host(site.state, "1")[0]
    return f"/host/parked/{one.kind}/{one.row_id}/retry"


def test_the_dashboard_says_nothing_while_nothing_is_parked(few: Site) -> None:
    ada = Browser(few)
    booking = few.booked()
    assert STOPPED not in ada.read("/")
    assert STOPPED not in ada.read(of(booking))


def test_a_parked_meeting_is_shown_with_its_booking_and_a_button_makes_it(few: Site) -> None:
    ada = Browser(few)
    booking = parked_meeting(few)
    page = ada.get("/").text
    assert f'href="/zoom{of(booking)}"' in page
    text = ada.read("/?view=list")
    for told in (
        STOPPED,
        "The Zoom meeting was not made",
        "Not tried since",
        "has not given a clear answer since",
        "We have stopped trying for now. Press Try again among your bookings.",
    ):
        assert told in text
    assert "Try all again" not in text
    assert "keep trying" not in text
    assert "tracking id" not in text
    text = press(ada, retry_of(few), "/")
    assert "It is being tried again." in text
    assert STOPPED not in text
    few.drain()
    assert look(few, booking)["meeting_status"] == "ready"


def test_the_page_of_a_booking_shows_what_is_parked_of_it_alone(few: Site) -> None:
    ada = Browser(few)
    booking, other = parked_meeting(few), few.booked(email="carol@example.com", name="Carol Cole")
    assert STOPPED in ada.read(of(booking))
    assert STOPPED not in ada.read(of(other))
    answer = ada.press(retry_of(few), of(booking), booking=booking["id"])
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{few.base}{of(booking)}")
    assert "It is being tried again." in ada.read(of(booking))


def test_why_it_is_not_tried_any_more_is_said_once_and_the_button_comes_before_all_others(few: Site) -> None:
    ada = Browser(few)
    booking = parked_meeting(few)
    for path in ("/", of(booking)):
        assert ada.read(path).count("has not given a clear answer since") == 1
    text = ada.read(of(booking))
    assert "Press Try again among your bookings" not in text, "it stands on this page"
    assert text.index("Try again") < text.index("Move") < text.index("Cancel booking")


def test_mails_and_hooks_are_named_as_people_call_them_without_what_errors_say(few: Site) -> None:
    Letters(few)
    ada = Browser(few)
    few.booked(guests="max@example.com")
    turn(few.state, models.Delivery, due_at=None, last_error="refused by max@example.com", parked_at=LONG_AGO)
    text = ada.read("/")
    for told in (
        "“crm” of this site was not told: a new booking",
        "A mail to Bob Byrne was not sent: a new booking",
        "A mail to you was not sent: a new booking",
        "A mail to Bob Byrne was not sent: a reminder",
        "A mail to a guest was not sent: a new booking",
        "finds out why in the log",
    ):
        assert told in text
    assert "max@example.com" not in text
    assert "no luck" not in text


def test_all_is_begun_anew_by_one_button(few: Site) -> None:
    ada = Browser(few)
    parked_meeting(few)
    fail(few, "delivery")
    assert "Try all again" in ada.read("/")
    text = press(ada, "/host/parked/retry", "/")
    assert "2 things are being tried again." in text
    assert (parked(few, "meeting"), parked(few, "delivery")) == (0, 0)
    assert "There is nothing left to try again." in press(ada, "/host/parked/retry", "/host/blocked-times")


def test_a_meeting_that_could_not_be_deleted_says_so_on_its_cancelled_booking(few: Site) -> None:
    ada = Browser(few)
    booking = few.booked()
    few.simulator.fault(route="delete_meeting", status=503, times=50)
    cancel(few, booking)
    fail(few, "meeting")
    few.simulator.clear_faults()
    assert "The meeting in Zoom was not deleted" in ada.read("/")
    assert "The meeting in Zoom was not deleted" in ada.read(of(booking))
    press(ada, retry_of(few), "/")
    few.drain()
    assert few.simulator.meetings("ada") == []


@pytest.mark.parametrize("path", ["/host/parked/retry", "one"])
def test_only_a_post_with_its_token_changes_anything(few: Site, path: str) -> None:
    ada = Browser(few)
    parked_meeting(few)
    path = retry_of(few) if path == "one" else path
    ada.read("/")
    before = everything(few)
    assert ada.get(path).status_code == 405
    assert ada.post(path, data={}).status_code == 400
    assert ada.post(path, data={"csrf_token": "x"}).status_code == 400
    assert few.post(path, data={}).status_code in (302, 401)
    assert everything(few) == before


@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])
@pytest.mark.parametrize("odd", ["\x00", "x" * 300, "grace's"])
def test_a_way_back_that_leads_nowhere_changes_nothing(few: Site, database_kind: str, odd: str) -> None:
    """PostgreSQL has no text with NUL in it, and says so by an error."""
    del database_kind
    few.connect("grace")
    hers = few.booked("grace/intro-call")
    parked_meeting(few)
    before = everything(few)
    answer = Browser(few).press(retry_of(few), on="/", booking=hers["id"] if odd == "grace's" else odd)
    assert answer.status_code == 404, answer.text
    assert everything(few) == before


def test_what_is_parked_of_another_host_is_not_there(few: Site) -> None:
    parked_meeting(few)
    grace = Browser(few, "grace")
    assert STOPPED not in grace.read("/")
    token = grace.csrf_token("/host/blocked-times")
    one = retry_of(few)
    for path in (one, one.replace("meeting", "delivery"), one.replace("meeting", "inbox"), "/host/parked/x/y/retry"):
        assert grace.post(path, data={"csrf_token": token}).status_code == 404
    assert grace.post("/host/parked/retry", data={"csrf_token": token}).status_code == 303
    assert parked(few, "meeting") == 1


def test_nobody_is_promised_what_nobody_tries(make_site: MakeSite) -> None:
    site = site_of_few_tries(make_site)
    Letters(site)
    booking = agendas.get(site.state, parked_meeting(site)["id"])
    told = str(reasons.for_invitee(booking))
    assert "Ada Lovelace can see that" in told
    assert "We will mail the link to you" in told
    assert "keep trying" not in str(reasons.for_host(booking))
    turn(site.state, models.Meeting, reason=None, last_error="TypeError: see the log")
    booking = agendas.get(site.state, booking.id)
    assert str(reasons.for_host(booking)).startswith("Something unexpected went wrong each time.")
    assert "far longer" in str(reasons.delay(booking))
    assert only(site.state, models.Meeting).parked_at == booking.parked_at

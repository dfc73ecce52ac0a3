"""Requests on the host's side: what the desk and the page of a request say, and what the answers do."""

import pytest

from tests.fixtures.site import Site
from tests.services.looking import Letters, turn
from tests.services.pending import events, run_out
from tests.web.asking import everything
from tests.web.browsing import Browser, words
from tests.web.desk import ask, of, press, with_approval
from zoom_blueprint import values
from zoom_blueprint.services import agendas
from zoom_blueprint.store import models
from zoom_blueprint.values import BookingStatus, EndedReason


def now_of(site: Site, booking: dict[str, object]) -> values.Booking:
    """Return a booking as it is now."""
    return agendas.get(site.state, str(booking["id"]))


def test_a_request_waits_on_the_desk_with_its_time_and_its_end(site: Site) -> None:
    ada = with_approval(site)
    assert "Waiting for your answer" not in ada.read("/")
    ask(site)
    text = ada.read("/")
    assert "Waiting for your answer" in text
    assert "Bob Byrne" in text
    assert "Kept until" in text
    assert "No bookings yet" in ada.read("/?view=list"), "what waits is not upcoming"


def test_approving_confirms_and_says_so(site: Site) -> None:
    ada = with_approval(site)
    booking = ask(site)
    text = press(ada, of(booking, "approve"), "/", sequence="0")
    assert "You approved the booking with Bob Byrne." in text
    assert "please tell Bob Byrne yourself" in text
    assert "Waiting for your answer" not in text
    site.drain()
    assert len(site.simulator.meetings("ada")) == 1
    assert now_of(site, booking).status is BookingStatus.CONFIRMED


def test_with_mail_the_page_says_who_is_told(site: Site) -> None:
    ada = with_approval(site)
    Letters(site)
    booking = ask(site)
    assert "Bob Byrne is told by mail." in press(ada, of(booking, "approve"), "/")


def test_pressing_approve_twice_changes_nothing_more(site: Site) -> None:
    ada = with_approval(site)
    booking = ask(site)
    ada.press(of(booking, "approve"), "/", sequence="0")
    site.drain()
    before = now_of(site, booking), events(site, now_of(site, booking))
    assert "You approved" in press(ada, of(booking, "approve"), of(booking, "move"), sequence="0")
    site.drain()
    assert (now_of(site, booking), events(site, now_of(site, booking))) == before
    assert len(site.simulator.meetings("ada")) == 1


@pytest.mark.parametrize("seen", ["0", "", "x", "9" * 5000])
def test_a_request_that_moved_since_is_not_approved_unseen(site: Site, seen: str) -> None:
    ada = with_approval(site)
    booking = ask(site)
    turn(site.state, models.Booking, models.Booking.id == booking["id"], sequence=1)
    text = press(ada, of(booking, "approve"), "/", sequence=seen)
    assert "has changed since you opened the page" in text
    assert now_of(site, booking).status is BookingStatus.PENDING


def test_declining_tells_the_words_and_frees_the_time(site: Site) -> None:
    ada = with_approval(site)
    booking = ask(site)
    text = press(ada, of(booking, "decline"), of(booking), reason="I am <away>.", back="booking")
    assert "You declined the request of Bob Byrne." in text
    assert "You declined this request" in text, "the host comes back to the page of the booking"
    assert "I am <away>." in text
    assert now_of(site, booking).ended_reason is EndedReason.DECLINED
    assert booking["start"] in site.slots("ada/asked")["slots"]


def test_words_that_are_too_long_are_kept_and_nothing_is_declined(site: Site) -> None:
    ada = with_approval(site)
    booking = ask(site)
    answer = ada.press(of(booking, "decline"), "/", reason="x" * 1001)
    assert answer.status_code == 422
    assert "Use at most 1000 characters" in answer.text
    assert "x" * 1001 in answer.text
    assert now_of(site, booking).status is BookingStatus.PENDING


def test_declining_what_the_visitor_cancelled_says_so(site: Site) -> None:
    ada = with_approval(site)
    booking = ask(site)
    token = ada.csrf_token("/")
    site.post(booking["manage_url"].replace("/bookings/", "/api/v1/bookings/") + "/cancel", data={})
    answer = ada.post(of(booking, "decline"), data={"csrf_token": token})
    assert answer.status_code == 303
    assert "Bob Byrne cancelled this booking." in ada.read("/")


@pytest.mark.parametrize("is_noticed", [True, False])
def test_a_request_whose_time_ran_out_says_so_and_cannot_be_approved(site: Site, is_noticed: bool) -> None:
    ada = with_approval(site)
    booking = ask(site)
    token = ada.csrf_token("/")
    run_out(site, now_of(site, booking), is_noticed=is_noticed)
    assert "Waiting for your answer" not in ada.read("/")
    text = ada.read(of(booking))
    assert "This request was not answered in time" in text
    assert "Approve" not in text
    ada.post(of(booking, "approve"), data={"csrf_token": token})
    assert now_of(site, booking).ended_reason is EndedReason.LAPSED


@pytest.mark.parametrize("action", ["", "approve", "decline", "move", "cancel", "start"])
def test_another_hosts_booking_is_not_there(site: Site, action: str) -> None:
    ada = with_approval(site)
    booking = ask(site)
    grace = Browser(site, "grace")
    if action in ("", "move", "cancel"):
        assert grace.get(of(booking, action)).status_code == 404
    if action:
        token = grace.csrf_token("/host/blocked-times")
        before = everything(site)
        answer = grace.post(of(booking, action), data={"csrf_token": token, "start": booking["start"]})
        assert answer.status_code == 404
        assert everything(site) == before
    assert ada.get(of(booking)).status_code == 200


@pytest.mark.parametrize("action", ["approve", "decline", "move"])
def test_without_its_token_no_form_does_anything(site: Site, action: str) -> None:
    ada = with_approval(site)
    booking = ask(site)
    before = everything(site)
    assert ada.post(of(booking, action), data={"start": booking["start"]}).status_code == 400
    assert everything(site) == before


def test_the_page_of_a_booking_tells_all_that_has_happened(site: Site) -> None:
    ada = with_approval(site)
    booking = ask(site, guests="carol@example.com", utm_source="newsletter")
    ada.press(of(booking, "approve"), "/")
    site.drain()
    text = ada.read(of(booking))
    for told in ("Asked for", "Approved by you", "The Zoom link was made", "carol@example.com", "newsletter", "Paris"):
        assert told in text
    ada.press(of(booking, "cancel"), of(booking, "cancel"), reason="Rain.")
    text = words(ada.get(of(booking)).text)
    assert "You cancelled this booking" in text
    assert "Rain." in text

"""The page of mails and hooks: what it says, what it filters, and what its buttons do."""

import pytest

from tests.fixtures.site import MakeSite, Site
from tests.services.looking import LONG_AGO, Letters, only, rows, turn
from tests.services.owing import deliveries as owe
from tests.services.test_queries import counted
from tests.web.asking import everything
from tests.web.browsing import Browser
from tests.web.desk import press
from zoom_blueprint import LifecycleEvent
from zoom_blueprint.events import EventName
from zoom_blueprint.services.ledgers import PAGE
from zoom_blueprint.store import models

delivery = models.Delivery
FIRST = (delivery.subscriber == "mail:invitee", delivery.event_name == EventName.BOOKING_CONFIRMED)


def told(make_site: MakeSite, **settings: object) -> Site:
    """Serve a site that writes mails and tells a hook of codes."""
    site = make_site(**settings)
    Letters(site)

    @site.zoom.on("visitor.checked", subscriber="crm")
    def crm(_: LifecycleEvent) -> None:
        """Be told."""

    site.connect()
    return site


@pytest.fixture
def booked(make_site: MakeSite) -> Site:
    """A site with one booking of which everybody is told."""
    site = told(make_site)
    site.booked(guests="max@example.com")
    site.drain()
    return site


def replay_of(site: Site) -> str:
    """Return the address of the button of the visitor's first mail."""
    return f"/deliveries/{only(site.state, delivery, *FIRST).id}/replay"


def test_mails_are_named_as_people_call_them_with_their_state(booked: Site) -> None:
    ada = Browser(booked)
    text = ada.read("/deliveries")
    for words in (
        "Mail to Bob Byrne: a new booking Sent",
        "Mail to you: a new booking Sent",
        "Mail to a guest: a new booking Sent",
        "Mail to Bob Byrne: a reminder Waiting",
        "Leaves:",
    ):
        assert words in text
    assert "max@example.com" not in text
    assert 'aria-current="page"' in ada.get("/deliveries").text


def test_what_failed_says_why_without_what_errors_say_of_people(booked: Site) -> None:
    ada = Browser(booked)
    for error, words in (
        ("the mail server answered 451", "The mail server answered with 451."),
        ("the mail server refused the recipient with 450", "refused the recipient for now (450)"),
        ("waits for an earlier mail", "It waits for an earlier mail."),
        ("LookupError", "It failed with LookupError."),
        ("no luck with max@example.com at 10.0.0.1", "It failed each time."),
    ):
        turn(
            booked.state, delivery, *FIRST, due_at=None, parked_at=LONG_AGO, attempts=3, outcome=None, last_error=error
        )
        text = ada.read("/deliveries?state=parked")
        assert words in text
        assert "3 tries so far." in text
        assert "max@" not in text
        assert "10.0.0.1" not in text


def test_a_parked_mail_says_what_the_visitor_knows_meanwhile_and_is_tried_again(booked: Site) -> None:
    ada = Browser(booked)
    turn(booked.state, delivery, *FIRST, parked_at=LONG_AGO, outcome=None, done_at=None)
    assert "Meanwhile Bob Byrne knows of it only from the page of the booking." in ada.read("/deliveries")
    row = only(booked.state, delivery, *FIRST)
    answer = ada.press(f"/host/parked/delivery/{row.id}/retry", "/deliveries", back="deliveries")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{booked.base}/deliveries")
    booked.drain()
    turn(booked.state, delivery, delivery.subscriber == "mail:invitee:remind:60", due_at=None, parked_at=LONG_AGO)
    assert "Meanwhile the last mail that left to the same reader: a new booking" in ada.read("/deliveries")


def test_filters_leave_out_the_rest_and_go_along_with_the_pages(make_site: MakeSite) -> None:
    site = told(make_site)
    owe(site, "1", PAGE + 3)
    site.booked()
    ada = Browser(site)
    text = ada.read("/deliveries?kind=hook&state=due")
    assert "Program “crm”: a code for a visitor" in text
    assert "Mail to" not in text
    assert "There is nothing of this kind." in ada.read("/deliveries?state=given-up")
    page = ada.get("/deliveries?kind=hook").text
    older = page.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert "kind=hook" in older
    assert ada.get(f"{site.base.removesuffix('/zoom')}{older}").text.count('class="item') == 3
    assert Browser(site, "grace").get(f"{site.base.removesuffix('/zoom')}{older}").status_code == 404
    assert ada.read("/deliveries?state=odd&kind=odd")


@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])
def test_an_address_that_leads_nowhere_is_not_found(make_site: MakeSite, database_kind: str) -> None:
    """PostgreSQL has no text with NUL in it, and says so by an error."""
    del database_kind
    ada = Browser(make_site())
    for mark in ("before", "after"):
        for odd in ("%00", "x" * 300):
            assert ada.get(f"/deliveries?{mark}={odd}").status_code == 404


def test_send_again_sends_and_says_so(booked: Site) -> None:
    ada = Browser(booked)
    text = press(ada, replay_of(booked), "/deliveries")
    assert "It is being sent again." in text
    booked.drain()
    assert "Sent again 1 time." in ada.read("/deliveries")
    turn(booked.state, models.Booking, status="cancelled")
    assert "Does not leave any more: The booking is cancelled." in ada.read("/deliveries?state=due")
    assert "The booking is cancelled." in press(ada, replay_of(booked), "/host/blocked-times")


def test_a_host_cannot_flood_a_stranger(make_site: MakeSite) -> None:
    site = told(make_site, ZOOM_LIMITS="2000 per minute")
    site.booked()
    site.drain()
    ada = Browser(site)
    token = ada.csrf_token("/deliveries")
    answers = []
    for _ in range(5):
        answers.append(ada.post(replay_of(site), data={"csrf_token": token}).status_code)
        site.drain()
    assert answers == [303, 303, 303, 429, 429]
    assert only(site.state, delivery, *FIRST).replays == 3


def test_only_a_post_with_its_token_sends_and_only_to_whom_it_belongs(booked: Site) -> None:
    ada, grace = Browser(booked), Browser(booked, "grace")
    path = replay_of(booked)
    ada.read("/deliveries")
    before = everything(booked)
    assert ada.get(path).status_code == 405
    assert ada.post(path, data={}).status_code == 400
    assert booked.post(path, data={}).status_code in (302, 401)
    token = grace.csrf_token("/host/blocked-times")
    assert grace.post(path, data={"csrf_token": token}).status_code == 404
    assert everything(booked) == before
    assert "Nothing was sent yet." in grace.read("/deliveries")


def test_the_page_asks_as_much_for_many_as_for_few(booked: Site) -> None:
    ada = Browser(booked)
    ada.read("/deliveries")
    with counted(booked) as few:
        ada.read("/deliveries")
    owe(booked, "1", PAGE * 2)
    with counted(booked) as many:
        assert ada.get("/deliveries").text.count('class="item') == PAGE
    assert len(many) == len(few) <= 4
    assert len(rows(booked.state, delivery)) > PAGE

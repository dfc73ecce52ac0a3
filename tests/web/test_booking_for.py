"""The host books for somebody who asked: at any free time, with what was typed kept until it is right."""

import pytest

from tests.fixtures.site import Site
from tests.services.looking import rows
from tests.web.asking import everything
from tests.web.browsing import Browser, words
from tests.web.conftest import SURVEY
from tests.web.desk import ASKED, anyway, details, in_days, text_after
from zoom_blueprint import values
from zoom_blueprint.services import agendas
from zoom_blueprint.store import models
from zoom_blueprint.values import BookingStatus

SEND = "/host/book/details"


@pytest.fixture
def ada(site: Site) -> Browser:
    """Ada's browser."""
    return Browser(site)


def booked(site: Site) -> list[values.Booking]:
    """Return all bookings."""
    return [agendas.get(site.state, row.id) for row in rows(site.state, models.Booking)]


def test_the_times_of_every_active_event_type_can_be_looked_at(site: Site, ada: Browser) -> None:
    with site.app.app_context():
        site.zoom.event_types.put("1", ASKED)
    assert "Consultation" in ada.read("/host/book")
    page = ada.get("/host/book?event=asked").text
    assert f"event=asked&amp;start={site.slots('ada/asked')['slots'][0].replace(':', '%3A')}" in page.replace(
        ":", "%3A"
    )


def test_a_chosen_time_stands_in_the_form(site: Site, ada: Browser) -> None:
    start = site.slots()["slots"][3]
    page = ada.get(f"/host/book/details?event=intro-call&start={start}").text
    assert f'value="{start[:10]}"' in page


def test_it_books_for_somebody_in_their_zone_and_language(site: Site, ada: Browser) -> None:
    text = text_after(ada, ada.post(SEND, data=details(ada, guests="eve@example.com", words="As we said.")))
    assert "Dora Dell is booked for" in text
    assert "For your visitor" in text
    assert "German" in text
    (booking,) = booked(site)
    assert (booking.name, booking.email, booking.guests) == ("Dora Dell", "dora@example.com", ("eve@example.com",))
    assert (booking.time_zone, booking.locale) == ("Europe/Berlin", "de")
    assert len(site.simulator.meetings("ada")) == 1, "the link is there when the page is"


def test_what_needs_approval_from_visitors_needs_none_from_the_host(site: Site, ada: Browser) -> None:
    with site.app.app_context():
        site.zoom.event_types.put("1", ASKED)
    ada.post(SEND, data=details(ada, "asked"))
    assert [one.status for one in booked(site)] == [BookingStatus.CONFIRMED]


def test_sending_it_twice_books_once(site: Site, ada: Browser) -> None:
    fields = details(ada)
    first, second = ada.post(SEND, data=fields), ada.post(SEND, data=fields)
    assert first.headers["Location"] == second.headers["Location"]
    assert len(booked(site)) == 1


def test_the_same_form_with_other_content_is_refused_and_can_be_sent_anew(site: Site, ada: Browser) -> None:
    fields = details(ada)
    ada.post(SEND, data=fields)
    answer = ada.post(SEND, data=fields | {"name": "Somebody Else", "time": "15:00"})
    assert answer.status_code == 422
    assert "already sent with other details" in answer.text
    assert "Somebody Else" in answer.text
    assert fields["key"] not in answer.text


def test_outside_the_hours_it_asks_once_more(site: Site, ada: Browser) -> None:
    fields = details(ada, time="06:00")
    asked = ada.post(SEND, data=fields)
    assert "This is outside your working hours." in words(asked.text)
    assert "Book anyway" in asked.text
    assert booked(site) == []
    ada.post(SEND, data=fields | {"anyway": anyway(asked.text)})
    assert len(booked(site)) == 1


def test_a_full_day_is_asked_about_even_between_the_steps(site: Site, ada: Browser) -> None:
    with site.app.app_context():
        site.zoom.event_types.put("1", values.EventType(slug="rare", title="Rare", notice_minutes=0, per_day=1))
    ada.post(SEND, data=details(ada, "rare"))
    asked = ada.post(SEND, data=details(ada, "rare", time="14:07"))
    assert "That day has as many of these bookings as you allow." in words(asked.text)


def test_a_taken_time_is_refused_and_everything_typed_stays(site: Site, ada: Browser) -> None:
    ada.post(SEND, data=details(ada))
    fields = details(ada, name="Eve <b>", email="eve@example.com", words="Do <come>.", guests="x@example.com")
    answer = ada.post(SEND, data=fields)
    assert answer.status_code == 409
    assert "This overlaps another booking" in answer.text
    for kept in ("Eve &lt;b&gt;", "eve@example.com", "Do &lt;come&gt;.", "x@example.com", fields["date"], "10:00"):
        assert kept in answer.text
    assert len(booked(site)) == 1


def test_every_bad_field_is_named_beside_it(site: Site, ada: Browser) -> None:
    before = everything(site)
    bad = {
        "date": "",
        "time": "",
        "name": " ",
        "email": "nobody",
        "guests": "nobody",
        "tz": "Mars",
        "words": "x" * 1001,
    }
    answer = ada.post(SEND, data=details(ada, **bad))
    assert answer.status_code == 422
    for field in ("date", "time", "name", "email", "guests", "tz", "words"):
        assert f'id="{field}-error"' in answer.text, field
    assert everything(site) == before


def test_questions_are_put_and_none_has_to_be_answered(site: Site, ada: Browser) -> None:
    with site.app.app_context():
        site.zoom.event_types.put("1", SURVEY)
    assert "What is it about?" in ada.read("/host/book/details?event=survey")
    ada.post(SEND, data=details(ada, "survey", **{"answers.size": "many"}))
    assert [dict(one.answers) for one in booked(site)] == [{"size": "many"}]


def test_what_is_not_the_hosts_to_offer_is_not_there(site: Site) -> None:
    with site.app.app_context():
        site.zoom.event_types.put("1", ASKED)
    grace = Browser(site, "grace")
    assert grace.get("/host/book/details?event=asked").status_code == 404
    token = grace.csrf_token("/host/blocked-times")
    assert grace.post(SEND, data={"csrf_token": token, "event": "asked"}).status_code == 404
    assert Browser(site).post(SEND, data={"event": "asked"}).status_code == 400, "no form without its token"


def test_without_zoom_it_says_what_to_do_first(site: Site) -> None:
    grace = Browser(site, "grace")
    answer = grace.post(SEND, data=details(grace, date=in_days(3)))
    assert answer.status_code == 404
    assert "connect Zoom first" in words(answer.text)
    assert "Dora Dell" in answer.text


@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])
@pytest.mark.parametrize("slug", ["\0", "in\0tro-call", "\ud83d", "x" * 3000])
def test_an_event_type_that_no_slug_can_name_is_not_there(site: Site, ada: Browser, slug: str) -> None:
    """PostgreSQL has no NUL, and shall not be the one to say so."""
    query = {"event": slug.encode("utf-8", "surrogatepass")}
    assert ada.get(SEND, params=query).status_code == 404
    assert ada.post(SEND, data=details(ada) | query).status_code == 404

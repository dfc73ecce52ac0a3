"""A host gives one booking a link of their own, and takes it back."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.fixtures.site import MakeSite, Site
from tests.fixtures.site_app import INTRO_CALL
from tests.services.looking import Letters, cancel, look, meeting_of, only, rows, turn
from tests.services.pending import ON_APPROVAL, book, site_with, starts
from zoom_blueprint.errors import BadInput, BookingEnded, NotFound
from zoom_blueprint.services import agendas, endings, event_types, farewells, own_links
from zoom_blueprint.services.farewells import Notice
from zoom_blueprint.store import models
from zoom_blueprint.values import EventType, Location

OWN = "https://rooms.example.org/ada?room=7"
BOB = "bob@example.com"


@pytest.fixture
def letters(site: Site) -> Letters:
    """What is sent."""
    return Letters(site)


def booked(site: Site, **fields: str) -> dict[str, Any]:
    """Book, and let the link be made and mailed."""
    made = site.booked(**fields)
    site.drain()
    return made


def creates(site: Site) -> int:
    """Return how many meetings were asked for."""
    return len(site.simulator.calls("create_meeting"))


def test_it_takes_the_place_of_zooms_everywhere_and_the_meeting_goes(site: Site, letters: Letters) -> None:
    booking = booked(site, guests="carol@example.com")
    before = len(letters.sent)
    own_links.use(site.state, booking["id"], f" {OWN} ")
    shown = look(site, booking)
    assert (shown["join_url"], shown["meeting_status"]) == (OWN, "ready")
    assert shown.get("passcode") is None
    site.drain()
    assert site.simulator.meetings("ada") == []
    assert {str(mail["To"]).split("<")[-1].strip(">") for mail in letters.sent[before:]} == {
        BOB,
        "ada@example.com",
        "carol@example.com",
    }
    text = letters.texts(BOB)[-1]
    assert f"Join: {OWN}" in text
    assert "zoom.us" not in text
    (mail,) = [one for one in letters.sent[before:] if BOB in one["To"]]
    invite = next(part for part in mail.walk() if part.get_content_type() == "text/calendar").get_content()
    assert "METHOD:REQUEST" in invite
    assert f"LOCATION:{OWN}" in invite
    assert agendas.get(site.state, booking["id"]).is_own_link


def test_the_same_link_twice_changes_nothing(site: Site, letters: Letters) -> None:
    booking = booked(site)
    own_links.use(site.state, booking["id"], OWN)
    site.drain()
    before = len(letters.sent), len(rows(site.state, models.LifecycleEvent))
    own_links.use(site.state, booking["id"], OWN)
    site.drain()
    assert (len(letters.sent), len(rows(site.state, models.LifecycleEvent))) == before


def test_who_was_not_written_to_yet_is_written_to_once(site: Site, letters: Letters) -> None:
    booking = site.booked()
    own_links.use(site.state, booking["id"], OWN)
    site.drain()
    (text,) = letters.texts(BOB)
    assert f"Join: {OWN}" in text
    assert site.simulator.meetings("ada") == []


def test_taken_back_zoom_makes_a_meeting_anew_and_everybody_is_told(site: Site, letters: Letters) -> None:
    booking = booked(site)
    own_links.use(site.state, booking["id"], OWN)
    site.drain()
    own_links.use(site.state, booking["id"], None)
    assert look(site, booking)["meeting_status"] == "coming"
    site.drain()
    (at_zoom,) = site.simulator.meetings("ada")
    assert look(site, booking)["join_url"] == at_zoom["join_url"]
    assert at_zoom["join_url"] in letters.texts(BOB)[-1]
    assert creates(site) == 2


def test_taken_back_before_zoom_was_asked_the_meeting_stays(site: Site, letters: Letters) -> None:
    booking = booked(site)
    link = look(site, booking)["join_url"]
    own_links.use(site.state, booking["id"], OWN)
    own_links.use(site.state, booking["id"], None)
    site.drain()
    assert look(site, booking)["join_url"] == link
    assert link in letters.texts(BOB)[-1]
    assert (creates(site), len(site.simulator.calls("delete_meeting"))) == (1, 0)


def test_a_cancelled_one_asks_nothing_more_of_zoom(site: Site, letters: Letters) -> None:
    booking = booked(site)
    own_links.use(site.state, booking["id"], OWN)
    site.drain()
    cancel(site, booking)
    site.drain()
    assert len(site.simulator.calls("delete_meeting")) == 1
    assert letters.sent[-1]["Subject"].startswith("Cancelled: ")
    with pytest.raises(BookingEnded):
        own_links.use(site.state, booking["id"], None)


def test_the_link_of_a_farewell_is_taken_back_after_zoom_is_connected_again(site: Site, letters: Letters) -> None:
    booking = booked(site)
    connection_id = site.connection().id
    endings.disconnect(site.state, "1", connection_id)
    farewells.tell(site.state, "1", connection_id, Notice(link=OWN))
    site.drain()
    site.connect()
    site.drain()
    assert look(site, booking)["join_url"] == OWN
    own_links.use(site.state, booking["id"], None)
    site.drain()
    (at_zoom,) = site.simulator.meetings("ada")
    assert look(site, booking)["join_url"] == at_zoom["join_url"]
    assert not agendas.get(site.state, booking["id"]).is_detached
    assert letters.texts(BOB)


def test_what_takes_place_elsewhere_is_joined_by_it_too(site: Site, letters: Letters) -> None:
    place = "Ring +44 20 7946 0000"
    event_types.put(site.state, "1", EventType(slug="call", title="Call", location=Location.PHONE, location_text=place))
    offered = site.slots("ada/call")
    booking = booked(site, event="ada/call", start=offered["slots"][0], token=offered["token"])
    own_links.use(site.state, booking["id"], OWN)
    site.drain()
    assert OWN in letters.texts(BOB)[-1]
    own_links.use(site.state, booking["id"], None)
    site.drain()
    assert look(site, booking)["join_url"] is None
    assert place in letters.texts(BOB)[-1]
    assert creates(site) == 0


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "ftp://example.com/",
        "//example.com",
        "https://",
        "https://ada:secret@example.com/",
        "https://example.com/a b",
        'https://example.com/"onload',
        "https://exa\u202emple.com/",
        "https://[::1",
        f"https://example.com/{'x' * 500}",
    ],
)
@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_what_is_no_link_is_refused(site: Site, link: str) -> None:
    booking = site.booked()
    with pytest.raises(BadInput) as refused:
        own_links.use(site.state, booking["id"], link)
    assert set(refused.value.errors) == {"link"}
    assert not agendas.get(site.state, booking["id"]).is_own_link


def test_a_request_and_what_is_over_or_another_hosts_get_none(make_site: MakeSite) -> None:
    site = site_with(make_site, ON_APPROVAL)
    asked = book(site, starts(site)[0])
    with pytest.raises(BadInput):
        own_links.use(site.state, asked.id, OWN)
    event_types.put(site.state, "1", INTRO_CALL)
    booking = book(site, starts(site)[3])
    with site.app.app_context():
        with pytest.raises(NotFound):
            site.zoom.bookings.use_link("2", booking.id, OWN)
        assert site.zoom.bookings.use_link("1", booking.id, OWN).join_url == OWN
    over = datetime.now(UTC) - timedelta(minutes=1)
    turn(site.state, models.Booking, models.Booking.id == booking.id, ends_at=over)
    with pytest.raises(BookingEnded):
        own_links.use(site.state, booking.id, None)


def test_it_is_sealed(site: Site) -> None:
    booking = booked(site)
    own_links.use(site.state, booking["id"], OWN)
    row = only(site.state, models.Booking)
    assert OWN not in repr(vars(row)) + repr(vars(meeting_of(site, booking)))

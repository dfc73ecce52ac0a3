"""Farewells: who is left behind by a cut connection, told once, and given another link."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.fixtures.site import MakeSite, Site, api
from tests.services.looking import Letters, cancel, look, meeting_of, only, rows, turn
from tests.web.browsing import Browser
from zoom_blueprint.errors import NotFound
from zoom_blueprint.services import endings, farewells
from zoom_blueprint.services.farewells import Notice
from zoom_blueprint.store import models

WORDS = Notice(words="I will ring you should anything change.")
ELSEWHERE = "https://meet.example.org/ada?room=7"
LINK = Notice(link=ELSEWHERE)


@pytest.fixture
def letters(site: Site) -> Letters:
    """What is sent."""
    return Letters(site)


def booked(site: Site, count: int) -> list[dict[str, Any]]:
    """Book so many times, and let each have its link."""
    offer = site.slots()
    starts = offer["slots"][::2][:count]
    made = [site.booked(start=start, token=offer["token"]) for start in starts]
    site.drain()
    return made


def cut(site: Site, notice: Notice | None = None) -> str:
    """Disconnect ada and return the connection's id."""
    connection_id = site.connection().id
    endings.disconnect(site.state, "1", connection_id, notice)
    return connection_id


def notices(site: Site) -> int:
    """Return how many bookings' invitees were told."""
    return len(rows(site.state, models.LifecycleEvent, models.LifecycleEvent.name == "meeting.detached"))


def test_only_upcoming_confirmed_bookings_with_a_link_of_this_connection_count(make_site: MakeSite) -> None:
    site = make_site(ZOOM_CONNECTIONS_PER_HOST=2)
    first = site.connect()
    kept, ended, over = booked(site, 3)
    cancel(site, ended)
    site.drain()
    yesterday = datetime.now(UTC) - timedelta(days=1)
    turn(site.state, models.Booking, models.Booking.id == over["id"], starts_at=yesterday, ends_at=yesterday)
    site.simulator.put_user("work")
    second = site.connect(zoom_user="work")
    assert (farewells.linked(site.state, first.id), farewells.linked(site.state, second.id)) == (1, 0)
    assert farewells.untold(site.state, "1") == {}, "nobody is left behind yet"
    endings.disconnect(site.state, "1", second.id)
    assert farewells.untold(site.state, "1") == {}
    endings.disconnect(site.state, "1", first.id)
    assert farewells.untold(site.state, "1") == {first.id: 1}
    assert farewells.untold(site.state, "2") == {}
    assert look(site, kept)["meeting_status"] == "ready"


def test_everybody_is_told_once_by_the_hosts_words_and_nothing_else_changes(site: Site, letters: Letters) -> None:
    made = booked(site, 3)
    before = [look(site, one) for one in made]
    letters.sent.clear()
    connection_id = cut(site)
    assert farewells.tell(site.state, "1", connection_id, WORDS, batch=2) == 3
    assert farewells.tell(site.state, "1", connection_id, WORDS, batch=2) == 0
    assert farewells.untold(site.state, "1") == {}
    site.drain()
    assert [look(site, one) for one in made] == before
    assert len(letters.texts("bob@example.com")) == 3
    assert letters.texts("ada@example.com") == [], "they know their own words"
    assert [one.sequence for one in rows(site.state, models.Booking)] == [0, 0, 0]


def test_a_link_in_the_notice_is_the_bookings_link_everywhere_and_for_good(site: Site, letters: Letters) -> None:
    (booking,) = booked(site, 1)
    cut(site, LINK)
    site.drain()
    seen = look(site, booking)
    assert (seen["join_url"], seen["meeting_status"]) == (ELSEWHERE, "ready")
    assert ELSEWHERE in site.get(booking["manage_url"]).text
    calendar = site.get(f"{api(booking)}/invite.ics").text.replace("\r\n ", "")
    assert ELSEWHERE in calendar
    assert booking["join_url"] not in calendar
    assert only(site.state, models.Booking).sequence == 1
    letters.sent.clear()
    calls = len(site.simulator.calls("create_meeting"))
    site.connect()
    site.drain()
    assert look(site, booking)["join_url"] == ELSEWHERE
    assert len(site.simulator.calls("create_meeting")) == calls
    assert letters.texts("bob@example.com") == []


def test_who_cancels_a_booking_with_another_link_is_told_of_the_meeting_that_is_left_in_zoom(site: Site) -> None:
    (booking,) = booked(site, 1)
    cut(site, LINK)
    site.drain()
    browser = Browser(site)
    page = f"/host/bookings/{booking['id']}/cancel"
    assert "is still there: delete it yourself" in browser.read(page)
    site.connect()
    site.drain()
    assert "is still there: delete it yourself" in browser.read(page)
    browser.press(page, reason="")
    assert "is still there: delete it yourself" in browser.read("/")
    site.drain()
    assert len(site.simulator.meetings("ada")) == 1


def test_who_is_given_another_link_is_still_reminded(site: Site, letters: Letters) -> None:
    (booking,) = booked(site, 1)
    cut(site, LINK)
    row = only(site.state, models.Booking, models.Booking.id == booking["id"])
    owed = rows(site.state, models.Delivery, models.Delivery.subscriber.contains("remind"))
    assert {one.subscriber for one in owed} >= {"mail:invitee:remind:60", "mail:host:remind:60"}
    assert {(one.sequence, one.done_at) for one in owed} == {(row.sequence, None)}
    assert letters.sent


def test_a_disconnect_without_a_notice_tells_nobody_and_leaves_the_offer(site: Site, letters: Letters) -> None:
    booked(site, 1)
    letters.sent.clear()
    connection_id = cut(site)
    site.drain()
    assert letters.sent == []
    assert farewells.untold(site.state, "1") == {connection_id: 1}


def test_who_is_connected_again_has_nobody_left_behind(site: Site) -> None:
    (booking,) = booked(site, 1)
    connection_id = cut(site)
    site.connect()
    assert farewells.untold(site.state, "1") == {}
    assert farewells.tell(site.state, "1", connection_id, WORDS) == 0
    site.drain()
    assert not meeting_of(site, booking).detached
    cut(site)
    assert farewells.untold(site.state, "1") == {connection_id: 1}, "cut again, they are left behind again"


def test_those_told_before_a_reconnect_are_told_again_after_the_next_cut(site: Site) -> None:
    booked(site, 1)
    cut(site, WORDS)
    site.connect()
    site.drain()
    cut(site, WORDS)
    assert notices(site) == 2


def test_a_clock_that_was_ahead_at_the_cut_makes_nobody_be_told_for_ever(site: Site) -> None:
    booked(site, 1)
    connection_id = cut(site)
    turn(site.state, models.Connection, ended_at=datetime.now(UTC) + timedelta(minutes=3))
    assert farewells.tell(site.state, "1", connection_id, WORDS, batch=1) == 1
    assert farewells.untold(site.state, "1") == {}


def test_nobody_tells_the_invitees_of_another_host(site: Site) -> None:
    booked(site, 1)
    connection_id = cut(site)
    with pytest.raises(NotFound):
        farewells.tell(site.state, "2", connection_id, WORDS)
    assert notices(site) == 0

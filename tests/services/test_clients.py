"""A host's clients: found, counted, exported, and erased for good."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.fixtures.site import Site
from tests.fixtures.site_app import HOSTS
from tests.services.looking import Letters, cancel, rows, turn
from tests.services.test_attendances import hear, joined
from tests.services.test_forgetting_people import everything_open
from tests.services.test_queries import counted
from zoom_blueprint.errors import BookingEnded
from zoom_blueprint.services import addresses, agendas, clients, edits, forgettings, histories
from zoom_blueprint.services.clients import Client
from zoom_blueprint.store import models

NOW = datetime.now(UTC)
ZELDA = "zelda@example.com"


def booked(site: Site, place: int, name: str, email: str, **fields: str) -> dict[str, Any]:
    """Book one of the offered times."""
    offered = site.slots()
    person = {"name": name, "email": email, "key": f"a-key-for-{place}-{email}"}
    return site.booked(start=offered["slots"][place], token=offered["token"], **person, **fields)


def over_since(site: Site, booking: dict[str, Any], end: datetime) -> None:
    """Let a booking have ended then."""
    begin = end - timedelta(minutes=30)
    which = models.Booking.id == booking["id"]
    turn(site.state, models.Booking, which, starts_at=begin, ends_at=end, busy_start=begin, busy_end=end)


def found(site: Site, search: str = "", number: int = 1) -> list[Client]:
    """Return a page of Ada's clients."""
    return clients.page(site.state, "1", now=datetime.now(UTC), search=search, number=number)[0]


def test_a_client_is_one_mail_address_with_counts_and_the_times_around_now(site: Site) -> None:
    first = booked(site, 0, "Zelda Zeta", ZELDA)
    over_since(site, first, NOW - timedelta(days=3))
    coming = booked(site, 5, "Zelda Omega", "Zelda@Example.com")
    cancel(site, booked(site, 8, "Zelda Last", ZELDA))
    booked(site, 2, "Bob Byrne", "bob@example.com")
    zelda, bob = found(site)
    assert (zelda.email, zelda.name, zelda.coming, zelda.past) == (ZELDA, "Zelda Last", 1, 1)
    assert zelda.next == datetime.fromisoformat(coming["start"])
    assert zelda.last == NOW - timedelta(days=3, minutes=30)
    assert (bob.email, bob.coming, bob.past, bob.last) == ("bob@example.com", 1, 0, None)
    assert clients.page(site.state, "2", now=NOW) == ([], False)
    theirs, has_more = clients.bookings(site.state, "1", "ZELDA@example.com")
    assert [one.name for one in theirs] == ["Zelda Last", "Zelda Omega", "Zelda Zeta"]
    assert not has_more
    assert clients.bookings(site.state, "2", ZELDA) == ([], False)


@pytest.mark.parametrize(
    ("search", "is_found"),
    [("zeta", True), ("ZELDA@", True), ("Zét", False), ("%", False), ("_elda", False), ("example.com", True)],
)
def test_a_search_finds_parts_of_names_and_addresses_and_takes_signs_as_they_are(
    site: Site, search: str, is_found: bool
) -> None:
    booked(site, 0, "Zelda Zeta", ZELDA)
    booked(site, 1, "Zelda Other", ZELDA)
    theirs = found(site, search)
    assert [one.past + one.coming for one in theirs] == ([2] if is_found else [])


def test_clients_come_in_pages_by_one_query_each(site: Site) -> None:
    booking = booked(site, 0, "Zelda Zeta", ZELDA)
    (row,) = rows(site.state, models.Booking)
    columns = {name: value for name, value in vars(row).items() if name[0] != "_"}

    def add(session: Any) -> None:
        for number in range(110):
            own = {"id": f"{number:032}", "key": f"{number}", "email": f"client{number % 60}@example.com"}
            begins = {"starts_at": row.starts_at + timedelta(hours=number), "ends_at": row.ends_at}
            session.add(models.Booking(**{**columns, **own, **begins}))

    site.state.database.write(add)
    with counted(site) as statements:
        first, more = clients.page(site.state, "1", now=NOW)
    assert len(statements) == 1
    second, none_more = clients.page(site.state, "1", now=NOW, number=2)
    assert (len(first), more, len(second), none_more) == (50, True, 11, False)
    assert len({one.email for one in (*first, *second)}) == 61
    assert second[-1].booking_id == booking["id"]


def test_everything_is_exported_once_however_many_there_are(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients, "_BATCH", 2)
    made = [booked(site, place, "Zelda", ZELDA)["id"] for place in range(3)]
    made += [booked(site, place + 4, "Bob", "bob@example.com")["id"] for place in range(2)]
    assert [one.id for one in clients.every_booking(site.state, "1")] == made
    assert [one.id for one in clients.every_booking(site.state, "1", ZELDA)] == made[:3]
    assert list(clients.every_booking(site.state, "2")) == []


def test_of_who_is_erased_nothing_is_left_and_of_others_everything(site: Site) -> None:
    letters = Letters(site)
    words = {"guests": "zeta-guest@example.com", "utm_source": "zeta-campaign"}
    past, ended = booked(site, 0, "Zelda Zeta", ZELDA, **words), booked(site, 5, "Zelda Zeta", ZELDA, **words)
    booked(site, 2, "Bob Byrne", "bob@example.com")
    edits.edit(site.state, past["id"], topic="zeta-topic")
    site.drain()
    cancel(site, ended)
    site.drain()
    over_since(site, past, NOW - timedelta(days=3))
    assert letters.sent
    before = everything_open(site)
    held = forgettings.held(site.state, "1", ZELDA)
    assert (held.bookings, held.in_the_way) == (2, 0)
    assert (held.events, held.mails) == (5, 12)
    assert forgettings.erase(site.state, "1", ZELDA) == held
    after = everything_open(site)
    for word in ("Zelda", "zelda", "zeta-guest", "zeta-campaign", "zeta-topic"):
        assert word in before
        assert word not in after
    assert "Bob Byrne" in after
    assert [one.email for one in found(site)] == ["bob@example.com"]
    assert len(rows(site.state, models.Booking)) == 3, "bookings still count"
    assert forgettings.erase(site.state, "1", ZELDA).bookings == 0
    site.drain()
    assert "zelda" not in everything_open(site).lower()


def test_of_who_is_erased_nothing_is_left_where_they_were_somebody_elses_guest_met_or_shown_to_be_real(
    site: Site,
) -> None:
    Letters(site)
    own = booked(site, 0, "Zelda Zeta", ZELDA)
    of_bob = booked(site, 2, "Bob Byrne", "bob@example.com", guests=f"{ZELDA} carol@example.com")
    site.drain()
    hear(site, own, joined("zelda", 1, user_name="Zelda Zeta"))
    site.drain()
    addresses.ask(site.state, HOSTS["ada"], ZELDA, "en", NOW)
    assert addresses.enter(site.state, ZELDA, "192.0.2.1", addresses.code_for(site.state, ZELDA, NOW), NOW) == "right"
    site.drain()
    turn(site.state, models.Meeting, models.Meeting.booking_id == own["id"], last_error="Zoom refuses Zelda Zeta")
    over_since(site, own, NOW - timedelta(days=3))
    with pytest.raises(BookingEnded, match="guest of somebody who is yet to come"):
        forgettings.erase(site.state, "1", ZELDA)
    assert ZELDA in everything_open(site)
    over_since(site, of_bob, NOW - timedelta(days=3))
    held = forgettings.held(site.state, "1", ZELDA)
    assert (held.guest_of, held.guest_coming, held.in_the_way) == (1, 0, 0)
    known = rows(site.state, models.KnownAddress)
    assert forgettings.erase(site.state, "1", ZELDA) == held
    after = everything_open(site)
    assert "zelda" not in after.lower()
    assert known
    assert rows(site.state, models.KnownAddress) == []
    assert agendas.get(site.state, of_bob["id"]).guests == ("carol@example.com",)
    assert "carol@example.com" in after
    assert histories.of_booking(site.state, of_bob["id"])[0].name == "booking.confirmed", "what is Bob's stays"
    assert not [row for row in rows(site.state, models.Delivery) if row.subscriber.startswith("mail:guest:")]


def test_who_is_yet_to_come_or_to_be_told_is_not_erased(site: Site) -> None:
    Letters(site)
    booking = booked(site, 0, "Zelda Zeta", ZELDA)
    site.drain()
    with pytest.raises(BookingEnded, match="Cancel what is to come first"):
        forgettings.erase(site.state, "1", ZELDA)
    cancel(site, booking)
    with pytest.raises(BookingEnded, match="still on its way"):
        forgettings.erase(site.state, "1", ZELDA)
    assert forgettings.held(site.state, "1", ZELDA).unsent == 2
    site.drain()
    assert forgettings.erase(site.state, "1", ZELDA).bookings == 1
    assert site.simulator.meetings("ada") == []


def test_another_hosts_client_of_the_same_address_stays(site: Site) -> None:
    booking = booked(site, 0, "Zelda Zeta", ZELDA)
    over_since(site, booking, NOW - timedelta(days=3))
    assert forgettings.erase(site.state, "2", ZELDA).bookings == 0
    assert [one.name for one in found(site)] == ["Zelda Zeta"]


def test_an_erased_meeting_that_zoom_still_has_is_deleted_all_the_same(site: Site) -> None:
    booking = booked(site, 0, "Zelda Zeta", ZELDA)
    site.drain()
    site.simulator.fault(route="delete_meeting", status=500, times=1)
    cancel(site, booking)
    site.drain()
    assert site.simulator.meetings("ada")
    assert forgettings.erase(site.state, "1", ZELDA).bookings == 1
    turn(site.state, models.Meeting, due_at=NOW)
    site.drain()
    assert site.simulator.meetings("ada") == []

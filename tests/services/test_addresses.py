"""Codes that are mailed to visitors, and the addresses that they make known."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.fernet import Fernet

from tests.fixtures.site import MakeSite, Site
from tests.fixtures.site_app import HOSTS, TOKEN_KEY
from tests.races.fleet import together
from tests.services.looking import Letters, only, rows, turn
from tests.services.test_rotation import with_keys
from zoom_blueprint.events import LifecycleEvent, VisitorPayload
from zoom_blueprint.links import BUCKET, bucket_start
from zoom_blueprint.services import addresses, journal, rotation, upkeep
from zoom_blueprint.services.addresses import Entered
from zoom_blueprint.state import State
from zoom_blueprint.store import models

BOB = "bob@example.com"
HOME, OFFICE = "203.0.113.7", "2001:db8:0:1::/64"
NOW = datetime(2031, 5, 1, 12, 9, 59, tzinfo=UTC)
SECOND = timedelta(seconds=1)
on_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"])


@pytest.fixture
def site(make_site: MakeSite) -> Site:
    """A site without any limits: what guards the codes is none of these."""
    made = make_site(ZOOM_MAIL_CODES="first", ZOOM_LIMITS="off", ZOOM_BOOKING_RETENTION_DAYS=5)
    Letters(made)
    return made


@pytest.fixture
def state(site: Site) -> State:
    """The state of the site."""
    return site.state


def ask(state: State, email: str = BOB, at: datetime = NOW) -> str:
    """Ask for a code and return it."""
    addresses.ask(state, HOSTS["ada"], email, "de", at)
    return addresses.code_for(state, email, at)


def other(*codes: str) -> str:
    """Return a code that is none of these."""
    return next(code for number in range(10) if (code := f"{number:06}") not in codes)


def with_link_keys(site: Site, *keys: str) -> State:
    """Go on with other link keys, as after a restart."""
    state: State = replace(site.state, links=replace(site.state.links, keys=keys))
    state.__dict__["database"] = site.state.database
    return state


def test_a_code_is_owed_by_mail_and_told_to_hooks(site: Site) -> None:
    seen: list[LifecycleEvent] = []
    site.zoom.on("visitor.checked", subscriber="crm")(seen.append)
    ask(site.state)
    event, deliveries = only(site.state, models.LifecycleEvent), rows(site.state, models.Delivery)
    assert {row.subscriber for row in deliveries} == {addresses.VISITOR, "hook:crm"}
    assert {row.event_id for row in deliveries} == {event.id}
    assert {row.due_at for row in deliveries} == {NOW}
    read = site.state.database.read(lambda session: journal.read(site.state, session, event.id))
    assert isinstance(read.payload, VisitorPayload)
    assert (read.payload.email, read.payload.locale, read.payload.host.id) == (BOB, "de", "1")
    assert read.occurred_at == NOW


def test_a_code_has_six_digits_of_its_address_and_its_ten_minutes(state: State) -> None:
    codes = {addresses.code_for(state, f"{number}@example.com", NOW) for number in range(200)}
    assert all(len(code) == 6 and code.isdecimal() and code.isascii() for code in codes)
    assert len(codes) > 190
    assert addresses.code_for(state, "BOB@example.com", bucket_start(NOW)) == addresses.code_for(state, BOB, NOW)
    assert addresses.code_for(state, BOB, NOW + SECOND) != addresses.code_for(state, BOB, NOW)


def test_one_mail_leaves_for_an_address_in_ten_minutes_however_often_it_is_asked_for(state: State) -> None:
    together(8, lambda _: ask(state))
    ask(state, "Bob@Example.com")
    assert len(rows(state, models.LifecycleEvent)) == len(rows(state, models.Delivery)) == 1
    assert addresses.is_asked(state, BOB, NOW)
    assert not addresses.is_asked(state, BOB, NOW + SECOND)
    ask(state, at=NOW + SECOND)
    ask(state, "max@example.com")
    assert len(rows(state, models.Delivery)) == 3


def test_the_right_code_makes_an_address_known_where_it_was_entered(state: State) -> None:
    code = ask(state)
    assert addresses.known(state, [BOB], HOME) == set()
    assert addresses.enter(state, BOB, HOME, code, NOW) is Entered.RIGHT
    assert addresses.known(state, ["Bob@Example.com", "max@example.com"], HOME) == {"Bob@Example.com"}
    assert addresses.known(state, [BOB], OFFICE) == set()
    later = NOW + SECOND
    assert addresses.enter(state, BOB, HOME, code, later) is Entered.RIGHT, "once more, by a double click"
    assert only(state, models.KnownAddress).confirmed_at == later
    assert addresses.enter(state, BOB, OFFICE, code, later) is Entered.RIGHT
    assert len(rows(state, models.KnownAddress)) == 2


@pytest.mark.parametrize("typed", ["{}", " {} ", "{0:.3} {0:.3}", "Code: {}"])
@on_sqlite
def test_a_code_is_read_as_people_type_it(state: State, typed: str) -> None:
    code = ask(state)
    given = typed.format(code) if "." not in typed else f"{code[:3]} {code[3:]}"
    assert addresses.enter(state, BOB, HOME, given, NOW) is Entered.RIGHT


@pytest.mark.parametrize("zero", ["\u0660", "\u06f0", "\uff10"])
@on_sqlite
def test_a_code_may_be_typed_in_the_digits_of_other_scripts(state: State, zero: str) -> None:
    code = "".join(chr(ord(zero) + int(digit)) for digit in ask(state))
    assert addresses.enter(state, BOB, HOME, code, NOW) is Entered.RIGHT


@pytest.mark.parametrize("code", ["", "12345", "1" * 100_000, "²²²²²²", "\ud800", "abcdef", "\0"])
@on_sqlite
def test_what_is_no_code_is_wrong(state: State, code: str) -> None:
    ask(state)
    assert addresses.enter(state, BOB, HOME, code, NOW) is Entered.WRONG


def test_a_code_is_good_for_its_ten_minutes_and_the_next(state: State) -> None:
    code = ask(state)
    until = addresses.good_until(NOW)
    assert until == bucket_start(NOW) + 2 * BUCKET
    assert addresses.enter(state, BOB, HOME, code, until - SECOND) is Entered.RIGHT
    assert addresses.enter(state, BOB, HOME, code, until) is Entered.WRONG
    assert addresses.enter(state, "max@example.com", HOME, code, NOW) is Entered.WRONG


def test_a_code_that_was_never_mailed_does_not_count(state: State) -> None:
    """Else every address could be guessed for all day long, and no mail would tell its owner."""
    code = addresses.code_for(state, BOB, NOW)
    assert addresses.enter(state, BOB, HOME, code, NOW) is Entered.WRONG
    ask(state)
    assert addresses.enter(state, BOB, HOME, code, NOW) is Entered.RIGHT


def test_after_five_tries_even_the_right_code_does_not_count(state: State) -> None:
    code = ask(state)
    tries = together(8, lambda _: addresses.enter(state, BOB, HOME, other(code), NOW))
    assert sorted(tries) == sorted([Entered.WRONG] * 5 + [Entered.TOO_OFTEN] * 3)
    assert addresses.enter(state, BOB, HOME, code, NOW) is Entered.TOO_OFTEN
    assert addresses.known(state, [BOB], HOME) == set()
    assert addresses.enter(state, "max@example.com", HOME, ask(state, "max@example.com"), NOW) is Entered.RIGHT
    assert addresses.enter(state, BOB, HOME, code, NOW + SECOND) is Entered.RIGHT, "ten minutes later"


def test_nobody_alone_keeps_the_owner_from_entering_their_code(state: State) -> None:
    code = ask(state)
    for _ in range(20):
        addresses.enter(state, BOB, "203.0.113.9", other(code), NOW)
    assert addresses.enter(state, BOB, HOME, code, NOW) is Entered.RIGHT


def test_all_clients_together_have_fifteen_tries(state: State) -> None:
    code = ask(state)
    tries = [addresses.enter(state, BOB, f"203.0.113.{number // 5}", other(code), NOW) for number in range(20)]
    assert tries == [Entered.WRONG] * 15 + [Entered.TOO_OFTEN] * 5
    assert addresses.enter(state, BOB, HOME, code, NOW) is Entered.TOO_OFTEN


def test_codes_and_known_addresses_survive_a_change_of_the_link_keys(site: Site) -> None:
    old, new = with_link_keys(site, "old"), with_link_keys(site, "new", "old")
    code = ask(old)
    known = addresses.enter(old, BOB, HOME, code, NOW)
    assert known is Entered.RIGHT
    assert addresses.known(new, [BOB], HOME) == {BOB}
    assert addresses.known(with_link_keys(site, "new"), [BOB], HOME) == set()


def test_nothing_stored_names_the_address_and_a_new_key_opens_what_is_sealed(site: Site) -> None:
    addresses.enter(site.state, BOB, HOME, ask(site.state), NOW)
    tables: Iterable[type[models.LifecycleEvent]] = (models.KnownAddress, models.RateCounter, models.LifecycleEvent)  # type: ignore[assignment]
    for table in tables:
        for row in rows(site.state, table):
            kept = " ".join(str(getattr(row, column.key)) for column in table.__table__.columns)
            assert "bob" not in kept.lower()
            assert HOME not in kept
    new = Fernet.generate_key().decode()
    rotation.rotate(with_keys(site, new, TOKEN_KEY))
    event, state = only(site.state, models.LifecycleEvent), with_keys(site, new)
    payload = state.database.read(lambda session: journal.read(state, session, event.id)).payload
    assert isinstance(payload, VisitorPayload)
    assert payload.email == BOB


def test_who_asked_for_a_code_is_forgotten_after_a_day(site: Site) -> None:
    ask(site.state)
    kept = upkeep.purge(site.state, now=NOW + timedelta(days=1))
    assert kept.mailed_codes == 0
    assert upkeep.purge(site.state, now=NOW + timedelta(days=1) + SECOND).mailed_codes == 1
    assert not rows(site.state, models.LifecycleEvent)
    assert not rows(site.state, models.Delivery)


def test_that_an_address_was_confirmed_is_forgotten_after_a_year(state: State) -> None:
    addresses.enter(state, BOB, HOME, ask(state), NOW)
    assert upkeep.purge(state, now=NOW + timedelta(days=365)).known_addresses == 0
    assert upkeep.purge(state, now=NOW + timedelta(days=365) + SECOND).known_addresses == 1
    assert not addresses.known(state, [BOB], HOME)


def test_that_an_address_was_confirmed_is_forgotten_with_its_person(site: Site) -> None:
    site.connect()
    for email in (BOB, "max@example.com"):
        for place in (HOME, OFFICE):
            addresses.enter(site.state, email, place, ask(site.state, email), NOW)
    turn(site.state, models.KnownAddress, confirmed_at=datetime.now(UTC))
    addresses.enter(site.state, BOB, "127.0.0.1", ask(site.state), NOW)
    site.booked(email="Bob@example.com")
    turn(site.state, models.Booking, ends_at=datetime.now(UTC) - timedelta(days=6))
    assert upkeep.purge(site.state).bookings == 1
    assert not addresses.known(site.state, [BOB], HOME) | addresses.known(site.state, [BOB], OFFICE)
    assert addresses.known(site.state, ["max@example.com"], OFFICE)
    assert len(rows(site.state, models.KnownAddress)) == 2
